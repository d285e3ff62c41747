"""Interval records as tests let them be made, here and now."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from analyzer.ingest import pipeline
from analyzer.models import Import
from enforcement.aggregation.recording import Recording
from enforcement.intervals import starting, work
from enforcement.intervals.planning import Asked
from enforcement.models import Making
from tests.builders.enforcement.records import TLS12, Connection

DAY, NEXT = date(2026, 1, 15), date(2026, 1, 16)
HOUR = 3_600.0
NIGHT = Connection(number=7, remote_port=40_007)
"""Up over midnight."""
DETAILS = [
    Connection(number=1).at(1, 20, {"TLS": TLS12}, in_bytes=100, out_bytes=10),
    Connection(number=2, remote_port=40_001).at(4, 300, {"TLS": TLS12}, in_bytes=5, out_bytes=6),
    Connection(number=1).at(2, 2_400, in_bytes=700, out_bytes=70),
    Connection(number=1).at(3, 3_000, in_bytes=900, out_bytes=90),
]
"""A connection that leaves TLS after 40 minutes and ends after 50, and a short one."""
OVER_NIGHT = [
    NIGHT.at(1, 11 * HOUR, in_bytes=100),
    NIGHT.at(3, 13 * HOUR, in_bytes=1_000),
    Connection(number=8, remote_port=40_008).at(4, 14 * HOUR, in_bytes=7),
]
"""From 23:00 to 01:00, and a short one at 02:00."""


def asked(*days: date, recording: Recording | None = None, **more: Any) -> Asked:
    """From the first of these days to the last."""
    ends = {"from_day": days[0], "to_day": days[-1]} if days else {}
    return Asked(recording or Recording(), **{**ends, **more})


def started(wanted: Asked, by: User | None = None) -> Making:
    return starting.start(asked=wanted, by=by, now=timezone.now(), limit_s=60, detach=False)


def made(wanted: Asked, by: User | None = None) -> Making:
    """Made and imported."""
    found = started(wanted, by)
    assert work.run(found.pk)
    found.refresh_from_db()
    assert found.state == Making.State.COMPLETE, found.error
    if found.imported_id:
        assert imported(found).rejected == 0
    return found


def imported(found: Making) -> Import:
    """Its import, when it has ended."""
    assert found.imported_id is not None
    pipeline.run(found.imported_id)
    ended = Import.objects.get(pk=found.imported_id)
    assert ended.state == Import.State.COMPLETE, ended.error
    return ended


def totals() -> Counter[str]:
    """What the interval records in the store come to."""
    names = ("connections", "partial", "short", "in_bytes", "out_bytes")
    with connection.cursor() as cursor:
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in names)
        cursor.execute(f"SELECT {sums} FROM analyzer_activity")
        return Counter(dict(zip(names, cursor.fetchone(), strict=True)))
