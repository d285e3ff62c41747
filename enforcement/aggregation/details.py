"""What of a record's protection makes a security session: the significant attributes.

They are the fields that subtype 12 has of a protocol, and the names on its certificates; what is
informational (tunnel numbers, lifetimes, providers, session IDs) is not (IBM Docs, How zERT
aggregation summarizes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from enforcement.engine.states import has_failed, opener_of
from enforcement.engine.texts import carried, carried_values
from policy.attributes import Direction
from smf.encode.summary import PROTOCOL_BITS, Protection
from smf.encode.values import fields_of
from smf.layout import SUMMARY

Tree = Mapping[str, object]
_UNKNOWN_SUITE = "FFFFFF"
_NAMES = {"IPSEC": range(1, 5), "TLS": range(5, 9), "SSH": range(9, 13)}
"""Types of distinguished names by protocol."""
_OF_ONE_CONNECTION = re.compile(r'"session_id": ?"[0-9a-f]*"')
_MOST_TEXTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """One protocol's share; equal texts are one security session. `has_failed`: a handshake did."""

    protocol: str = "NONE"
    text: str = ""
    has_failed: bool = False

    def protection(self) -> Protection:
        """Return the values that subtype 12 is written from."""
        if not self.text:
            return Protection()
        found = json.loads(self.text)
        names = tuple((kind, carried(text)) for kind, text in found["names"])
        return Protection(self.protocol, carried_values(found["values"]), names)


class Details:
    """Reads protections; each different text once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[tuple[Part, ...], Direction | None]] = {}

    def read(self, protocols: int, raw: str) -> tuple[tuple[Part, ...], Direction | None]:
        """Return a record's parts, at least one, and who its handshake says opened it."""
        key = protocols, _OF_ONE_CONNECTION.sub("", raw, count=1)
        if key not in self._known:
            if len(self._known) >= _MOST_TEXTS:
                self._known.clear()
            tree: dict[str, Tree | None] = json.loads(raw)
            names: list[tuple[int, str]] = json.loads(raw)["dns"]
            parts = (
                _part(protocol, section, names)
                for protocol, bit in PROTOCOL_BITS.items()
                if bit and (section := tree[protocol.lower()])
                if protocols & bit or has_failed(section)
            )
            self._known[key] = tuple(parts) or (Part(),), opener_of(tree)
        return self._known[key]


def _part(protocol: str, section: Tree, names: list[tuple[int, str]]) -> Part:
    if has_failed(section):
        blank = {"source": section.get("source", 0)}
        values = blank | ({"cipher": _UNKNOWN_SUITE} if protocol == "TLS" else {})
        return Part(protocol, _text(values, []), has_failed=True)
    known = fields_of(SUMMARY, protocol.lower())
    own = [(kind, text) for kind, text in names if kind in _NAMES[protocol]]
    return Part(protocol, _text(_significant(section, known), own))


def _significant(section: Tree, known: Mapping[str, object], group: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in section.items():
        if isinstance(value, dict):
            found |= _significant(value, known, f"{key}.")
        elif f"{group}{key}" in known:
            found[f"{group}{key}"] = value
    return found


def _text(values: Mapping[str, object], names: list[tuple[int, str]]) -> str:
    return json.dumps({"values": values, "names": names}, sort_keys=True, separators=(",", ":"))
