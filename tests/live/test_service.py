"""The service with the store: what is installed decides, what is posted is kept once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from designer import rulesets
from enforcement.feeds.plans import Plans
from enforcement.feeds.service import Service
from enforcement.feeds.session import Session
from enforcement.models import Feed, FeedReject, LiveMessage, Progress, RuleSlot
from policy.values.actions import Action
from tests.builders.enforcement.records import policy
from tests.live.service import (
    LOGS,
    WITHOUT_LIMIT,
    Live,
    Poster,
    install,
    records,
    said,
    stack_named,
)

pytestmark = pytest.mark.django_db(transaction=True)


def progress() -> Progress:
    return Progress.objects.get(feed__name="main")


def test_a_feed_that_breaks_leaves_the_others_alone() -> None:
    now = timezone.now()
    feeds = [Feed.objects.create(name=name, kind="posted", made_at=now) for name in ("a", "b")]
    for feed in feeds:
        Progress.objects.create(feed=feed)
    opened, told = [], []

    def open_session(feed: Feed) -> Session:
        opened.append(feed.name)
        raise ValueError("a record that nobody thought of")

    service = Service(lambda: feeds, open_session, told.append)
    service.run(lambda: len(opened) > 1)
    assert opened == ["a", "b"]
    assert [line.split(":")[0] for line in told] == [
        "the feed a can't be worked on",
        "the feed b can't be worked on",
    ]
    assert Progress.objects.filter(trouble__contains="ValueError").count() == 2


def test_a_database_that_stays_away_is_spoken_of_once() -> None:
    feed = Feed.objects.create(name="a", kind="posted", made_at=timezone.now())
    tries, told = [], []

    def open_session(feed: Feed) -> Session:
        tries.append(feed.name)
        raise OperationalError("the server is starting up")

    Service(lambda: [feed], open_session, told.append).run(lambda: len(tries) > 2)
    assert told == ["the database is gone, records wait: the server is starting up"]


def test_an_installation_is_read_again_when_the_database_went_meanwhile(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(stack_named(anna), LOGS, anna)
    plans = Plans()
    really = rulesets.in_force

    def went() -> list[rulesets.LastInstalled]:
        connection.connection.close()
        monkeypatch.setattr(rulesets, "in_force", really)
        return really()

    monkeypatch.setattr(rulesets, "in_force", went)
    with pytest.raises((OperationalError, InterfaceError)):
        plans.read()
    connection.close()
    found = plans.read()
    assert found is not None
    assert [one.digest for one in found] == ["a" * 64]
    assert plans.read() is None


def test_each_stack_is_judged_by_what_is_installed_there(
    live_of: Callable[..., Live], post: Poster, anna: User
) -> None:
    first, second = stack_named(anna), stack_named(anna, "SYSB")
    install(first, LOGS, anna)
    live = live_of(settings=WITHOUT_LIMIT, import_s=1)
    post(records(1, 3) + records(10, 2, "SYSB") + records(20, 1, "SYSC"))
    live.wait(lambda: Progress.objects.filter(records=6).exists())
    assert len(said()) == 3
    assert {one.split()[0] for one in said()} == {"EZZ8583I"}
    install(second, policy(tls=Action("Out", syslog_level=4, reset=True)), anna, "b")
    live.wait(lambda: any(one["digest"] == "b" * 64 for one in progress().stacks))
    post(records(30, 2) + records(40, 2, "SYSB") + records(10, 2, "SYSB"))
    live.wait(lambda: progress().records == 12)
    rows = LiveMessage.objects.filter(kind="syslog", system="SYSB").order_by("sequence")
    assert [one.text.split()[0] for one in rows] == ["EZZ8584I"] * 2, "known ones are not judged"
    assert LiveMessage.objects.filter(kind="reset", system="SYSB").count() == 2
    assert LiveMessage.objects.filter(kind="syslog", system="SYSA").count() == 5
    sequences = LiveMessage.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, len(sequences) + 1))
    by_stack = {one["stack"][1]: one["digest"][:1] for one in progress().stacks}
    assert by_stack == {"SYSA": "a", "SYSB": "b", "SYSC": ""}
    assert sum(RuleSlot.objects.values_list("matches", flat=True)) == 7
    live.end()
    assert Feed.objects.get().records == 12
    assert not FeedReject.objects.exists()
