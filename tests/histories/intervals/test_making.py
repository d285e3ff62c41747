"""Interval records made of the connection records in the store: real imports, real totals."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from analyzer.models import Activity, AuditEntry, Import, Server, StackDay, SystemSettings
from enforcement.aggregation.recording import Recording
from enforcement.histories import reading
from enforcement.intervals import starting, work
from enforcement.intervals.errors import MakingError
from enforcement.intervals.planning import HAS, MADE, OWN, UNDER_WAY, plan
from enforcement.models import Making
from tests.builders.enforcement.records import Connection
from tests.histories.conftest import Fill
from tests.histories.intervals.given import (
    DAY,
    DETAILS,
    NEXT,
    OVER_NIGHT,
    asked,
    imported,
    made,
    started,
    totals,
)
from tests.histories.test_checking import SUMMARIES, checked

pytestmark = pytest.mark.django_db(transaction=True)
OF_DETAILS = Counter(connections=3, partial=2, short=1, in_bytes=905, out_bytes=96)
OF_NIGHT = Counter(connections=2, partial=0, short=1, in_bytes=1_007, out_bytes=0)


def told(wanted: Any) -> list[tuple[str, str, str]]:
    return [(one.name, one.words, one.refused) for one in plan(wanted, limit_s=60).groups]


@pytest.mark.parametrize("rows", [1, 20_000])
def test_what_is_made_comes_to_what_the_connection_records_say(
    fill: Fill, anna: User, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(reading, "PART_ROWS", rows)
    fill(DETAILS)
    found = made(asked(), anna)
    assert totals() == OF_DETAILS
    assert (found.records_done, found.records_total, found.intervals) == (4, 4, 3)
    assert checked() == (0, "2 totals agree, 0 differ\n")


def test_the_import_and_the_audit_log_say_who_made_the_records_of_what(
    fill: Fill, anna: User
) -> None:
    fill(DETAILS)
    found = made(asked(), anna)
    ended = imported(found)
    assert (ended.source, ended.submitted_by) == (Import.Source.MADE, anna)
    assert ended.get_source_display() == "Made of connection records"
    assert ended.comment == (
        "Made by Zertify of connection records (subtype 11), not recorded by the stack: 1 stack,"
        " 2026-01-15, intervals of 30 minutes, asked for by ANNA"
    )
    entries = AuditEntry.objects.filter(action__startswith="intervals.").order_by("pk")
    said = "interval records made of connection records, 2026-01-15"
    start, end = entries
    assert (start.action, start.target, start.user_name) == ("intervals.start", said, "ANNA")
    assert start.data["stacks"] == {"PLEXA SYSA TCPIP": "2026-01-15"}
    assert (end.action, end.target, end.user_name) == ("intervals.import", said, "ANNA")
    assert (end.data["imported"], end.data["intervals"]) == (ended.pk, 3)


def test_the_operator_at_the_command_line_is_named(fill: Fill) -> None:
    fill(DETAILS)
    found = made(asked())
    assert imported(found).comment.endswith("asked for by the command line")
    assert {one.user_name for one in AuditEntry.objects.all()} == {"(command line)"}


def test_whoever_is_gone_meanwhile_is_not_taken_for_the_operator(fill: Fill, anna: User) -> None:
    fill(DETAILS)
    found = started(asked(), anna)
    User.objects.all().delete()
    assert work.run(found.pk)
    found.refresh_from_db()
    assert imported(found).comment.endswith("asked for by ANNA")
    entry = AuditEntry.objects.get(action="intervals.import")
    assert entry.user_name == "(not signed in)"


def test_a_second_time_is_refused_and_the_same_file_again_adds_nothing(
    fill: Fill, anna: User
) -> None:
    fill(DETAILS)
    first = imported(made(asked(), anna))
    assert told(asked()) == [("PLEXA SYSA TCPIP", "2026-01-15", MADE)]
    with pytest.raises(MakingError, match="PLEXA SYSA TCPIP, 2026-01-15: its interval records"):
        started(asked())
    again = intake.resubmit(imported=first, by=anna, now=timezone.now())
    pipeline.run(again.pk)
    again.refresh_from_db()
    assert (again.source, again.added, again.duplicate) == (Import.Source.MADE, 0, 3)
    assert totals() == OF_DETAILS


def test_days_with_interval_records_are_refused_and_others_made(fill: Fill) -> None:
    later = Connection(number=9).at(4, 24 * 3_600.0 + 60)
    other = Connection(number=3, system="SYSB").at(4, 100, in_bytes=11)
    fill([*DETAILS, *SUMMARIES, later, other])
    assert told(asked()) == [
        ("PLEXA SYSA TCPIP", "2026-01-15", HAS),
        ("PLEXA SYSA TCPIP", "2026-01-16", OWN),
        ("PLEXA SYSB TCPIP", "2026-01-15", ""),
    ]
    before = totals()
    made(asked())
    assert totals() - before == Counter(connections=1, short=1, in_bytes=11)
    chosen = asked(stacks=(("PLEXA", "SYSA", "TCPIP"),))
    assert told(chosen) == [
        ("PLEXA SYSA TCPIP", "2026-01-16", ""),
        ("PLEXA SYSA TCPIP", "2026-01-15", HAS),
    ]
    made(chosen)
    assert totals()["connections"] == before["connections"] + 2


def test_what_is_under_way_is_refused(fill: Fill) -> None:
    fill(DETAILS)
    found = started(asked())
    assert told(asked()) == [("PLEXA SYSA TCPIP", "2026-01-15", UNDER_WAY)]
    assert work.run(found.pk)
    assert told(asked())[0][2] == UNDER_WAY  # its import has not begun
    assert starting.cancel(making=found, by=None, now=timezone.now()) is False


def test_what_is_canceled_is_not_imported(fill: Fill) -> None:
    fill(DETAILS)
    found = started(asked())
    assert starting.cancel(making=found, by=None, now=timezone.now())
    assert not work.run(found.pk)
    assert Import.objects.count() == 1
    assert told(asked())[0][2] == ""


def test_interval_records_that_come_meanwhile_end_it(fill: Fill) -> None:
    fill(DETAILS)
    found = started(asked())
    fill(SUMMARIES)
    before = totals()
    assert work.run(found.pk)
    found.refresh_from_db()
    assert (found.state, found.imported_id) == (Making.State.FAILED, None)
    assert found.error == (
        "PLEXA SYSA TCPIP has got interval records of 2026-01-15 meanwhile: ask again for the days"
        " without"
    )
    assert totals() == before


@pytest.mark.parametrize("at_once", [True, False])
def test_a_connection_over_midnight_counts_once_day_by_day_too(
    fill: Fill, *, at_once: bool
) -> None:
    fill(OVER_NIGHT)
    if at_once:
        made(asked())
    else:
        made(asked(DAY, DAY))
        assert totals() == Counter(connections=1, partial=0, short=0, in_bytes=100, out_bytes=0)
        assert told(asked()) == [
            ("PLEXA SYSA TCPIP", "2026-01-16", ""),
            ("PLEXA SYSA TCPIP", "2026-01-15", MADE),
        ]
        made(asked())
    assert totals() == OF_NIGHT
    ends = sorted(Activity.objects.values_list("interval_end", flat=True))
    assert [f"{one:%d %H:%M}" for one in ends] == ["15 23:30", "16 01:30", "16 02:30"]


def test_intervals_of_syncval_belong_to_the_day_in_which_they_begin(fill: Fill) -> None:
    fill(OVER_NIGHT)
    recording = Recording.intval(12, "20:00")
    assert told(asked(recording=recording)) == [("PLEXA SYSA TCPIP", "2026-01-15", "")]
    found = made(asked(DAY, DAY, recording=recording))
    assert totals() == OF_NIGHT
    (end,) = Activity.objects.values_list("interval_end", flat=True)
    assert f"{end:%d %H:%M}" == "16 08:00"
    assert (found.interval_min, found.sync_min) == (720, 1_200)
    assert told(asked(recording=recording))[0][2] == MADE


@pytest.mark.parametrize("behind_s", [0, 5])
def test_midnight_alone_is_no_reason_to_refuse_the_next_day(fill: Fill, behind_s: int) -> None:
    """The interval that ends at midnight, or somewhat later, began on the day before."""
    late = Connection(number=5).at(4, 12 * 3_600.0 - 60, in_bytes=1)
    fill([late, *OVER_NIGHT[1:]])
    made(asked(DAY, DAY))
    Activity.objects.update(interval_end=F("interval_end") + timedelta(seconds=behind_s))
    assert StackDay.objects.get().day == NEXT
    assert told(asked()) == [
        ("PLEXA SYSA TCPIP", "2026-01-16", ""),
        ("PLEXA SYSA TCPIP", "2026-01-15", MADE),
    ]


def test_where_nothing_is_to_be_told_nothing_is_imported(fill: Fill) -> None:
    fill(DETAILS)
    found = started(asked())
    Making.objects.filter(pk=found.pk).update(days={"1": [date(2026, 1, 14).isoformat()]})
    assert work.run(found.pk)
    found.refresh_from_db()
    assert (found.state, found.imported_id, found.intervals) == ("complete", None, 0)


def test_names_survive_the_code_page_of_the_system(fill: Fill) -> None:
    """Connection records were decoded with it; interval records of ours are in ours."""
    SystemSettings.objects.create(sysplex="PLEXA", system="SYSA", code_page="cp273")
    fill([Connection(job="FTP@#$").at(4, 5)])
    made(asked())
    jobs = {one.job for one in Server.objects.all()}
    assert len(jobs) == 1
    assert jobs <= {"FTP§#$", "FTP@#$"}
    from_details = checked()
    assert from_details == (0, "1 totals agree, 0 differ\n")


def test_a_dump_that_is_too_large_is_said(fill: Fill, settings: Any) -> None:
    fill(DETAILS)
    settings.UPLOAD_MAX_BYTES = 100
    found = started(asked())
    assert work.run(found.pk)
    found.refresh_from_db()
    assert (found.state, found.imported_id) == (Making.State.FAILED, None)
    assert "larger than the limit" in found.error


def test_a_worker_that_is_lost_again_and_again_ends_it(fill: Fill) -> None:
    fill(DETAILS)
    found = started(asked())
    Making.objects.filter(pk=found.pk).update(attempts=starting.claims.MAX_ATTEMPTS)
    assert work.run(found.pk)
    found.refresh_from_db()
    assert (found.state, found.error) == (
        "failed",
        "the worker was lost 5 times while it was at it",
    )
