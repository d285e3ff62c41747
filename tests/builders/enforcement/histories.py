"""Histories of a few connections as hypothesis makes them: columns, and what they say in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from hypothesis import strategies as st

from policy.attributes import Connection, Direction, Protection, Source
from policy.recorded import FIELDS, KEYS, SECTIONS
from policy.vectorised.frame import BITS
from policy.vocabulary import Protocol
from smf.decode import columns
from tests.policy.strategies import connections

EVENTS = [1, 1, 2, 2, 2, 3, 4, 7]
FLAGS = {None: 0, Direction.INBOUND: 0x10, Direction.OUTBOUND: 0x08}
STEPS_S = [0, 1, 1, 40, 299, 300, 301, 90_000, -1, -4_000]


@dataclass(frozen=True)
class Recorded:
    """One record; `place` counts them, `time` is in seconds."""

    place: int
    event: int
    number: int
    start: int
    time: int
    connection: Connection

    @property
    def moved(self) -> int:
        """Bytes since the connection began: they grow with each record."""
        return 7 * self.place


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Records of up to three connections that change what they are, each under a few faces."""
    faces = draw(st.lists(connections(), min_size=1, max_size=4))
    time, found = 100_000, []
    for place in range(draw(st.integers(1, 40))):
        time += draw(st.sampled_from(STEPS_S))
        number, start = draw(st.sampled_from([(1, 5), (1, 6), (2, 5)]))
        event, face = draw(st.sampled_from(EVENTS)), draw(st.sampled_from(faces))
        found.append(Recorded(place, event, number, start, time, face))
    return found


def frame_of(records: Sequence[Recorded]) -> pl.DataFrame:
    """The records as a decoder gives them."""
    return pl.DataFrame([_row(one) for one in records], schema=columns.CONNECTIONS)


def nothing_switched() -> pl.DataFrame:
    return pl.DataFrame(schema=columns.COVERAGE)


def _row(one: Recorded) -> dict[str, object]:
    seen = one.connection
    return {
        "event": one.event,
        "sysplex": "PLEXA",
        "system": "SYSA",
        "stack": "TCPIP",
        "local_time": one.time * 1_000_000,
        "start_utc": one.start,
        "end_utc": None,
        "ip_proto": seen.ip_protocol,
        "local_ip": str(seen.local_ip),
        "local_port": seen.local_port,
        "remote_ip": str(seen.remote_ip),
        "remote_port": seen.remote_port,
        "conn_id": one.number,
        "job": seen.job,
        "job_id": "",
        "user": seen.user,
        "flags": FLAGS[seen.direction],
        "sec_flags": 0,
        "protocols": sum(BITS[given.protocol] for given in seen.protections),
        **dict.fromkeys(("in_bytes", "out_bytes", "in_segs", "out_segs"), one.moved),
        "fingerprint": one.place,
        "raw": json.dumps(_raw(seen)),
    }


def _raw(seen: Connection) -> dict[str, object]:
    found: dict[str, object] = {"dns": [], "ipfilter": None, "policy": None}
    found |= dict.fromkeys(SECTIONS.values())
    found |= {SECTIONS[one.protocol]: _section(one) for one in seen.protections}
    if seen.is_failed_handshake:
        found["tls"] = {"handshake": 3, "source": 1}
    return found


def _section(one: Protection) -> dict[str, object]:
    section: dict[str, object] = {
        key: one.codes.get(attribute, 0) for attribute, key in FIELDS[one.protocol].items()
    }
    group, _, part = KEYS[one.protocol][0].rpartition(".")
    bits = one.key_bits or 0
    section |= {group: {part: bits}} if group else {part: bits}
    if one.protocol is Protocol.IPSEC:
        return {**section, "major": 0 if one.is_manual else 2}
    return {**section, "source": int(one.source)}


def face_of(seen: Connection, *, counts_all: bool) -> object:
    """What tells two protections apart for a rule."""
    return seen.is_failed_handshake, [
        (one.protocol, "from a provider")
        if one.source is Source.PROVIDER and one.protocol is not Protocol.IPSEC and not counts_all
        else (
            one.protocol,
            [one.codes.get(attribute, 0) for attribute in FIELDS[one.protocol]],
            one.key_bits or 0,
            one.is_manual,
        )
        for one in sorted(seen.protections, key=lambda given: list(Protocol).index(given.protocol))
    ]
