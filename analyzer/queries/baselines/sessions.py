"""Which rules of all profiles one protection breaks or leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.baselines.profile import Profile, Rule
from analyzer.queries.baselines.judged import BROKEN, UNKNOWN, VERDICTS, Verdict, judged
from analyzer.queries.pages import fetch
from analyzer.queries.profiles.known import known
from analyzer.queries.terms.term import Clause


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one profile says of a protection."""

    profile: Profile
    verdict: Verdict
    broken: Sequence[Rule]
    not_judged: Sequence[Rule]


def judge_protection(pk: int) -> list[Judgement]:
    """Return the judgement of each profile that covers it, in the order of the profiles."""
    profiles = list(known().values())
    statement = judged(profiles, "%s")
    (row,) = fetch(Clause(statement.sql, (*statement.params, pk)))
    found, states = [], list(row["states"])
    for profile, verdict in zip(profiles, row["verdicts"], strict=True):
        rules = profile.judged
        own, states = states[: len(rules)], states[len(rules) :]
        if VERDICTS[verdict] == "outside":
            continue
        pairs = list(zip(rules, own, strict=True))
        found.append(
            Judgement(
                profile,
                VERDICTS[verdict],
                [rule for rule, state in pairs if state == BROKEN],
                [rule for rule, state in pairs if state == UNKNOWN],
            )
        )
    return found
