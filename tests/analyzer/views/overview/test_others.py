"""What is behind the others of the topology: a report that leaves out all that are named."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from analyzer.charts.flows import OTHER
from analyzer.queries.overview.flows import MOST
from tests.analyzer.standing import given
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.overview.conftest import cards_of
from tests.analyzer.views.overview.test_drill_down import sums

pytestmark = pytest.mark.django_db
QUERIES = ["days=all", "days=all&job=JOB*&client_ip=!10.3.0.1", "days=all&client_ip=10.0.0.0/8"]


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def fill() -> None:
    """More servers, and more networks, than are named."""
    for number in range(MOST + 3):
        at = given.server(f"JOB{number}", port=1_000 + number, ip=f"10.200.0.{number}")
        for network in range(number % 4, MOST + 4, 2):
            strong = {"protocol": "TLS", "strength": "strong"} if network % 3 else {}
            given.session(f"10.{network}.0.1", on=at, **strong)  # type: ignore[arg-type]


def ends(chart: Any) -> set[str]:
    return {link[end] for link in chart["links"] for end in ("source", "target")}


@pytest.mark.parametrize("query", QUERIES)
def test_every_flow_leads_to_its_connections(viewer: Client, query: str) -> None:
    fill()
    card = cards_of(viewer, query)["topology"]
    assert {f"o {OTHER}servers", f"n {OTHER}networks"} <= ends(card.chart)
    for link in card.chart["links"]:
        assert sums(link["href"])["connections"] == link["value"], link
    for row, href in card.rows:
        behind = sums(href)
        assert (behind["connections"], behind["sessions"]) == (row["connections"], row["sessions"])


def test_where_no_filter_can_say_it_there_is_no_link(viewer: Client) -> None:
    fill()
    nameless = given.server("", port=1, ip="10.200.0.99")
    for network in range(MOST + 4):
        given.session(f"10.{network}.0.1", on=nameless)
    card = cards_of(viewer, "days=all")["topology"]
    without = [link for link in card.chart["links"] if not link["href"]]
    assert {link["source"] for link in without} == {f"o {OTHER}servers"}
    for link in card.chart["links"]:
        assert not link["href"] or sums(link["href"])["connections"] == link["value"], link
