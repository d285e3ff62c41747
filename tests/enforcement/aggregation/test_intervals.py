"""When records of intervals are written, and what they say of a session's life."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from tests.builders.enforcement.aggregated import aggregated, rows, summaries
from tests.builders.enforcement.records import (
    NOON,
    SSH2,
    TLS12,
    TUNNEL,
    Connection,
    read,
    switched,
)

FTP = Connection()
MINUTE = 60
COUNTS = ("connections", "partial", "short", "active", "in_bytes", "failed")


def _us(minutes: int) -> int:
    """Microseconds since 1970 at so many minutes behind noon."""
    return int((NOON.toordinal() - 719_163) * 86_400 + 43_200 + minutes * 60) * 1_000_000


def test_a_life_across_intervals_is_told_where_its_records_stand(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10, {"TLS": TLS12}, in_bytes=100),
        FTP.at(3, 95 * MINUTE, {"TLS": TLS12}, in_bytes=700),
    )
    assert rows(found, "local_end", *COUNTS) == [
        (_us(30), 1, 0, 0, 1, 100, 0),
        (_us(120), 0, 0, 0, 0, 600, 0),
    ]
    assert found["duration_us"].to_list() == [1_800_000_000] * 2


def test_records_say_whether_more_follow(tmp_path: Path) -> None:
    batches = read(tmp_path, [FTP.at(4, 1, {"TLS": TLS12, "IPSEC": TUNNEL})])
    reasons = [record[int.from_bytes(record[28:32]) + 60] for record in summaries(batches)]
    assert reasons == [0xC0, 0x80]


def test_a_session_that_rests_begins_anew(tmp_path: Path) -> None:
    records = [
        Connection(number=n, after=n * 3_600).at(4, n * 3_600 + 1, {"TLS": TLS12}) for n in (0, 1)
    ]
    batch = read(tmp_path, records)[0]
    aggregator = Aggregator(Recording())
    found = [*aggregator.add(batch.connections, batch.coverage), *aggregator.finish()]
    assert [(one.common["init_conn"], one.common["end_conn"]) for one in found] == [(0, 1), (0, 1)]
    assert len({one.common["session_id"] for one in found}) == 1


def test_a_session_in_which_nothing_happens_has_no_record(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10, {"TLS": TLS12}),
        Connection(number=2).at(4, 40 * MINUTE, {"SSH": SSH2}),
        FTP.at(3, 70 * MINUTE, {"TLS": TLS12}),
    )
    assert rows(found, "local_end", "protocol", "active") == [
        *[(_us(30), "TLS", 1), (_us(60), "SSH", 0), (_us(90), "TLS", 0)]
    ]


def test_intval_and_syncval_move_the_marks(tmp_path: Path) -> None:
    record = FTP.at(4, 1, {"TLS": TLS12})  # a second behind noon
    for recording, ends in (
        (Recording.smf(15), 15),
        (Recording.intval(4), 4 * 60),
        (Recording.intval(4, "10:00"), 2 * 60),
        (Recording.intval(24, "06:30"), 18 * 60 + 30),
    ):
        found = aggregated(tmp_path, record, recording=recording)
        assert rows(found, "local_end") == [(_us(ends),)]


@pytest.mark.parametrize("event", [5, 6])
@pytest.mark.parametrize("minute", [30, 45, 120])
def test_an_interval_that_was_over_is_written_though_zert_is_switched(
    tmp_path: Path, event: int, minute: int
) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(4, 10 * MINUTE, {"TLS": TLS12}, in_bytes=10),
        switched(event, minute * MINUTE),
        Connection(number=2).at(4, (minute + 5) * MINUTE, {"SSH": SSH2}),
    )
    assert rows(found, "local_end", "protocol", "connections")[0] == (_us(30), "TLS", 1)
    assert found["protocol"].to_list() == ["TLS", "SSH"]


@pytest.mark.parametrize("event", [5, 6])
def test_the_interval_under_way_is_dropped_when_zert_is_switched(
    tmp_path: Path, event: int
) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10 * MINUTE, {"TLS": TLS12}, in_bytes=10),
        FTP.at(3, 40 * MINUTE, {"TLS": TLS12}, in_bytes=70),
        switched(event, 50 * MINUTE),
    )
    assert rows(found, "local_end", "connections", "in_bytes") == [(_us(30), 1, 10)]
