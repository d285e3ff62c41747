"""Shared statements by name: addresses, ports, conditions, actions; references lead to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from policy.dialects.dialect import Dialect
from policy.dialects.roles import CONDITIONS
from policy.lexer import Word
from policy.model import Requirement
from policy.parser import notes
from policy.parser.blocks import read_action, read_addresses, read_ports, read_requirement
from policy.parser.fields import Fields
from policy.parser.report import Report
from policy.parser.tree import Node, Tree
from policy.values.actions import Action
from policy.values.addresses import AddressRange, AddressSet
from policy.values.members import MENDED, MOST_MEMBERS
from policy.values.names import TEXT_LIMIT
from policy.values.ports import PortRange, PortSet

Value = TypeVar("Value", AddressSet, PortSet, Requirement, Action)
Member = TypeVar("Member", AddressRange, PortRange)
PROTOCOLS = {role: protocol for protocol, role in CONDITIONS.items()}


class Objects:
    """All shared statements of a file; each kind has its own names.

    Which of a name counts the dialect says: the last, usually.
    """

    def __init__(self, dialect: Dialect, report: Report) -> None:
        self.dialect = dialect
        self.report = report
        self._nodes: dict[tuple[str, str], Node] = {}
        self._used: dict[tuple[str, str], Word] = {}
        self.addresses: dict[tuple[str, str], AddressSet] = {}
        self.ports: dict[tuple[str, str], PortSet] = {}
        self.requirements: dict[tuple[str, str], Requirement] = {}
        self.actions: dict[tuple[str, str], Action] = {}

    def add(self, node: Node, role: str) -> None:
        """Take a shared statement; one without a name can't be referred to."""
        name = node.name
        if name is None:
            message = f"`{node.keyword.text}` has no name"
            self.report.error(node.keyword, "name-missing", message, "so no rule can refer to it")
            return
        is_last = self.dialect.is_last
        earlier = self._nodes.get((role, name.text))
        if earlier:
            message = (
                f"`{name.text}` is there twice, the {'last' if is_last else 'first'} one counts"
            )
            hint = f"first on line {earlier.keyword.line}"
            self.report.warning(name, "duplicate-name", message, hint)
        if is_last or not earlier:
            self._nodes.pop((role, name.text), None)  # it stands where the one that counts does
            self._nodes[role, name.text] = node

    def nodes(self, *roles: str) -> list[tuple[str, str, Node]]:
        """Return role, name and statement of those that count."""
        return [(role, name, node) for (role, name), node in self._nodes.items() if role in roles]

    def fields(self, node: Node, role: str) -> Fields:
        """Return the parameters of a statement, name checked."""
        found = Fields(node, self.dialect.statements[role], self.dialect, self.report)
        if node.name:
            found.check_name(node.name)
            if len(node.words) > 2:
                message = f"`{node.words[2].text}` after the name is ignored"
                self.report.warning(node.words[2], "text-ignored", message, "a name is one word")
        return found

    def refer(self, word: Word, role: str, known: dict[tuple[str, str], Value]) -> Value | None:
        """Return what a reference leads to; None, with an error, when it leads nowhere."""
        self._used.setdefault((role, word.text), word)
        found = known.get((role, word.text))
        if found is None and (role, word.text) not in self._nodes:
            keyword = self.dialect.statements[role].keyword
            names = (name for of_role, name in self._nodes if of_role == role)
            message = f"there is no {keyword} `{word.text}`"
            hint = (
                self.report.nearest(word.text, names) or f"add `{keyword} {word.text}` to the file"
            )
            self.report.error(word, "unknown-reference", message, hint)
        return found

    def first_use(self, role: str, name: str) -> Word | None:
        """Return the first reference to a statement, None without any."""
        return self._used.get((role, name))

    def note_unused(self, report: Report) -> None:
        """Note the statements that no reference leads to."""
        for (role, name), node in self._nodes.items():
            if role != "rule" and (role, name) not in self._used:
                report.note(node.keyword, "unused", f"nothing refers to `{name}`", "leave it out")


def read_objects(tree: Tree, dialect: Dialect, report: Report) -> Objects:
    """Return the shared statements of a file; faults go to `report`."""
    objects = Objects(dialect, report)
    for node in tree.nodes:
        if node.statement:
            objects.add(node, node.statement.role)
    _read_addresses(objects)
    _read_ports(objects)
    for role, name, node in objects.nodes(*PROTOCOLS):
        requirement = read_requirement(objects.fields(node, role), PROTOCOLS[role], _label(node))
        if requirement:
            objects.requirements[role, name] = requirement
    for role, name, node in objects.nodes("action"):
        action = read_action(objects.fields(node, role), _label(node))
        if action:
            objects.actions[role, name] = action
    notes.check(tree, report)
    return objects


def _label(node: Node) -> str:
    text = node.name.text if node.name else ""
    return notes.of_node(node).get("name", text if text.isprintable() else "")[:TEXT_LIMIT]


def _read_addresses(objects: Objects) -> None:
    for role, name, node in objects.nodes("address", "address_set"):
        found = read_addresses(objects.fields(node, role))
        if found:
            objects.addresses[role, name] = AddressSet(tuple(found), _label(node))
    for role, name, node in objects.nodes("address_group"):
        fields = objects.fields(node, role)
        members: _Members[AddressRange] = _Members(objects.report)
        for inner_role, inner in _inner(node):
            members.add(inner.keyword, read_addresses(objects.fields(inner, inner_role)))
        for member in ("address", "address_set"):
            for word in fields.all(f"{member}_ref"):
                leads_to = objects.refer(word, member, objects.addresses)
                members.add(word, leads_to.members if leads_to else ())
        gathered = members.found(fields)
        if gathered:
            objects.addresses[role, name] = AddressSet(gathered, _label(node))


def _read_ports(objects: Objects) -> None:
    for role, name, node in objects.nodes("ports"):
        found = read_ports(objects.fields(node, role))
        if found:
            objects.ports[role, name] = PortSet(tuple(found), _label(node))
    for role, name, node in objects.nodes("port_group"):
        fields = objects.fields(node, role)
        members: _Members[PortRange] = _Members(objects.report)
        for inner_role, inner in _inner(node):
            members.add(inner.keyword, read_ports(objects.fields(inner, inner_role)))
        for word in fields.all("ports_ref"):
            leads_to = objects.refer(word, "ports", objects.ports)
            members.add(word, leads_to.members if leads_to else ())
        gathered = members.found(fields)
        if gathered:
            objects.ports[role, name] = PortSet(gathered, _label(node))


def _inner(node: Node) -> list[tuple[str, Node]]:
    return [(one.statement.role, one) for one in node.nodes if one.statement]


class _Members(Generic[Member]):
    """What a group gathers, each once; `add` reports the first that is one too many."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._found: dict[Member, None] = {}

    def add(self, word: Word, members: Iterable[Member]) -> None:
        if len(self._found) > MOST_MEMBERS:
            return
        self._found |= dict.fromkeys(members)
        if len(self._found) > MOST_MEMBERS:
            message = f"the group has more than {MOST_MEMBERS:,} members"
            self._report.error(word, "too-many-members", message, MENDED)

    def found(self, fields: Fields) -> tuple[Member, ...]:
        """Return them; none of a group that is empty or too large, with an error."""
        if not self._found and not fields.node.params and not fields.node.nodes:
            hint = "add one, or leave the group out"
            self._report.error(fields.node.keyword, "empty-group", "the group has no member", hint)
        return tuple(self._found) if len(self._found) <= MOST_MEMBERS else ()
