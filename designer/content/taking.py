"""A rule set of policy -> content: from a template, a policy file, a proposal, an older version.

Where the shelf has an object of that name that says the same, the rule refers to it; everything
else stands in the rule itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from designer.content.errors import ContentError
from designer.content.resolving import Head, Shelf, resolve
from designer.content.rules import Content, RuleContent, Tree
from policy.documents import part_to_tree
from policy.model import Rule, RuleSet, Traffic
from policy.values.addresses import AddressSet

Value = TypeVar("Value")


def content_from(rule_set: RuleSet, shelf: Shelf) -> Content:
    """Return the content that resolves to what the rules say."""
    rules = enumerate(rule_set.rules())
    return Content(
        tuple(replace(_rule(rule, shelf), kind=rule_set.kind(place)) for place, rule in rules),
        comments=rule_set.comments,
    )


def content_again(rule_set: RuleSet, was: Content, shelf: Shelf) -> Content:
    """Return the content that resolves to a frozen version; rules that still mean it stay."""
    head = Head(rule_set.name, rule_set.protocol)
    rules = []
    for rule, one in zip(rule_set.rules(), content_from(rule_set, shelf).rules, strict=True):
        old = was.rule(one.name)
        rules.append(old if old and _means(old, rule, head, shelf) else one)
    return Content(tuple(rules), was.tests, rule_set.comments)


def _means(one: RuleContent, rule: Rule, head: Head, shelf: Shelf) -> bool:
    try:
        return resolve(head, Content((one,)), shelf).rules() == (rule,)
    except ContentError:
        return False


def _rule(rule: Rule, shelf: Shelf) -> RuleContent:
    local, remote = _group(rule.traffic.local, shelf), _group(rule.traffic.remote, shelf)
    rest = replace(
        rule.traffic,
        local=None if local else rule.traffic.local,
        remote=None if remote else rule.traffic.remote,
    )
    traffic = _descriptor(rest, shelf)
    wanted, does = rule.requirement, rule.action
    security = wanted.name if wanted and shelf.security.get(wanted.name) == wanted else ""
    action = does.name if does.name and shelf.actions.get(does.name) == does else ""
    return RuleContent(
        name=rule.name,
        description=rule.description,
        owner=rule.owner,
        expires=rule.expires,
        local=local,
        remote=remote,
        traffic=traffic,
        security=security,
        action=action,
        inline_traffic=_inline_traffic(rest, shelf.traffic.get(traffic)),
        inline_security=None if security or wanted is None else part_to_tree(wanted),
        inline_action=None if action or (does.is_silent and not does.name) else part_to_tree(does),
        comments=rule.comments,
    )


def _group(group: AddressSet | None, shelf: Shelf) -> str:
    return group.name if group and shelf.addresses.get(group.name) == group else ""


def _descriptor(traffic: Traffic, shelf: Shelf) -> str:
    """The descriptor that says the same, addresses aside; one that ports are named after first."""
    rest = replace(traffic, local=None, remote=None)
    return _found(rest, shelf.traffic) if not rest.is_any else ""


def _found(value: Value, known: Mapping[str, Value]) -> str:
    return next((name for name, one in known.items() if one == value), "")


def _inline_traffic(traffic: Traffic, descriptor: Traffic | None) -> Tree:
    if descriptor is not None:
        traffic = Traffic(local=traffic.local, remote=traffic.remote)
    return part_to_tree(traffic)
