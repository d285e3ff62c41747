"""Thirty rows cost as many queries as three, on every page and in every part of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer import audit
from analyzer.models import (
    Certificate,
    Import,
    ImportPath,
    Protection,
    ProtectionCertificate,
    Prune,
    Reject,
    SecuritySession,
    Server,
    Stack,
    StackDay,
    SystemSettings,
    WatchedFile,
    WatchFolder,
)
from analyzer.queries.kept import forget_all
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.builders import store_rows
from tests.builders.saved_queries import WEAK, save

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 31, 12)
BEFORE = NOON - timedelta(days=100)
DAYS = f"&from={NOON.date()}&to={NOON.date()}&a_from={BEFORE.date()}&a_to={BEFORE.date()}"


def add_server(number: int, role: str, stack: Stack) -> Server:
    return Server.objects.create(
        stack=stack,
        role=role,
        ip_proto=17 if role == "peer" else 6,
        server_ip=f"10.0.0.{number}",
        port_start=443,
        port_end=443,
        job=f"J{number}",
        user="U",
    )


def add_session(number: int, server: Server) -> SecuritySession:
    protection = Protection.objects.create(
        digest=f"{server.pk}-{number}".encode(),
        protocol="TLS",
        raw={},
        tables_version="1",
        title="TLS",
        strength="strong",
        confidence="confirmed",
        version=f"TLS {number}",
        details=[{"group": "dn", "name": "x", "text": f"CN={number}"}] * number,
    )
    certificate = Certificate.objects.create(
        digest=f"{server.pk}-{number}".encode(), identity="names", subject=f"CN={number}"
    )
    oldest = Certificate.objects.earliest("pk")
    for part, one in (("server", certificate), ("client", oldest)):
        ProtectionCertificate.objects.create(protection=protection, certificate=one, part=part)
    return SecuritySession.objects.create(
        digest=f"{server.pk}-{number}".encode(),
        server=server,
        client_ip=f"192.0.2.{number}",
        protection=protection,
        sa_flags=0,
    )


def grow_operations(number: int, imported: Import) -> None:
    """A prune, a watch folder, and a file more in the first one."""
    Prune.objects.create(
        kind="all", words=f"prune {number}", submitted_at=NOW, submitted_by=add_user(2_000 + number)
    )
    folder = WatchFolder.objects.create(
        path=f"/dumps/{number}", added_at=NOW, added_by=add_user(3_000 + number)
    )
    for watched in {folder, WatchFolder.objects.earliest("pk")}:
        WatchedFile.objects.create(
            folder=watched,
            path=f"/dumps/{number}/{watched is folder}",
            size_bytes=1,
            modified_ns=1,
            unchanged_since=NOW,
            seen_at=NOW,
            state="imported",
            imported=imported,
        )


def grow(first: int, last: int) -> None:
    """Everything that a page lists, numbered from `first` up to `last`."""
    imported, _ = Import.objects.get_or_create(pk=1_000, defaults=_import_columns(0))
    rows = []
    for number in range(first, last):
        name = f"S{number}"
        zone = SystemSettings.objects.create(sysplex="PLEX", system=name)
        stack = Stack.objects.create(sysplex="PLEX", system=name, stack="TCP", settings=zone)
        sessions = [
            add_session(number, add_server(number, role, stack))
            for role in ("server", "client", "peer")
        ]
        big = Server.objects.filter(role="server").earliest("pk")
        sessions.append(add_session(100 + number, big))
        for noon in (NOON, BEFORE):
            rows += [store_rows.activity(one, noon, connections=1) for one in sessions]
            StackDay.objects.create(stack=stack, day=noon.date())
        oldest = SecuritySession.objects.earliest("pk")
        earlier = NOON - timedelta(days=number + 1)
        rows.append(store_rows.activity(oldest, earlier, connections=1))
        Import.objects.create(**_import_columns(number), submitted_by=add_user(number))
        ImportPath.objects.create(path=f"/dumps/{number}", added_at=NOW, added_by=add_user(-number))
        grow_operations(number, imported)
        save(add_user(1_000 + number), f"query {number}", WEAK, shared=True)
        audit.record(by=None, action="x", target=name, now=NOW)
        Reject.objects.create(
            imported=imported,
            offset=number,
            record_number=number,
            field="",
            reason="r",
            message="m",
            length=1,
            head=b"x",
        )
    store_rows.store_activity(rows)


def add_user(number: int) -> User:
    return User.objects.create(username=f"user{number}")


def _import_columns(number: int) -> dict[str, object]:
    return {
        "name": f"{number}.smf",
        "path": "/x",
        "source": "path",
        "submitted_at": NOW,
        "state": "complete",
        "finished_at": NOW,
        "ignored": {f"reason {one}": one for one in range(number)},
    }


def addresses() -> dict[str, str]:
    server = Server.objects.filter(role="server").earliest("pk").pk
    session = SecuritySession.objects.earliest("pk").pk
    every = "columns=sysplex,system,strength,doubtful,last_seen"
    plain = (
        "queries",
        "query",
        "data_import",
        "data_history",
        "data_database",
        "data_prune",
        "data_retention",
        "data_watch",
        "settings_systems",
    )
    return {
        **{name: reverse(name) for name in (*plain, "settings_users", "settings_audit")},
        "report_servers": f"{reverse('report_servers')}?{every}",
        "report_clients": f"{reverse('report_clients')}?{every}",
        "report_peers": f"{reverse('report_peers')}?{every}",
        "report_server": reverse("report_server", args=[server]),
        "report_sessions": reverse("report_sessions", args=[server]),
        "report_session": reverse("report_session", args=[session]),
        "data_watch_folder": reverse(
            "data_watch_folder", args=[WatchFolder.objects.earliest("pk").pk]
        ),
        **{
            f"report_compare by {grain}": f"{reverse('report_compare')}?by={grain}&status=all{DAYS}"
            for grain in ("server", "client")
        },
        "data_rejects": reverse("data_rejects", args=[1_000]),
        "data_import_detail": reverse("data_import_detail", args=[Import.objects.latest("pk").pk]),
    }


def of_certificates() -> dict[str, str]:
    certificate = Certificate.objects.earliest("pk").pk
    return {
        "report_certificates": reverse("report_certificates"),
        "report_certificate": reverse("report_certificate", args=[certificate]),
    }


def costs(
    client: Client, pages: dict[str, str], headers: dict[str, str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Queries and rows of each page."""
    queries, rows = {}, {}
    for name, path in pages.items():
        client.get(path, headers=headers)  # what is remembered at first sight is no growth
        forget_all()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path, headers=headers)
        assert answer.status_code == 200, name
        queries[name] = len(captured)
        page = Page(answer)
        rows[name] = sum(len(table) for table in page.tables) + len(page.all("input"))
    return queries, rows


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_thirty_rows_cost_what_three_cost(client_as: ClientAs, headers: dict[str, str]) -> None:
    client = client_as("administrator")
    grow(1, 4)
    few, few_rows = costs(client, addresses(), headers)
    grow(4, 31)
    many, many_rows = costs(client, addresses(), headers)
    assert many == few
    assert max(many.values()) < 30
    grown = {name for name in many if many_rows[name] > few_rows[name] + 20}
    assert grown == set(many) - {"data_import_detail"}  # its reasons are no table


def test_certificates_cost_the_same_once_they_have_to_be_counted(client_as: ClientAs) -> None:
    """What fills more than its page is counted beside: so the lesser number is past that."""
    client = client_as("administrator")
    grow(1, 41)
    few, _ = costs(client, of_certificates(), {})
    grow(41, 81)
    many, _ = costs(client, of_certificates(), {})
    assert many == few
    assert max(many.values()) < 50
