"""Every address asked by every role, by a user without one, and by a stranger."""

from __future__ import annotations

import re
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
    AuditPack,
    Certificate,
    Import,
    ImportPath,
    Prune,
    Reject,
    SavedQuery,
    SecuritySession,
    Server,
    StoredFile,
    SystemSettings,
    WatchFolder,
)
from analyzer.packs import places
from tests.analyzer.standing.rows import scheduled, watched
from tests.analyzer.views.allowed import EXPECTED, IN, POSTS, WHO
from tests.analyzer.views.conftest import ClientAs
from tests.builders.own_baselines import copied
from tests.builders.saved_queries import save
from web.checks import url_patterns

pytestmark = pytest.mark.usefixtures("filled", "db")
NOW = datetime(2026, 4, 1, tzinfo=UTC)
WATCH = ("", "_edit", "_switch", "_run_now", "_test", "_secret", "_delete")
SCHEDULE = ("", "_edit", "_switch", "_run_now", "_delete")


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


def make_pack() -> AuditPack:
    """A pack that is made, with its file."""
    given = {"state": "complete", "sha256": "f" * 64, "size_bytes": 1, "expires_at": NOW}
    pack = AuditPack.objects.create(
        title="x", as_of=NOW, submitted_at=NOW, finished_at=NOW, made_by_name="x", **given
    )
    places.place(pack.pk).write_bytes(b"x")
    return pack


def standing(query: SavedQuery) -> dict[str | None, tuple[int | str, ...]]:
    """What a watch and a schedule of a query have in their addresses."""
    watch, run, delivery = watched(query)
    schedule = scheduled(query)
    return {
        **{f"watch{name}": (watch.pk,) for name in WATCH},
        "watch_run": (watch.pk, run.pk),
        "watch_retry": (watch.pk, delivery.pk),
        **{f"schedule{name}": (schedule.pk,) for name in SCHEDULE},
    }


@pytest.fixture
def addresses(filled: None, db: None) -> dict[str, str]:
    """The address of each name, of something that is there."""
    imported, reject = make_import()
    line = ImportPath.objects.create(path="/dumps/x.smf", added_at=NOW)
    prune = Prune.objects.create(kind="all", words="all data", submitted_at=NOW).pk
    folder = WatchFolder.objects.create(path="/dumps", added_at=NOW).pk
    other = User.objects.create(username="other")
    shared = save(other, "shared", shared=True)
    server = Server.objects.earliest("pk").pk
    pack, own = make_pack().pk, copied(other).key
    pks: dict[str | None, tuple[int | str, ...]] = {
        "table_columns": ("servers",),
        "help_document": ("glossary",),
        "report_server": (server,),
        "report_sessions": (server,),
        "report_session": (SecuritySession.objects.earliest("pk").pk,),
        "report_certificate": (Certificate.objects.create(digest=b"x", identity="names").pk,),
        "data_path_remove": (line.pk,),
        **dict.fromkeys(("data_prune_detail", "data_prune_cancel"), (prune,)),
        **dict.fromkeys(("data_watch_folder", "data_watch_switch", "data_watch_remove"), (folder,)),
        **dict.fromkeys(("pack", "pack_file", "pack_cancel", "pack_delete"), (pack,)),
        "data_reject": (imported.pk, reject.pk),
        **dict.fromkeys(("query_run", "query_edit", "query_export", "query_delete"), (shared.pk,)),
        **{name: (own,) for name in EXPECTED if name.startswith(("report_baseline", "baseline_"))},
        **dict.fromkeys(("report_baselines", "baseline_import"), ()),
        **{name: (own, "ssh-1") for name in EXPECTED if re.match("baseline_rule(_s|_d|$)", name)},
        **standing(shared),
        "settings_system": (SystemSettings.objects.earliest("pk").pk,),
    }
    found = {}
    for path, pattern in url_patterns():
        args = pks.get(pattern.name)
        if args is None and "<int:pk>" in path:
            args = (other.pk,) if path.startswith("settings/users/") else (imported.pk,)
        if not path.startswith(("api/", "policy/", "enforcement/")):  # their own tests ask these
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
    assert len(POSTS) == 55
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
