"""Fields that a rule has and a reusable object too: ports, job, user; versions and algorithms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from designer.content.rules import Tree
from policy.attributes import Direction
from policy.model import MOST_KEY_BITS
from policy.vocabulary import KINDS, Attribute, Protocol, choices

PORTS: Final = ("local_ports", "remote_ports")
WHO: Final = ("job", "user", "direction")
WORDS: Final = {
    Attribute.VERSION: "Version",
    Attribute.ENCRYPTION: "Encryption",
    Attribute.ENCRYPTION_IN: "Inbound encryption",
    Attribute.ENCRYPTION_OUT: "Outbound encryption",
    Attribute.AUTHENTICATION: "Message authentication",
    Attribute.AUTHENTICATION_IN: "Inbound message authentication",
    Attribute.AUTHENTICATION_OUT: "Outbound message authentication",
    Attribute.KEY_EXCHANGE: "Key exchange",
    Attribute.PHASE1_ENCRYPTION: "Phase 1 encryption",
    Attribute.PHASE1_AUTHENTICATION: "Phase 1 message authentication",
    Attribute.PHASE2_ENCRYPTION: "Phase 2 encryption",
    Attribute.PHASE2_AUTHENTICATION: "Phase 2 message authentication",
}


class TrafficFields(forms.Form):
    """Whose connections, addresses aside."""

    local_ports = forms.CharField(label="Local ports", required=False, help_text="992, 2023-2030")
    remote_ports = forms.CharField(
        label="Remote ports", required=False, help_text="1414, 8000-8080"
    )
    job = forms.CharField(label="Job", required=False, help_text="TN3270 or TN3*", max_length=8)
    user = forms.CharField(
        label="User ID", required=False, help_text="A last * is any", max_length=8
    )
    direction = forms.ChoiceField(
        label="Direction",
        required=False,
        choices=[
            ("", "inbound and outbound"),
            (Direction.INBOUND.value, "inbound: the stack is the server"),
            (Direction.OUTBOUND.value, "outbound: the stack is the client"),
        ],
    )


class SecurityFields(forms.Form):
    """Which protection of one protocol."""

    min_key_bits = forms.IntegerField(
        label="Shortest key in bits", required=False, min_value=1, max_value=MOST_KEY_BITS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted: dict[str, Attribute] = {}

    def ask_for(self, protocol: Protocol) -> None:
        """Add the fields of what the protocol's rules can ask for."""
        for attribute in KINDS[protocol]:
            name = f"want_{attribute.value}"
            self.wanted[name] = attribute
            self.fields[name] = forms.MultipleChoiceField(
                label=WORDS[attribute],
                required=False,
                choices=[(one.name, one.name) for one in choices(protocol, attribute)],
                widget=forms.SelectMultiple(attrs={"size": 7}),
            )

    @property
    def wanted_fields(self) -> list[forms.BoundField]:
        """The fields of what the protocol's rules can ask for."""
        return [self[name] for name in self.wanted]

    def security_tree(self) -> Tree:
        """Return what is asked for of what could be read."""
        given = self.cleaned_data
        chosen = {a.value: given[n] for n, a in self.wanted.items() if given.get(n)}
        bits = given.get("min_key_bits")
        return {**chosen, **({"min_key_bits": bits} if bits else {})}


def traffic_tree(given: Mapping[str, Any], lists: Mapping[str, str]) -> Tree:
    """Return the conditions in what was typed; `lists` are names of fields by part of the tree."""
    found: Tree = {name: str(given[name]).strip() for name in WHO if given.get(name)}
    for name, field in lists.items():
        members = split(str(given.get(field) or ""))
        if members:
            found[name] = {"members": members}
    return found


def traffic_initial(tree: Tree, lists: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the fields for conditions that are there."""
    found: dict[str, Any] = {name: tree.get(name, "") for name in WHO}
    return found | {field: ", ".join(members(tree.get(name))) for name, field in lists.items()}


def security_initial(tree: Tree) -> dict[str, Any]:
    """Return the values of the fields for a protection that is there."""
    found: dict[str, Any] = {f"want_{key}": value for key, value in tree.items()}
    found["min_key_bits"] = tree.get("min_key_bits")
    return found


def split(text: str) -> list[str]:
    """Return what blanks, commas, semicolons and lines part."""
    return [one for one in re.split(r"[,;\s]+", text) if one]


def members(group: object) -> list[str]:
    """Return what a group of a document names."""
    found = group.get("members", []) if isinstance(group, dict) else []
    return [str(one) for one in found]
