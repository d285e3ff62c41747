"""Versions of protocols by name, and older or newer ones; a version says its protocol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analyzer.queries.terms.attributes import UNLISTED
from analyzer.queries.terms.facts import UNKNOWN, UNPROTECTED
from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, parts, read, shown
from smf import codes

_ENUMERATIONS: Final = {
    "TLS": "tls_protocol_version",
    "SSH": "ssh_protocol_version",
    "IPSEC": "ike_version",
}
BY_PROTOCOL: Final = {
    protocol: tuple(
        code.short_name
        for code in sorted(codes.members(name), key=lambda one: one.value or 0)
        if code.short_name != UNKNOWN
    )
    for protocol, name in _ENUMERATIONS.items()
}
"""Names of versions, the oldest first, as the code tables list them."""
VERSIONS: Final = (*(name for names in BY_PROTOCOL.values() for name in names), UNKNOWN)
_COMPARED: Final = re.compile(r"(<=|>=|<|>)\s*(.+)", re.DOTALL)
_WORDS: Final = {
    "<": "older than {}",
    "<=": "{} or older",
    ">": "newer than {}",
    ">=": "{} or newer",
}
# The store's column may cut what it says of an unlisted code.
_UNLISTED: Final = re.compile(f"{UNLISTED}|{UNLISTED[:-2]}", re.IGNORECASE)
_NOT_SAID: Final = Clause(
    "(p.protocol <> %s AND (p.version IN ('', %s) OR starts_with(p.version, 'unknown (')))",
    (UNPROTECTED, UNKNOWN),
)


@dataclass(frozen=True, slots=True)
class VersionFilter:
    """A name, a name behind `<=`, `<`, `>=` or `>`, or `Unknown`; the unknown is never older."""

    key: str = "version"
    label: str = "Version"
    help: str = (
        f"One of {', '.join(VERSIONS)}; <=TLSv1.1 for it and older ones, also with <, > and >=;"
        " several with commas."
    )
    scope: Scope = "protection"

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "values", self._term, _NOT_SAID)

    def _term(self, text: str) -> Term:
        if text.lower() == UNKNOWN.lower():
            return Term(UNKNOWN, "unknown version", _NOT_SAID, tuple(_ENUMERATIONS))
        if _UNLISTED.fullmatch(text):
            return Term(text, text, Clause("p.version = %s", (text,)), tuple(_ENUMERATIONS))
        compared = _COMPARED.fullmatch(text)
        sign, name = compared.groups() if compared else ("", text)
        protocol, place = _found(name, text)
        names = BY_PROTOCOL[protocol]
        wanted = list(_sliced(names, sign, place))
        words = _WORDS.get(sign, "{}").format(said(names[place]))
        clause = Clause("p.version = ANY(%s)", (wanted,))
        return Term(f"{sign}{names[place]}", words, clause, (protocol,))


def said(name: str) -> str:
    """Return a version as a sentence says it: `TLS 1.1`."""
    return name.replace("TLSv", "TLS ")


def _found(name: str, text: str) -> tuple[str, int]:
    for protocol, names in BY_PROTOCOL.items():
        for place, known in enumerate(names):
            if name.lower() in {known.lower(), said(known).lower()}:
                return protocol, place
    raise FilterError(f"{shown(text)} is none of {', '.join(VERSIONS)}")


def _sliced(names: Sequence[str], sign: str, place: int) -> Sequence[str]:
    if sign.startswith("<"):
        return names[: place + (sign == "<=")]
    if sign.startswith(">"):
        return names[place + (sign == ">") :]
    return names[place : place + 1]
