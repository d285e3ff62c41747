"""`manage.py query`: the rows of a saved query, or of filters, for scripts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from analyzer.models import AuditEntry
from tests.analyzer.api.conftest import filled, program, rows_of
from tests.builders.saved_queries import NOW, outdated, save

__all__ = ["filled", "program"]
pytestmark = pytest.mark.usefixtures("filled", "db")
Person = Callable[[str], User]


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("query", *words, stdout=out)
    return out.getvalue()


def lines(*words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run(*words))))


def objects(*words: str) -> list[dict[str, Any]]:
    return list(json.loads(run(*words, "--format", "json")))


@pytest.mark.parametrize("tab", ["servers", "clients", "peers"])
def test_a_saved_query_gives_the_rows_that_running_it_shows(
    tab: str, person: Person, program: Callable[[str], Any]
) -> None:
    query = save(person("analyst"), "Weak", "days=all&protocol=TLS", tab=tab)
    shown = rows_of(program("viewer"), f"/api/v1/report/{tab}/", days="all", protocol="TLS")
    assert shown
    found = objects("weak")
    assert sorted(found, key=lambda row: row["id"]) == sorted(shown, key=lambda row: row["id"])
    assert [row["server_ip"] for row in lines("Weak")] == [row["server_ip"] for row in shown]
    query.refresh_from_db()
    assert query.last_run_at is not None
    assert query.last_run_at > NOW


def test_sessions_are_asked_for_as_well() -> None:
    found = objects("--filter", "days=all", "--filter", "protocol=TLS", "--rows", "sessions")
    assert {row["protocol"] for row in found} == {"TLS"}
    assert len(found) == len(
        lines("--filter", "days=all", "--filter", "protocol=TLS", "--rows", "sessions")
    )


def test_filters_are_those_of_the_report_and_count_thirty_days_like_it() -> None:
    some, all_days = objects("--filter", "port=1-65535"), objects("--filter", "days=all")
    assert 0 < sum(row["in_bytes"] for row in some) < sum(row["in_bytes"] for row in all_days)
    peers = objects("--filter", "days=all", "--tab", "peers")
    assert {row["id"] for row in peers}.isdisjoint({row["id"] for row in all_days})


def test_columns_are_chosen_in_both_forms() -> None:
    asked = ("--filter", "days=all", "--columns", "job,port")
    assert list(lines(*asked)[0]) == ["job", "port"]
    assert list(objects(*asked)[0]) == ["id", "job", "port"]


def test_nothing_found_is_an_empty_list_and_a_head_without_rows() -> None:
    assert objects("--filter", "job=NOSUCH") == []
    text = run("--filter", "job=NOSUCH", "--columns", "job")
    assert text.splitlines() == ["job"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "either the NAME"),
        (["Weak", "--filter", "days=all"], "either the NAME"),
        (["Nothing"], "there is no saved query `Nothing`"),
        (["Weak", "--owner", "nobody"], "there is no saved query `Weak` of `nobody`"),
        (["Twice"], "several have a query `Twice`: say --owner, one of administrator, analyst"),
        (["Weak", "--tab", "peers"], "--tab is for --filter"),
        (["Old"], "`colour` is not a filter"),
        (["--filter", "port"], "`port` is not KEY=VALUE"),
        (["--filter", "port=many"], "`many` is not a port"),
        (["--filter", "days=7", "--owner", "x"], "--owner is for a saved query"),
        (["Weak", "--columns", "nothing"], "`nothing` is not a column"),
    ],
)
def test_what_cannot_be_run_is_said_and_nothing_is_written_down(
    person: Person, words: list[str], why: str
) -> None:
    save(person("analyst"), "Weak")
    save(person("analyst"), "Twice")
    save(person("administrator"), "twice")
    outdated(person("analyst"), "Old", colour=["red"])
    with pytest.raises(CommandError, match=why):
        run(*words)
    assert not AuditEntry.objects.filter(action__startswith="export").exists()


def test_the_owner_decides_between_equal_names(person: Person) -> None:
    save(person("analyst"), "Twice", "job=NOSUCH")
    save(person("administrator"), "twice", "days=all")
    assert objects("Twice", "--owner", "analyst") == []
    assert objects("Twice", "--owner", "administrator")


@pytest.mark.parametrize(("form", "action"), [("csv", "export.csv"), ("json", "export.json")])
def test_the_audit_log_says_which_query_was_taken_away(
    person: Person, form: str, action: str
) -> None:
    save(person("analyst"), "Weak", "job=TN*")
    run("Weak", "--format", form)
    entry = AuditEntry.objects.get(action=action)
    assert (entry.user_name, entry.target) == (
        "(command line)",
        "query Weak of analyst: servers",
    )
    assert entry.data["filters"] == {"job": ["TN*"]}
