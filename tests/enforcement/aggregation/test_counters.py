"""The counters of interval records as they are written, against a hand's count.

Offsets and meanings are IBM's: totals of the session's life at the beginning and the end of the
interval, of which `active` alone is a level. Bytes count where a record tells them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from tests.builders.enforcement.aggregated import summaries
from tests.builders.enforcement.records import TLS11, TLS12, TUNNEL, Connection, read

MINUTE = 60
NOON = 12 * 60
PROTOCOLS = {0x80: "TLS", 0x40: "SSH", 0x20: "IPSEC", 0: "NONE"}


class Life(NamedTuple):
    """A session's life so far."""

    conn: int = 0
    partial: int = 0
    short: int = 0
    active: int = 0
    in_bytes: int = 0
    out_bytes: int = 0
    in_segs: int = 0
    out_segs: int = 0


def written(directory: Path, *records: bytes) -> list[tuple[int, str, Life, Life]]:
    """Of each record the minute behind noon, the protocol, and both ends of its counters."""
    found = []
    for record in summaries(read(directory, records)):
        hundredths = int.from_bytes(record[6:10])
        common = int.from_bytes(record[36:40])
        counters = struct.unpack_from(">4I4Q4I4Q2I", record, common + 108)
        assert counters[16:] == (0, 0)  # failed handshakes
        found.append(
            (
                hundredths // 6_000 - NOON,
                PROTOCOLS[record[common + 10]],
                Life(*counters[:8]),
                Life(*counters[8:16]),
            )
        )
    return found


def moved(in_bytes: int, out_bytes: int, in_segs: int, out_segs: int) -> dict[str, int]:
    return {
        "in_bytes": in_bytes,
        "out_bytes": out_bytes,
        "in_segs": in_segs,
        "out_segs": out_segs,
    }


def test_lives_across_intervals_with_two_protections(tmp_path: Path) -> None:
    """One leaves TLS at 12:40 and ends at 13:10, one is short, one has TLS in a tunnel to 13:20."""
    clears = Connection(number=1)
    short = Connection(number=2, remote_port=40_002)
    both = Connection(number=3, remote_port=40_003)
    found = written(
        tmp_path,
        clears.at(1, 10, {"TLS": TLS12}, **moved(100, 10, 3, 2)),
        short.at(4, 5 * MINUTE, {"TLS": TLS12}, **moved(5, 6, 1, 1)),
        both.at(1, 20 * MINUTE, {"TLS": TLS12, "IPSEC": TUNNEL}, **moved(1, 1, 1, 1)),
        clears.at(2, 40 * MINUTE, **moved(700, 70, 8, 6)),
        clears.at(3, 70 * MINUTE, **moved(900, 90, 10, 9)),
        both.at(3, 80 * MINUTE, {"TLS": TLS12, "IPSEC": TUNNEL}, **moved(1_001, 501, 11, 6)),
    )
    tls = [
        Life(),
        Life(3, 0, 1, 2, 106, 17, 5, 4),
        Life(3, 1, 1, 1, 706, 77, 10, 8),
        Life(3, 1, 1, 0, 1_706, 577, 20, 13),
    ]
    tunnel = [Life(), Life(1, 0, 0, 1, 1, 1, 1, 1), Life(1, 0, 0, 0, 1_001, 501, 11, 6)]
    none = [Life(), Life(1, 1, 0, 1), Life(1, 1, 0, 0, 200, 20, 2, 3)]
    assert found == [
        (30, "TLS", tls[0], tls[1]),
        (30, "IPSEC", tunnel[0], tunnel[1]),
        (60, "TLS", tls[1], tls[2]),
        (60, "NONE", none[0], none[1]),
        (90, "TLS", tls[2], tls[3]),
        (90, "IPSEC", tunnel[1], tunnel[2]),
        (90, "NONE", none[1], none[2]),
    ]


def test_a_session_lives_as_long_as_a_connection_that_has_used_it(tmp_path: Path) -> None:
    """An active connection is one of the life: TLS 1.2 comes back after an interval without it."""
    one, later = Connection(), Connection(number=2, after=9_000)
    found = written(
        tmp_path,
        one.at(1, 10, {"TLS": TLS12}, in_bytes=1),
        one.at(2, 20, {"TLS": TLS11}, in_bytes=2),
        one.at(2, 65 * MINUTE, {"TLS": TLS12}, in_bytes=3),
        one.at(3, 125 * MINUTE, {"TLS": TLS12}, in_bytes=9),
        later.at(4, 155 * MINUTE, {"TLS": TLS12}, in_bytes=5),
    )
    new = [Life(), Life(1, 1, 0, 0, 2), Life(1, 1, 0, 1, 2), Life(1, 1, 0, 0, 8)]
    old = [Life(), Life(1, 1, 0, 1), Life(1, 1, 0, 0, 1)]
    assert found == [
        (30, "TLS", new[0], new[1]),
        (30, "TLS", old[0], old[1]),
        (90, "TLS", new[1], new[2]),
        (90, "TLS", old[1], old[2]),
        (150, "TLS", new[2], new[3]),
        (180, "TLS", Life(), Life(1, 0, 1, 0, 5)),
    ]
