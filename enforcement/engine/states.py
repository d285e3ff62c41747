"""Protections of records as rules see them; what is alike is read once."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from ipaddress import IPv4Address

import polars as pl

from enforcement.engine.outcome import State
from policy.attributes import Connection, Direction, Protection, Source, source_of
from policy.recorded import FIELDS, KEYS, SECTIONS
from policy.settings import Scope
from policy.vectorised import SCHEMA, column_of, frame_of
from policy.vectorised.frame import BITS, DIRECTIONS
from policy.vocabulary import Protocol

Tree = Mapping[str, object]
_OF_ONE_CONNECTION, _ANY = r'"session_id": ?"[0-9a-f]*"', '"session_id":""'
"""What differs between connections of one protection is taken out before texts are compared."""
_FAILED_HANDSHAKE, _FAILED_STATUS = 3, 0x80
_MOST_TEXTS = 1 << 16
_TLS_OPENERS = {1: Direction.OUTBOUND, 2: Direction.INBOUND, 3: Direction.INBOUND}
_SSH_OPENERS = {
    **dict.fromkeys(("SFTPC", "SCPC", "SSH"), Direction.OUTBOUND),
    **dict.fromkeys(("SFTPS", "SCPS", "SSHD"), Direction.INBOUND),
}
_NOWHERE = IPv4Address(0)
COLUMNS = tuple(
    name
    for name in SCHEMA
    if name in ("protocols", "failed_handshake")
    or name.startswith(tuple(column_of(one, "") for one in BITS))
)
"""The columns of `policy.vectorised.SCHEMA` that say what protects a connection."""


class States:
    """All different protections so far, each with a number.

    Two records have the same number when no rule can tell their protections apart; `origins` are
    the protocols and the text of the record that each was first read from.
    """

    def __init__(self, scope: Scope) -> None:
        self.known: list[State] = []
        self.origins: list[tuple[int, str]] = []
        self._scope = scope
        self._numbers: dict[Hashable, int] = {}
        self._texts: dict[tuple[int, str], tuple[int, Direction | None]] = {}
        self._frame = frame_of([]).select(COLUMNS)

    def read(self, records: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Return the number of each record's state, and of the direction its handshake tells."""
        texts = records.select(
            "protocols", pl.col("raw").str.replace(_OF_ONE_CONNECTION, _ANY).alias("text")
        )
        distinct = texts.unique(maintain_order=True)
        if len(self._texts) + len(distinct) > _MOST_TEXTS:
            self._texts.clear()
        found = [self._of(protocols, text) for protocols, text in distinct.iter_rows()]
        numbered = distinct.with_columns(
            pl.Series("state", [number for number, _ in found], pl.Int32),
            pl.Series("opener", [DIRECTIONS[way] for _, way in found], pl.UInt8),
        )
        joined = texts.join(numbered, on=["protocols", "text"], how="left", maintain_order="left")
        return joined["state"], joined["opener"]

    def columns(self, numbers: pl.Series) -> pl.DataFrame:
        """Return `COLUMNS` of the states with these numbers, a row for each."""
        if len(self._frame) < len(self.known):
            new = [_connection(one) for one in self.known[len(self._frame) :]]
            self._frame = self._frame.vstack(frame_of(new).select(COLUMNS))
        return self._frame[numbers]

    def recall(self, origins: Iterable[tuple[int, str]]) -> list[int]:
        """Return the numbers that states read from these origins have here."""
        return [self._of(protocols, text)[0] for protocols, text in origins]

    def _of(self, protocols: int, text: str) -> tuple[int, Direction | None]:
        known = self._texts.get((protocols, text))
        if known is None:
            sections: dict[str, Tree | None] = json.loads(text)
            state = self._state(protocols, sections)
            key = _key(state, self._scope)
            number = self._numbers.setdefault(key, len(self.known))
            if number == len(self.known):
                self.known.append(state)
                self.origins.append((protocols, text))
            known = self._texts[protocols, text] = number, opener_of(sections)
        return known

    def _state(self, protocols: int, sections: Mapping[str, Tree | None]) -> State:
        there, failed = [], False
        for protocol, name in SECTIONS.items():
            section = sections.get(name)
            if section and has_failed(section):
                failed = True
            elif section and protocols & BITS[protocol]:
                there.append(_protection(protocol, section, self._scope))
        return State(tuple(there), failed and not there)


def _protection(protocol: Protocol, section: Tree, scope: Scope) -> Protection:
    if protocol is Protocol.IPSEC:
        source, is_manual = Source.OBSERVED, not _number(section, "major")
    else:
        source, is_manual = source_of(_number(section, "source")), False
    if source is Source.PROVIDER and scope is Scope.AS_ZOS:
        return Protection(protocol, source=source)
    codes = {attribute: _number(section, key) for attribute, key in FIELDS[protocol].items()}
    bits = [found for key in KEYS[protocol] if (found := _number(section, key))]
    return Protection(protocol, codes, min(bits, default=None), source, is_manual=is_manual)


def _key(state: State, scope: Scope) -> Hashable:
    return state.is_failed_handshake, tuple(
        (
            one.protocol,
            tuple(one.codes.get(attribute, 0) for attribute in FIELDS[one.protocol]),
            one.key_bits,
            one.source if scope is Scope.AS_ZOS else None,
            one.is_manual,
        )
        for one in state.protections
    )


def _connection(state: State) -> Connection:
    """A connection from nowhere to nowhere with this protection."""
    return Connection(
        _NOWHERE,
        0,
        _NOWHERE,
        0,
        protections=state.protections,
        is_failed_handshake=state.is_failed_handshake,
    )


def has_failed(section: Tree) -> bool:
    """Return whether a section tells of a failed handshake (z/OS 3.2)."""
    if _number(section, "handshake") == _FAILED_HANDSHAKE:
        return True
    return bool(_number(section, "status") & _FAILED_STATUS)


def opener_of(sections: Mapping[str, Tree | None]) -> Direction | None:
    """Return who opened a connection, as far as its handshake or SSH program says."""
    tls, ssh = sections.get("tls"), sections.get("ssh")
    found = _TLS_OPENERS.get(_number(tls, "role")) if tls else None
    return found or (_SSH_OPENERS.get(str(ssh.get("component"))) if ssh else None)


def _number(section: Tree, key: str) -> int:
    group, _, part = key.rpartition(".")
    holder = section.get(group) if group else section
    found = holder.get(part) if isinstance(holder, Mapping) else None
    return found if isinstance(found, int) else 0
