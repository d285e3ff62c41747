"""Reads with a time limit that cannot write."""

from __future__ import annotations

import pytest
from django.db import InternalError, OperationalError, connection, transaction

from web.budget import Deadline, OutOfTimeError, deadline, read_budget

pytestmark = pytest.mark.django_db


def asked(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_read_that_takes_too_long_is_stopped_and_says_its_limit() -> None:
    with pytest.raises(OutOfTimeError, match=r"stopped after 0\.05 s") as found, read_budget(0.05):
        asked("SELECT pg_sleep(30)::text")
    assert found.value.limit_s == 0.05


def test_a_limit_below_a_millisecond_is_not_none() -> None:
    with pytest.raises(OutOfTimeError), read_budget(0.0001):
        asked("SELECT pg_sleep(30)::text")


def test_without_a_limit_nothing_is_stopped() -> None:
    with read_budget(0):
        assert asked("SHOW statement_timeout") == "0"


def test_inside_nothing_can_be_written() -> None:
    with pytest.raises(InternalError, match="read-only"), read_budget(5):
        asked("INSERT INTO analyzer_importpath DEFAULT VALUES RETURNING id")


def test_settings_end_with_the_block_even_inside_a_transaction() -> None:
    names = ("statement_timeout", "transaction_read_only", "jit")
    before = [asked(f"SHOW {name}") for name in names]
    with transaction.atomic():
        with read_budget(5):
            assert [asked(f"SHOW {name}") for name in names] == ["5s", "on", "off"]
        assert [asked(f"SHOW {name}") for name in names] == before
    with pytest.raises(OutOfTimeError), read_budget(0.01):
        asked("SELECT pg_sleep(30)::text")
    assert [asked(f"SHOW {name}") for name in names] == before


def test_other_errors_of_the_server_stay_what_they_are() -> None:
    with pytest.raises(OperationalError, match="deadlock"), read_budget(5):
        asked("DO $$ BEGIN RAISE SQLSTATE '40P01' USING MESSAGE = 'deadlock'; END $$")


def test_each_step_gets_what_is_left_and_says_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("web.budget.monotonic", lambda: now)
    whole = pytest.raises(OutOfTimeError, match="stopped after 10 s")
    with whole, deadline(10) as until, read_budget(until.left_s() / 100):
        asked("SELECT pg_sleep(30)::text")
    unlimited, until = Deadline(0), Deadline(10)
    assert next(until.over("ab")) == "a"
    now += 10
    with pytest.raises(OutOfTimeError):
        next(until.over("ab"))
    assert unlimited.left_s() == 0
    assert [*unlimited.over("ab")] == ["a", "b"]
