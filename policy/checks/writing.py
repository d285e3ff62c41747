"""What a policy file can't carry."""

from __future__ import annotations

from collections.abc import Iterator

from policy.checks.surroundings import Surroundings
from policy.code_page import encode
from policy.errors import CodePageError
from policy.findings import Finding, Place, Severity
from policy.model import Rule, RuleSet
from policy.values.names import file_name


def check_writing(rule_set: RuleSet, around: Surroundings) -> list[Finding]:
    """Return findings about names and comments."""
    found: list[Finding] = []
    limit = around.name_limit
    for rule in rule_set.rules():
        for field, label in _labels(rule):
            if len(file_name(label)) > limit:
                message = f"`{label}` is longer than the {limit} characters of a policy file"
                place = Place(rule_set=rule_set.name, rule=rule.name, field=field)
                found.append(Finding("name-too-long", Severity.ERROR, message, place, "shorten it"))
    said = [("", rule_set.comments), *((rule.name, rule.comments) for rule in rule_set.rules())]
    for name, lines in said:
        place = Place(rule_set=rule_set.name, rule=name, field="comments")
        for line in lines:
            try:
                encode(line)
            except CodePageError as error:
                found.append(Finding("not-in-code-page", Severity.WARNING, str(error), place))
    return found


def _labels(rule: Rule) -> Iterator[tuple[str, str]]:
    traffic = rule.traffic
    yield "name", rule.name
    yield "action", rule.action.name
    if rule.requirement:
        yield "requirement", rule.requirement.name
    for field, one in (
        ("local", traffic.local),
        ("remote", traffic.remote),
        ("local_ports", traffic.local_ports),
        ("remote_ports", traffic.remote_ports),
    ):
        if one:
            yield field, one.name
