"""Conditions that have outlived their purpose or never had one."""

from __future__ import annotations

from collections.abc import Iterator

from policy.checks.surroundings import Surroundings
from policy.findings import Finding, Place, Severity
from policy.matcher import PHASE_1, UNKNOWN_CODE
from policy.model import Rule, RuleSet
from policy.settings import DEFAULTS, Absent, Settings


def check_exceptions(
    rule_set: RuleSet, around: Surroundings, settings: Settings = DEFAULTS
) -> list[Finding]:
    """Return findings about single conditions and about expiry."""
    found: list[Finding] = []
    for rule in rule_set.rules():
        place = Place(rule_set=rule_set.name, rule=rule.name, field="requirement")
        if rule.requirement and rule.requirement.is_empty:
            message = f"the security condition of `{rule.name}` asks for nothing"
            hint = "leave it out if every protection will do"
            found.append(Finding("empty-condition", Severity.WARNING, message, place, hint))
        found += _never_met(rule_set, rule, place, around, settings)
        if rule.expires and around.day and rule.expires < around.day:
            message = f"`{rule.name}` has expired on {rule.expires.isoformat()}"
            hint = f"ask {rule.owner}" if rule.owner else "renew or drop it"
            where = Place(rule_set=rule_set.name, rule=rule.name, field="expires")
            found.append(Finding("expired-exception", Severity.ERROR, message, where, hint))
    return found


def _never_met(
    rule_set: RuleSet, rule: Rule, place: Place, around: Surroundings, settings: Settings
) -> Iterator[Finding]:
    if rule.requirement is None or around.recorded is None:
        return
    for attribute, codes in rule.requirement.codes():
        seen = around.recorded.get((rule_set.protocol, attribute), frozenset())
        fitting = codes
        if settings.unknown_attribute is Absent.FITS:
            fitting |= {UNKNOWN_CODE}
        is_manual = around.has_manual and attribute in PHASE_1
        if not (fitting & seen or (is_manual and settings.manual_phase1 is Absent.FITS)):
            words = " or ".join(rule.requirement.words(attribute))
            message = f"nothing on record has the {attribute.value.replace('_', ' ')} {words}"
            yield Finding("nothing-on-record", Severity.NOTE, message, place, "is it still needed?")
