"""What happens at the sample site: hours, weekends, trends, outages, connections."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest

from smf.ebcdic import decode
from smf.encode.values import fields_of
from smf.layout import SUMMARY

DAY_US, HOUR_US = 86_400_000_000, 3_600_000_000
FIRST_DAY = (date(2026, 9, 15) - date(1970, 1, 1)).days
RESTARTED, SWITCHED = "PRD2", "PRD1"
SHORT_RECORD, LONG_RECORD = 4, 3
INTERVAL = 1
COUNTERS = {
    f"{edge}_{name}": fields_of(SUMMARY, "common")[f"{edge}_{name}"]
    for edge in ("init", "end")
    for name in ("conn", "active", "in_bytes")
}


@dataclass(frozen=True)
class Interval:
    """One interval record as its bytes say, in the order of the dump."""

    system: str
    stack: str
    time: tuple[int, int]
    session_id: str
    reason: int
    counters: dict[str, int]


@pytest.fixture(scope="module")
def intervals(site: Any) -> list[Interval]:
    data, position, found = site.path.read_bytes(), 0, []
    while position < len(data):
        record = data[position : position + int.from_bytes(data[position : position + 2], "big")]
        position += len(record)
        begin = int.from_bytes(record[36:40], "big")
        if record[5] == 119 and record[22:24] == b"\0\x0c" and record[begin + 8] == INTERVAL:
            found.append(interval(record, begin))
    return found


def interval(record: bytes, begin: int) -> Interval:
    ident = int.from_bytes(record[28:32], "big")
    common = record[begin:]
    numbers = {key: common[one.offset : one.end] for key, one in COUNTERS.items()}
    return Interval(
        decode(record[ident : ident + 8]),
        decode(record[ident + 16 : ident + 24]),
        (int.from_bytes(record[10:14], "big"), int.from_bytes(record[6:10], "big") // 6_000),
        decode(common[64:106]),
        record[ident + 60],
        {key: int.from_bytes(number, "big") for key, number in numbers.items()},
    )


def day_of(name: str = "local_end") -> pl.Expr:
    return pl.col(name) // DAY_US - FIRST_DAY


def test_counters_go_on_where_the_interval_before_ended(intervals: list[Interval]) -> None:
    ended: dict[str, Interval] = {}
    breaks = defaultdict(set)
    for one in intervals:
        before = ended.get(one.session_id)
        if before and one.counters["init_conn"] != before.counters["end_conn"]:
            breaks[one.system].add(one.counters["init_conn"])
        if one.counters["end_conn"] < one.counters["init_conn"]:
            breaks[f"{one.system} back"].add(one.counters["init_conn"] > 0)
        ended[one.session_id] = one
    # The other sessions of a restarted stack were idle then: they begin at 0 later.
    assert breaks == {SWITCHED: {0}, RESTARTED: {0}, f"{RESTARTED} back": {True}}


def test_an_active_connection_has_begun_and_an_idle_session_writes_nothing(
    intervals: list[Interval],
) -> None:
    for one in intervals:
        count = one.counters
        back = count["end_conn"] < count["init_conn"]
        new = count["end_conn"] - (0 if back else count["init_conn"])
        assert count["end_active"] <= count["init_active"] + new
        idle = new == 0 and count["end_in_bytes"] == count["init_in_bytes"]
        assert not idle or count["end_active"] < count["init_active"]


def test_the_last_record_of_a_set_says_so(intervals: list[Interval]) -> None:
    sets = defaultdict(list)
    for one in intervals:
        sets[one.system, one.stack, one.time].append(one.reason)
    assert len(sets) > 500
    for reasons in sets.values():
        assert reasons == [0xC0] * (len(reasons) - 1) + [0x80]


def test_no_activity_is_negative_and_subsets_are_smaller(site: Any) -> None:
    activity = site.activity
    for name in ("connections", "partial", "short", "active"):
        assert activity[name].min() == 0
    for name in ("in_bytes", "out_bytes", "in_segs", "out_segs"):
        assert activity[name].min() >= 0
    assert (activity["short"] <= activity["connections"]).all()
    assert (activity["partial"] <= activity["connections"]).all()


def test_offices_sleep_at_night_and_on_weekends(site: Any) -> None:
    used = site.used().filter(pl.col("job") == "TN3270")
    by_day = used.group_by(day_of().alias("day")).agg(pl.col("connections").sum())
    count = dict(by_day.iter_rows())
    # 2026-09-15 is a Tuesday: days 4 and 5 are a weekend, as are 11 and 12, 18 and 19.
    weekend = [count.get(day, 0) for day in (4, 5, 11, 12, 18, 19)]
    assert max(weekend) * 3 < min(count[day] for day in (2, 3, 6, 7, 9, 10, 13, 14))
    hours = used.group_by((pl.col("local_end") // HOUR_US % 24).alias("hour")).agg(
        pl.col("connections").sum()
    )
    of_hour = dict(hours.iter_rows())
    assert of_hour.get(4, 0) * 5 < of_hour[12]


def test_an_old_service_migrates_in_the_middle(site: Any) -> None:
    used = site.used().filter((pl.col("job") == "CICSTS1") & (pl.col("role") == "server"))
    old = used.filter(pl.col("mark") == "TLS 769").select(day_of())["local_end"]
    new = used.filter(pl.col("mark") == "TLS 772").select(day_of())["local_end"]
    assert old.min() < 2
    assert 8 <= old.max() <= 13
    assert 8 <= new.min() <= 13
    assert new.max() == 20
    clients = used.group_by("client_ip").agg(pl.col("mark").unique().sort())
    assert ["TLS 769", "TLS 772"] in clients["mark"].to_list()


def test_an_unprotected_server_appears_in_the_last_week(site: Any) -> None:
    used = site.used().filter(pl.col("job") == "DEVWEB")
    assert set(used["mark"]) == {"NONE"}
    assert used.select(day_of())["local_end"].min() >= 14


def test_a_cleared_connection_counts_in_both_of_its_sessions(site: Any) -> None:
    used = site.used().filter((pl.col("job") == "FTPD1") & (pl.col("partial") > 0))
    assert (used["partial"] == used["connections"]).all()
    sums = used.group_by("system", "client_ip", "mark").agg(pl.col("connections").sum())
    of_mark = {
        mark: set(
            sums.filter(pl.col("mark") == mark)
            .select("system", "client_ip", "connections")
            .iter_rows()
        )
        for mark in ("TLS 771", "NONE")
    }
    assert of_mark["TLS 771"] == of_mark["NONE"] != set()


def test_two_stacks_fall_silent_or_begin_anew(site: Any) -> None:
    kinds = site.coverage.sort("local_time").select("system", "kind").iter_rows()
    assert list(kinds) == [
        (SWITCHED, "aggregation_disabled"),
        (SWITCHED, "zert_disabled"),
        (SWITCHED, "aggregation_enabled"),
        (SWITCHED, "zert_enabled"),
        (RESTARTED, "aggregation_enabled"),
        (RESTARTED, "zert_enabled"),
    ]
    off, on = (
        site.coverage.filter(pl.col("kind") == f"aggregation_{state}")["local_time"].min()
        for state in ("disabled", "enabled")
    )
    between = pl.col("local_end").is_between(off + 60_000_000, on + 60_000_000)
    assert on - off == 2 * HOUR_US
    assert SWITCHED not in set(site.used().filter(between)["system"])
    restarted = site.used().filter(pl.col("restarted"))
    assert set(restarted["system"]) == {RESTARTED}


def test_connections_show_every_kind_of_event(site: Any) -> None:
    events = site.connections["event"].value_counts()
    count = dict(events.iter_rows())
    assert set(count) == {1, 2, 3, 4}
    assert count[1] == count[3]
    changed = site.connections.filter(pl.col("event") == 2)
    assert set(changed["protocols"]) == {0}
    assert set(changed["local_port"]) | set(changed["remote_port"]) >= {21}
    assert 0xA0 in set(site.connections["protocols"])
    unended = site.connections.filter(pl.col("end_utc").is_null())
    assert set(unended["event"]) == {1, 2}


def test_connection_times_tell_the_offset_of_each_system(site: Any) -> None:
    ended = site.connections.filter(pl.col("event").is_in([LONG_RECORD, SHORT_RECORD]))
    minutes = (pl.col("local_time") - pl.col("end_utc")) / 60_000_000
    offsets = ended.select("system", (minutes / 15).round().cast(pl.Int64) * 15).unique()
    assert dict(offsets.iter_rows()) == {"SYSA": 60, "SYSB": 60, "PRD1": -300, "PRD2": -300}
    lasted = pl.col("end_utc") - pl.col("start_utc")
    short = ended.filter(pl.col("event") == SHORT_RECORD).select(lasted)["end_utc"]
    assert 0 < short.min() <= short.max() < 10_000_000
    assert ended.filter(pl.col("event") == LONG_RECORD).select(lasted)["end_utc"].min() > 10_000_000


def test_connections_carry_the_sections_of_their_protection(site: Any) -> None:
    found = defaultdict(list)
    for event, protocols, raw in site.connections.select("event", "protocols", "raw").iter_rows():
        found[protocols].append((event, json.loads(raw)))
    tls = [raw["tls"] for _, raw in found[0x80]]
    assert {one["handshake"] for one in tls} == {1, 3}
    assert {one["role"] for one in tls if one["handshake"] == 1} == {1, 2, 3}
    assert {one["provider"] for one in tls} == {"IBM System SSL", "IBM JSSE", "Observation"}
    assert {event for event, raw in found[0x80] if raw["tls"]["handshake"] == 3} == {SHORT_RECORD}
    ssh = [raw["ssh"] for _, raw in found[0x40]]
    assert {one["status"] for one in ssh} == {0, 0x80}
    assert {one["component"] for one in ssh} == {"SSHD", "SFTPC", ""}
    assert {raw["ipsec"]["tunnel_type"] for _, raw in found[0x20]} == {2}
    assert {raw["ipfilter"]["out_action"] for _, raw in found[0x20]} == {2}
    assert {raw["ipfilter"]["out_action"] for _, raw in found[0x00]} == {1}
