"""What is doubtful about a policy before anybody installs it."""

from __future__ import annotations

from policy.checks.exceptions import check_exceptions
from policy.checks.order import check_order
from policy.checks.outcome import check_outcome
from policy.checks.surroundings import UNKNOWN_SURROUNDINGS, Surroundings
from policy.checks.writing import check_writing
from policy.findings import Finding
from policy.model import Policy
from policy.settings import DEFAULTS, Settings

CODES = {
    "unreachable-rule": "rules before it take every connection it describes",
    "shadowed-rule": "one rule before it takes every connection it describes",
    "duplicate-rule": "a rule before it has the same conditions and the same effect",
    "contradicting-rule": "a rule before it has the same conditions and another effect",
    "empty-condition": "a security condition that asks for nothing",
    "specific-without-condition": "a specific rule that fits every connection",
    "catch-all-missing": "connections that no rule fits go unnoticed",
    "general-resets": "a general rule that resets what is generally acceptable",
    "reset-without-log": "a reset writes no message of its own",
    "reset-on-no-protection": "before z/OS 3.2 failed handshakes count as unprotected",
    "audit-without-destination": "nothing receives the audit records (EZZ8565I)",
    "syslogd-without-trmd": "without TRMD nothing reaches syslogd",
    "zert-is-off": "no policy is enforced while zERT is off (EZZ8564I)",
    "not-worked-out": "too many rules, or members of their groups, to look for all that is hidden",
    "nothing-on-record": "a condition that nothing on record meets",
    "name-too-long": "a name that does not fit into a policy file",
    "not-in-code-page": "a comment with characters that IBM-1047 lacks",
    "expired-exception": "a specific rule past its last day",
}
"""Every code with its meaning in one phrase."""


def check(
    policy: Policy,
    surroundings: Surroundings = UNKNOWN_SURROUNDINGS,
    settings: Settings = DEFAULTS,
) -> tuple[Finding, ...]:
    """Return all findings, rule set by rule set; what the surroundings leave open is not said.

    Which rules hide others, and what meets a condition, is as `settings` match.
    """
    found: list[Finding] = []
    for rule_set in policy.rule_sets:
        found += check_order(rule_set, settings)
        found += check_outcome(rule_set, surroundings)
        found += check_exceptions(rule_set, surroundings, settings)
        found += check_writing(rule_set, surroundings)
    return tuple(found)


__all__ = ["CODES", "UNKNOWN_SURROUNDINGS", "Surroundings", "check", "check_outcome"]
