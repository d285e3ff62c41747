"""Every address of the interface, asked by every role and by strangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from analyzer.api.urls import urlpatterns
from analyzer.models import Import, Server
from tests.builders.saved_queries import save

pytestmark = pytest.mark.usefixtures("filled")
READ = {"": 401, "nobody": 403, "viewer": 200, "analyst": 200, "administrator": 200}
WRITE = READ | {"viewer": 403}
# Past the guard the empty request is refused, or the import has ended.
EXPECTED = {
    ("GET", "api_imports"): READ,
    ("POST", "api_imports"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_import"): READ,
    ("POST", "api_cancel"): WRITE | {"analyst": 409, "administrator": 409},
    ("GET", "api_rejects"): READ,
    ("GET", "api_queries"): READ,
    ("POST", "api_queries"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_query"): READ,
    ("PUT", "api_query"): WRITE | {"analyst": 403, "administrator": 400},
    ("DELETE", "api_query"): WRITE | {"analyst": 403, "administrator": 204},
    ("GET", "api_certificates"): READ,
    ("GET", "api_compare"): READ,
    ("GET", "api_servers"): READ,
    ("GET", "api_clients"): READ,
    ("GET", "api_peers"): READ,
    ("GET", "api_server_clients"): READ,
    ("GET", "api_server_sessions"): READ,
    ("GET", "api_sessions"): READ,
    ("GET", "api_systems"): READ,
    ("GET", "api_schema"): READ | {"nobody": 200},
}
TABLES = ["api_servers", "api_clients", "api_peers", "api_server_clients", "api_server_sessions"]


@pytest.fixture(autouse=True)
def imported(filled: None, db: None) -> Import:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    return Import.objects.create(
        source="api", name="x", path="/x", submitted_at=now, state="complete", finished_at=now
    )


def address(name: str, imported: Import) -> str:
    if name in {"api_import", "api_cancel", "api_rejects"}:
        return reverse(name, args=[imported.pk])
    if name == "api_query":
        owner = User.objects.create(username="owner")
        return reverse(name, args=[save(owner, "shared", shared=True).pk])
    if name.startswith("api_server_"):
        query = "?protocol=TLS" if name.endswith("sessions") else ""
        return reverse(name, args=[Server.objects.earliest("pk").pk]) + query
    return reverse(name)


def client_of(role: str, person: Callable[[str], User], program: Callable[[str], Client]) -> Client:
    if not role:
        return Client()
    if role == "nobody":
        key = Token.objects.create(user=User.objects.create(username="nobody")).key
        return Client(headers={"Authorization": f"Token {key}"})
    return program(role)


def test_every_address_is_in_the_table() -> None:
    assert {name for _, name in EXPECTED} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", READ)
@pytest.mark.parametrize(("method", "name"), EXPECTED)
def test_each_role_gets_what_it_may(
    method: str,
    name: str,
    role: str,
    imported: Import,
    person: Callable[[str], User],
    program: Callable[[str], Client],
) -> None:
    client = client_of(role, person, program)
    answer = client.generic(method, address(name, imported))
    assert answer.status_code == EXPECTED[method, name][role], answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["error"]


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("analyst", 200)])
@pytest.mark.parametrize("name", [*TABLES, "api_sessions", "api_certificates", "api_compare"])
def test_csv_needs_the_right_to_export(
    name: str, role: str, status: int, imported: Import, program: Callable[[str], Client]
) -> None:
    path = address(name, imported)
    answer = program(role).get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == status
    assert answer.getvalue()


def test_a_wrong_token_is_a_stranger() -> None:
    answer = Client(headers={"Authorization": "Token nothing"}).get(reverse("api_servers"))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_an_account_that_is_switched_off_is_a_stranger(
    person: Callable[[str], User], program: Callable[[str], Client]
) -> None:
    client = program("administrator")
    User.objects.update(is_active=False)
    assert client.get(reverse("api_servers")).status_code == 401


def test_a_browser_session_reads_but_writes_only_with_its_csrf_token(
    person: Callable[[str], User], imported: Import
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("analyst"))
    assert client.get(reverse("api_servers")).status_code == 200
    path = reverse("api_cancel", args=[imported.pk])
    assert client.post(path).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(path, headers={"X-CSRFToken": "a" * 32}).status_code == 409


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_as_json(method: str, analyst: Client) -> None:
    answer = analyst.generic(method, reverse("api_servers"))
    assert answer.status_code == 405
    assert answer.json()["error"]
