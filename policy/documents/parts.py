"""Parts of a document alone, as reusable objects hold them; `part_to_tree` writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from policy.documents.read import Part, Reader
from policy.documents.schema import faults_of
from policy.errors import DocumentError
from policy.model import Requirement, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.vocabulary import Protocol

Value = TypeVar("Value")


def read_traffic(tree: object) -> Traffic:
    """Return the conditions in a `traffic`; raises `DocumentError` with all faults."""
    return _read("traffic", tree, lambda reader, part: reader.traffic(part))


def read_requirement(tree: object, protocol: Protocol) -> Requirement:
    """Return the conditions in a `requirement`; raises `DocumentError` with all faults."""
    return _read("requirement", tree, lambda reader, part: reader.requirement(part, protocol))


def read_action(tree: object) -> Action:
    """Return what an `action` does; raises `DocumentError` with all faults."""
    return _read("action", tree, lambda reader, part: reader.action(part))


def read_addresses(tree: object) -> AddressSet:
    """Return the addresses of a `group`; raises `DocumentError` with all faults."""
    return _read("group", tree, lambda reader, part: reader.group(AddressSet, part))


def _read(kind: str, tree: object, make: Callable[[Reader, Part], Value | None]) -> Value:
    found = tuple(faults_of(kind, tree))
    if found or not isinstance(tree, dict):
        raise DocumentError(found)
    reader = Reader()
    made = make(reader, Part(tree, ""))
    if reader.faults or made is None:
        raise DocumentError(tuple((path or "/", message) for path, message in reader.faults))
    return made
