"""Pages of rows: every row once, keys that are damaged, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import SecuritySession, Server
from tests.analyzer.views.conftest import ClientAs, analyze, taken_back
from tests.analyzer.views.page import Page, pages_from
from tests.builders import store_rows

pytestmark = pytest.mark.usefixtures("many", "db")
DAMAGED = ["nonsense", "\0", "\u00fc", "e30", "W10", "WyItdW5wcm90ZWN0ZWQiLCJ4IiwxXQ", "A" * 5000]


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """More servers than two pages have rows."""
    with django_db_blocker.unblock(), taken_back():
        store_rows.fill(sessions=30, records=100)
        one = SecuritySession.objects.filter(server__role="server").earliest("pk")
        servers = Server.objects.bulk_create(
            Server(
                stack=one.server.stack,
                role="server",
                ip_proto=6,
                server_ip=f"10.9.{number // 256}.{number % 256}",
                port_start=443,
                port_end=443,
                job=f"JOB{number // 3}",  # three have the same
                user="U",
            )
            for number in range(210)
        )
        sessions = SecuritySession.objects.bulk_create(
            SecuritySession(
                digest=b"many" + bytes(server.server_ip, "ascii"),
                server=server,
                client_ip="192.0.2.77",
                protection=one.protection,
                sa_flags=0,
            )
            for server in servers
        )
        noon = datetime(2026, 3, 30, 12)
        store_rows.store_activity(
            [store_rows.activity(session, noon, connections=1) for session in sessions]
        )
        analyze()
        yield


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def servers(client: Client, **query: str) -> Page:
    return Page(client.get(reverse("report_servers"), {"days": "all", **query}))


def test_pages_show_every_server_once_and_lead_back(viewer: Client) -> None:
    total = Server.objects.filter(role="server").count()
    path, asked = reverse("report_servers"), {"days": "all", "sort": "job"}
    pages = list(pages_from(viewer, path, **asked))
    for place, page in enumerate(pages):
        assert bool(page.all("a", id="first-page")) == (place > 0)
        assert f"{total} servers" in page.text
        for step in page.all("a", id="next-page"):
            assert step["hx-get"] == step["href"]
            assert parse_qs(step["href"][1:]).keys() == {"days", "sort", "after"}
    seen = [href for page in pages for href in page.row_links]
    assert [len(page.rows) for page in pages] == [100, 100, total - 200]
    assert len(seen) == len(set(seen)) == total
    first = pages[-1].one("a", id="first-page")["href"]
    assert Page(viewer.get(path + first)).rows == pages[0].rows


def test_a_key_of_another_order_is_said(viewer: Client) -> None:
    following = servers(viewer, sort="job").one("a", id="next-page")["href"]
    after = parse_qs(following[1:])["after"][0]
    path = reverse("report_servers")
    answer = viewer.get(path, {"days": "all", "sort": "user", "after": after})
    assert answer.status_code == 400
    assert "`after` belongs to another order" in Page(answer).text


def test_the_first_page_is_offered_in_place_of_a_damaged_one(viewer: Client) -> None:
    answer = viewer.get(reverse("report_servers"), {"days": "all", "sort": "job", "after": "x"})
    assert "?days=all&sort=job" in Page(answer).links


def test_rows_that_fit_are_one_page_without_steps(viewer: Client) -> None:
    page = servers(viewer, job="JOB1*", port="443")
    assert 0 < len(page.rows) <= 100
    assert not page.all("a", **{"class": "page-step"})


@pytest.mark.parametrize("script", [False, True])
@pytest.mark.parametrize("after", DAMAGED)
def test_a_damaged_key_is_said_at_every_level(viewer: Client, after: str, script: bool) -> None:
    session = SecuritySession.objects.filter(protection__protocol="TLS").earliest("pk")
    headers = {"HX-Request": "true"} if script else {}
    for path in (
        reverse("report_servers"),
        reverse("report_server", args=[session.server_id]),
        reverse("report_sessions", args=[session.server_id]),
    ):
        answer = viewer.get(path, {"days": "all", "after": after}, headers=headers)
        assert answer.status_code == 400, path
        page = Page(answer)
        assert "start again at the first page" in page.text
        assert "This page of the table cannot be shown" in page.text
        assert "No such traffic" not in page.text
        assert "0 servers" not in page.text
