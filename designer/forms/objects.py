"""Reusable objects: what each kind says, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from designer.content.labels import TEXT_LIMIT
from designer.content.rules import Tree
from designer.forms.conditions import (
    PORTS,
    SecurityFields,
    TrafficFields,
    members,
    security_initial,
    split,
    traffic_initial,
    traffic_tree,
)
from designer.models import ReusableObject
from designer.objects import Said
from policy.errors import ValueInvalidError
from policy.values.actions import LEVELS
from policy.values.addresses import AddressRange
from policy.values.members import MENDED, MOST_MEMBERS, too_many
from policy.values.names import NAME_LIMIT, NamePattern
from policy.values.ports import PortRange
from policy.vocabulary import Protocol
from web.looks import dress
from web.revisions import RevisionField

_LISTS: Final = {one: one for one in PORTS}
_EXTRAS: Final = ("console", "audit", "reset")
_MOST_FAULTS: Final = 5
_DASH = re.compile(r"\s*-\s*")


class ObjectForm(forms.Form):
    """What an object of any kind has."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_LIMIT,
        help_text=f"Rules choose it by this name; at most {NAME_LIMIT} characters.",
        error_messages={"required": "An object needs a name."},
    )
    description = forms.CharField(label="What it is for", max_length=TEXT_LIMIT, required=False)
    basis = forms.CharField(
        label="What it rests on",
        max_length=TEXT_LIMIT,
        required=False,
        help_text="A standard, a decision, a ticket.",
    )
    revision = RevisionField()

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        protocol: Protocol | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`protocol` is that of a security descriptor."""
        super().__init__(data, initial=dict(initial or {}))
        self.protocol = protocol
        dress(self)

    def tree(self) -> Tree:
        """Return the content of what could be read."""
        raise NotImplementedError

    def said(self) -> Said:
        """Return what a valid form says."""
        given = self.cleaned_data
        protocol = self.protocol.value if self.protocol else ""
        return Said(given["name"], self.tree(), given["description"], given["basis"], protocol)


class AddressForm(ObjectForm):
    """An address group."""

    members = forms.CharField(
        label="Addresses",
        widget=forms.Textarea(
            attrs={"rows": 10, "class": "form-control mono", "spellcheck": "false"}
        ),
        help_text="One to a line: an address (10.1.1.1), a prefix (10.2.0.0/16, 2001:db8::/32) or"
        " a range (192.0.2.1-192.0.2.9).",
        error_messages={"required": "A group needs an address."},
    )

    def clean_members(self) -> list[str]:
        """Every line that can't be read is named, and so is what stands there twice."""
        faults: list[str] = []
        found: dict[AddressRange, int] = {}
        for number, line in enumerate(self.cleaned_data["members"].splitlines(), start=1):
            for text in split(_DASH.sub("-", line)):
                try:
                    one = AddressRange.parse(text)
                except ValueInvalidError as error:
                    faults.append(f"Line {number}: {error}.")
                    continue
                if one in found:
                    faults.append(f"Line {number}: `{text}` stands in line {found[one]} already.")
                found.setdefault(one, number)
        _refuse([*faults, *_too_many(len(found))])
        return [str(one) for one in found]

    def tree(self) -> Tree:
        return {"members": self.cleaned_data.get("members", [])}


class TrafficForm(ObjectForm, TrafficFields):
    """A traffic descriptor."""

    def clean_local_ports(self) -> str:
        return self._read("local_ports", PortRange.parse)

    def clean_remote_ports(self) -> str:
        return self._read("remote_ports", PortRange.parse)

    def clean_job(self) -> str:
        return self._read("job", NamePattern.parse)

    def clean_user(self) -> str:
        return self._read("user", NamePattern.parse)

    def tree(self) -> Tree:
        return traffic_tree(self.cleaned_data, _LISTS)

    def _read(self, name: str, parse: Callable[[str], object]) -> str:
        text = str(self.cleaned_data[name])
        faults = []
        for one in split(text):
            try:
                parse(one)
            except ValueInvalidError as error:
                faults.append(f"{error}.")
        _refuse([*faults, *_too_many(len(split(text)))])
        return text


class SecurityForm(ObjectForm, SecurityFields):
    """A security descriptor of one protocol."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        protocol: Protocol | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, protocol=protocol, initial=initial)
        if protocol:
            self.ask_for(protocol)
        dress(self)

    def tree(self) -> Tree:
        return self.security_tree()


class ActionForm(ObjectForm):
    """An action: any of a message, a console message, an audit record, a reset."""

    syslog_level = forms.ChoiceField(
        label="Message to syslogd",
        required=False,
        choices=[("", "none"), *((str(n), f"{n}: {word}") for n, word in enumerate(LEVELS))],
        help_text="The facility is local5. The lower the level, the more urgent.",
    )
    extras = forms.MultipleChoiceField(
        label="What else happens",
        required=False,
        choices=[
            ("console", "a message to the console"),
            ("audit", "an audit record (SMF 119, subtype 11)"),
            ("reset", "the connection is reset"),
        ],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text="A reset comes after the connection is made, and writes no message of its own:"
        " choose one as well. Nothing chosen at all lets the connection pass silently.",
    )

    def tree(self) -> Tree:
        level = self.cleaned_data.get("syslog_level")
        chosen = self.cleaned_data.get("extras", [])
        return {
            **({"syslog_level": int(level)} if level else {}),
            **{one: True for one in _EXTRAS if one in chosen},
        }


FORMS: Final[dict[str, type[ObjectForm]]] = {
    "address-groups": AddressForm,
    "traffic": TrafficForm,
    "security": SecurityForm,
    "actions": ActionForm,
}
"""What stands in addresses -> the form of that kind."""


def initial_of(kind: str, row: ReusableObject) -> dict[str, Any]:
    """Return the values of the fields for an object that is there."""
    own = {"name": row.name, "description": row.description, "basis": row.basis}
    return {**own, "revision": row.revision, **_INITIAL[kind](row.content)}


def _action_initial(tree: Tree) -> dict[str, Any]:
    level = tree.get("syslog_level")
    return {
        "syslog_level": "" if level is None else str(level),
        "extras": [one for one in _EXTRAS if tree.get(one)],
    }


_INITIAL: Final[dict[str, Callable[[Tree], dict[str, Any]]]] = {
    "address-groups": lambda tree: {"members": "\n".join(members(tree))},
    "traffic": lambda tree: traffic_initial(tree, _LISTS),
    "security": security_initial,
    "actions": _action_initial,
}


def _too_many(count: int) -> list[str]:
    return [f"It {too_many(count)}; {MENDED}."] if count > MOST_MEMBERS else []


def _refuse(faults: list[str]) -> None:
    if len(faults) > _MOST_FAULTS:
        faults = [*faults[:_MOST_FAULTS], f"{len(faults) - _MOST_FAULTS} more are wrong."]
    if faults:
        raise ValidationError(faults)
