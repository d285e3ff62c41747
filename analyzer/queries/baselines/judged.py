"""All rules of some profiles in one pass over protections: a state per rule, a verdict each.

States: 0 the rule is kept or does not apply, 1 it cannot be judged, 2 it is broken. Verdicts are
the places in `VERDICTS`. What is alike is judged once, however many sessions have it.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from analyzer.baselines.profile import Profile
from analyzer.queries.profiles.compiled import compile_rule
from analyzer.queries.terms.term import Clause, Param

Verdict = Literal["outside", "holds", "not-judged", "breaks"]
VERDICTS: Final[tuple[Verdict, ...]] = ("outside", "holds", "not-judged", "breaks")
UNKNOWN, BROKEN = 1, 2
_COLUMN: Final = re.compile(r"\bp\.([a-z_]+)")


def judged(profiles: Sequence[Profile], within: str) -> Clause:
    """Return SELECT id, states, verdicts of the protections whose ids the relation `within` has.

    States are those of the judged rules of the profiles, one profile after the other. Protections
    that have all in common that rules look at are judged together: most differ in names only.
    """
    states, params = _states(profiles)
    verdicts, covers = _verdicts(profiles)
    looked_at = ", ".join(f"p.{name}" for name in sorted({"protocol", *_COLUMN.findall(states)}))
    # OFFSET keeps a subquery whole: its states would be worked out again wherever they are named.
    sql = f"""SELECT u.id, v.states, v.verdicts
        FROM (SELECT j.ids, j.states, ARRAY[{verdicts}]::smallint[] AS verdicts
            FROM (SELECT p.ids, p.protocol, ARRAY[{states}]::smallint[] AS states
                FROM (SELECT array_agg(p.id) AS ids, {looked_at}
                    FROM analyzer_protection p WHERE p.id IN ({within}) GROUP BY {looked_at}) p
                OFFSET 0) j
            OFFSET 0) v
        CROSS JOIN LATERAL unnest(v.ids) u(id)"""
    return Clause(sql, (*covers, *params))


def places(profiles: Sequence[Profile]) -> list[tuple[str, str]]:
    """Return profile and rule of each state, in their order."""
    return [(profile.key, rule.id) for profile in profiles for rule in profile.judged]


def _states(profiles: Sequence[Profile]) -> tuple[str, list[Param]]:
    cases, params = [], list[Param]()
    for profile in profiles:
        for rule in profile.judged:
            found = compile_rule(profile, rule)
            cases.append(
                f"CASE WHEN {found.breaks.sql} THEN {BROKEN}"
                f" WHEN {found.doubtful.sql} THEN {UNKNOWN} ELSE 0 END"
            )
            params += [*found.breaks.params, *found.doubtful.params]
    return ", ".join(cases), params


def _verdicts(profiles: Sequence[Profile]) -> tuple[str, list[Param]]:
    """Rules that decide stand first among those of a profile, so that a slice has them."""
    cases, params, before = [], list[Param](), 0
    for profile in profiles:
        decide = f"j.states[{before + 1}:{before + len(profile.scored)}]"
        holds = VERDICTS.index("holds" if profile.scored else "not-judged")
        cases.append(
            f"CASE WHEN j.protocol <> ALL(%s) THEN {VERDICTS.index('outside')}"
            f" WHEN {BROKEN} = ANY({decide}) THEN {VERDICTS.index('breaks')}"
            f" WHEN {UNKNOWN} = ANY({decide}) THEN {VERDICTS.index('not-judged')}"
            f" ELSE {holds} END"
        )
        params.append(list(profile.covers))
        before += len(profile.judged)
    return ", ".join(cases), params
