"""What a baseline is made of: a profile and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Severity = Literal["fails", "advises", "unjudged"]
SEVERITIES: Final[Mapping[str, str]] = {
    "fails": "must not be",
    "advises": "should not be",
    "unjudged": "not in the records",
}
"""`fails` decides the score, `advises` is counted beside it, `unjudged` no record can tell."""
Asked = Mapping[str, str]
"""Security filters that must all hold: their values by name, as in an address."""
_FROM_TODAY: Final = ("expired", "d")


@dataclass(frozen=True, slots=True)
class Rule:
    """`breaks` and `not_judged` are alternatives; a session that fits the first breaks the rule.

    `passes` names what an attribute may be; names in none of the three are not judged. `clause` is
    where the document says it, `confidence` how sure we are of that.
    """

    id: str
    title: str
    severity: Severity
    clause: str
    reason: str
    confidence: str
    breaks: tuple[Asked, ...] = ()
    not_judged: tuple[Asked, ...] = ()
    passes: Asked | None = None
    on: bool = True

    @property
    def judged(self) -> bool:
        """Whether it is evaluated at all."""
        return self.on and self.severity != "unjudged"

    @property
    def from_today(self) -> bool:
        """Whether it counts days from now, so that its answer for a past day would change."""
        texts = [one["expiry"] for one in (*self.breaks, *self.not_judged) if "expiry" in one]
        parts = [part.strip().lower() for text in texts for part in text.split(",")]
        return any(part.endswith(_FROM_TODAY) for part in parts)

    @property
    def scored(self) -> bool:
        """Whether it decides the score, which must stay the same for a past day."""
        return self.judged and self.severity == "fails" and not self.from_today


@dataclass(frozen=True, slots=True)
class Profile:
    """`covers` are the protocols that it speaks of; sessions of others are outside.

    `version` is 0 for one that is delivered; `basis` is the key of the one it was copied from.
    """

    key: str
    name: str
    document: str
    about: str
    covers: tuple[str, ...]
    rules: tuple[Rule, ...]
    version: int = 0
    basis: str = ""

    @property
    def built_in(self) -> bool:
        return not self.version

    @property
    def judged(self) -> tuple[Rule, ...]:
        """The rules that are evaluated, those that decide the score first."""
        judged = [rule for rule in self.rules if rule.judged]
        return tuple(sorted(judged, key=lambda rule: not rule.scored))

    @property
    def scored(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.scored)

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def plain(profile: Profile) -> dict[str, Any]:
    """Return the content of a profile as it is stored and exported."""
    return {
        "name": profile.name,
        "document": profile.document,
        "about": profile.about,
        "covers": list(profile.covers),
        "basis": profile.basis,
        "rules": [_plain_rule(rule) for rule in profile.rules],
    }


def _plain_rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "clause": rule.clause,
        "reason": rule.reason,
        "confidence": rule.confidence,
        "on": rule.on,
        "breaks": [dict(one) for one in rule.breaks],
        "not_judged": [dict(one) for one in rule.not_judged],
    }
    return found | ({"passes": dict(rule.passes)} if rule.passes else {})
