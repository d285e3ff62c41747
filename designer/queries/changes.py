"""What would happen to connections of stacks if they had another version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer.models import Stack, Version
from designer.queries import stacks as reads
from designer.queries.contents import policy_of
from designer.queries.site import matching
from policy.diff import Difference, diff
from policy.model import Policy
from policy.regions import Work


@dataclass(frozen=True, slots=True)
class Change:
    """One stack: the version it has for the protocol, and what differs; None: it has this one."""

    stack: Stack
    has: Version | None
    difference: Difference | None
    follows: bool = False
    """Whether it has the rule set in another version."""


def changes(version: Version, stacks: Iterable[Stack]) -> list[Change]:
    """Return what giving a version to stacks would change, each pair of versions compared once.

    All of it together is given the work of one difference; what is behind that is not compared.
    """
    have = {one.stack_id: one.version for one in reads.assigned(version.rule_set.protocol)}
    new, known = policy_of(version), dict[int, Difference]()
    found, how, work = [], matching(), Work()
    for stack in stacks:
        has = have.get(stack.pk)
        key = has.pk if has else 0
        if key == version.pk:
            found.append(Change(stack, has, None))
            continue
        if key not in known:
            known[key] = diff(policy_of(has) if has else Policy(), new, how, work)
        follows = has is not None and has.rule_set_id == version.rule_set_id
        found.append(Change(stack, has, known[key], follows))
    return found


def without(version: Version) -> Difference:
    """Return what taking a version away would change."""
    return diff(policy_of(version), Policy(), matching())
