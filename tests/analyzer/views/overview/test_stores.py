"""Stores that are empty, old or hostile."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import DailyActivity, Server
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.overview.conftest import script_data
from tests.analyzer.views.page import Page
from tests.builders import store_rows

pytestmark = pytest.mark.django_db
NAMES = ("</script", "<!--", "'\"><zz>", "!A,B", "\u202eX")


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def test_an_empty_store_says_so_and_draws_nothing(viewer: Client) -> None:
    answer = viewer.get("/")
    page = Page(answer)
    assert "Nothing is stored yet" in page.text
    assert reverse("data_history") in page.links
    assert page.tables[:-1] == []  # the last one is the list of keys
    assert "echarts" not in answer.content.decode()


def test_records_from_before_zos_32_are_counted_and_told(viewer: Client) -> None:
    store_rows.fill(sessions=12, records=60)
    DailyActivity.objects.update(failed=None)
    answer = viewer.get("/?days=all")
    assert "Not recorded: all records come from releases before z/OS 3.2." in Page(answer).text
    assert "not recorded before z/OS 3.2" in Page(answer).text


def test_hostile_names_are_text_in_tables_and_in_data(viewer: Client) -> None:
    store_rows.fill(sessions=30, records=200)
    for server, name in zip(Server.objects.order_by("pk"), NAMES * 9, strict=False):
        address = f"10.9.0.{server.pk % 250}"
        names = {"job": name, "user": name, "role": "server", "server_ip": address}
        Server.objects.filter(pk=server.pk).update(**names)
    answer = viewer.get("/?days=all")
    page = Page(answer)
    assert not [tag for tag, _ in page.tags if tag.startswith("zz")]
    owners = {mark["label"] for data in script_data(answer) for mark in data.get("marks", ())}
    shown = {name for name in NAMES if f"{name} / {name}" in owners}
    assert shown
    assert {name for name in NAMES if name in page.text} >= shown
