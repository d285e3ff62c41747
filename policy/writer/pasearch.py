"""A text view like that of `pasearch -z`; its layout is AT-TLS's, recalled, so only a view."""

from __future__ import annotations

from collections import defaultdict

from policy.attributes import Direction
from policy.model import Policy, Rule
from policy.numbering import priorities
from policy.values.addresses import AddressRange, AddressSet
from policy.values.ports import PortSet
from policy.writer.naming import Names

NAME_LIMIT = 500


def pasearch_view(policy: Policy, image: str) -> str:
    """Return all rules as `pasearch` would show them, in the order of evaluation."""
    lines = [
        f"TCP/IP pasearch (view by Zertify)       Image Name: {image}",
        "  Layout: that of AT-TLS, not verified for zERT",
    ]
    names = Names(NAME_LIMIT)
    for rule_set in policy.rule_sets:
        lines += ["", f"zERT rule set:          {rule_set.protocol}  ({rule_set.name})"]
        for rule, priority in zip(rule_set.rules(), priorities(rule_set), strict=True):
            lines += ["", *_rule(rule, names.fresh(rule.name), priority)]
    return "\n".join((*lines, ""))


def _rule(rule: Rule, name: str, priority: int) -> list[str]:
    traffic = rule.traffic
    direction = traffic.direction if traffic.direction is not Direction.BOTH else "Both"
    local, remote = _ports(traffic.local_ports), _ports(traffic.remote_ports)
    job, user = (str(one) if one else "" for one in (traffic.job, traffic.user))
    return [
        f"policyRule:             {name}",
        "  Rule Type:            ZERT",
        "  Version:              3               Status:            Active",
        f"  Weight:               {priority:<15} ForLoadDist:       False",
        f"  Priority:             {priority:<15} Sequence Actions:  Don't Care",
        "  No. Policy Action:    1",
        f"  policyAction:         {rule.action.name or '(inline)'}",
        "   ActionType:          ZERT",
        "   Action Sequence:     0",
        f"   Effect:              {rule.action}",
        "  ZERT Condition Summary:               NegativeIndicator: Off",
        f"   Local Address:       {_addresses(traffic.local)}",
        f"   Remote Address:      {_addresses(traffic.remote)}",
        f"   LocalPortFrom:       {local[0]:<15} LocalPortTo:       {local[1]}",
        f"   RemotePortFrom:      {remote[0]:<15} RemotePortTo:      {remote[1]}",
        f"   JobName:             {job:<15} UserId:            {user}".rstrip(),
        f"   ServiceDirection:    {direction}",
        *_requirement(rule),
        *_members(rule),
    ]


def _members(rule: Rule) -> list[str]:
    """Groups as they are configured; the summary has only their lowest and highest member."""
    groups = (
        ("Local addresses", rule.traffic.local),
        ("Remote addresses", rule.traffic.remote),
        ("Local ports", rule.traffic.local_ports),
        ("Remote ports", rule.traffic.remote_ports),
    )
    return [
        f"   {label + ':':<21}{group.name + ': ' if group.name else ''}{group}"
        for label, group in groups
        if group and (group.name or len(group.members) > 1)
    ]


def _requirement(rule: Rule) -> list[str]:
    if rule.requirement is None:
        return []
    lines = [
        f"   {attribute.value.replace('_', ' ').capitalize() + ':':<21}{', '.join(names)}"
        for attribute, names in rule.requirement.wanted
    ]
    bits = rule.requirement.min_key_bits
    return [*lines, *([f"   {'Min key length:':<21}{bits}"] if bits else [])]


def _addresses(wanted: AddressSet | None) -> str:
    if wanted is None:
        return "FromAddr: All   ToAddr: All"
    by_version: dict[int, list[AddressRange]] = defaultdict(list)
    for member in wanted.members:
        by_version[member.first.version].append(member)
    spans = []
    for _, members in sorted(by_version.items()):
        low = min(members, key=lambda one: int(one.first)).first
        high = max(members, key=lambda one: int(one.last)).last
        spans.append(f"FromAddr: {low}   ToAddr: {high}")
    return "; ".join(spans)


def _ports(wanted: PortSet | None) -> tuple[int, int]:
    if wanted is None:
        return 0, 0
    return min(one.first for one in wanted.members), max(one.last for one in wanted.members)
