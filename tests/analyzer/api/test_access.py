"""Every address of the interface, asked by every role and by strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer import own_baselines
from analyzer.api.urls import urlpatterns
from analyzer.baselines import builtin
from analyzer.models import (
    AuditPack,
    Certificate,
    Import,
    ImportPath,
    Prune,
    SecuritySession,
    Server,
    StoredFile,
    SystemSettings,
    WatchFolder,
)
from tests.analyzer.api.conftest import with_token
from tests.analyzer.standing.rows import scheduled, watched
from tests.builders.saved_queries import save

pytestmark = pytest.mark.usefixtures("filled")
READ = {"": 401, "nobody": 403, "viewer": 200, "analyst": 200, "administrator": 200}
WRITE = READ | {"viewer": 403}
# Past the guard the empty request is refused, or the import has ended.
EXPECTED = {
    ("GET", "api_imports"): READ,
    ("POST", "api_imports"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_import"): READ,
    ("GET", "api_import_file"): WRITE | {"analyst": 409, "administrator": 409},
    ("DELETE", "api_import_file"): WRITE | {"analyst": 403, "administrator": 204},
    ("POST", "api_resubmit"): WRITE | {"analyst": 409, "administrator": 409},
    ("POST", "api_cancel"): WRITE | {"analyst": 409, "administrator": 409},
    ("GET", "api_rejects"): READ,
    ("GET", "api_queries"): READ,
    ("GET", "api_query_preview"): READ,
    ("POST", "api_queries"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_query"): READ,
    ("PUT", "api_query"): WRITE | {"analyst": 403, "administrator": 400},
    ("DELETE", "api_query"): WRITE | {"analyst": 403, "administrator": 204},
    ("POST", "api_renew"): WRITE | {"analyst": 201, "administrator": 201},
    ("GET", "api_prunes"): READ,
    ("POST", "api_prunes"): WRITE | {"analyst": 403, "administrator": 400},
    ("POST", "api_prune_preview"): WRITE | {"analyst": 403, "administrator": 400},
    ("GET", "api_prune"): READ,
    ("POST", "api_prune_cancel"): WRITE | {"analyst": 403, "administrator": 200},
    ("GET", "api_retention"): READ,
    ("PUT", "api_retention"): WRITE | {"analyst": 403, "administrator": 400},
    ("POST", "api_retention_preview"): WRITE | {"analyst": 403, "administrator": 400},
    ("GET", "api_watch_folders"): WRITE,
    ("POST", "api_watch_folders"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_watch_folder"): WRITE,
    ("PUT", "api_watch_folder"): WRITE | {"analyst": 400, "administrator": 400},
    ("DELETE", "api_watch_folder"): WRITE | {"analyst": 204, "administrator": 204},
    ("GET", "api_cbom"): WRITE,
    ("GET", "api_baselines"): READ,
    ("POST", "api_baselines"): WRITE | {"analyst": 400, "administrator": 400},
    ("POST", "api_baseline_import"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_baseline"): READ,
    ("PUT", "api_baseline"): WRITE | {"analyst": 400, "administrator": 400},
    ("DELETE", "api_baseline"): WRITE | {"analyst": 204, "administrator": 204},
    ("GET", "api_baseline_export"): WRITE,
    ("GET", "api_baseline_versions"): READ,
    ("GET", "api_rules"): READ,
    ("POST", "api_rules"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_rule"): READ,
    ("PUT", "api_rule"): WRITE | {"analyst": 400, "administrator": 400},
    ("DELETE", "api_rule"): WRITE | {"analyst": 204, "administrator": 204},
    ("POST", "api_rule_switch"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_watches"): READ,
    ("POST", "api_watches"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_watch"): READ,
    ("PUT", "api_watch"): WRITE | {"analyst": 403, "administrator": 400},
    ("DELETE", "api_watch"): WRITE | {"analyst": 403, "administrator": 204},
    ("POST", "api_watch_run"): WRITE | {"analyst": 403, "administrator": 200},
    ("POST", "api_watch_switch"): WRITE | {"analyst": 403, "administrator": 400},
    ("POST", "api_watch_test"): WRITE | {"analyst": 403, "administrator": 200},
    ("POST", "api_watch_secret"): WRITE | {"analyst": 403, "administrator": 200},
    ("POST", "api_delivery_retry"): WRITE | {"analyst": 403, "administrator": 200},
    ("GET", "api_watch_runs"): READ,
    ("GET", "api_deliveries"): READ,
    ("GET", "api_schedules"): READ,
    ("POST", "api_schedules"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_schedule"): READ,
    ("PUT", "api_schedule"): WRITE | {"analyst": 403, "administrator": 400},
    ("DELETE", "api_schedule"): WRITE | {"analyst": 403, "administrator": 204},
    ("POST", "api_schedule_run"): WRITE | {"analyst": 403, "administrator": 200},
    ("POST", "api_schedule_switch"): WRITE | {"analyst": 403, "administrator": 400},
    ("GET", "api_schedule_runs"): READ,
    ("GET", "api_certificates"): READ,
    ("GET", "api_certificate_timeline"): READ,
    ("GET", "api_certificate"): READ,
    ("GET", "api_compare"): READ,
    ("GET", "api_packs"): WRITE,
    ("POST", "api_packs"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_pack"): WRITE,
    ("DELETE", "api_pack"): WRITE | {"analyst": 403, "administrator": 409},
    ("POST", "api_pack_cancel"): WRITE | {"analyst": 403},
    ("GET", "api_pack_file"): WRITE | {"analyst": 409, "administrator": 409},
    ("GET", "api_servers"): READ,
    ("GET", "api_clients"): READ,
    ("GET", "api_peers"): READ,
    ("GET", "api_server_clients"): READ,
    ("GET", "api_server_sessions"): READ,
    ("GET", "api_sessions"): READ,
    ("GET", "api_session"): READ,
    ("GET", "api_overview"): READ,
    ("GET", "api_database"): READ,
    ("GET", "api_paths"): WRITE,
    ("POST", "api_paths"): WRITE | {"analyst": 400, "administrator": 400},
    ("GET", "api_path"): WRITE,
    ("DELETE", "api_path"): WRITE | {"analyst": 204, "administrator": 204},
    ("GET", "api_users"): WRITE | {"analyst": 403},
    ("POST", "api_users"): WRITE | {"analyst": 403, "administrator": 400},
    ("GET", "api_user"): WRITE | {"analyst": 403},
    ("PUT", "api_user"): WRITE | {"analyst": 403, "administrator": 400},
    ("POST", "api_user_switch"): WRITE | {"analyst": 403, "administrator": 400},
    ("POST", "api_user_password"): WRITE | {"analyst": 403},
    ("GET", "api_audit"): WRITE | {"analyst": 403},
    ("GET", "api_systems"): READ,
    ("GET", "api_system"): READ,
    ("PUT", "api_system"): WRITE | {"analyst": 403},
    ("GET", "api_schema"): READ | {"nobody": 200},
}
WATCH = {"api_watch", "api_deliveries"} | {
    f"api_watch_{do}" for do in ("run", "switch", "test", "runs", "secret")
}
SCHEDULE = {"api_schedule"} | {f"api_schedule_{do}" for do in ("run", "switch", "runs")}
BASELINE = {"api_rules", "api_baseline", "api_baseline_export", "api_baseline_versions"}
TABLES = ["api_servers", "api_clients", "api_peers", "api_server_clients", "api_server_sessions"]


@pytest.fixture(autouse=True)
def imported(filled: None, db: None) -> Import:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    return Import.objects.create(
        source="api", name="x", path="/x", submitted_at=now, state="complete", finished_at=now
    )


def own_baseline() -> str:
    """A baseline of the site, as a copy of one that is delivered."""
    profile = replace(builtin.load()["pci-dss-4"], key="", name="Our own", basis="pci-dss-4")
    owner = User.objects.create(username="author")
    return own_baselines.make(
        profile=profile, note="x", by=owner, now=datetime(2026, 4, 1, tzinfo=UTC)
    ).key


def stored(imported: Import) -> int:
    """The import has a stored copy, but its file is not on the disk."""
    imported.stored_file = StoredFile.objects.create(
        sha256="0" * 64, name="x", size_bytes=1, stored_at=imported.submitted_at
    )
    imported.save()
    return imported.pk


def address(name: str, imported: Import) -> str:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    made: dict[str, Callable[[], int]] = {
        "api_session": lambda: SecuritySession.objects.earliest("pk").pk,
        **dict.fromkeys(
            ("api_user", "api_user_switch", "api_user_password"),
            lambda: User.objects.create(username="somebody").pk,
        ),
        "api_path": lambda: ImportPath.objects.create(path="/x/*", added_at=now).pk,
        "api_system": lambda: SystemSettings.objects.earliest("pk").pk,
        **dict.fromkeys(("api_import_file", "api_resubmit"), lambda: stored(imported)),
        "api_query": lambda: save(User.objects.create(username="owner"), "shared", shared=True).pk,
        "api_watch_folder": lambda: WatchFolder.objects.create(path="/x", added_at=now).pk,
        "api_certificate": lambda: Certificate.objects.create(digest=b"x", identity="names").pk,
        **dict.fromkeys(("api_import", "api_cancel", "api_rejects"), lambda: imported.pk),
        **dict.fromkeys(
            ("api_prune", "api_prune_cancel"),
            lambda: Prune.objects.create(kind="all", words="all data", submitted_at=now).pk,
        ),
        **dict.fromkeys(
            ("api_pack", "api_pack_cancel", "api_pack_file"),
            lambda: (
                AuditPack.objects.create(
                    title="x", made_by_name="x", as_of=now, submitted_at=now
                ).pk
            ),
        ),
    }
    return reverse(name, args=[made[name]()]) if name in made else _address_below(name)


def _address_below(name: str) -> str:
    """Of what belongs to something else, and of lists."""
    if name in {"api_rule", "api_rule_switch"}:
        return reverse(name, args=[own_baseline(), "unprotected"])
    if name in BASELINE:
        return reverse(name, args=[own_baseline()])
    if name == "api_delivery_retry":
        query = save(User.objects.create(username="owner"), "shared", shared=True)
        watch, _, delivery = watched(query)
        return reverse(name, args=[watch.pk, delivery.pk])
    if name in WATCH | SCHEDULE:
        query = save(User.objects.create(username="owner"), "shared", shared=True)
        return reverse(name, args=[(watched(query)[0] if name in WATCH else scheduled(query)).pk])
    if name.startswith("api_server_"):
        query = "?protocol=TLS" if name.endswith("sessions") else ""
        return reverse(name, args=[Server.objects.earliest("pk").pk]) + query
    return reverse(name)


def client_of(role: str, person: Callable[[str], User], program: Callable[[str], Client]) -> Client:
    if not role:
        return Client()
    if role == "nobody":
        return with_token(User.objects.create(username="nobody"))
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
    json: Any = {"content_type": "application/json"}
    assert client.post(path, **json).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(path, **json, headers={"X-CSRFToken": "a" * 32}).status_code == 409


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_as_json(method: str, analyst: Client) -> None:
    answer = analyst.generic(method, reverse("api_servers"))
    assert answer.status_code == 405
    assert answer.json()["error"]
