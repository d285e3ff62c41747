"""Imports by a real worker wake watches, whose messages reach a real server once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from analyzer.ingest import intake
from analyzer.models import (
    Delivery,
    ExportRun,
    Import,
    SavedQuery,
    SecuritySession,
    Trigger,
    Watch,
    WatchRun,
)
from analyzer.standing import schedules, watches
from analyzer.standing.clock import When
from analyzer.standing.deliveries import send_soon
from tests.analyzer.ingest.conftest import store
from tests.analyzer.standing.given import Heard, receiver
from tests.builders.saved_queries import save
from tests.conftest import SAMPLES

__all__ = ["store"]
AFTER_IMPORT = When(Trigger.IMPORT)
WAIT_S = 60


def wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not ready():
        assert time.monotonic() < until, (
            list(WatchRun.objects.values("watch", "why", "state", "fresh", "error")),
            list(Delivery.objects.values("state", "attempts", "error")),
            list(Import.objects.values("state", "error")),
        )
        time.sleep(0.05)


def make_all(query: SavedQuery, webhook: str, shelf: Path) -> None:
    """Two watches and an export of a query, all after each import."""
    for name in ("One", "Two"):
        draft = watches.Draft(name, AFTER_IMPORT, webhook=webhook)
        watches.make(query=query, draft=draft, by=query.owner, now=timezone.now())
    export = schedules.Draft("Out", AFTER_IMPORT, str(shelf), pattern="all-{date}-{time}")
    schedules.make(query=query, draft=export, by=query.owner, now=timezone.now())


def check_each_was_told_once(heard: Heard) -> None:
    """One message a run, one request a message, but for the first, which was refused."""
    news = WatchRun.objects.filter(state="news")
    assert all(run.why == "import" for run in news)
    assert Delivery.objects.count() == news.count()
    assert len(heard.requests) == Delivery.objects.count() + 1  # the first was refused
    assert sorted(set(heard.keys)) == sorted(str(one.key) for one in Delivery.objects.all())
    assert not WatchRun.objects.filter(state="failed").exists()


def test_two_imports_and_two_watches_tell_of_each_session_once(
    store: None,
    person: Callable[[str], User],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    settings: object,
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    settings.EXPORT_ROOTS = [shelf]  # type: ignore[attr-defined]
    query = save(person("analyst"), "All", "days=all")
    with receiver(500) as heard:
        monkeypatch.setenv("ZERTIFY_WEBHOOK_HOSTS", f"127.0.0.1:{heard.port}")
        monkeypatch.setenv("ZERTIFY_WEBHOOK_HTTP", "on")
        monkeypatch.setenv("ZERTIFY_EXPORT_ROOTS", str(shelf))
        request.getfixturevalue("celery_worker_process")
        make_all(query, heard.url, shelf)
        wait(lambda: WatchRun.objects.filter(state="ground").count() == 2)
        for name in ("site-rdw.smf.gz", "zos32.smf"):
            intake.submit_command(path=SAMPLES / name, now=timezone.now(), detach=True)
        wait(lambda: Import.objects.filter(state="complete").count() == 2)
        sessions = SecuritySession.objects.filter(server__role="server").count()

        def told() -> int:
            return sum(WatchRun.objects.filter(state="news").values_list("fresh", flat=True))

        wait(lambda: told() == 2 * sessions and not Watch.objects.exclude(next_at=None).exists())
        wait(lambda: not Delivery.objects.filter(state__in=["pending", "sending"]).exists())
        Delivery.objects.filter(state="failed").update(next_try_at=timezone.now())
        monkeypatch.undo()
        for one in Delivery.objects.filter(state="failed"):
            send_soon([one.pk])
        wait(lambda: not Delivery.objects.exclude(state="sent").exists())
        wait(lambda: ExportRun.objects.filter(state="done", rows__gt=0).exists())
    assert sessions > 50
    check_each_was_told_once(heard)
    assert {path.suffix for path in shelf.iterdir()} == {".csv", ".sha256"}
