"""What rules do, and whether anybody hears of it."""

from __future__ import annotations

from collections.abc import Iterator

from policy.checks.surroundings import Surroundings
from policy.findings import Finding, Place, Severity
from policy.model import Rule, RuleSet
from policy.vocabulary import Protocol


def check_outcome(rule_set: RuleSet, around: Surroundings) -> list[Finding]:
    """Return findings about the actions of a rule set."""
    found: list[Finding] = []
    if around.zert_is_on is False:
        message = "zERT is off, so that nothing of this is enforced (EZZ8564I)"
        place = Place(rule_set=rule_set.name)
        hint = "GLOBALCONFIG ZERT"
        found.append(Finding("zert-is-off", Severity.ERROR, message, place, hint))
    if rule_set.general and rule_set.general.action.reset:
        message = "the general rule resets what the network generally accepts"
        place = Place(rule_set=rule_set.name, rule=rule_set.general.name)
        found.append(Finding("general-resets", Severity.WARNING, message, place))
    for rule in rule_set.rules():
        found += _of_rule(rule_set, rule, around)
    return found


def _of_rule(rule_set: RuleSet, rule: Rule, around: Surroundings) -> Iterator[Finding]:
    place = Place(rule_set=rule_set.name, rule=rule.name, field="action")
    action = rule.action
    if action.reset and not action.logs:
        message = "the connection is reset without a message"
        hint = "log to syslogd or the console too"
        yield Finding("reset-without-log", Severity.WARNING, message, place, hint)
    if action.reset and rule_set.protocol is Protocol.NONE and around.knows_failures is not True:
        message = "before z/OS 3.2 failed and slow handshakes count as unprotected and are reset"
        hint = "audit first, and look at what it would have reset"
        yield Finding("reset-on-no-protection", Severity.WARNING, message, place, hint)
    to_nowhere = around.audits_to_smf is False and around.audits_to_nmi is False
    if action.audit and to_nowhere:
        message = "nothing receives the audit records (EZZ8565I)"
        hint = "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY or NETMONITOR ZERTSERVICEBYPOLICY"
        yield Finding("audit-without-destination", Severity.ERROR, message, place, hint)
    if action.syslog_level is not None and around.trmd_runs is False:
        message = "without TRMD the message does not reach syslogd"
        hint = "start TRMD for the stack"
        yield Finding("syslogd-without-trmd", Severity.ERROR, message, place, hint)
