"""What a prune takes and what it leaves: records, sums, and what nothing refers to any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection

from analyzer.ingest import intake, pipeline
from analyzer.models import (
    AuditEntry,
    CoverageEvent,
    DailyActivity,
    Import,
    Stack,
    StackDay,
    SystemSettings,
)
from analyzer.pruning import work
from tests.analyzer.ingest.conftest import SAMPLES, digest_of_store
from tests.analyzer.pruning.conftest import prune, system_of
from tests.conftest import database_url

FIFTH, SIXTH = date(2026, 10, 5), date(2026, 10, 6)
BY_TIME = ("activity", "daily_activity", "connection_event")
Ingest = Callable[..., Import]


def count(table: str, condition: str = "TRUE") -> int:
    return int(scalar(f"SELECT count(*) FROM analyzer_{table} WHERE {condition}"))


def scalar(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def partitions(table: str) -> int:
    """Also those that other tests have left behind, empty: what counts is how many went."""
    return int(
        scalar(f"SELECT count(*) FROM pg_inherits WHERE inhparent = 'analyzer_{table}'::regclass")
    )


def dangling() -> dict[str, int]:
    """Rows that refer to what is not there, or that nothing refers to."""
    session = "SELECT FROM analyzer_securitysession s WHERE"
    return {
        "activity": count("activity a", f"NOT EXISTS ({session} s.id = a.session_id)"),
        "daily": count("daily_activity a", f"NOT EXISTS ({session} s.id = a.session_id)"),
        "sessions": count(
            "securitysession x",
            "NOT EXISTS (SELECT FROM analyzer_server v WHERE v.id = x.server_id) OR NOT EXISTS"
            " (SELECT FROM analyzer_protection p WHERE p.id = x.protection_id) OR NOT EXISTS"
            " (SELECT FROM analyzer_daily_activity d WHERE d.session_id = x.id)",
        ),
        "servers": count("server v", f"NOT EXISTS ({session} s.server_id = v.id)"),
        "protections": count("protection p", f"NOT EXISTS ({session} s.protection_id = p.id)"),
        "certificates": count(
            "certificate c",
            "NOT EXISTS (SELECT FROM analyzer_protectioncertificate u"
            " WHERE u.certificate_id = c.id)",
        ),
        # The roll-up against the records.
        "sums": int(
            scalar(
                """SELECT count(*) FROM (SELECT interval_end::date AS day, session_id,
                    count(*) AS n, sum(in_bytes) AS b FROM analyzer_activity GROUP BY 1, 2) a
                FULL JOIN analyzer_daily_activity d USING (day, session_id)
                WHERE (a.n, a.b) IS DISTINCT FROM (d.intervals, d.in_bytes)"""
            )
        ),
    }


NOTHING = dict.fromkeys(
    ("activity", "daily", "sessions", "servers", "protections", "certificates", "sums"), 0
)


def test_all_goes_but_systems_and_the_same_dump_brings_it_back(
    site: Import, ingest: Ingest
) -> None:
    before, parts = digest_of_store(), {name: partitions(name) for name in BY_TIME}
    found = prune("all")
    assert (found.days_done, found.intervals, found.connections) == (2, 1609, 0)
    assert (found.sessions, found.servers) == (60, 60)
    assert (found.protections, found.certificates) == (34, 25)
    assert found.freed_bytes > 0
    for table in ("activity", "daily_activity", "stackday", "coverageevent", "securitysession"):
        assert count(table) == 0, table
    for table in ("server", "protection", "certificate", "protectioncertificate"):
        assert count(table) == 0, table
    assert partitions("activity") <= parts["activity"] - 2  # the month goes, with empty days
    assert partitions("daily_activity") <= parts["daily_activity"] - 1
    assert SystemSettings.objects.count() == 3
    again = ingest(SAMPLES / "site-rdw.smf.gz")
    assert (again.added, again.duplicate) == (site.added, site.duplicate)
    assert digest_of_store() == before


def test_one_system_goes_and_the_others_stay_as_they_are(site: Import) -> None:
    others = DailyActivity.objects.exclude(session__server__stack__system="PRD1")
    before = sorted(others.values_list("day", "session_id", "intervals", "in_bytes"))
    found = prune("all", systems=[system_of("PRD1").pk])
    assert (found.words, found.intervals) == ("all data of PLEXB PRD1", 549 + 14)
    assert sorted(others.values_list("day", "session_id", "intervals", "in_bytes")) == before
    assert not StackDay.objects.filter(stack__system="PRD1").exists()
    assert StackDay.objects.count() == 6
    assert count("activity") == 1609 - 563
    assert dangling() == NOTHING


def test_days_up_to_an_age_go(site: Import) -> None:
    # On 2026-10-10, four days before today stay: 6 to 9; what is older goes.
    parts = partitions("activity")
    found = prune("older", older_days=4, now=datetime(2026, 10, 10, 12).astimezone())
    assert found.words == "data older than 4 days (up to 2026-10-05) of all systems"
    assert found.intervals == 340 + 423 + 263 + 549
    assert set(DailyActivity.objects.values_list("day", flat=True)) == {SIXTH}
    assert found.sessions == 60 - (4 + 9 + 7 + 14)
    assert partitions("activity") == parts - 1
    assert dangling() == NOTHING


def test_a_range_of_days_goes_and_what_is_around_it_stays(site: Import) -> None:
    found = prune("range", first=SIXTH, last=date(2026, 12, 31))
    assert found.intervals == 4 + 9 + 7 + 14
    assert set(DailyActivity.objects.values_list("day", flat=True)) == {FIFTH}
    assert dangling() == NOTHING


def test_a_kept_day_keeps_its_last_switch_of_coverage(site: Import) -> None:
    stack = Stack.objects.get(stack="TCPIPDMZ")
    CoverageEvent.objects.all().delete()
    for hour, kind in ((1, "zert_enabled"), (2, "aggregation_disabled"), (3, "zert_disabled")):
        at = datetime(2026, 10, 5, hour)
        CoverageEvent.objects.create(stack=stack, at=at, kind=kind, imported=site)
    prune("range", first=FIFTH, last=FIFTH)
    kinds = set(CoverageEvent.objects.values_list("kind", flat=True))
    assert kinds == {"aggregation_disabled", "zert_disabled"}
    prune("all")
    assert not CoverageEvent.objects.exists()


def test_connection_records_go_with_their_days(ingest: Ingest) -> None:
    ingest(SAMPLES / "detail-rdw.smf")
    before, others = digest_of_store(), count("connection_event")
    days = scalar("SELECT count(DISTINCT written_at::date) FROM analyzer_connection_event")
    parts = partitions("connection_event")
    assert others
    found = prune("all")
    assert found.connections == others
    assert count("connection_event") == 0
    assert partitions("connection_event") == parts - days
    ingest(SAMPLES / "detail-rdw.smf")
    assert digest_of_store() == before


@pytest.mark.parametrize("batch", [1, 3])
def test_a_prune_between_two_batches_of_an_import_does_not_hurt_it(
    store: None, ingest: Ingest, batch: int
) -> None:
    """It knows sessions and partitions by heart that are gone: it begins anew behind its batch."""
    path = SAMPLES / "site-vbs.smf"
    now = datetime(2026, 11, 1).astimezone()
    imported = intake.submit_command(path=path, now=now)
    batches, gone = 0, []

    def prune_once(done: object) -> None:
        nonlocal batches
        batches += 1
        if batches == batch:
            gone.append(prune("all").intervals)

    pipeline.run(imported.pk, progress=prune_once, batch_bytes=1 << 16)
    imported.refresh_from_db()
    assert imported.state == "complete", imported.error
    assert batches > batch
    assert gone[0] > 0
    assert count("activity") == imported.added - gone[0] == 1609 - gone[0]
    assert dangling() == NOTHING
    assert ingest(path).added == gone[0]  # what went, and nothing twice


def test_a_partition_that_a_report_reads_is_emptied_instead(
    site: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = partitions("activity")
    monkeypatch.setattr(work, "_TRIES", 1)
    monkeypatch.setattr(work, "_PAUSE_S", 0.01)
    monkeypatch.setattr("analyzer.ingest.load.removal.LOCK_WAIT_S", 1)
    with psycopg.connect(database_url()) as report:
        report.execute("SELECT count(*) FROM analyzer_activity")
        found = prune("all")
    assert found.intervals == 1609
    assert count("activity") == 0
    assert partitions("activity") == parts
    assert dangling() == NOTHING


def test_who_asked_and_what_for_is_in_the_audit_log(site: Import) -> None:
    prune("all")
    entry = AuditEntry.objects.get(action="prune.submit")
    assert (entry.user_name, entry.target) == ("(command line)", "all data of all systems")
