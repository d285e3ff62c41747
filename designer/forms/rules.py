"""One rule: whose connections, which protection, what happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from designer.content.labels import OWNER_LIMIT, TEXT_LIMIT
from designer.content.resolving import Shelf
from designer.content.rules import RuleContent
from designer.forms.comments import CommentsField, text_of
from designer.forms.conditions import (
    PORTS,
    WHO,
    SecurityFields,
    TrafficFields,
    security_initial,
    traffic_initial,
    traffic_tree,
)
from policy.documents.parts import read_action
from policy.model import Kind
from policy.values.names import NAME_LIMIT
from policy.vocabulary import Protocol
from web.looks import dress

OWN, KEPT, ANY = "~own", "~kept", ""
_LISTS: Final = {"local": "local_ips", "remote": "remote_ips", **{one: one for one in PORTS}}
_NAMED: Final = ("local", "remote", "traffic")
_OWN_TRAFFIC: Final = (*_LISTS.values(), *WHO)
_SPECIFIC: Final = (*_NAMED, *_OWN_TRAFFIC, "expires", "owner")


class RuleForm(TrafficFields, SecurityFields):
    """A rule of any kind; only a specific one has conditions on the connection."""

    name = forms.CharField(
        label="Name of the rule",
        max_length=NAME_LIMIT,
        help_text="Stands in messages and records.",
        error_messages={"required": "A rule needs a name."},
    )
    traffic = forms.ChoiceField(
        label="Traffic", required=False, help_text="A service by its ports, job and direction."
    )
    local = forms.ChoiceField(label="Local address group", required=False)
    local_ips = forms.CharField(
        label="Local addresses", required=False, help_text="10.1.1.1, 10.2.0.0/16"
    )
    remote = forms.ChoiceField(label="Remote address group", required=False)
    remote_ips = forms.CharField(
        label="Remote addresses", required=False, help_text="192.0.2.1-192.0.2.9, 2001:db8::/32"
    )
    security = forms.ChoiceField(
        label="Protection",
        required=False,
        help_text="What a connection uses when the rule is to take it.",
    )
    action = forms.ChoiceField(
        label="Action",
        required=False,
        help_text="A reset comes after the connection is made, and writes no message of its own.",
    )
    expires = forms.DateField(
        label="Exception until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The last day; lapsing exceptions are listed. z/OS itself knows no such day.",
    )
    owner = forms.CharField(label="Owner", required=False, max_length=OWNER_LIMIT)
    description = forms.CharField(label="Why", required=False, max_length=TEXT_LIMIT)
    comments = CommentsField("Comments in the file", "Each line stands above the rule, behind a #.")

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: Kind,
        protocol: Protocol,
        shelf: Shelf,
        rule: RuleContent | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`rule` is the one that is changed."""
        super().__init__(data, initial=(initial_of(rule) if rule else {}) | dict(initial or {}))
        self.kind, self.protocol, self.kept = kind, protocol, rule
        self._choose("traffic", [(ANY, "any"), *_same(shelf.traffic)])
        for end in ("local", "remote"):
            self._choose(end, [(ANY, "any"), *_same(shelf.addresses)])
        self._choose("action", self._actions(shelf))
        self._security(shelf)
        if kind is not Kind.SPECIFIC:
            self._drop(_SPECIFIC)
        if kind is Kind.CATCH_ALL or protocol is Protocol.NONE:
            self._drop(("security", "min_key_bits", *self.wanted))
            self.wanted = {}
        dress(self)

    def _choose(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(rows)

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.fields.pop(name, None)

    def _actions(self, shelf: Shelf) -> list[tuple[str, str]]:
        kept = self.kept.inline_action if self.kept else None
        rows = [(KEPT, f"as it is: {read_action(kept)}")] if kept else []
        named = [(name, f"{name}: {one}") for name, one in shelf.actions.items()]
        is_bare = self.kept is not None and not self.kept.action and not rows
        return [*rows, *named, *([(ANY, "allow silently")] if is_bare or not named else [])]

    def _security(self, shelf: Shelf) -> None:
        fitting = {n: r for n, r in shelf.security.items() if r.protocol is self.protocol}
        own = [(OWN, "chosen below")] if self.protocol is not Protocol.NONE else []
        self._choose("security", [(ANY, f"any {self.protocol}"), *_same(fitting), *own])
        self.ask_for(self.protocol)

    @property
    def has_own_traffic(self) -> bool:
        """Whether conditions beside the named ones are in use, so that they stand open."""
        names = [name for name in _OWN_TRAFFIC if name in self.fields]
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def has_own_security(self) -> bool:
        """Whether the protection is chosen in the rule itself."""
        return "security" in self.fields and self["security"].value() == OWN

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        asked = any(given.get(name) for name in (*self.wanted, "min_key_bits"))
        if asked and given.get("security") != OWN and "security" not in self.errors:
            self.add_error("security", "Choose `chosen below`, or nothing below.")
        if given.get("security") == OWN and not asked:
            self.add_error("security", "Nothing is chosen below.")
        return given

    def content(self) -> RuleContent:
        """Return the rule of what could be read; faults of its parts are found by resolving."""
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        action = given.get("action") or ANY
        security = given.get("security") or ANY
        return RuleContent(
            name=given.get("name") or "",
            kind=self.kind,
            description=given.get("description") or "",
            owner=given.get("owner") or "",
            expires=given.get("expires"),
            **{name: given.get(name) or "" for name in _NAMED},
            security="" if security == OWN else security,
            action="" if action == KEPT else action,
            inline_traffic=traffic_tree(given, _LISTS),
            inline_security=self.security_tree() if security == OWN else None,
            inline_action=self.kept.inline_action if self.kept and action == KEPT else None,
            comments=given.get("comments") or (),
        )


def initial_of(rule: RuleContent) -> dict[str, Any]:
    """Return the values of the fields for a rule that is there."""
    inline, own = rule.inline_traffic, rule.inline_security
    found: dict[str, Any] = {
        name: getattr(rule, name)
        for name in ("name", "description", "owner", "expires", *_NAMED, "security", "action")
    }
    found |= {"comments": text_of(rule.comments), **traffic_initial(inline, _LISTS)}
    if own is not None:
        found |= {"security": OWN, **security_initial(own)}
    return found | ({"action": KEPT} if rule.inline_action is not None else {})


def _same(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]
