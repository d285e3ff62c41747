"""What a baseline says of a session, as a filter: who breaks it, who cannot be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analyzer.baselines.profile import Profile
from analyzer.baselines.reading import ANSWERS, ProfileError
from analyzer.queries.profiles import compiled, known
from analyzer.queries.terms.term import (
    Clause,
    FilterError,
    Scope,
    Term,
    checked,
    parts,
    read,
    shown,
)

NOT_JUDGED, HOLDS, OUTSIDE = ANSWERS
_SEPARATOR: Final = ":"


@dataclass(frozen=True, slots=True)
class BaselineFilter:
    """`KEY` is who breaks a profile, `KEY:RULE` who breaks one rule of it.

    `:not-judged` behind either is who can't be judged, `KEY:holds` who keeps all rules that decide
    the score, `KEY:outside` whose protocol the profile does not cover.
    """

    key: str = "baseline"
    label: str = "Baseline"
    help: str = (
        "Sessions that break a baseline, nist-sp-800-52r2, or a rule of it,"
        f" nist-sp-800-52r2:cipher-suites; with :{NOT_JUDGED} who cannot be judged, with :{HOLDS}"
        f" who keeps it, with :{OUTSIDE} whom it does not cover; several with commas."
    )
    scope: Scope = "protection"

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        found: dict[str, Term] = {}
        for text in checked(parts(texts), "baselines"):
            (term,) = read([text], "baselines", self._term, self._doubt(text.lstrip("! ")))
            found[term.text] = term
        return tuple(found.values())

    def _term(self, text: str) -> Term:
        key, *rest = text.lower().split(_SEPARATOR)
        profile = known.get(key.strip())
        if profile is None:
            raise FilterError(
                f"{shown(text)} is no baseline; those known are {', '.join(known.known())}"
            )
        words, clause = _asked(profile, [one.strip() for one in rest], text)
        return Term(_SEPARATOR.join([profile.key, *(one.strip() for one in rest)]), words, clause)

    def _doubt(self, text: str) -> Clause | None:
        """Where it is not known whether a session breaks it: what `!` takes away as well."""
        key, *rest = (one.strip() for one in text.lower().split(_SEPARATOR))
        profile = known.get(key) if not rest or rest[-1] not in ANSWERS else None
        if profile is None:
            return None
        rule = profile.rule(rest[0]) if rest else None
        try:
            if rule is None:
                return compiled.unjudged_by_any(profile) if not rest else None
            return compiled.compile_rule(profile, rule).unknown
        except ProfileError:
            return None


def _asked(profile: Profile, rest: Sequence[str], text: str) -> tuple[str, Clause]:
    try:
        if len(rest) < 2 and (not rest or rest[0] in ANSWERS):
            return _of_profile(profile, rest[0] if rest else "")
        rule = profile.rule(rest[0])
        if rule is None or not rule.judged or rest[1:] not in ([], [NOT_JUDGED]):
            rules = ", ".join(one.id for one in profile.judged)
            raise FilterError(f"{shown(text)} is no rule of {profile.name}, as {rules}")
        named = f"{profile.name}, rule {rule.title}"
        found = compiled.compile_rule(profile, rule)
    except ProfileError as error:
        raise FilterError(f"{shown(text)} cannot be used: {error}") from error
    if rest[1:]:
        return f"not judged by {named}", _bracketed(found.unknown)
    return f"breaking {named}", _bracketed(found.breaks)


def _of_profile(profile: Profile, answer: str) -> tuple[str, Clause]:
    words, clause = {
        "": (f"breaking {profile.name}", compiled.breaks_any),
        NOT_JUDGED: (f"not judged by {profile.name}", compiled.unjudged_by_any),
        HOLDS: (f"holding to {profile.name}", compiled.holds),
        OUTSIDE: (f"outside {profile.name}", compiled.outside),
    }[answer]
    return words, _bracketed(clause(profile))


def _bracketed(clause: Clause) -> Clause:
    return replace(clause, sql=f"({clause.sql})")
