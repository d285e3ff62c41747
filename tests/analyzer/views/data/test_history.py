"""The import history: newest first, page by page, live while something runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import Import
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page, pages_from
from tests.conftest import database_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def imports(number: int, *, state: str = "complete") -> None:
    now = timezone.now()
    ended = now if state == "complete" else None
    Import.objects.bulk_create(
        Import(
            source="path",
            name=f"/dumps/{one}.smf",
            path="/x",
            submitted_at=now - timedelta(minutes=one // 2),  # two of them at the same time
            state=state,
            finished_at=ended,
            ignored={"other_type": one, "event": 1},
        )
        for one in range(number)
    )


def test_nothing_imported_says_what_will_stand_here(viewer: Client) -> None:
    page = Page(viewer.get(reverse("data_history")))
    assert "Nothing has been imported yet" in page.text
    assert "0 operations" in page.text


def test_a_row_has_its_counts_and_leads_to_the_import(viewer: Client) -> None:
    imports(1)
    page = Page(viewer.get(reverse("data_history")))
    assert page.column("What") == ["0.smf"]
    assert page.column("Operation") == ["Import"]
    assert page.column("Status") == ["Complete"]
    assert page.column("Ignored") == ["1"]
    assert page.column("Submitted")[0].endswith("Z")
    detail = reverse("data_import_detail", args=[Import.objects.get().pk])
    assert page.row_links == [detail]
    assert "1 operation" in page.text


def test_pages_show_every_import_once_the_latest_first(viewer: Client) -> None:
    imports(250)
    pages = list(pages_from(viewer, reverse("data_history")))
    assert all("250 operations" in page.text for page in pages)
    seen = [href for page in pages for href in page.row_links]
    order = Import.objects.order_by("-submitted_at", "-pk").values_list("pk", flat=True)
    assert seen == [reverse("data_import_detail", args=[pk]) for pk in order]


@pytest.mark.parametrize(
    ("state", "live"), [("pending", True), ("active", True), ("complete", False)]
)
def test_it_asks_again_only_while_something_runs(viewer: Client, state: str, live: bool) -> None:
    imports(1, state=state)
    page = Page(viewer.get(reverse("data_history")))
    assert ("hx-get" in page.one("div", id="history")) == live


def test_script_gets_the_table_alone(viewer: Client) -> None:
    imports(1)
    answer = viewer.get(reverse("data_history"), headers={"HX-Request": "true"})
    part = Page(answer)
    assert [root["id"] for root in part.roots] == ["history"]
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("after", ["nonsense", "\0", "WyItaWQiLCJ4Il0", "\u00fc", "e30"])
@pytest.mark.parametrize("script", [True, False])
def test_a_damaged_key_is_said_with_the_way_back(viewer: Client, after: str, script: bool) -> None:
    imports(1)
    headers = {"HX-Request": "true"} if script else {}
    answer = viewer.get(reverse("data_history"), {"after": after}, headers=headers)
    assert answer.status_code == 400
    page = Page(answer)
    assert "start again at the first page" in page.text
    assert "Nothing has been imported yet" not in page.text
    assert "0 operations" not in page.text
    assert "?" in page.links


def test_a_read_that_takes_too_long_is_cut_and_says_so(viewer: Client, settings: Any) -> None:
    settings.TIME_LIMIT_PAGE_S = 0.05
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE analyzer_import IN ACCESS EXCLUSIVE MODE NOWAIT")
        page = Page(viewer.get(reverse("data_history")))
    assert "The question took longer than 0.05 s" in page.text
    assert "Nothing has been imported yet" not in page.text


def test_only_who_may_import_is_led_to_it(client_as: ClientAs) -> None:
    links = {
        role: Page(client_as(role).get(reverse("data_history"))).links
        for role in ("viewer", "analyst")
    }
    assert reverse("data_import") not in links["viewer"]
    assert reverse("data_import") in links["analyst"]
