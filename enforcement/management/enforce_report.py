"""What `manage.py enforce` says: lines for people, one JSON document for programs.

The document is described by `enforcement_report_1.json` beside this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from designer.management.policy_inputs import Named
from designer.management.policy_reports import line
from enforcement.engine.choices import settings_tree
from enforcement.engine.tally import Tally
from enforcement.management.enforce_run import Run
from policy.model import Rule, RuleSet

SCHEMA = "zertify-enforcement-report-1"
FAILURES = ("reset", "audit", "log", "unmatched")
_TOTALS = (
    *("records", "evaluated", "unmatched", "unchecked", "ignored", "audits", "resets"),
    *("told_resets", "agreed_resets", "unobserved", "doubtful", "forgotten"),
)
_BY_RULE = ("matches", "syslog", "console", "suppressed", "analysis_only")
Tree = dict[str, Any]


def report(run: Run, exit_code: int, files: list[Tree]) -> Tree:
    """Return the document of a run."""
    tally = run.engine.tally
    return {
        "schema": SCHEMA,
        "exit_code": exit_code,
        "files": files,
        "settings": settings_tree(run.settings),
        "dumps": [asdict(one) for one in run.dumps],
        "installed": run.said,
        "totals": {name: getattr(tally, name) for name in _TOTALS},
        "rules": [_rule(tally, *one) for one in _rules(run)],
    }


def lines(run: Run) -> Iterator[str]:
    """Yield what a person wants to know of a run."""
    tally = run.engine.tally
    for dump in run.dumps:
        yield (
            f"{dump.name}: {dump.framing}, {dump.connections} connection records,"
            f" {dump.duplicates} duplicates, {dump.rejects} rejects"
        )
    yield from run.said
    yield (
        f"{tally.evaluated} evaluations: {tally.unmatched} met no rule,"
        f" {tally.unchecked} were held against no rule set;"
        f" {tally.audits} audit records, {tally.resets} resets"
    )
    if tally.unobserved:
        yield (
            f"{tally.unobserved} evaluations know TLS or SSH from a provider alone, which z/OS"
            " does not use: those attributes count as unknown (--mode recorded takes them)"
        )
    if tally.doubtful:
        yield (
            f"{tally.doubtful} short unprotected connections that rules act on are perhaps failed"
            " handshakes, which z/OS before 3.2 does not tell apart"
        )
    if tally.forgotten:
        yield (
            f"{tally.forgotten} connections whose end is not recorded were forgotten"
            " (--setting remember_days, remember_connections)"
        )
    if tally.told_resets:
        yield f"{tally.agreed_resets} of {tally.told_resets} recorded resets are resets here too"
    for rule_set, place, rule in _rules(run):
        found = _rule(tally, rule_set, place, rule)
        counts = ", ".join(f"{found[name]} {name.replace('_', ' ')}" for name in _BY_RULE)
        yield f"{found['protocol']} {found['kind']} rule `{rule.name}` ({rule.action}): {counts}"


def faults(named: Sequence[Named]) -> Iterator[str]:
    """Yield what is wrong with policy files, none of which is run then."""
    for one in named:
        if not one.source.ok:
            yield from (line(one.name, finding) for finding in one.source.findings)


def has_failed(tally: Tally, wanted: list[str]) -> bool:
    """Return whether something happened that `--fail-on` names."""
    happened = {
        "reset": tally.resets,
        "audit": tally.audits,
        "log": tally.syslog.total() + tally.console.total(),
        "unmatched": tally.unmatched,
    }
    return any(happened[name] for name in wanted)


def _rules(run: Run) -> Iterator[tuple[RuleSet, int, Rule]]:
    for rule_set in run.policy.rule_sets:
        for place, rule in enumerate(rule_set.rules()):
            yield rule_set, place, rule


def _rule(tally: Tally, rule_set: RuleSet, place: int, rule: Rule) -> Tree:
    key = rule_set.protocol.value, rule.name
    return {
        "protocol": rule_set.protocol.value,
        "rule_set": rule_set.name,
        "rule": rule.name,
        "kind": rule_set.kind(place).value,
        "action": str(rule.action),
        **{name: getattr(tally, name)[key] for name in _BY_RULE},
    }
