"""Every address asked by every role, by a user without one, and by a stranger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from analyzer.models import (
    Certificate,
    Import,
    ImportPath,
    Reject,
    SecuritySession,
    Server,
    StoredFile,
    SystemSettings,
)
from tests.analyzer.views.conftest import ClientAs
from tests.builders.saved_queries import save
from web.checks import url_patterns

pytestmark = pytest.mark.usefixtures("filled", "db")
NOW = datetime(2026, 4, 1, tzinfo=UTC)
IN = "to the sign-in page"
WHO = ("stranger", "nobody", "viewer", "analyst", "administrator")


def all_who_may(right: str, status: int, refused: int = 403) -> tuple[object, ...]:
    """A stranger signs in; the others get the status from the role on that has the right."""
    first = {"view": 2, "import": 3, "export": 3, "save": 3, "administer": 4}[right]
    return (IN, *(refused if place < first else status for place in range(1, len(WHO))))


OPEN, SIGNED_IN = (200,) * 5, (IN, 200, 200, 200, 200)
READ, READ_ONLY = all_who_may("view", 200), all_who_may("view", 405)
ANYBODY_405 = (405,) * 5
# What an empty POST does behind the gate: 302 it is done, 422 the form is not filled in.
EXPECTED: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "health_live": (OPEN, OPEN),
    "health_ready": (OPEN, OPEN),
    "home": (READ, READ_ONLY),
    "queries": (READ, READ_ONLY),
    "query": (READ, (IN, 403, 403, 422, 422)),
    "query_preview": (READ_ONLY, READ),
    "query_import": (all_who_may("save", 405), all_who_may("save", 422)),
    "queries_export": (all_who_may("export", 200), all_who_may("export", 405)),
    "query_run": (all_who_may("view", 302), READ_ONLY),
    "query_edit": ((IN, 403, 403, 403, 200), (IN, 403, 403, 403, 422)),
    "query_export": (all_who_may("export", 200), all_who_may("export", 405)),
    "query_delete": ((IN, 403, 403, 403, 200), (IN, 403, 403, 403, 302)),
    "report_servers": (READ, READ_ONLY),
    "report_clients": (READ, READ_ONLY),
    "report_peers": (READ, READ_ONLY),
    "report_server": (READ, READ_ONLY),
    "report_sessions": (READ, READ_ONLY),
    "report_session": (READ, READ_ONLY),
    "report_compare": (READ, READ_ONLY),
    "report_certificates": (READ, READ_ONLY),
    "report_certificate": (READ, READ_ONLY),
    "data_import": (all_who_may("import", 200), all_who_may("import", 405)),
    "data_upload": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_import_paths": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_path_add": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_path_remove": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_history": (READ, READ_ONLY),
    "data_import_detail": (READ, READ_ONLY),
    "data_cancel": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_resubmit": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_file": (all_who_may("export", 200), all_who_may("export", 405)),
    "data_file_drop": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "data_rejects": (READ, READ_ONLY),
    "data_reject": (READ, READ_ONLY),
    "data_database": (READ, READ_ONLY),
    "settings": (all_who_may("view", 302), READ_ONLY),
    "settings_systems": (READ, READ_ONLY),
    "settings_system": (all_who_may("administer", 200), all_who_may("administer", 422)),
    "settings_token": (READ, READ_ONLY),
    "settings_token_make": (READ_ONLY, READ),
    "settings_token_revoke": (READ_ONLY, all_who_may("view", 302)),
    "settings_users": (all_who_may("administer", 200), all_who_may("administer", 405)),
    "settings_user_new": (all_who_may("administer", 405), all_who_may("administer", 422)),
    "settings_user_role": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "settings_user_switch": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "settings_user_password": (all_who_may("administer", 405), all_who_may("administer", 200)),
    "settings_audit": (all_who_may("administer", 200), all_who_may("administer", 405)),
    "sign_in": ((200, 302, 302, 302, 302), (422, 302, 302, 302, 302)),
    "sign_out": (ANYBODY_405, (302,) * 5),
    "password_change": (SIGNED_IN, (IN, 422, 422, 422, 422)),
}
POSTS = [name for name, (get, _) in EXPECTED.items() if 405 in get and name != "sign_out"]
POSTS += ["settings_system", "sign_in", "sign_out", "password_change"]
POSTS += ["query", "query_edit", "query_delete"]


def make_import() -> tuple[Import, Reject]:
    """An upload that has ended, with its file and a rejected record."""
    stored = StoredFile.objects.create(sha256="f" * 64, name="x.smf", size_bytes=1, stored_at=NOW)
    path = Path(django_settings.UPLOADS) / stored.sha256
    path.write_bytes(b"x")
    imported = Import.objects.create(
        source="upload",
        name="x.smf",
        path=str(path),
        stored_file=stored,
        submitted_at=NOW,
        state="complete",
        finished_at=NOW,
    )
    given = {"offset": 0, "record_number": 1, "length": 1, "head": b"x"}
    return imported, Reject.objects.create(imported=imported, **given)


@pytest.fixture
def addresses(filled: None, db: None) -> dict[str, str]:
    """The address of each name, of something that is there."""
    imported, reject = make_import()
    line = ImportPath.objects.create(path="/dumps/x.smf", added_at=NOW)
    other = User.objects.create(username="other")
    query = save(other, "shared", shared=True).pk
    server = Server.objects.earliest("pk").pk
    pks: dict[str | None, tuple[int, ...]] = {
        "report_server": (server,),
        "report_sessions": (server,),
        "report_session": (SecuritySession.objects.earliest("pk").pk,),
        "report_certificate": (Certificate.objects.create(digest=b"x", identity="names").pk,),
        "data_path_remove": (line.pk,),
        "data_reject": (imported.pk, reject.pk),
        **dict.fromkeys(("query_run", "query_edit", "query_export", "query_delete"), (query,)),
        "settings_system": (SystemSettings.objects.earliest("pk").pk,),
    }
    found = {}
    for path, pattern in url_patterns():
        args = pks.get(pattern.name)
        if args is None and "<int:pk>" in path:
            args = (other.pk,) if path.startswith("settings/users/") else (imported.pk,)
        if not path.startswith("api/"):  # tests/analyzer/api asks these
            found[str(pattern.name)] = reverse(str(pattern.name), args=args)
    return found


def outcome(client: Client, method: str, path: str, **more: Any) -> object:
    with transaction.atomic():
        answer = client.generic(method, path, **more)
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("sign_in"))
    return IN if to_sign_in and path != reverse("sign_out") else answer.status_code


def test_every_address_is_in_the_table(addresses: dict[str, str]) -> None:
    assert set(addresses) == set(EXPECTED)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", WHO)
def test_each_one_gets_what_they_may(
    who: str, method: str, addresses: dict[str, str], client_as: ClientAs, nobody: Client
) -> None:
    found = {}
    for name, path in addresses.items():
        clients = {"stranger": Client, "nobody": lambda: nobody}
        client = clients[who]() if who in clients else client_as(who)
        found[name] = outcome(client, method, path)
        if name == "sign_out":
            nobody.force_login(User.objects.get(username="nobody"))
    place = WHO.index(who)
    assert found == {
        name: (get, post)[method == "POST"][place] for name, (get, post) in EXPECTED.items()
    }


def test_a_stranger_comes_back_to_the_page_after_signing_in(addresses: dict[str, str]) -> None:
    answer = Client().get(addresses["data_database"])
    assert answer["Location"] == "/accounts/login/?next=/data/database/"


def test_nothing_is_written_without_a_csrf_token(
    addresses: dict[str, str], client_as: ClientAs
) -> None:
    client_as("administrator")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="administrator"))
    assert len(POSTS) == 22
    found = {name: outcome(client, "POST", addresses[name]) for name in POSTS}
    assert found == dict.fromkeys(POSTS, 403)
    assert "The form was too old" in client.post(addresses["data_cancel"]).content.decode()


def test_a_csrf_token_lets_the_same_requests_in(
    addresses: dict[str, str], client_as: ClientAs
) -> None:
    client_as("administrator")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="administrator"))
    client.get(addresses["data_import"])
    token = client.cookies["csrftoken"].value
    for name in ("data_upload", "data_import_paths"):
        found = outcome(client, "POST", addresses[name], headers={"X-CSRFToken": token})
        assert found == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_do_nothing(
    method: str, addresses: dict[str, str], client_as: ClientAs
) -> None:
    client = client_as("administrator")
    found = {name: outcome(client, method, path) for name, path in addresses.items()}
    health = {"health_live", "health_ready"}
    assert found == {name: 200 if name in health else 405 for name in addresses}
