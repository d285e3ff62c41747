"""Comparisons of details and summaries that take too long, or would."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from analyzer import history
from analyzer.history import Window
from enforcement.histories import agreement
from enforcement.histories.checking import check
from enforcement.histories.reading import Ahead
from tests.analyzer.api.conftest import with_token
from tests.builders.enforcement.records import TLS12, Connection
from tests.histories.conftest import Fill
from tests.histories.test_checking import DETAILS, NONE, SUMMARIES, interval
from tests.histories.test_pages import author, text
from web.budget import Deadline, OutOfTimeError

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = [Connection(number=n, local_port=n).at(1, n, {"TLS": TLS12}) for n in range(1, 100)]
"""All of them are up at the end, and each is a session of its own; one server, client and job."""
LATER = Connection(number=200).at(1, 2_000)


@contextmanager
def slow(seconds: float) -> Iterator[None]:
    """Each read of connection records takes this long."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""ALTER TABLE analyzer_connection_event RENAME TO events_kept;
            CREATE VIEW analyzer_connection_event AS
                SELECT e.* FROM events_kept e, pg_sleep({seconds})"""
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                """DROP VIEW analyzer_connection_event;
                ALTER TABLE events_kept RENAME TO analyzer_connection_event"""
            )


def window() -> Window:
    found = history.connection_window(limit_s=60)
    assert found is not None
    return found


@pytest.mark.parametrize("read_s", [2.8, 1.4], ids=["as they are counted", "as they are read"])
def test_all_steps_together_have_the_limit(
    fill: Fill, author: Client, settings: Any, read_s: float
) -> None:
    fill([*DETAILS, *SUMMARIES])
    assert "All agree" in text(author, "history_agreement", stack="")
    settings.TIME_LIMIT_PAGE_S = 3
    with slow(read_s):
        began = time.monotonic()
        page = text(author, "history_agreement", status=503, stack="")
        lasted = time.monotonic() - began
    assert "Comparing was stopped after 3 s. Ask for fewer days or one stack." in page
    assert 3 <= lasted < 4


@pytest.mark.parametrize("later", [[], [LATER]], ids=["what is under way", "a whole interval"])
def test_the_clock_is_looked_at_with_each_record(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, later: list[bytes]
) -> None:
    fill([*MANY, *later, interval(1, NONE, {}, {"conn": 1})])
    found, looks = window(), count()
    monkeypatch.setattr("web.budget.monotonic", lambda: float(next(looks)))
    with pytest.raises(OutOfTimeError):
        check(found, Deadline(60))
    assert next(looks) <= 62


def test_whoever_stops_reading_waits_for_no_query(fill: Fill) -> None:
    fill(DETAILS)
    found = window()
    with slow(30):
        began = time.monotonic()
        with Ahead(found, None):
            time.sleep(0.5)
        assert time.monotonic() - began < 5
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%events%'")
            assert not cursor.fetchall()


def test_too_many_records_are_refused_beforehand(
    fill: Fill, author: Client, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([*DETAILS, *SUMMARIES])
    monkeypatch.setattr(agreement, "MOST_RECORDS", len(DETAILS))
    assert "All agree" in text(author, "history_agreement", stack="")
    monkeypatch.setattr(agreement, "MOST_RECORDS", len(DETAILS) - 1)
    page = text(author, "history_agreement", status=422, stack="")
    said = "here are more than 3 connection records: ask for fewer days or one stack"
    assert f"T{said}." in page
    assert "check_summaries</span> takes as long as it needs" in page
    answer = author.get(reverse("history_agreement_csv"), follow=True)
    assert f"T{said}." in answer.content.decode()
    for form in ("json", "csv"):
        refused = with_token(anna).get(reverse("api_agreement"), {"format": form})
        assert refused.status_code == 400
        assert refused.json()["errors"] == {"from_day": f"t{said}"}
