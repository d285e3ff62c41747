"""Policy -> document; what is not given is left out."""

from __future__ import annotations

import json

import yaml

from policy.attributes import Direction
from policy.documents.schema import SCHEMA_NAME
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.ports import PortSet

Tree = dict[str, object]
Part = RuleSet | Action | Traffic | Requirement | AddressSet | PortSet


def to_tree(policy: Policy) -> Tree:
    """Return a document of dicts, lists and plain values."""
    return {"schema": SCHEMA_NAME, "rule_sets": [_rule_set(one) for one in policy.rule_sets]}


def to_json(policy: Policy) -> str:
    """Return a document as JSON, indented, ASCII."""
    return json.dumps(to_tree(policy), indent=2) + "\n"


def to_yaml(policy: Policy) -> str:
    """Return a document as YAML 1.1 in block style, ASCII."""
    text: str = yaml.safe_dump(to_tree(policy), sort_keys=False, width=100)
    return text


def part_to_tree(part: Part) -> Tree:
    """Return one part as it stands in a document."""
    match part:
        case RuleSet():
            return _rule_set(part)
        case Action():
            return _action(part)
        case Traffic():
            return _traffic(part)
        case Requirement():
            return _requirement(part)
        case _:
            return _given(name=part.name, members=[str(member) for member in part.members])


def _given(**values: object) -> Tree:
    return {key: value for key, value in values.items() if value not in (None, "", False, [], {})}


def _rule_set(one: RuleSet) -> Tree:
    return _given(
        name=one.name,
        protocol=one.protocol.value,
        description=one.description,
        general=_rule(one.general),
        specific=[_rule(rule) for rule in one.specific],
        catch_all=_rule(one.catch_all),
        comments=list(one.comments),
    )


def _rule(rule: Rule | None) -> Tree | None:
    if rule is None:
        return None
    found = _given(
        name=rule.name,
        action=_action(rule.action),
        traffic=_traffic(rule.traffic),
        description=rule.description,
        owner=rule.owner,
        expires=rule.expires.isoformat() if rule.expires else None,
        comments=list(rule.comments),
    )
    if rule.requirement:
        found["requirement"] = _requirement(rule.requirement)
    return found


def _action(action: Action) -> Tree:
    found = _given(name=action.name, console=action.console, audit=action.audit, reset=action.reset)
    if action.syslog_level is not None:
        found["syslog_level"] = action.syslog_level
    return found


def _traffic(traffic: Traffic) -> Tree:
    return _given(
        local=_group(traffic.local),
        remote=_group(traffic.remote),
        local_ports=_group(traffic.local_ports),
        remote_ports=_group(traffic.remote_ports),
        job=str(traffic.job) if traffic.job else None,
        user=str(traffic.user) if traffic.user else None,
        direction=traffic.direction.value if traffic.direction is not Direction.BOTH else None,
    )


def _group(group: AddressSet | PortSet | None) -> Tree | None:
    return part_to_tree(group) if group else None


def _requirement(wanted: Requirement) -> Tree:
    return _given(
        name=wanted.name,
        **{attribute.value: list(names) for attribute, names in wanted.wanted},
        min_key_bits=wanted.min_key_bits,
    )
