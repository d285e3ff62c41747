"""Rows of what runs by itself, written as a run would have left them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from analyzer.models import Delivery, ExportRun, ExportSchedule, SavedQuery, Watch, WatchRun

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
ROW = {
    "id": 1,
    "server_id": 1,
    "sysplex": "PLEXA",
    "system": "SYSA",
    "stack": "TCPIP",
    "role": "server",
    "server_ip": "10.1.0.5",
    "port_start": 992,
    "port_end": 992,
    "job": "TN3270",
    "user": "TCPUSER",
    "client_ip": "10.0.0.2",
    "title": "<b>&TLS",
    "strength": "none",
    "first_seen": None,
    "last_seen": None,
}


def watched(query: SavedQuery, *, session: int = 1) -> tuple[Watch, WatchRun, Delivery]:
    """A watch that found something new, and a message about it that was given up."""
    watch = Watch.objects.create(
        query=query,
        owner=query.owner,
        name=f"Guard of {query.name}",
        mail_to=["ops@site.example"],
        webhook="https://hooks.example/secret-path",
        salt=b"0" * 16,
        made_at=NOW,
        changed_at=NOW,
    )
    run = WatchRun.objects.create(
        watch=watch,
        why="import",
        state="news",
        started_at=NOW,
        finished_at=NOW,
        found=9,
        fresh=3,
        sample=[{**ROW, "id": session}],
        said={"watch": watch.name, "query": query.name, "query_id": query.pk, "rows": "sessions",
              "sentence": "TCP servers on all days"},
    )  # fmt: skip
    delivery = Delivery.objects.create(
        watch=watch,
        run=run,
        channel="webhook",
        target=watch.webhook,
        key=uuid.uuid4(),
        state="given_up",
        attempts=16,
        tries_left=0,
        made_at=NOW,
        tried_at=NOW,
        error="the server answered with status 500",
        code=500,
    )
    return watch, run, delivery


def scheduled(query: SavedQuery) -> ExportSchedule:
    """A schedule with a file."""
    schedule = ExportSchedule.objects.create(
        query=query,
        owner=query.owner,
        name=f"Nightly {query.name}",
        trigger="daily",
        directory="/srv/zertify",
        made_at=NOW,
        changed_at=NOW,
    )
    ExportRun.objects.create(
        schedule=schedule,
        why="clock",
        state="done",
        started_at=NOW,
        finished_at=NOW,
        directory="/srv/zertify",
        file_name="Old_2026-04-01.csv",
        rows=3,
        size_bytes=300,
        sha256="0" * 64,
    )
    return schedule
