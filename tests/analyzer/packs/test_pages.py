"""Ordering a pack from the pages and by the API, and taking it away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.exports.pack import work
from analyzer.models import AuditPack
from tests.analyzer.api.conftest import program
from tests.analyzer.views.page import Page
from tests.builders.saved_queries import save

__all__ = ["program"]
pytestmark = pytest.mark.usefixtures("filled", "db")
ClientAs = Callable[[str], Client]


def test_the_report_leads_to_a_pack_of_its_filters(client_as: ClientAs) -> None:
    client = client_as("analyst")
    report = Page(client.get(reverse("report_servers"), {"days": "all", "job": "TN*"}))
    (href,) = [link for link in report.links if link.startswith(reverse("pack_new"))]
    asked = Page(client.get(href))
    assert asked.facts["Asks"] == "Traffic on all days, job TN*"
    answer = client.post(href)
    pack = AuditPack.objects.get()
    assert answer["Location"] == reverse("pack", args=[pack.pk])
    assert pack.params == {"days": ["all"], "job": ["TN*"]}
    waiting = client.get(answer["Location"]).content.decode()
    assert "Waiting for a worker" in waiting
    work.run(pack.pk)
    page = Page(client.get(answer["Location"]))
    assert "hx-get" not in client.get(answer["Location"]).content.decode().split("<main")[1]
    assert page.facts["SHA-256"] == AuditPack.objects.get().sha256
    file = client.get(reverse("pack_file", args=[pack.pk]))
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        assert "sessions.csv" in archive.namelist()
    listed = Page(client.get(reverse("packs")))
    assert listed.column("User") == ["analyst"]
    assert listed.row_links == [reverse("pack", args=[pack.pk])]


def test_a_saved_query_gives_its_name(client_as: ClientAs) -> None:
    client = client_as("analyst")
    query = save(User.objects.get(username="analyst"), "Weak TLS", "days=7&version=TLSv1.0")
    listed = Page(client.get(reverse("queries")))
    href = f"{reverse('pack_new')}?query={query.pk}"
    assert href in listed.links
    page = Page(client.get(href))
    assert page.facts["Title"] == "Weak TLS"
    assert "2026-03-25 to 2026-03-31" in page.facts["Asks"]
    assert "in the last 7 days" in page.facts["Asked as"]
    client.post(href)
    assert AuditPack.objects.get().title == "Weak TLS"


@pytest.mark.parametrize("query", ["query=999999", "query=x", "query=" + "9" * 40])
def test_a_query_that_is_not_there_is_404(client_as: ClientAs, query: str) -> None:
    assert client_as("analyst").get(f"{reverse('pack_new')}?{query}").status_code == 404


def test_a_filter_that_can_not_be_used_makes_no_pack(client_as: ClientAs) -> None:
    client = client_as("analyst")
    for answer in (client.get, client.post):
        found = answer(f"{reverse('pack_new')}?port=x")
        assert found.status_code == 422
        assert "is not a port" in found.content.decode()
    assert not AuditPack.objects.exists()


def test_others_see_a_pack_but_only_its_owner_ends_it(client_as: ClientAs) -> None:
    client_as("analyst").post(f"{reverse('pack_new')}?days=all")
    pack = AuditPack.objects.get()
    User.objects.filter(username="analyst").update(username="first")
    other = client_as("analyst")
    assert not Page(other.get(reverse("pack", args=[pack.pk]))).all(
        "form", action=reverse("pack_cancel", args=[pack.pk])
    )
    other.post(reverse("pack_cancel", args=[pack.pk]))
    other.post(reverse("pack_delete", args=[pack.pk]))
    assert AuditPack.objects.get().state == "pending"
    client_as("administrator").post(reverse("pack_cancel", args=[pack.pk]))
    assert AuditPack.objects.get().state == "canceled"
    client_as("administrator").post(reverse("pack_delete", args=[pack.pk]))
    assert not AuditPack.objects.exists()


def test_the_api_orders_shows_fetches_and_deletes(program: Callable[[str], Client]) -> None:
    client = program("analyst")

    def post(path: str, body: Any) -> Any:
        return client.post(path, body, content_type="application/json")

    made = post(reverse("api_packs"), {"filters": {"days": ["all"]}, "title": "For the audit"})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert (made.json()["state"], made.json()["title"]) == ("pending", "For the audit")
    assert client.get(reverse("api_pack_file", args=[pk])).status_code == 409
    assert client.delete(reverse("api_pack", args=[pk])).status_code == 409
    work.run(pk)
    shown = client.get(reverse("api_pack", args=[pk])).json()
    assert (shown["state"], shown["has_file"]) == ("complete", True)
    assert client.get(reverse("api_packs")).json()["rows"] == [shown]
    file = client.get(reverse("api_pack_file", args=[pk]))
    assert file["Content-Type"] == "application/zip"
    assert len(file.getvalue()) == shown["size_bytes"]
    assert post(reverse("api_pack_cancel", args=[pk]), {}).status_code == 409
    assert client.delete(reverse("api_pack", args=[pk])).status_code == 204
    assert client.get(reverse("api_pack", args=[pk])).status_code == 404
    for body, name in (
        ({}, "query"),
        ({"query": 1, "filters": {}}, "query"),
        ({"query": 999_999}, "query"),
        ({"filters": {"port": ["x"]}}, "filters.port"),
    ):
        answer = post(reverse("api_packs"), body)
        assert (answer.status_code, [*answer.json()["errors"]]) == (400, [name])
