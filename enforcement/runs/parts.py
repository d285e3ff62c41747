"""The parts of a run: which stacks meet which policy, as it is when the run is started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designer import rulesets
from designer.content.errors import DesignerError
from designer.models import Stack, Version
from enforcement.engine.lives import upper
from enforcement.runs.errors import RunError
from enforcement.runs.wanted import Wanted
from policy import documents
from policy.model import Policy

Names = tuple[str, str, str]
"""Sysplex, system and stack as records name them."""


def parts_of(wanted: Wanted) -> list[dict[str, Any]]:
    """Return the parts, no stack in two of them. Raises RunError."""
    _one_for_each_protocol(wanted.versions, field="versions")
    _one_for_each_protocol(wanted.against, field="against")
    if wanted.versions:
        names = dict.fromkeys(rulesets.recorded_name(stack) for stack in wanted.stacks)
        return [_part([*names], wanted.versions, wanted.against)]
    found: dict[tuple[int, ...], tuple[list[Version], list[Names]]] = {}
    for stack in _bearers(wanted.stacks or rulesets.stacks()):
        versions = rulesets.versions_read_with(stack)
        if versions:
            same = found.setdefault(_keys(versions), (versions, []))
            same[1].append(rulesets.recorded_name(stack))
    if not found:
        which = "none of these stacks" if wanted.stacks else "no stack"
        raise RunError(
            f"{which} has a rule set: choose versions here, or assign them to stacks",
            field="versions",
        )
    return [_part(stacks, versions, wanted.against) for versions, stacks in found.values()]


def _bearers(stacks: Sequence[Stack]) -> list[Stack]:
    """One stack for each name in records: the one that the records are linked to, if any is.

    Stacks of different z/OS groups may bear the same names. Raises RunError where they have
    different rule sets and nothing says whose the records are.
    """
    found: dict[Names, Stack] = {}
    for stack in sorted(stacks, key=lambda one: one.recorded_id is None):
        names = upper(rulesets.recorded_name(stack))
        before = found.setdefault(names, stack)
        if before is stack or (before.recorded_id and not stack.recorded_id):
            continue
        if _keys(rulesets.versions_read_with(before)) != _keys(rulesets.versions_read_with(stack)):
            groups = f"{before.system.group} and {stack.system.group}"
            raise RunError(
                f"{stack} is there twice, in {groups}, with different rule sets: choose one of "
                "them, or link the records to one",
                field="stacks",
            )
    return [*found.values()]


def _keys(versions: Sequence[Version]) -> tuple[int, ...]:
    return tuple(one.pk for one in versions)


def _part(
    stacks: list[Names], versions: Sequence[Version], against: Sequence[Version]
) -> dict[str, Any]:
    """Where the other side has no version for a protocol, that of the first stays."""
    part: dict[str, Any] = {"stacks": stacks, **_policy(versions)}
    if against:
        base = {one.rule_set.protocol: one for one in versions}
        other = base | {one.rule_set.protocol: one for one in against}
        part["other"] = _policy(list(other.values()))
    return part


def _policy(versions: Sequence[Version]) -> dict[str, Any]:
    try:
        policy = Policy(tuple(rulesets.of_version(one) for one in versions))
    except DesignerError as error:
        raise RunError(str(error), field="versions") from error
    document = documents.to_tree(policy)
    return {
        "document": document,
        "digest": rulesets.digest_of(document),
        "versions": [
            {
                "id": one.pk,
                "name": str(one),
                "state": one.state,
                "protocol": one.rule_set.protocol,
                "digest": one.digest,
            }
            for one in versions
        ],
    }


def _one_for_each_protocol(versions: Sequence[Version], *, field: str) -> None:
    seen: set[str] = set()
    for one in versions:
        protocol = one.rule_set.protocol
        if protocol in seen:
            raise RunError(f"choose one version for {protocol}: a stack has one", field=field)
        seen.add(protocol)
