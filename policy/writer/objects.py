"""What rules refer to: written once, after the rules, in the order of its first use."""

from __future__ import annotations

from policy.dialects.dialect import Dialect
from policy.dialects.roles import CONDITIONS, MIN_KEY_BITS
from policy.model import Requirement
from policy.parser.notes import write as note
from policy.values.actions import Action
from policy.values.addresses import AddressRange, AddressSet
from policy.values.ports import PortSet
from policy.vocabulary import KINDS
from policy.writer.naming import Names
from policy.writer.page import Page, Params


class Objects:
    """Shared statements of one file, each with its name."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        limit = dialect.name_limit
        self.rules = Names(limit, "rule")
        prefixes = {
            "address": "addr",
            "address_set": "addrS",
            "address_group": "addrG",
            "ports": "portR",
            "port_group": "portG",
        }
        self._names = {role: Names(limit, prefixes.get(role, role)) for role in dialect.statements}
        self._addresses: dict[AddressSet, tuple[str, str]] = {}
        self._ports: dict[PortSet, tuple[str, str]] = {}
        self._requirements: dict[Requirement, tuple[str, str]] = {}
        self._actions: dict[Action, tuple[str, str]] = {}

    def refer_addresses(self, params: Params, end: str, wanted: AddressSet | None) -> None:
        """Write an address condition of a rule: inline when it is one address without a name."""
        if wanted is None:
            return
        if not wanted.name and len(wanted.members) == 1:
            params.add(end, str(wanted))
            return
        role = _form(wanted.members[0])[0] if len(wanted.members) == 1 else "address_group"
        name = self._names[role].of(wanted, wanted.name)
        self._addresses[wanted] = (role, name)
        params.add(f"{end}_{role}_ref", name)

    def refer_ports(self, params: Params, end: str, wanted: PortSet | None) -> None:
        """Write a port condition of a rule."""
        if wanted is None:
            return
        if not wanted.name and len(wanted.members) == 1:
            params.add(f"{end}_ports", str(wanted))
            return
        role = "ports" if len(wanted.members) == 1 else "port_group"
        name = self._names[role].of(wanted, wanted.name)
        self._ports[wanted] = (role, name)
        params.add(f"{end}_{role}_ref", name)

    def refer_requirement(self, params: Params, wanted: Requirement) -> None:
        """Write a security condition of a rule: inline when it has no name."""
        role = CONDITIONS[wanted.protocol]
        if not wanted.name:
            with params.block(role) as inner:
                self._requirement(inner, wanted)
            return
        name = self._names[role].of(wanted, wanted.name)
        self._requirements[wanted] = (role, name)
        params.add(f"{role}_ref", name)

    def refer_action(self, params: Params, wanted: Action) -> None:
        """Write the action of a rule: inline when it has no name."""
        if not wanted.name:
            with params.block("action") as inner:
                self._action(inner, wanted)
            return
        name = self._names["action"].of(wanted, wanted.name)
        self._actions[wanted] = ("action", name)
        params.add("action_ref", name)

    def write(self, page: Page) -> None:
        """Write all that was referred to."""
        for requirement, (role, name) in self._requirements.items():
            _label(page, requirement.name, name)
            with page.block(role, name) as params:
                self._requirement(params, requirement)
        for action, (role, name) in self._actions.items():
            _label(page, action.name, name)
            with page.block(role, name) as params:
                self._action(params, action)
        for ports, (role, name) in self._ports.items():
            _label(page, ports.name, name)
            with page.block(role, name) as params:
                self._members_of_ports(params, ports, role)
        for addresses, (role, name) in self._addresses.items():
            _label(page, addresses.name, name)
            with page.block(role, name) as params:
                self._members_of_addresses(params, addresses, role)

    def _requirement(self, params: Params, wanted: Requirement) -> None:
        for attribute, names in wanted.wanted:
            kind = KINDS[wanted.protocol][attribute]
            params.add(attribute.value, *(self.dialect.spelled(kind, name) for name in names))
        if wanted.min_key_bits is not None:
            params.add(MIN_KEY_BITS, str(wanted.min_key_bits))

    def _action(self, params: Params, action: Action) -> None:
        if action.audit:
            params.add("audit", self.dialect.yes)
        if action.syslog_level is not None:
            params.add("syslog", self.dialect.yes)
            params.add("level", str(action.syslog_level))
        if action.console:
            params.add("console", self.dialect.yes)
        if action.reset:
            params.add("reset", self.dialect.yes)

    def _members_of_ports(self, params: Params, ports: PortSet, role: str) -> None:
        if role == "ports":
            params.add("value", str(ports.members[0]))
            return
        for member in ports.members:
            with params.block("ports") as inner:
                inner.add("value", str(member))

    def _members_of_addresses(self, params: Params, addresses: AddressSet, role: str) -> None:
        for member in addresses.members:
            kind, form = _form(member)
            if role != "address_group":
                params.add(form, str(member))
                continue
            with params.block(kind) as inner:
                inner.add(form, str(member))


def _form(member: AddressRange) -> tuple[str, str]:
    if member.prefix_bits is not None:
        return "address_set", "prefix"
    return ("address", "value") if member.first == member.last else ("address_set", "range")


def _label(page: Page, label: str, name: str) -> None:
    if label != name:
        page.raw(note("name", label))
