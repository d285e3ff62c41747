"""The database page: figures as counted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("site", "db")
COUNTS = {
    "Interval records (119-12)": "SELECT count(*) FROM analyzer_activity",
    "Connection records (119-11)": "SELECT count(*) FROM analyzer_connection_event",
    "Security sessions": "SELECT count(*) FROM analyzer_securitysession",
    "Distinct protections": "SELECT count(*) FROM analyzer_protection",
    "Imports": "SELECT count(*) FROM analyzer_import",
    "Days with data": "SELECT count(DISTINCT interval_end::date) FROM analyzer_activity",
    "Earliest interval": "SELECT min(interval_end)::text FROM analyzer_activity",
    "Latest interval": "SELECT max(interval_end)::text FROM analyzer_activity",
}


def plain(number: str) -> str:
    return number.replace(" ", "")


def test_figures_are_those_of_the_tables(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(reverse("data_database")))
    with connection.cursor() as cursor:
        for label, sql in COUNTS.items():
            cursor.execute(sql)
            found, expected = page.facts[label], str(cursor.fetchone()[0])
            assert expected == (found if ":" in found else plain(found)), label
    assert page.facts["Interval records (119-12)"] == "1 609"
    assert page.facts["Size on disk"].endswith("MB")
    assert "Times are the local times of the systems" in page.text


def test_every_partition_is_listed_with_its_size(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(reverse("data_database")))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.inhrelid::regclass::text, pg_total_relation_size(i.inhrelid)"
            " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent AND c.relkind = 'p'"
            " WHERE c.relname LIKE 'analyzer_%'"
        )
        there = dict(cursor.fetchall())
    assert set(page.column("Day or range", 2)) == set(there)
    shown = {found["value"] for found in page.all("data")}
    assert {str(size) for size in there.values()} <= shown
    assert f"{len(there)} in all" in page.text
