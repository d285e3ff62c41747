"""Two people edit one thing: who saves later is told, sees both, and chooses; on both faces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analyzer.models import AuditEntry
from tests.analyzer.api.conftest import with_token
from tests.analyzer.revisions import things
from tests.analyzer.revisions.things import Thing
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
KINDS = ("query", "watch", "schedule", "baseline", "rule")


@pytest.fixture(autouse=True)
def plain(settings: Any) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture
def analyst(person: Callable[[str], User]) -> User:
    return person("analyst")


@pytest.fixture(params=KINDS)
def thing(request: Any, analyst: User, tmp_path: Path, settings: Any) -> Thing:
    settings.EXPORT_ROOTS = [tmp_path]
    more = {"directory": str(tmp_path)} if request.param == "schedule" else {}
    made: Thing = getattr(things, request.param)(analyst, **more)
    return made


@pytest.fixture
def mine(person: Callable[[str], User]) -> Client:
    client = Client()
    client.force_login(person("administrator"))
    return client


@pytest.fixture
def program(mine: Client, person: Callable[[str], User]) -> Client:
    return with_token(person("administrator"))


def revision(thing: Thing, answer: Any) -> dict[str, str]:
    """The field that the page carries unseen."""
    found = Page(answer).one("input", name=f"{thing.prefix}revision")
    assert found["type"] == "hidden"
    return {found["name"]: found["value"]}


def test_the_later_page_shows_both_and_saves_only_when_told(
    thing: Thing, mine: Client, analyst: User
) -> None:
    opened = revision(thing, mine.get(thing.page))
    thing.theirs(analyst)
    answer = mine.post(thing.page, {**thing.form, **opened})
    assert answer.status_code == 409
    assert thing.said() == "THEIRS"
    page = Page(answer)
    assert "Changed meanwhile by analyst" in page.text
    (row,) = [row for row in page.tables[0] if row[0] in {"Name", "What must be so"}]
    assert row[1:] == ["THEIRS", "MINE"]
    assert page.all("input", value="MINE")  # what was typed is kept
    assert thing.page in page.links
    again = mine.post(thing.page, {**thing.form, **revision(thing, answer)})
    assert again.status_code == 302
    assert thing.said() == "MINE"


def test_a_third_save_in_between_is_a_conflict_again(
    thing: Thing, mine: Client, analyst: User
) -> None:
    opened = revision(thing, mine.get(thing.page))
    thing.theirs(analyst)
    answer = mine.post(thing.page, {**thing.form, **opened})
    assert mine.post(thing.page, {**thing.form, **opened}).status_code == 409
    assert mine.post(thing.page, {**thing.form, **revision(thing, answer)}).status_code == 302
    # What the page of the conflict had shown is no longer what is saved.
    assert mine.post(thing.page, {**thing.form, **revision(thing, answer)}).status_code == 409


def test_nobody_in_between_is_no_conflict(thing: Thing, mine: Client) -> None:
    opened = revision(thing, mine.get(thing.page))
    assert mine.post(thing.page, {**thing.form, **opened}).status_code == 302
    assert thing.said() == "MINE"


def test_a_program_gets_409_with_what_is_saved(
    thing: Thing, program: Client, analyst: User
) -> None:
    read = program.get(thing.address).json()
    body = {**thing.body, thing.number: read[thing.number]}
    thing.theirs(analyst)
    before = AuditEntry.objects.count()
    answer = program.put(thing.address, body, content_type="application/json")
    assert answer.status_code == 409, answer.content
    assert (thing.said(), AuditEntry.objects.count()) == ("THEIRS", before)
    found = answer.json()
    assert "changed meanwhile by analyst" in found["error"]
    current = found["current"]
    assert (current.get("rule") or current).get("title", current.get("name")) == "THEIRS"
    assert current[thing.number] == read[thing.number] + 1
    told = {**thing.body, thing.number: current[thing.number]}
    saved = program.put(thing.address, told, content_type="application/json")
    assert saved.status_code == 200, saved.content
    assert saved.json()[thing.number] == read[thing.number] + 2
    assert thing.said() == "MINE"


def test_without_a_revision_a_program_replaces_what_is_there(
    thing: Thing, program: Client, analyst: User
) -> None:
    thing.theirs(analyst)
    answer = program.put(thing.address, thing.body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert thing.said() == "MINE"


def test_another_rule_changed_meanwhile_is_no_conflict(mine: Client, analyst: User) -> None:
    thing = things.rule(analyst)
    opened = revision(thing, mine.get(thing.page))
    other = thing.page.replace("unprotected", "early-tls")
    assert mine.post(f"{other}switch/").status_code == 302
    assert mine.post(thing.page, {**thing.form, **opened}).status_code == 302
    assert thing.said() == "MINE"


def test_what_is_typed_by_a_stranger_is_shown_as_text(mine: Client, analyst: User) -> None:
    thing = things.query(analyst)
    opened = revision(thing, mine.get(thing.page))
    thing.theirs(analyst)
    hostile = {**thing.form, "query-name": "<script>alert(1)</script>"}
    answer = mine.post(thing.page, {**hostile, **opened})
    assert answer.status_code == 409
    assert b"<script>alert" not in answer.content


def test_pausing_is_no_change_of_what_a_watch_says(mine: Client, analyst: User) -> None:
    thing = things.watch(analyst)
    opened = revision(thing, mine.get(thing.page))
    assert mine.post(thing.page.replace("edit/", "switch/")).status_code == 302
    assert mine.post(thing.page, {**thing.form, **opened}).status_code == 302
