"""The bodies of statements: one address or port, a condition, an action."""

from __future__ import annotations

from dataclasses import dataclass

from policy.dialects.roles import MIN_KEY_BITS
from policy.lexer import Word
from policy.model import MOST_KEY_BITS, Requirement
from policy.parser.fields import Fields
from policy.parser.report import known_are
from policy.values.actions import DEFAULT_LEVEL, LOWEST_LEVEL, Action
from policy.values.addresses import FORMS as ADDRESS_FORMS
from policy.values.addresses import AddressRange
from policy.values.ports import PortRange
from policy.vocabulary import KINDS, Attribute, Protocol, load, word

PORT_FORMS = "a port is 1 to 65535, a range is written `20-21`"


def read_addresses(fields: Fields) -> list[AddressRange]:
    """Return the address of an address statement, none when it is wrong."""
    roles = [role for role in fields.statement.params if fields.one(role)]
    if len(roles) != 1:
        if fields.statement.role == "address_set":
            fields.report.error(
                fields.node.keyword,
                "one-of",
                "an address set is one prefix or one range",
                "give one of them; a group takes several sets",
            )
        return []
    given = fields.all(roles[0])[0]
    found = fields.read(given, AddressRange.parse, ADDRESS_FORMS)
    if found is None or not _is_of_form(fields, given, found, roles[0]):
        return []
    return [found]


def _is_of_form(fields: Fields, given: Word, found: AddressRange, role: str) -> bool:
    right = {
        "value": found.prefix_bits is None and found.first == found.last,
        "prefix": found.prefix_bits is not None,
        "range": found.prefix_bits is None and "-" in given.text,
    }
    if not right[role]:
        form = {"value": "a single address", "prefix": "a prefix", "range": "a range"}[role]
        fields.report.error(given, "value", f"`{given.text}` is not {form}", ADDRESS_FORMS)
    return right[role]


def read_ports(fields: Fields) -> list[PortRange]:
    """Return the ports of a port statement, none when they are wrong."""
    given = fields.one("value")
    found = fields.read(given, PortRange.parse, PORT_FORMS) if given else None
    return [found] if found else []


def read_requirement(fields: Fields, protocol: Protocol, name: str) -> Requirement | None:
    """Return a condition; None when one of its values is wrong."""
    wanted: list[tuple[Attribute, tuple[str, ...]]] = []
    whole = True
    for attribute, kind in KINDS[protocol].items():
        words = _Words(fields, kind)
        names = [words.read(given) for given in fields.all(attribute.value)]
        whole &= None not in names
        if names:
            wanted.append((attribute, tuple(dict.fromkeys(one for one in names if one))))
    bits = fields.number(MIN_KEY_BITS, 1, MOST_KEY_BITS)
    whole &= bits is not None or fields.one(MIN_KEY_BITS) is None
    if not whole:
        return None
    return Requirement(protocol, tuple(wanted), bits, name)


@dataclass(frozen=True, slots=True)
class _Words:
    fields: Fields
    kind: str

    def read(self, given: Word) -> str | None:
        known = [one.name for one in load().of_kind(self.kind)]
        return self.fields.read(given, self._name, known_are(known))

    def _name(self, text: str) -> str:
        return word(self.kind, self.fields.dialect.unspelled(self.kind, text)).name


def read_action(fields: Fields, name: str) -> Action | None:
    """Return an action; None when one of its values is wrong."""
    syslog = fields.flag("syslog")
    level = fields.number("level", 0, LOWEST_LEVEL)
    given = fields.one("level")
    if given and not syslog:
        hint = f"`{fields.statement.params['syslog'].keyword} {fields.dialect.yes}` is missing"
        fields.report.warning(given, "level-unused", "the level has no effect", hint)
    if given and level is None:
        return None
    return Action(
        name,
        (DEFAULT_LEVEL if level is None else level) if syslog else None,
        console=fields.flag("console"),
        audit=fields.flag("audit"),
        reset=fields.flag("reset"),
    )
