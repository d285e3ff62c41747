"""The page itself: gate, filters, words, empty states; what is drawn is also said."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analyzer.views.overview.card import share
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.overview.conftest import cards_of, script_data
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
THIN = "\u202f"


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


@pytest.mark.usefixtures("coded")
def test_a_refused_filter_shows_nothing_and_says_which(viewer: Client) -> None:
    answer = viewer.get("/?port=many")
    assert answer.status_code == 400
    assert "A filter cannot be used" in Page(answer).text
    assert script_data(answer) == []


@pytest.mark.usefixtures("coded")
def test_filters_that_exclude_all_are_named_as_the_reason(viewer: Client) -> None:
    assert "The filters exclude everything" in Page(viewer.get("/?job=NOBODY&days=all")).text


@pytest.mark.usefixtures("coded")
def test_filters_and_role_stay_when_one_changes_the_other(viewer: Client) -> None:
    page = Page(viewer.get("/?days=all&job=TN*&show=clients"))
    tabs = [found["href"] for found in page.all("a") if "show=" in found["href"]]
    assert {"/?days=all&job=TN%2A&show=servers", "/?days=all&job=TN%2A&show=peers"} <= set(tabs)
    kept = next(form for form in page.forms if "show" in form.fields)
    assert kept.method == "get"
    assert kept.fields["show"] == ["clients"]


@pytest.mark.usefixtures("coded")
def test_each_chart_has_its_data_and_its_table(viewer: Client) -> None:
    answer = viewer.get("/?days=all")
    page = Page(answer)
    places = [found for found in page.all("div") if "data-chart" in found]
    assert len(places) == len(script_data(answer)) > 8
    ids = {found.get("id") for found in page.all("script")}
    for place in places:
        assert place["data-chart"] in ids
        assert place["role"] == "img"
        assert place["aria-label"]
    assert len(page.all("details", **{"class": "behind"})) == len(places)


@pytest.mark.usefixtures("coded")
def test_bars_of_what_is_not_protected_are_red_and_say_so(viewer: Client) -> None:
    classes = cards_of(viewer, "days=all")["classes"].chart["marks"]
    tones = {mark["label"].partition(",")[0]: mark["tone"] for mark in classes}
    assert tones == {
        "unprotected*": "red",
        "deprecated": "orange",
        "weak": "orange",
        "unknown": "grey",
        "acceptable": "blue",
        "strong": "green",
    }


@pytest.mark.usefixtures("coded")
def test_everything_is_read_in_a_few_statements(viewer: Client) -> None:
    viewer.get("/?days=all")
    with CaptureQueriesContext(connection) as found:
        viewer.get("/?days=20")
    assert len(found) < 25


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "\u2013"),
        (0, 10, f"0.0{THIN}%"),
        (1, 10_000, f"under 0.1{THIN}%"),
        (1, 8, f"12.5{THIN}%"),
        (9_999, 10_000, f"over 99.9{THIN}%"),
        (10, 10, f"100.0{THIN}%"),
    ],
)
def test_a_share_is_never_said_to_be_nothing_or_all_when_it_is_not(
    part: int, whole: int, words: str
) -> None:
    assert share(part, whole) == words


@pytest.mark.usefixtures("coded")
def test_new_unprotected_since_last_month_is_one_click(viewer: Client) -> None:
    page = Page(viewer.get("/?days=7&sysplex=PLEXA&system=SYSA,SYSB&protocol=TLS&show=clients"))
    (link,) = [one for one in page.all("a") if one["href"].startswith("/report/compare/")]
    asked = "status=new&protocol=NONE&sysplex=PLEXA&system=SYSA&system=SYSB"
    assert link["href"] == f"/report/compare/?{asked}"
    compared = viewer.get(link["href"])
    assert compared.status_code == 200
    assert not compared.context["scope"].errors


@pytest.mark.usefixtures("coded")
def test_what_is_new_is_drawn_by_its_class(viewer: Client) -> None:
    cards = cards_of(viewer, "from=2026-02-21&to=2026-03-31")
    sessions = cards["new-sessions"]
    tones = {"none": "red", "deprecated": "orange", "weak": "orange", "unknown": "grey"}
    tones |= {"acceptable": "blue", "strong": "green"}
    drawn = [(mark["tone"], mark["value"]) for mark in sessions.chart["marks"]]
    assert drawn == [(tones[row["strength"]], row["connections"]) for row, _ in sessions.rows]
    servers = cards["new-servers"]
    red = [mark["tone"] == "red" for mark in servers.chart["marks"]]
    assert red == [row["unprotected"] > 0 for row, _ in servers.rows]
    assert {True, False} <= {*red} | {mark["tone"] == "red" for mark in sessions.chart["marks"]}
