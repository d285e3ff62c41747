"""What holds for every page: links lead somewhere, nothing is inline, the headers are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from analyzer.models import (
    AuditPack,
    Import,
    ImportPath,
    Prune,
    SecuritySession,
    WatchFolder,
)
from analyzer.tables.picked import PICKED
from tests.analyzer.standing.rows import scheduled, watched
from tests.analyzer.views.conftest import analyze, imported, signed_in, taken_back
from tests.analyzer.views.crawl import Seen, crawl
from tests.builders.own_baselines import copied
from tests.builders.saved_queries import WEAK, save
from web.checks import url_patterns

pytestmark = pytest.mark.django_db
SPRITE = Path(django_settings.BASE_DIR) / "static" / "img" / "icons.svg"
OWN_TESTS = ("api/", "policy/", "enforcement/")
ROLES = ("viewer", "analyst", "administrator")
NO_STORE = ("password_change", "sign_in", "settings_token", "settings_users")


@pytest.fixture(scope="module")
def seen(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Seen]]:
    """The pages of each role and of a stranger, over a store with a bit of everything."""
    with django_db_blocker.unblock(), taken_back():
        for name in ("site-rdw.smf.gz", "zos32.smf", "damaged.smf"):
            imported(name)
        analyze()
        now = timezone.now()
        Import.objects.create(
            name="waiting.smf", path="/x", source="path", submitted_at=now - timedelta(days=1)
        )
        ImportPath.objects.create(path="/dumps/*.smf", added_at=now)
        AuditPack.objects.create(
            title="Old TLS",
            as_of=now,
            submitted_at=now,
            finished_at=now,
            made_by_name="owner",
            state="complete",
            sha256="f" * 64,
            size_bytes=1,
            expires_at=now,
            rows={"gaps.csv": 1},
        )
        found = []
        now = timezone.now()
        Prune.objects.create(kind="all", words="all data", submitted_at=now)
        WatchFolder.objects.create(path="/dumps", added_at=now)
        owner = User.objects.create(username="owner")
        query = save(owner, "Old TLS", WEAK, shared=True)
        watched(query, session=SecuritySession.objects.earliest("pk").pk)
        scheduled(query)
        copied(owner)
        for role in ROLES:
            found += crawl(signed_in(role), role, "/")
        found += crawl(Client(), "stranger", "/")
        yield found


def pages(seen: list[Seen]) -> list[Seen]:
    found = [one for one in seen if one.page is not None]
    assert len(found) > 100
    return found


def test_every_link_leads_somewhere(seen: list[Seen]) -> None:
    broken = [
        (one.role, one.answer.status_code, one.source, one.address)
        for one in seen
        if one.answer.status_code not in {200, 302}
    ]
    assert not broken


def test_all_pages_are_reached_by_links(seen: list[Seen]) -> None:
    asked = {resolve(one.address.partition("?")[0]).url_name for one in seen}
    posts = {
        *("data_upload", "data_import_paths", "data_path_add", "data_path_remove", "data_cancel"),
        *("data_resubmit", "data_file", "data_file_drop", "settings_token_make"),
        *("settings_token_revoke", "settings_user_new", "settings_user_role"),
        *("settings_user_switch", "settings_user_password", "sign_out", "settings"),
        *("data_renew", "data_watch_switch", "data_watch_remove", "data_prune_cancel"),
        *("health_live", "health_ready", "query_preview", "query_import"),
        *("table_columns", "pack_cancel", "pack_delete", "search"),
        *("baseline_import", "baseline_rule_switch", "baseline_rule_delete"),
        *("watch_switch", "watch_run_now", "watch_test", "watch_secret", "watch_retry"),
        *("schedule_switch", "schedule_run_now"),
    }
    names = {p.name for path, p in url_patterns() if not path.startswith(OWN_TESTS)}
    assert names - posts <= asked


def test_forms_are_sent_to_addresses_of_ours_and_posts_carry_a_token(seen: list[Seen]) -> None:
    posts = 0
    for one in pages(seen):
        assert one.page is not None
        for form in one.page.forms:
            if form.method == "dialog":
                continue
            resolve(form.action.partition("?")[0] or one.address.partition("?")[0])
            assert ("csrfmiddlewaretoken" in form.fields) == (form.method == "post"), one.address
            posts += form.method == "post"
    assert posts > 50


def test_nothing_is_inline_and_the_policy_forbids_it(seen: list[Seen]) -> None:
    for one in pages(seen):
        assert one.page is not None
        policy = dict(
            part.strip().partition(" ")[::2]
            for part in one.answer["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        for tag, found in one.page.tags:
            assert tag != "style", one.address
            assert not [name for name in found if name == "style" or name.startswith("on")]
            assert "src" in found or tag != "script" or found.get("type") == "application/json"
            assert not found.get("href", "").startswith("javascript:")


def test_every_page_says_what_browsers_may_not_do_with_it(seen: list[Seen]) -> None:
    for one in pages(seen):
        headers = one.answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_with_secrets_are_kept_nowhere(seen: list[Seen]) -> None:
    found = set()
    for one in pages(seen):
        name = resolve(one.address.partition("?")[0]).url_name
        if name in NO_STORE:
            found.add(name)
            assert "no-store" in one.answer["Cache-Control"], one.address
    assert found == set(NO_STORE)


def test_ids_are_there_once_and_what_points_to_them_finds_them(seen: list[Seen]) -> None:
    for one in pages(seen):
        assert one.page is not None
        tags = [found for _, found in one.page.tags]
        ids = [found["id"] for found in tags if "id" in found]
        assert len(ids) == len(set(ids)), (one.address, sorted(ids))
        for name in ("for", "aria-describedby", "aria-labelledby", "list"):
            pointed = {word for found in tags for word in found.get(name, "").split()}
            assert pointed <= set(ids), (one.address, name, pointed - set(ids))


def test_icons_are_in_the_sprite(seen: list[Seen]) -> None:
    there = set(re.findall(r'id="([a-z-]+)"', SPRITE.read_text()))
    shown = set()
    for one in pages(seen):
        assert one.page is not None
        shown |= {found["href"].partition("#")[2] for found in one.page.all("use")}
    assert len(shown) > 15
    assert shown <= there


def test_each_page_has_one_heading_and_a_title_of_its_own(seen: list[Seen]) -> None:
    for one in pages(seen):
        assert one.page is not None
        assert len(one.page.all("h1")) == 1, one.address
        assert one.page.one("html")["lang"] == "en"


def test_a_viewer_sees_no_way_to_what_only_others_may(seen: list[Seen]) -> None:
    for one in pages(seen):
        assert one.page is not None
        if one.role == "viewer":
            posts = {form.action for form in one.page.forms if form.method == "post"}
            own = {reverse(name) for name in ("sign_out", "settings_token_make", "query")}
            own |= {reverse("table_columns", args=[name]) for name in PICKED}
            assert posts <= own | {""}, one.address
