"""Rule statements -> rules with their priority."""

from __future__ import annotations

from dataclasses import dataclass

from policy.attributes import Direction
from policy.dialects.roles import CONDITIONS
from policy.errors import PolicyError, ValueInvalidError
from policy.findings import Place
from policy.lexer import Word
from policy.model import Requirement, Rule, Traffic
from policy.parser import notes
from policy.parser.blocks import PORT_FORMS, read_action, read_requirement
from policy.parser.fields import Fields
from policy.parser.objects import PROTOCOLS, Objects
from policy.parser.report import Report
from policy.parser.tree import Node, Tree
from policy.values.actions import ALLOW, Action
from policy.values.addresses import FORMS as ADDRESS_FORMS
from policy.values.addresses import AddressRange, AddressSet
from policy.values.names import NamePattern
from policy.values.ports import PortRange, PortSet
from policy.vocabulary import Protocol

HIGHEST_PRIORITY = 2_000_000_000
ANY_ADDRESS = "all"
_PATTERN = "1 to 8 of letters, digits, @ # $ and a last `*`"
_ONE = "keep one of them, or make a rule for each"


@dataclass(frozen=True, slots=True)
class Placed:
    """A rule as the file has it; `file_name` is the name that messages and records show."""

    rule: Rule
    protocol: Protocol
    priority: int
    file_name: str
    place: Place
    named_at: Place
    """Of the comment that gives its name, else of its statement."""


def read_rules(tree: Tree, objects: Objects, report: Report) -> list[Placed]:
    """Return the rules that could be read, in the order of evaluation.

    Higher priority first; equal ones by name (confirmed for AT-TLS, our reading for zERT), unless
    the dialect says that they go as they stand.
    """
    found = []
    for _, name, node in objects.nodes("rule"):
        placed = _Reader(node, objects, report).read(name)
        if placed:
            found.append(placed)
    by_name = objects.dialect.is_by_name
    return sorted(found, key=lambda one: (-one.priority, one.file_name if by_name else ""))


class _Reader:
    """Reads one rule."""

    def __init__(self, node: Node, objects: Objects, report: Report) -> None:
        self.node = node
        self.objects = objects
        self.report = report
        self.fields: Fields = objects.fields(node, "rule")

    def read(self, name: str) -> Placed | None:
        """Return the rule; None when it has no priority, protocol or sound values."""
        traffic = self._traffic()
        priority = self.fields.number("priority", 1, HIGHEST_PRIORITY)
        protocol = self._protocol()
        action = self._action()
        requirement = self._requirement(protocol) if protocol else None
        if protocol is None or priority is None:
            return None
        said = self._annotations()
        if said is None:
            return None
        try:
            rule = Rule(
                said.get("name", name),
                action or ALLOW,
                traffic,
                requirement,
                said.get("description", ""),
                said.get("owner", ""),
                notes.day(said["expires"]) if "expires" in said else None,
                notes.plain_comments(self.node),
            )
        except PolicyError as error:
            hint = "mend the name, or say another one above with `#@ name`"
            self.report.error(self.node.words[1], "value", str(error), hint)
            return None
        named = notes.words_of(self.node).get("name", self.node.keyword)
        return Placed(rule, protocol, priority, name, self.node.keyword.place, named.place)

    def _annotations(self) -> dict[str, str] | None:
        """Return what the comments above say; None, with an error at each that can't be."""
        said, words, is_whole = notes.of_node(self.node), notes.words_of(self.node), True
        for key, text in said.items():
            try:
                notes.check_value(key, text)
            except ValueInvalidError as error:
                hint = error.hint or f"write it as `{notes.write(key, '...')}`"
                message = f"`{error.value}` {error.message}"
                self.report.error(words[key], "value", message, hint)
                is_whole = False
        return said if is_whole else None

    def _traffic(self) -> Traffic:
        fields = self.fields
        job, user = fields.one("job"), fields.one("user")
        return Traffic(
            self._addresses("local"),
            self._addresses("remote"),
            self._ports("local"),
            self._ports("remote"),
            fields.read(job, NamePattern.parse, _PATTERN) if job else None,
            fields.read(user, NamePattern.parse, _PATTERN) if user else None,
            self._direction(),
        )

    def _only(self, *roles: str) -> tuple[str, Word] | None:
        given = [(role, word) for role in roles for word in self.fields.all(role)]
        for _, word in given[1:]:
            message = f"`{word.text}` comes on top of line {given[0][1].line}"
            self.report.error(word, "one-of", message, "use a group for several")
        return given[0] if given else None

    def _addresses(self, end: str) -> AddressSet | None:
        kinds = ("address", "address_set", "address_group")
        given = self._only(end, *(f"{end}_{kind}_ref" for kind in kinds))
        if given is None:
            return None
        role, word = given
        if role != end:
            kind = role.removeprefix(f"{end}_").removesuffix("_ref")
            return self.objects.refer(word, kind, self.objects.addresses)
        if word.text.lower() == ANY_ADDRESS:
            return None
        found = self.fields.read(word, AddressRange.parse, ADDRESS_FORMS)
        return AddressSet((found,)) if found else None

    def _ports(self, end: str) -> PortSet | None:
        given = self._only(f"{end}_ports", f"{end}_ports_ref", f"{end}_port_group_ref")
        if given is None:
            return None
        role, word = given
        if role.endswith("_ref"):
            kind = "ports" if role.endswith("ports_ref") else "port_group"
            return self.objects.refer(word, kind, self.objects.ports)
        found = self.fields.read(word, PortRange.parse, PORT_FORMS)
        return PortSet((found,)) if found else None

    def _direction(self) -> Direction:
        word = self.fields.one("direction")
        if word is None:
            return Direction.BOTH
        for direction, spelled in self.fields.dialect.directions.items():
            if spelled.lower() == word.text.lower():
                return direction
        hint = "one of " + ", ".join(self.fields.dialect.directions.values())
        self.report.error(word, "value", f"`{word.text}` is no direction", hint)
        return Direction.BOTH

    def _protocol(self) -> Protocol | None:
        word = self.fields.one("protocol")
        if word is None:
            return None
        for protocol, spelled in self.fields.dialect.protocols.items():
            if spelled.lower() == word.text.lower():
                return protocol
        hint = "one of " + ", ".join(self.fields.dialect.protocols.values())
        self.report.error(word, "value", f"`{word.text}` is no security protocol", hint)
        return None

    def _inline(self, *roles: str) -> list[tuple[str, Node]]:
        return [
            (one.statement.role, one)
            for one in self.node.nodes
            if one.statement and one.statement.role in roles
        ]

    def _requirement(self, protocol: Protocol) -> Requirement | None:
        given = [(role, node.keyword) for role, node in self._inline(*PROTOCOLS)]
        given += [(role, word) for role in PROTOCOLS for word in self.fields.all(f"{role}_ref")]
        for role, word in given:
            if role != CONDITIONS.get(protocol):
                message = f"`{word.text}` is no condition for {protocol}"
                right = self.fields.dialect.statements.get(CONDITIONS.get(protocol, ""))
                hint = f"it takes `{right.keyword}`" if right else "it takes none: leave it out"
                self.report.error(word, "wrong-condition", message, hint)
                return None
        if not given:
            return None
        for _, word in given[1:]:
            self.report.error(word, "one-of", "a rule has one condition for its protocol", _ONE)
        role = given[0][0]
        for _, node in self._inline(role):
            return read_requirement(self.objects.fields(node, role), protocol, "")
        return self.objects.refer(given[0][1], role, self.objects.requirements)

    def _action(self) -> Action | None:
        inline = self._inline("action")
        word = self.fields.one("action_ref")
        given = [node.keyword for _, node in inline] + ([word] if word else [])
        if not given:
            keyword = self.fields.dialect.statements["action"].keyword
            hint = f"add `{keyword}`; one that is empty allows silently"
            self.report.error(self.node.keyword, "missing", "the rule has no action", hint)
            return None
        for one in given[1:]:
            self.report.error(one, "one-of", "a rule has one action", _ONE)
        if inline:
            return read_action(self.objects.fields(inline[0][1], "action"), "")
        return self.objects.refer(word, "action", self.objects.actions) if word else None
