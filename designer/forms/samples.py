"""A sample connection that a rule set is tested with, in fields that a person fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from designer.content.rules import TEST_NAME_LIMIT, TestContent, Tree
from designer.forms.conditions import WORDS
from policy.attributes import TCP, Connection, Direction, Protection, Source
from policy.documents.connections import connection_from_tree, connection_to_tree
from policy.vocabulary import KINDS, Attribute, Protocol, choices, name_of
from web.looks import describe_live, dress

NOT_KNOWN: Final = ""
NO_RULE: Final = "~none"
_HIGHEST_PORT: Final = 65_535
_HIGHEST_BYTE: Final = 255
_ENDS: Final = ("local_ip", "local_port", "remote_ip", "remote_port")
_FROM_CLIENT: Final = "Any will do unless a rule asks for it: the client's is rarely known."
_PROVIDER, _UNNAMED = "provider", "unknown"
_SOURCES: Final = {Source.PROVIDER: _PROVIDER, Source.UNKNOWN: _UNNAMED}


class SampleForm(forms.Form):
    """One test. Protections of other protocols that it has are kept as they are."""

    name = forms.CharField(
        label="Name of the test",
        max_length=TEST_NAME_LIMIT,
        help_text="What it shows: TN3270 with TLS 1.1 is let in.",
        error_messages={"required": "A test needs a name."},
    )
    expected = forms.ChoiceField(
        label="Rule that must match",
        error_messages={"required": "Choose a rule, or that none may match."},
    )
    local_ip = forms.CharField(label="Local address", help_text="Of the stack: 10.1.1.1")
    local_port = forms.IntegerField(label="Local port", min_value=0, max_value=_HIGHEST_PORT)
    remote_ip = forms.CharField(label="Remote address", help_text="192.0.2.9, 2001:db8::9")
    remote_port = forms.IntegerField(
        label="Remote port", min_value=0, max_value=_HIGHEST_PORT, help_text=_FROM_CLIENT
    )
    direction = forms.ChoiceField(
        label="Direction",
        required=False,
        choices=[
            (NOT_KNOWN, "not known"),
            (Direction.INBOUND.value, "inbound: the stack is the server"),
            (Direction.OUTBOUND.value, "outbound: the stack is the client"),
        ],
    )
    job = forms.CharField(label="Job", required=False, max_length=8)
    user = forms.CharField(label="User ID", required=False, max_length=8)
    key_bits = forms.IntegerField(label="Key length in bits", required=False, min_value=0)
    source = forms.ChoiceField(
        label="How zERT learned it",
        required=False,
        choices=[
            ("observed", "by observing the stream"),
            (_PROVIDER, "from the provider only"),
            (_UNNAMED, "zERT does not say"),
        ],
        help_text="z/OS judges TLS and SSH attributes only where zERT observed them.",
    )
    is_manual = forms.BooleanField(label="A manual tunnel, without phase 1", required=False)
    is_failed_handshake = forms.BooleanField(label="The handshake failed", required=False)
    ip_protocol = forms.IntegerField(
        label="IP protocol",
        required=False,
        min_value=0,
        max_value=_HIGHEST_BYTE,
        help_text="6 is TCP; rules apply to nothing else.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        protocol: Protocol,
        rules: Iterable[str],
        test: TestContent | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`rules` may be expected; `test` is the one that is changed."""
        known = initial_of(test, protocol) if test else {"ip_protocol": TCP, **dict(initial or {})}
        super().__init__(data, initial=known)
        self.protocol, self.kept = protocol, _others(test, protocol)
        expected = self.fields["expected"]
        if isinstance(expected, forms.ChoiceField):
            gone = str(known.get("expected") or NO_RULE)
            names = dict.fromkeys((*rules, *([gone] if gone != NO_RULE else [])))
            none = [(NO_RULE, "no rule: nothing happens")]
            expected.choices = [("", "choose one"), *((name, name) for name in names), *none]
        self.attributes = {f"is_{one.value}": one for one in KINDS[protocol]}
        for name, attribute in self.attributes.items():
            self.fields[name] = _attribute(protocol, attribute, str(known.get(name) or ""))
        self._drop_foreign()
        dress(self)
        for name in ("is_manual", "is_failed_handshake"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = ""
        describe_live(self)

    def _drop_foreign(self) -> None:
        none, ipsec = self.protocol is Protocol.NONE, self.protocol is Protocol.IPSEC
        for name, is_foreign in (
            ("key_bits", none),
            ("source", none or ipsec),
            ("is_manual", not ipsec),
        ):
            if is_foreign:
                self.fields.pop(name)

    @property
    def end_fields(self) -> list[forms.BoundField]:
        """Who talks to whom."""
        names = (*_ENDS, "direction", "job", "user")
        return [self[name] for name in names]

    @property
    def protection_fields(self) -> list[forms.BoundField]:
        """How the connection is protected; none for no recognized protection."""
        names = (*self.attributes, "key_bits", "source", "is_manual")
        return [self[name] for name in names if name in self.fields]

    def content(self) -> TestContent:
        """Return the test of a valid form; faults of its parts are found by saving."""
        given = self.cleaned_data
        found: Tree = {name: given[name] for name in _ENDS}
        found |= {name: given[name] for name in ("direction", "job", "user") if given.get(name)}
        own = [self._protection()] if self.protocol is not Protocol.NONE else []
        if own or self.kept:
            found["protections"] = [*own, *self.kept]
        if given.get("is_failed_handshake"):
            found["is_failed_handshake"] = True
        if given.get("ip_protocol") not in (None, TCP):
            found["ip_protocol"] = given["ip_protocol"]
        expected = "" if given["expected"] == NO_RULE else given["expected"]
        return TestContent(given["name"], found, expected)

    def _protection(self) -> Tree:
        given = self.cleaned_data
        found: Tree = {"protocol": self.protocol.value}
        found |= {a.value: given[n] for n, a in self.attributes.items() if given.get(n)}
        if given.get("key_bits") is not None:
            found["key_bits"] = given["key_bits"]
        if given.get("source") in (_PROVIDER, _UNNAMED):
            found["source"] = given["source"]
        return {**found, "is_manual": True} if given.get("is_manual") else found

    def add_faults(self, faults: Iterable[tuple[str, str, str]]) -> None:
        """Put what saving found at its fields, the rest at the top."""
        for _, path, message in faults:
            part = path.rsplit("/", 1)[-1]
            name = part if part in self.fields else f"is_{part}"
            said = f"{message[:1].upper()}{message[1:]}."
            self.add_error(name if name in self.fields else None, said)


def initial_of(test: TestContent, protocol: Protocol) -> dict[str, Any]:
    """Return the values of the fields for a test that is there."""
    found = values_of(connection_from_tree(test.connection), protocol)
    return found | {"name": test.name, "expected": test.expected or NO_RULE}


def values_of(connection: Connection, protocol: Protocol) -> dict[str, Any]:
    """Return the values of the fields for a connection."""
    found: dict[str, Any] = {name: getattr(connection, name) for name in (*_ENDS, "job", "user")}
    found |= {end: str(found[end]) for end in ("local_ip", "remote_ip")}
    found["direction"] = connection.direction.value if connection.direction else NOT_KNOWN
    found["is_failed_handshake"] = connection.is_failed_handshake
    found["ip_protocol"] = connection.ip_protocol
    given = connection.protection(protocol)
    return found | (_given(given) if given else {})


def _given(given: Protection) -> dict[str, Any]:
    kinds = KINDS[given.protocol]
    found: dict[str, Any] = {
        f"is_{one.value}": _word(kinds[one], code) for one, code in given.codes.items()
    }
    source = _SOURCES.get(given.source, "observed")
    return found | {"key_bits": given.key_bits, "source": source, "is_manual": given.is_manual}


def _word(kind: str, code: int) -> str:
    """The word for a code, the code itself where there is none."""
    name = name_of(kind, code)
    return f"0x{code:04X}" if name.startswith("unknown (") else name


def _attribute(protocol: Protocol, attribute: Attribute, now: str) -> forms.ChoiceField:
    """The words that mean one code, and the code that a record has without a word for it."""
    words = [one.name for one in choices(protocol, attribute) if len(one.codes) == 1]
    rows = [(NOT_KNOWN, "not on record"), *((name, name) for name in words)]
    if now and now not in words:
        rows.append((now, f"code {now}"))
    return forms.ChoiceField(label=WORDS[attribute], required=False, choices=rows)


def _others(test: TestContent | None, protocol: Protocol) -> list[Tree]:
    if test is None:
        return []
    tree = connection_to_tree(connection_from_tree(test.connection))
    given = tree.get("protections", [])
    protections = given if isinstance(given, list) else []
    return [one for one in protections if one["protocol"] != protocol.value]
