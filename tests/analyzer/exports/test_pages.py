"""Taking rows away from the pages: what is seen is what is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SecuritySession, Server
from tests.analyzer.exports.conftest import rows_of
from tests.analyzer.views.page import said

pytestmark = pytest.mark.usefixtures("filled", "db")
ClientAs = Callable[[str], Client]


def addresses() -> list[str]:
    server = Server.objects.filter(sessions__protection__protocol="TLS").earliest("pk").pk
    return [
        *(reverse(f"report_{name}") for name in ("servers", "clients", "peers")),
        reverse("report_server", args=[server]),
        reverse("report_sessions", args=[server]),
    ]


def taken(client: Client, path: str, **params: str) -> list[list[str]]:
    answer = client.get(path, {"days": "all", "format": "csv", **params})
    assert answer.status_code == 200, answer.content
    assert int(answer["Content-Length"]) > 0
    return rows_of(answer.getvalue())


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("analyst", 200), ("administrator", 200)]
)
def test_only_who_may_export_gets_files(client_as: ClientAs, role: str, status: int) -> None:
    client = client_as(role)
    for path in addresses():
        answer = client.get(path, {"format": "csv"})
        assert answer.status_code == status, path
        assert answer.getvalue() if status == 200 else answer.content
    assert AuditEntry.objects.exists() == (status == 200)


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client) -> None:
    for path in addresses():
        answer = client.get(path, {"format": "csv"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("sign_in"))


def test_every_page_gives_all_its_rows(client_as: ClientAs) -> None:
    client = client_as("analyst")
    servers = taken(client, reverse("report_servers"))
    assert len(servers) == 1 + Server.objects.filter(role="server").count()
    server = Server.objects.filter(sessions__protection__protocol="TLS").earliest("pk")
    clients = taken(client, reverse("report_server", args=[server.pk]))
    found = SecuritySession.objects.filter(server=server)
    assert len(clients) == 1 + found.values("client_ip").distinct().count()
    path = reverse("report_sessions", args=[server.pk])
    sessions = taken(client, path, protocol="TLS", detail="traffic")
    assert len(sessions) == 1 + found.filter(protection__protocol="TLS").count()


def test_columns_are_those_of_the_address_or_of_the_screen(client_as: ClientAs) -> None:
    client = client_as("analyst")
    path = reverse("report_servers")
    assert taken(client, path, columns="tls,job")[0] == ["tls", "job"]
    seen = taken(client, path)[0]
    assert "sysplex" in seen
    assert "time_zone" not in seen
    client.get(path, {"columns": "job,ssh"})  # an address counts for itself alone
    assert taken(client, path)[0] == seen


def test_rows_come_in_the_order_of_the_screen(client_as: ClientAs) -> None:
    found = taken(client_as("analyst"), reverse("report_servers"), columns="tls", sort="-tls")[1:]
    counts = [int(count) for (count,) in found]
    assert len(counts) > 5
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"port": "many"}, "is not a port"),
        ({"colour": "red"}, "`colour` is not a filter"),
        ({"columns": "job,nothing"}, "`nothing` is not a column"),
    ],
)
def test_an_address_that_can_not_be_used_is_400_with_the_reason(
    client_as: ClientAs, params: dict[str, str], why: str
) -> None:
    answer = client_as("analyst").get(reverse("report_servers"), {"format": "csv", **params})
    assert answer.status_code == 400
    assert why in said(answer)
    assert not AuditEntry.objects.exists()


def test_a_question_that_takes_too_long_is_503_and_no_file(
    client_as: ClientAs, settings: Any
) -> None:
    settings.TIME_LIMIT_EXPORT_S = 0.001
    answer = client_as("analyst").get(reverse("report_servers"), {"format": "csv", "days": "all"})
    assert answer.status_code == 503
    assert "stopped after 0.001 s" in answer.content.decode()


def test_the_audit_log_says_who_took_what(client_as: ClientAs) -> None:
    server = Server.objects.earliest("pk")
    path = reverse("report_server", args=[server.pk])
    taken(client_as("analyst"), path, columns="client_ip", sort="-client_ip")
    entry, done = AuditEntry.objects.order_by("pk")
    assert (entry.action, entry.user_name) == ("export.csv", "analyst")
    assert (done.action, done.user_name, done.target) == ("export.done", "analyst", entry.target)
    rows = SecuritySession.objects.filter(server=server).values("client_ip").distinct().count()
    assert done.data == {"export": entry.pk, "format": "csv", "rows": rows}
    assert str(server) in entry.target
    assert entry.data == {
        "filters": {"days": ["all"]},
        "period": "all days",
        "columns": ["client_ip"],
        "sort": "-client_ip",
        "delimiter": "comma",
        "quoting": "minimal",
    }


def test_a_look_at_the_head_takes_nothing(client_as: ClientAs) -> None:
    answer = client_as("analyst").head(reverse("report_servers"), {"format": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert not AuditEntry.objects.exists()
