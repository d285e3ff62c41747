"""What the store says of systems and stacks does not depend on which dump came last."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

from django.db import connection

from analyzer.models import Activity, Stack, StackDay, SystemSettings
from tests.analyzer.ingest.altered import at, intervals, released, write
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, empty_store
from tests.analyzer.ingest.test_awkward_values import END_US, add, frame

DAYS = """
    SELECT DISTINCT v.stack_id, a.interval_end::date
    FROM analyzer_activity a JOIN analyzer_securitysession s ON s.id = a.session_id
    JOIN analyzer_server v ON v.id = s.server_id"""


def days_of_records() -> set[tuple[int, object]]:
    with connection.cursor() as cursor:
        cursor.execute(DAYS)
        return set(cursor.fetchall())


def stack_days() -> list[tuple[int, object]]:
    return list(StackDay.objects.values_list("stack_id", "day"))


def test_the_days_of_a_stack_are_those_of_its_records_each_once(ingest: Ingest) -> None:
    for name in ("overlap.smf", "site-vbs.smf", "overlap.smf", "zos32.smf", "detail-rdw.smf"):
        ingest(SAMPLES / name)
        found = stack_days()
        assert len(found) == len(set(found))
        assert set(found) == days_of_records()
    assert len(stack_days()) > 4


def test_days_of_several_stacks_in_one_batch_are_kept_apart(ingest: Ingest, tmp_path: Path) -> None:
    first, other = intervals()[0], None
    for record in intervals():
        if record[28:36] == first[28:36] and _ident(record) != _ident(first):
            other = record
    assert other is not None
    noon = datetime(2026, 10, 5, 12)
    records = [at(first, noon + timedelta(days=n)) for n in (0, 2, 3)]
    records += [at(other, noon + timedelta(days=n)) for n in (0, 1)]
    ingest(write(tmp_path / "dump", records))
    days = [(noon + timedelta(days=n)).date() for n in range(4)]
    ids = dict(StackDay.objects.values_list("day", "stack_id").filter(day__in=(days[1], days[2])))
    one, two = ids[days[2]], ids[days[1]]
    assert sorted(stack_days()) == sorted(
        [(one, days[0]), (one, days[2]), (one, days[3]), (two, days[0]), (two, days[1])]
    )


def test_a_day_before_1970_is_the_right_one(ingest: Ingest, tmp_path: Path) -> None:
    ingest(write(tmp_path / "dump", [at(intervals()[0], datetime(1969, 12, 31, 23, 59))]))
    assert [str(day) for _, day in stack_days()] == ["1969-12-31"]
    assert Activity.objects.get().interval_end == datetime(1969, 12, 31, 23, 59)


def test_a_stack_has_its_newest_release_in_any_order(ingest: Ingest, tmp_path: Path) -> None:
    record = intervals()[0]
    dumps = [
        write(tmp_path / release, [released(record, f"CS {release}")])
        for release in ("V2R5", "V3R1", "V3R2")
    ]
    for order in permutations(dumps):
        empty_store()
        for dump in order:
            ingest(dump)
        assert Stack.objects.get().release == "CS V3R2"


def test_the_proposed_offset_is_that_of_the_newest_records_in_any_order(store: None) -> None:
    day_us, hour_us = 86_400_000_000, 3_600_000_000
    summer = {"local_time": END_US + 2 * hour_us, "end_utc": END_US}
    autumn_us = END_US + 120 * day_us
    winter = {"local_time": autumn_us + hour_us, "end_utc": autumn_us}
    for parts in ([summer], [winter]), ([winter], [summer]), ([summer, summer, winter],):
        empty_store()
        for rows in parts:
            add(frame(*rows))
        assert SystemSettings.objects.get().proposed_offset_min == 60


def _ident(record: bytes) -> bytes:
    """System, sysplex and stack."""
    place = int.from_bytes(record[28:32], "big")
    return record[place : place + 24]
