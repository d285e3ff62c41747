"""One import in each of its states: progress, counts, what can be done to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, Import
from analyzer.views.data.progress import progress_of
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


def make(state: str, **columns: Any) -> Import:
    now = timezone.now()
    ended = {"finished_at": now} if state in {"complete", "failed", "canceled"} else {}
    given = {"source": "path", "name": "/dumps/a.smf", "path": "/dumps/a.smf", "submitted_at": now}
    return Import.objects.create(state=state, **(given | ended | columns))


def detail(client: Client, imported: Import, **headers: str) -> Page:
    return Page(client.get(reverse("data_import_detail", args=[imported.pk]), headers=headers))


def actions(page: Page) -> set[str]:
    return {form.action.rstrip("/").rsplit("/", 1)[-1] for form in page.forms if form.action}


def polls(page: Page, imported: Import) -> bool:
    return "hx-get" in page.one("div", id=f"import-{imported.pk}")


def test_a_waiting_import_says_so_and_can_be_canceled(analyst: Client) -> None:
    imported = make("pending", size_bytes=1000)
    page = detail(analyst, imported)
    assert "Waiting for a worker." in page.text
    assert "cancel" in actions(page)
    assert "again" not in actions(page)
    assert polls(page, imported)


def test_progress_says_percent_bytes_records_rate_and_time_left(analyst: Client) -> None:
    imported = make(
        "active",
        started_at=timezone.now() - timedelta(seconds=20),
        size_bytes=8_000_000,
        bytes_done=2_000_000,
        records_done=12_345,
    )
    page = detail(analyst, imported)
    bar = page.one("progress")
    assert (bar["value"], bar["max"]) == ("2000000", "8000000")
    words = page.text
    assert "25 % \u00b7 2.0 MB of 8.0 MB \u00b7 12 345 records" in words
    assert "/s" in words
    assert "about" in words
    assert polls(page, imported)


@pytest.mark.parametrize(
    ("done", "size", "seconds", "percent", "rate", "left"),
    [
        (2_000_000, 8_000_000, 20, 25, 100_000.0, 60.0),
        (0, 8_000_000, 20, 0, None, None),
        (500, 1_000, 0, 50, None, None),
        (1_000, 1_000, 10, 100, 100.0, 0.0),
        (1_001, 1_000, 10, 100, 100.1, 0.0),
        (0, 0, 10, 0, None, None),
    ],
)
def test_rate_and_time_left_follow_from_bytes_and_seconds(
    done: int, size: int, seconds: int, percent: int, rate: float | None, left: float | None
) -> None:
    now = timezone.now()
    imported = Import(bytes_done=done, size_bytes=size, started_at=now - timedelta(seconds=seconds))
    found = progress_of(imported, now)
    assert (found.percent, found.rate, found.left_s) == (percent, rate, left)


def test_an_import_that_has_not_begun_has_no_rate() -> None:
    found = progress_of(Import(size_bytes=10), timezone.now())
    assert (found.percent, found.rate, found.left_s) == (0, None, None)


def test_script_gets_the_part_that_changes_and_it_stops_asking_at_the_end(
    analyst: Client,
) -> None:
    imported = make("active", size_bytes=10)
    part = detail(analyst, imported, **{"HX-Request": "true"})
    assert len(part.roots) == 1
    assert part.roots[0]["id"] == f"import-{imported.pk}"
    assert part.roots[0]["hx-get"] == reverse("data_import_detail", args=[imported.pk])
    assert not part.all("html")
    Import.objects.update(state="complete", finished_at=timezone.now())
    part = detail(analyst, imported, **{"HX-Request": "true"})
    assert "hx-get" not in part.roots[0]


COMPLETE: dict[str, Any] = {
    "source": "upload",
    "comment": "October",
    "added": 1609,
    "duplicate": 12,
    "rejected": 4,
    "ignored": {"other_type": 7, "aggregation_event": 2},
    "new_sessions": 60,
    "records_done": 1634,
    "restarts": 3,
    "attempts": 2,
    "earliest": datetime(2026, 10, 5, 0, 30),
    "latest": datetime(2026, 10, 5, 23, 30),
    "framing": "rdw",
    "framing_reason": "every record begins with an RDW",
    "forced_framing": "rdw",
    "wrapper": "gzip",
}
SAID = {
    "Added": "1 609",
    "Duplicate": "12",
    "Ignored": "9",
    "Rejected": "4",
    "New sessions": "60",
    "Records read": "1 634",
    "Ignored: other type": "7",
    "Ignored: aggregation event": "2",
    "Earliest": "2026-10-05 00:30:00",
    "Latest": "2026-10-05 23:30:00 local time of the systems",
    "Counters that went backwards": "3 a stack restarted or a counter wrapped",
    "Attempts": "2 a worker was lost; the next one went on from the last batch",
    "Container": "gzip",
    "Framing": "RDW stream (FTP with `site rdw`) (forced)every record begins with an RDW",
    "Name": "/dumps/a.smf",
}


def test_a_complete_import_says_its_counts_times_and_framing(analyst: Client) -> None:
    began = timezone.now() - timedelta(seconds=90)
    times = {"started_at": began, "finished_at": began + timedelta(seconds=75)}
    imported = make("complete", **times, **COMPLETE)
    page = detail(analyst, imported)
    assert {label: page.facts[label] for label in SAID} == SAID
    assert page.facts["Ended"].endswith("Z after 1 min 15 s")
    assert "a.smf Complete Upload, submitted" in page.text
    assert "by somebody who is no longer known. October" in page.text
    assert reverse("data_rejects", args=[imported.pk]) in page.links
    assert reverse("report_servers") in page.links
    assert {"again"} <= actions(page)
    assert not polls(page, imported)


def test_a_failed_import_says_why_and_what_to_do(analyst: Client) -> None:
    imported = make("failed", error="the file has no RDWs", advice="transfer it with site rdw")
    page = detail(analyst, imported)
    note = page.one("div", role="alert")
    assert note["class"] == "note note-error"
    assert "he file has no RDWs" in page.text
    assert "ransfer it with site rdw" in page.text
    assert "again" in actions(page)
    assert "Open the report" not in page.text


def test_a_cut_file_says_so_and_shows_its_end(analyst: Client) -> None:
    imported = make("complete", truncated_tail=True)
    page = detail(analyst, imported)
    assert "The file ends in the middle of a record." in page.text
    assert page.links.count(reverse("data_rejects", args=[imported.pk])) == 2


def test_a_canceled_import_can_be_submitted_again(analyst: Client) -> None:
    page = detail(analyst, make("canceled", cancel_requested=True))
    assert "Canceled" in page.text
    assert "again" in actions(page)


def test_cancel_stops_it_and_leaves_an_entry(analyst: Client) -> None:
    imported = make("active")
    answer = analyst.post(reverse("data_cancel", args=[imported.pk]))
    assert answer["Location"] == reverse("data_import_detail", args=[imported.pk])
    imported.refresh_from_db()
    assert (imported.state, imported.cancel_requested) == ("canceled", True)
    assert AuditEntry.objects.get().action == "import.cancel"
    analyst.post(reverse("data_cancel", args=[imported.pk]))
    assert "had ended before it could be canceled" in detail(analyst, imported).text
    assert AuditEntry.objects.count() == 1


def test_again_makes_a_new_import_of_the_same_file(
    analyst: Client, tmp_path: Path, settings: Any
) -> None:
    settings.IMPORT_ROOTS = [tmp_path]
    path = tmp_path / "a.smf"
    path.write_bytes(b"x")
    imported = make("complete", name=str(path), path=str(path), comment="October")
    answer = analyst.post(reverse("data_resubmit", args=[imported.pk]))
    again = Import.objects.latest("pk")
    assert answer["Location"] == reverse("data_import_detail", args=[again.pk])
    assert (again.path, again.comment, again.state) == (str(path), "October", "pending")
    path.unlink()
    answer = analyst.post(reverse("data_resubmit", args=[imported.pk]))
    assert f"`{path}` does not exist" in Page(analyst.get(answer["Location"])).text


@pytest.mark.parametrize("name", ["data_import_detail", "data_rejects"])
def test_an_import_that_is_not_there_is_404(analyst: Client, name: str) -> None:
    answer = analyst.get(reverse(name, args=[999_999]))
    assert answer.status_code == 404
    assert "Nothing is here" in Page(answer).text
    assert analyst.get(reverse(name, args=[10**30])).status_code == 404


def test_a_viewer_sees_counts_and_no_buttons(client_as: ClientAs) -> None:
    client = client_as("viewer")
    for state in ("pending", "active", "complete", "failed", "canceled"):
        page = detail(client, make(state))
        assert actions(page) <= {"logout", "search"}
