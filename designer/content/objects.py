"""The content of reusable objects: read into the values of policy, and written as it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from designer.content.errors import ContentError
from designer.content.rules import Tree
from policy.documents import part_to_tree
from policy.documents.parts import read_action, read_addresses, read_requirement, read_traffic
from policy.errors import DocumentError, PolicyError
from policy.model import Requirement, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.vocabulary import Protocol

Value = TypeVar("Value")
_PORTS = ("local_ports", "remote_ports")


def addresses(name: str, content: Tree) -> AddressSet:
    """Return an address group with its name. Raises ContentError."""
    return _read(name, lambda: read_addresses({**content, "name": name}))


def traffic(name: str, content: Tree) -> Traffic:
    """Return a traffic descriptor; its ports carry its name. Raises ContentError."""
    named = {
        key: {**value, "name": name}
        for key in _PORTS
        if isinstance(value := content.get(key), dict)
    }
    found = _read(name, lambda: read_traffic({**content, **named}))
    if found.local or found.remote:
        message = "addresses stand in an address group, not in a traffic descriptor"
        raise ContentError((name, "local" if found.local else "remote", message))
    if found.is_any:
        raise ContentError((name, "", "a traffic descriptor needs a condition"))
    return found


def security(name: str, content: Tree, protocol: Protocol) -> Requirement:
    """Return a security descriptor with its name. Raises ContentError."""
    found = _read(name, lambda: read_requirement({**content, "name": name}, protocol))
    if found.is_empty:
        raise ContentError((name, "", "a security descriptor needs a condition"))
    return found


def action(name: str, content: Tree) -> Action:
    """Return an action with its name. Raises ContentError."""
    return _read(name, lambda: read_action({**content, "name": name}))


def kept(value: AddressSet | Traffic | Requirement | Action) -> Tree:
    """Return what is stored of a value: its document without the name."""
    return without_name(part_to_tree(value))


def without_name(tree: Tree) -> Tree:
    """Return a part of a document without its name, and without those of its ports."""
    for key in _PORTS:
        part = tree.get(key)
        if isinstance(part, dict):
            part.pop("name", None)
    return {key: one for key, one in tree.items() if key != "name"}


def _read(name: str, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except DocumentError as error:
        faults = ((name, path.strip("/"), message) for path, message in error.faults)
        raise ContentError(*faults) from error
    except PolicyError as error:
        raise ContentError((name, "", str(error))) from error
