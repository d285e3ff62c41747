"""Rows for COPY, byte by byte, and what is made ready beside the decoder."""

from __future__ import annotations

import numpy as np
import polars as pl

from analyzer.ingest.load.intervals import prepare
from analyzer.ingest.load.rows import pack
from smf.decode import columns

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    usual = {**dict.fromkeys(columns.ACTIVITY, 1), "failed": None, "restarted": False}
    return pl.DataFrame([{**usual, **row} for row in rows], schema=columns.ACTIVITY)


def test_a_row_has_the_bytes_that_postgresql_documents() -> None:
    row = {
        "at": np.array([946_684_800_000_000 + 1], np.int64),  # a microsecond into 2000
        "day": np.array([10_957 - 1], np.int64),  # the day before
        "count": np.array([-2], np.int64),
        "yes": np.array([True]),
        "small": np.array([258], np.int64),
    }
    kinds = {
        "at": "timestamp",
        "day": "date",
        "count": "bigint",
        "yes": "boolean",
        "small": "integer",
        "none": "bigint",
    }
    wanted = bytes.fromhex(
        "0006"  # six fields
        "00000008 0000000000000001"
        "00000004 ffffffff"
        "00000008 fffffffffffffffe"
        "00000001 01"
        "00000004 00000102"
        "ffffffff"  # null: a length of -1 and nothing behind it
    )
    assert pack(row, kinds, null=["none"]).tobytes() == wanted


def test_records_are_sorted_and_copies_are_dropped() -> None:
    first = {"local_end": HOUR_US, "session_index": 2, "fingerprint": 7}
    again = {"local_end": HOUR_US, "session_index": 2, "fingerprint": 8}  # clock set back
    later = {"local_end": 2 * HOUR_US, "session_index": 1, "fingerprint": 7}
    ready = prepare(frame(later, first, again, first, later))
    assert ready.keys["interval_end"].tolist() == [HOUR_US, HOUR_US, 2 * HOUR_US]
    assert ready.keys["fingerprint"].tolist() == [7, 8, 7]
    assert (len(ready), ready.copies, ready.times.tolist()) == (3, 2, [HOUR_US, 2 * HOUR_US])


def test_days_are_summed_without_losing_a_byte() -> None:
    big = 2**51 + 1
    ready = prepare(
        frame(
            {"local_end": HOUR_US, "in_bytes": big, "failed": 3},
            {"local_end": 2 * HOUR_US, "in_bytes": big},
            {"local_end": DAY_US, "in_bytes": 5, "restarted": True},
        )
    )
    without, having = (part.rows for part in ready.days)
    assert having["in_bytes"].tolist() == [2 * big]
    assert (having["failed"].tolist(), having["intervals"].tolist()) == ([3], [2])
    assert (without["in_bytes"].tolist(), without["restarts"].tolist()) == ([5], [1])
    assert "failed" not in (without.dtype.names or ())


def test_some_of_the_records_are_as_if_only_they_had_come() -> None:
    rows: list[dict[str, object]] = [
        {"local_end": HOUR_US, "in_bytes": 2**40, "failed": 3, "active": 7},
        {"local_end": 2 * HOUR_US, "duration_us": 9, "restarted": True},
        {"local_end": 3 * HOUR_US, "short": 4, "failed": 0},
        {"local_end": DAY_US, "out_segs": 5},
    ]
    for chosen in ([0, 3], [1], [0, 2], [1, 2, 3]):
        which = np.isin(np.arange(4), chosen)
        some, alone = prepare(frame(*rows)).where(which), prepare(frame(*(rows[i] for i in chosen)))
        for name in ("parts", "days"):
            got, wanted = getattr(some, name), getattr(alone, name)
            assert [part.rows.tolist() for part in got] == [part.rows.tolist() for part in wanted]
        assert some.column("restarted").tolist() == [
            rows[i].get("restarted", False) for i in chosen
        ]


def test_an_empty_batch_is_made_ready_too() -> None:
    ready = prepare(frame())
    assert (len(ready), ready.parts, ready.days, ready.times.tolist()) == (0, [], [], [])
