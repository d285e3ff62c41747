"""Behind every row stands a report with the row's own numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from analyzer.queries import report
from analyzer.queries.filters import Filters
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.overview.conftest import cards_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("coded")]
ROLES = {"report_servers": "server", "report_clients": "client", "report_peers": "peer"}
MEASURES = {
    **dict.fromkeys(
        ("unprotected-days", "unprotected-servers", "unprotected-owners"), "unprotected"
    ),
    **dict.fromkeys(("failed-days", "failed-servers"), "failed"),
}
QUERIES = [
    *("days=all", "days=7", "show=clients&days=all", "show=peers&days=all"),
    *("from=2026-03-05&to=2026-03-25", "from=2026-03-05 10:10&to=2026-03-25 20:20"),
    *("days=all&version=<=TLSv1.1", "days=all&protocol=NONE,TLS", "days=all&protocol=!TLS"),
    *("days=all&version=TLSv1.0&ssh_key_bits=<4096", "days=all&ssh_key_bits=!<2048"),
    *("days=all&client_ip=!192.0.2.1", "days=all&strength=!weak,!none", "days=all&job=!TN3270"),
    *("days=all&quantum=vulnerable", "days=all&expiry=!Unknown", "days=all&tls_suite=!C030"),
]
OF_SESSIONS = [
    *("days=all&connections=>=20", "days=all&failed=>=1", "days=9&connections=!<5"),
]
"""Sums of a session over a day are not those over the period: the cards by day are left out."""


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def sums(href: str) -> dict[str, int]:
    """What the report behind an address adds up to."""
    path, _, query = href.partition("?")
    found = resolve(path)
    filters, errors = Filters.from_params(QueryDict(query))
    assert not errors, href
    if found.url_name == "report_server":
        page = report.clients(filters, server_id=found.kwargs["pk"], limit=10_000)
    else:
        page = report.servers(filters, role=ROLES[str(found.url_name)], limit=10_000)
    names = ("connections", "unprotected", "failed", "sessions")
    return {name: sum(row[name] or 0 for row in page.rows) for name in names}


def check(card: Any) -> int:
    """Compare each row with the report that its link opens; returns how many were compared."""
    checked = 0
    for row, href in card.rows:
        if not href or "/report/sessions/" in href:
            continue
        behind, measure = sums(href), MEASURES.get(card.key, "connections")
        assert behind[measure] == (row[measure] or 0), (card.key, row, href)
        if measure == "connections" and "sessions" in row and card.key != "new-servers":
            assert behind["sessions"] == row["sessions"], (card.key, row, href)
        checked += 1
    return checked


@pytest.mark.parametrize("query", QUERIES)
def test_every_row_leads_to_a_report_with_its_numbers(viewer: Client, query: str) -> None:
    checked = {key: check(card) for key, card in cards_of(viewer, query).items()}
    assert sum(checked.values()) > 10, checked


@pytest.mark.parametrize("query", OF_SESSIONS)
def test_filters_of_sums_hold_behind_the_rows_too(viewer: Client, query: str) -> None:
    cards = cards_of(viewer, query)
    checked = [check(card) for key, card in cards.items() if not key.endswith("-days")]
    assert sum(checked) > 10


def test_all_kinds_of_rows_are_there(viewer: Client) -> None:
    cards = cards_of(viewer, "from=2026-02-21&to=2026-03-31")
    assert {key for key, card in cards.items() if not card.rows} == set()


def test_bars_lead_where_their_rows_lead(viewer: Client) -> None:
    for key, card in cards_of(viewer, "days=all").items():
        if not card.chart or key == "topology":
            continue
        drawn = [mark["href"] for mark in card.chart["marks"] if mark["value"] or mark["href"]]
        listed = [href for _, href in card.rows]
        assert drawn == (listed[::-1] if key.endswith("-days") else listed), key


def test_each_flow_leads_to_its_connections(viewer: Client) -> None:
    chart = cards_of(viewer, "days=all")["topology"].chart
    linked = [link for link in chart["links"] if link["href"]]
    assert len(linked) > 5
    for link in linked:
        assert sums(link["href"])["connections"] == link["value"], link
    names = [node["name"] for node in chart["nodes"]]
    assert len(names) == len(set(names))
    assert {link[end] for link in chart["links"] for end in ("source", "target")} == set(names)
