"""What `manage.py policy` says: lines for people and editors, one JSON document for programs.

The document is described by `policy_report_1.json` beside this file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from policy.attributes import Connection
from policy.diff import Difference
from policy.documents import connection_to_tree
from policy.explain import Explanation
from policy.findings import Finding, Severity
from policy.matcher import Evaluation
from policy.sources import Source

SCHEMA = "zertify-policy-report-1"
Tree = dict[str, Any]
RANKS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def report(command: str, exit_code: int, files: Sequence[Tree], **more: object) -> Tree:
    """Return the document of one run."""
    head: Tree = {"schema": SCHEMA, "command": command, "exit_code": exit_code}
    return {**head, "files": list(files), **more}


def file_tree(name: str, source: Source, findings: Iterable[Finding], **more: object) -> Tree:
    """Return what is said about one file."""
    given = list(findings)
    return {
        "file": name,
        "form": source.form.value,
        "code_page": source.page.value,
        "counts": counts(given),
        "findings": [_finding(one) for one in given],
        **more,
    }


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, worst first."""
    found = Counter(one.severity for one in findings)
    return {severity.value: found[severity] for severity in Severity}


def line(name: str, finding: Finding) -> str:
    """Return a finding as `file:line:column: severity: text (code)`."""
    place = finding.place
    text = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    where = f"{name}:{max(place.line, 1)}:{max(place.column, 1)}"
    return f"{where}: {finding.severity}: {text} ({finding.code})"


def fails(findings: Iterable[Finding], at_least: Severity) -> bool:
    """Return whether one of the findings is as bad as `at_least`."""
    return any(RANKS[one.severity] >= RANKS[at_least] for one in findings)


def difference_tree(found: Difference) -> Tree:
    """Return the difference of two policies."""
    return {
        "same_meaning": found.same_meaning,
        "compared": found.compared,
        "effects": [
            {
                "protocol": one.protocol.value,
                "before": one.before,
                "after": one.after,
                "did": one.did,
                "does": one.does,
                "example": one.example,
            }
            for one in found.effects
        ],
        "edits": [
            {
                "protocol": one.protocol.value,
                "rule": one.rule,
                "what": one.what,
                "parts": list(one.parts),
            }
            for one in found.edits
        ],
    }


def explanation_tree(
    connection: Connection, outcome: Evaluation, found: Sequence[Explanation], why_not: str
) -> Tree:
    """Return what happens to one connection, and why."""
    action = outcome.action
    return {
        "connection": connection_to_tree(connection),
        "not_evaluated": why_not,
        "action": {
            "syslog_level": action.syslog_level,
            "console": action.console,
            "audit": action.audit,
            "reset": action.reset,
        },
        "results": [_explanation(one) for one in found],
    }


def _finding(one: Finding) -> Tree:
    return {
        "code": one.code,
        "severity": one.severity.value,
        "message": one.message,
        "hint": one.hint,
        "line": max(one.place.line, 1),
        "column": max(one.place.column, 1),
        "rule_set": one.place.rule_set,
        "rule": one.place.rule,
        "field": one.place.field,
    }


def _explanation(one: Explanation) -> Tree:
    rule_set, rule = one.result.rule_set, one.result.rule
    return {
        "protocol": one.result.protocol.value,
        "rule_set": rule_set.name if rule_set else None,
        "rule": rule.name if rule else None,
        "steps": [
            {
                "rule": step.rule.name,
                "kind": step.kind.value,
                "matches": not step.failed,
                "failed": [
                    {"field": part.field, "wanted": part.wanted, "found": part.found}
                    for part in step.failed
                ],
            }
            for step in one.steps
        ],
    }
