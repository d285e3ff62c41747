"""Values that a database column does not take as they come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from django.db import connection, transaction

from analyzer.ingest.load import bulk, connections
from analyzer.ingest.load.dimensions import Dimensions
from analyzer.ingest.load.labels import readable
from analyzer.ingest.load.partitions import Partitions
from analyzer.models import ConnectionEvent, SystemSettings
from smf.decode import columns

END_US = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000
NUL_SIGN = "\u2400"


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {
        **dict.fromkeys(("event", "ip_proto"), 3),
        **dict.fromkeys(("sysplex", "system", "stack"), "X"),
        **dict.fromkeys(("local_time", "start_utc", "end_utc"), END_US),
        **dict.fromkeys(("local_ip", "remote_ip"), "10.0.0.1"),
        **dict.fromkeys(("local_port", "remote_port", "conn_id", "flags", "sec_flags"), 1),
        **dict.fromkeys(("protocols", "in_bytes", "out_bytes", "in_segs", "out_segs"), 0),
        **dict.fromkeys(("job", "job_id", "user"), ""),
        "raw": "{}",
    }
    full = [{**usual, "fingerprint": number, **row} for number, row in enumerate(rows)]
    return pl.DataFrame(full, schema=columns.CONNECTIONS)


def add(rows: pl.DataFrame) -> connections.Stored:
    Partitions().provide_days(connections.TABLE, rows["local_time"].to_numpy())
    bulk.make_stages()
    with transaction.atomic(), connection.cursor() as cursor:
        return connections.store(cursor, rows, Dimensions(), 1)


@pytest.mark.parametrize("job", ["", "\\N", 'A"B', "A,B", "A\nB", "NULL", "A\\.B"])
def test_a_text_comes_out_as_it_went_in(store: None, job: str) -> None:
    add(frame({"job": job}))
    assert ConnectionEvent.objects.get().job == job


def test_a_nul_becomes_a_visible_sign(store: None) -> None:
    raw = json.dumps({"dns": [[5, "CN=\0\0"], [6, "C\\u0000"], [7, "\\\0"]]})
    add(frame({"job": "A\0B", "raw": raw}))
    found = ConnectionEvent.objects.get()
    assert found.job == f"A{NUL_SIGN}B"
    names = [[5, f"CN={NUL_SIGN * 2}"], [6, "C\\u0000"], [7, f"\\{NUL_SIGN}"]]
    assert found.raw["dns"] == names
    assert readable(raw)["dns"] == names


def test_a_connection_without_end_has_none(store: None) -> None:
    add(frame({"event": 1, "end_utc": None}))
    found = ConnectionEvent.objects.get()
    assert found.ended_at is None
    assert found.started_at == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert found.written_at == datetime(2026, 7, 1, 12)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(7200, 120), (7203, 120), (-18_000, -300), (19_801, 330)]
)
def test_the_offset_of_a_system_is_proposed(store: None, seconds: int, minutes: int) -> None:
    late = {"local_time": END_US + seconds * 1_000_000}
    began = {"event": 1, "local_time": END_US + 45 * 60_000_000}
    add(frame(late, {**late, "event": 4}, began))
    assert SystemSettings.objects.get().proposed_offset_min == minutes


def test_an_absurd_offset_is_no_proposal(store: None) -> None:
    add(frame({"local_time": END_US + 15 * 3_600_000_000}))
    assert SystemSettings.objects.get().proposed_offset_min is None
