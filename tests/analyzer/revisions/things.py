"""What two people can edit at once, each with its pages, its address and a change by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from django.contrib.auth.models import User

from analyzer import own_baselines, saved
from analyzer.models import OwnBaseline
from analyzer.queries.profiles import known
from analyzer.standing import schedules, watches
from analyzer.standing.clock import When
from tests.analyzer.standing.rows import scheduled, watched
from tests.builders.own_baselines import copied
from tests.builders.saved_queries import draft, save

LATER = datetime(2026, 4, 2, 12, tzinfo=UTC)
DAILY = When("daily", time(6), 0, "UTC")


@dataclass(frozen=True)
class Thing:
    """`form` and `body` are changes to the name MINE; `theirs` makes it THEIRS, by somebody else.

    `number` is what an answer calls the revision; `said` is the name that is saved.
    """

    page: str
    address: str
    form: Mapping[str, str]
    body: Mapping[str, Any]
    theirs: Callable[[User], object]
    said: Callable[[], str]
    prefix: str = ""
    number: str = "revision"


def query(owner: User) -> Thing:
    found = save(owner, "Ours", "port=992")

    def theirs(by: User) -> object:
        return saved.change(query=found, draft=draft("THEIRS", "port=23"), by=by, now=LATER)

    def said() -> str:
        found.refresh_from_db()
        return found.name

    return Thing(
        f"/queries/{found.pk}/edit/",
        f"/api/v1/queries/{found.pk}/",
        {"query-name": "MINE", "query-tab": "servers", "port": "992", "do": "save"},
        {"name": "MINE"},
        theirs,
        said,
        prefix="query-",
    )


def watch(owner: User) -> Thing:
    found, _, _ = watched(save(owner, "Ours"))

    def theirs(by: User) -> object:
        return watches.change(watch=found, draft=watches.Draft("THEIRS", DAILY), by=by, now=LATER)

    def said() -> str:
        found.refresh_from_db()
        return found.name

    form = {"name": "MINE", "trigger": "daily", "at": "07:30", "rows": "sessions"}
    body = {"name": "MINE"}
    page, address = f"/queries/watches/{found.pk}/edit/", f"/api/v1/watches/{found.pk}/"
    return Thing(page, address, form, body, theirs, said)


def schedule(owner: User, *, directory: str) -> Thing:
    found = scheduled(save(owner, "Ours"))

    def theirs(by: User) -> object:
        given = schedules.Draft("THEIRS", DAILY, directory)
        return schedules.change(schedule=found, draft=given, by=by, now=LATER)

    def said() -> str:
        found.refresh_from_db()
        return found.name

    more = {"directory": directory, "pattern": "{query}_{date}"}
    form = {"name": "MINE", "trigger": "daily", "rows": "tab", "format": "csv", **more}
    page = f"/queries/exports/{found.pk}/edit/"
    address = f"/api/v1/export-schedules/{found.pk}/"
    return Thing(page, address, form, {"name": "MINE", **more}, theirs, said)


def baseline(owner: User) -> Thing:
    found = copied(owner)

    def theirs(by: User) -> object:
        return _renamed(found, by)

    def said() -> str:
        found.refresh_from_db()
        return found.name

    form = {"name": "MINE", "covers": "TLS"}
    page, address = f"/report/baselines/{found.key}/edit/", f"/api/v1/baselines/{found.key}/"
    body = {"name": "MINE", "covers": ["TLS"]}
    return Thing(page, address, form, body, theirs, said, number="version")


def rule(owner: User) -> Thing:
    found = copied(owner)

    def theirs(by: User) -> object:
        return _retitled(found, by)

    def said() -> str:
        profile = known.get(found.key)
        one = profile.rule("unprotected") if profile else None
        return one.title if one else ""

    words = {"severity": "fails", "clause": "4", "confidence": "confirmed", "reason": "x"}
    form = {"title": "MINE", "breaks": "protocol = NONE", **words}
    body = {"title": "MINE", "breaks": [{"protocol": "NONE"}], **words}
    page = f"/report/baselines/{found.key}/rules/unprotected/"
    address = f"/api/v1/baselines/{found.key}/rules/unprotected/"
    return Thing(page, address, form, body, theirs, said, number="version")


def _renamed(found: OwnBaseline, by: User) -> object:
    profile = known.get(found.key)
    assert profile is not None
    changed = replace(profile, name="THEIRS")
    return own_baselines.change(baseline=found, profile=changed, note="x", by=by, now=LATER)


def _retitled(found: OwnBaseline, by: User) -> object:
    profile = known.get(found.key)
    assert profile is not None
    there = profile.rule("unprotected")
    assert there is not None
    changed = replace(there, title="THEIRS")
    return own_baselines.put_rule(
        baseline=found, profile=profile, rule=changed, note="x", by=by, now=LATER
    )
