"""TOML -> entries; a fault is named with its file and its entry."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import TypeVar

from designer.shipped.entries import (
    AddressGroup,
    Entry,
    SecurityDescriptor,
    ShippedAction,
    TrafficDescriptor,
)
from policy.attributes import Direction
from policy.errors import PolicyError
from policy.model import Requirement, Traffic
from policy.values.actions import Action
from policy.values.addresses import AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import CONFIDENCES, KINDS, Attribute, Protocol

Row = Mapping[str, object]
Made = TypeVar("Made", bound=Entry)
HEAD = ("key", "name", "description", "basis", "confidence")


class ShippedError(Exception):
    """A shipped file is not what it should be: which file, which entry, why."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{file}: entry `{entry}`: {reason}" if entry else f"{file}: {reason}")
        self.file = file
        self.entry = entry
        self.reason = reason


class Part:
    """One table of an entry, read field by field; what nobody asked for is a fault."""

    def __init__(self, row: object, file: str, entry: str) -> None:
        self.file = file
        self.entry = entry
        if not isinstance(row, dict):
            raise self.fault("this is no table")
        self._rest = dict(row)

    def fault(self, reason: str) -> ShippedError:
        """Return the error that names this entry."""
        return ShippedError(self.file, self.entry, reason)

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        found = self.optional(name)
        if not found:
            raise self.fault(f"`{name}` is missing or empty")
        return found

    def optional(self, name: str) -> str:
        """Return a text, empty when it is not given."""
        found = self._rest.pop(name, "")
        if not isinstance(found, str):
            raise self.fault(f"`{name}` is no text")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty when it is not given."""
        found = self._rest.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.fault(f"`{name}` is no list of texts")
        return tuple(map(str, found))

    def number(self, name: str) -> int | None:
        """Return a number, None when it is not given."""
        found = self._rest.pop(name, None)
        if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
            raise self.fault(f"`{name}` is no number")
        return found

    def flag(self, name: str) -> bool:
        """Return a switch, off when it is not given."""
        found = self._rest.pop(name, False)
        if not isinstance(found, bool):
            raise self.fault(f"`{name}` is neither true nor false")
        return found

    def parts(self, name: str) -> list[Part]:
        """Return a list of tables, empty when it is not given."""
        found = self._rest.pop(name, [])
        if not isinstance(found, list):
            raise self.fault(f"`{name}` is no list of tables")
        return [Part(one, self.file, self.entry) for one in found]

    def part(self, name: str) -> Part | None:
        """Return a table, None when it is not given."""
        found = self._rest.pop(name, None)
        return None if found is None else Part(found, self.file, self.entry)

    def protocol(self) -> Protocol:
        """Return the protocol, which must be there."""
        given = self.text("protocol")
        if given not in {one.value for one in Protocol}:
            raise self.fault(f"`{given}` is no protocol")
        return Protocol(given)

    def end(self) -> None:
        """Refuse what was not asked for."""
        if self._rest:
            raise self.fault(f"`{min(self._rest)}` is not known")


def entries(text: str, file: str, make: Callable[[Part, Entry], Made]) -> dict[str, Made]:
    """Return the entries of a file by key; raises `ShippedError`."""
    try:
        table: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShippedError(file, "", f"this is not TOML: {error}") from error
    rows = table.pop("entry", None)
    if not isinstance(rows, list) or not rows or table:
        raise ShippedError(file, "", "a file has entries and nothing else")
    found: dict[str, Made] = {}
    names: set[str] = set()
    for number, row in enumerate(rows, start=1):
        label = row.get("key") if isinstance(row, dict) else None
        part = Part(row, file, str(label or number))
        head = Entry(*(part.text(name) for name in HEAD))
        if head.confidence not in CONFIDENCES:
            raise part.fault(f"`{head.confidence}` is no confidence")
        if head.key in found or head.name.lower() in names:
            raise part.fault("its key or name is there twice")
        try:
            found[head.key] = make(part, head)
        except PolicyError as error:
            raise part.fault(str(error)) from error
        part.end()
        names.add(head.name.lower())
    return found


def traffic(part: Part, head: Entry) -> TrafficDescriptor:
    """Return a traffic descriptor; the server's side is inbound unless told."""
    given = part.optional("direction") or Direction.INBOUND.value
    if given not in {one.value for one in Direction}:
        raise part.fault(f"`{given}` is no direction")
    local, remote = part.texts("local_ports"), part.texts("remote_ports")
    job, user = part.optional("job"), part.optional("user")
    made = Traffic(
        local_ports=PortSet.parse(*local, name=head.name) if local else None,
        remote_ports=PortSet.parse(*remote, name=head.name) if remote else None,
        job=NamePattern(job) if job else None,
        user=NamePattern(user) if user else None,
        direction=Direction(given),
    )
    if not (local or remote or job or user):
        raise part.fault("it describes no connections")
    return TrafficDescriptor(*_head(head), made)


def security(part: Part, head: Entry) -> SecurityDescriptor:
    """Return a security descriptor."""
    protocol = part.protocol()
    wanted: list[tuple[Attribute, tuple[str, ...]]] = []
    for attribute in KINDS[protocol]:
        words = part.texts(attribute.value)
        if words:
            wanted.append((attribute, words))
    made = Requirement(protocol, tuple(wanted), part.number("min_key_bits"), head.name)
    if made.is_empty:
        raise part.fault("it asks for nothing")
    return SecurityDescriptor(*_head(head), made)


def action(part: Part, head: Entry) -> ShippedAction:
    """Return an action."""
    made = Action(
        head.name,
        part.number("syslog_level"),
        console=part.flag("console"),
        audit=part.flag("audit"),
        reset=part.flag("reset"),
    )
    return ShippedAction(*_head(head), made)


def addresses(part: Part, head: Entry) -> AddressGroup:
    """Return an address group."""
    return AddressGroup(*_head(head), AddressSet.parse(*part.texts("members"), name=head.name))


def _head(head: Entry) -> tuple[str, str, str, str, str]:
    return head.key, head.name, head.description, head.basis, head.confidence
