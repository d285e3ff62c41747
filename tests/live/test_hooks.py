"""Messages to a real webhook in batches, and what goes when it is old."""

from __future__ import annotations

import hmac
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from enforcement.feeds import expiring, hooks, making
from enforcement.feeds.keeping import Keeper
from enforcement.feeds.locks import alone
from enforcement.live.sources import Where
from enforcement.live.worked import Counts, Mark, Said, Worked
from enforcement.models import Feed, FeedReject, HookBatch, LiveMessage, Post, Progress, RuleSlot
from tests.analyzer.standing.given import receiver

pytestmark = pytest.mark.django_db


def keep(feed: Feed, piece: int, first: int, count: int) -> None:
    said = [
        Said("syslog", "PLEXA", "SYSA", "TCPIP", "TLS", "Rest", 0, f"EZZ8583I {n}", 3, n)
        for n in range(first, first + count)
    ]
    counts = Counts(Counter({("TLS", "Rest"): count}), Counter(), Counter(), count, 0, 0)
    keeper = Keeper(feed)
    keeper.lock()
    keeper.begin(Mark("e"))
    keeper.keep(Worked(piece, first - 1, Where(), said, count, (), counts))


@pytest.fixture(autouse=True)
def plain_http(settings: Any) -> None:
    """The receiver speaks http."""
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_HOSTS = ["hooks.example"]


@pytest.fixture
def feed() -> Feed:
    return making.posted("main", by=None, now=timezone.now())


def point(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(settings, "LIVE", replace(settings.LIVE, webhook=url))


def send(later_s: int = 0) -> int:
    return hooks.send_due(now=timezone.now() + timedelta(seconds=later_s))


def numbers(heard: Any) -> list[int]:
    return [one["sequence"] for body in heard.bodies for one in body["messages"]]


def test_messages_go_in_signed_batches(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "MOST_MESSAGES", 4)
    keep(feed, 1, 1, 10)
    with receiver() as heard:
        point(monkeypatch, heard.url)
        assert [send() for _ in range(4)] == [1, 1, 1, 0]
        keep(feed, 2, 11, 1)
        assert send() == 1
    assert numbers(heard) == list(range(1, 12))
    headers, body = heard.requests[0]
    said = StringIO()
    call_command("live", "--secret", stdout=said)
    key = said.getvalue().strip().encode()
    assert headers["zertify-signature"] == f"sha256={hmac.new(key, body, sha256).hexdigest()}"
    first = heard.bodies[0]
    assert (first["event"], first["feed"], first["first"], first["last"]) == (
        "live.messages",
        "main",
        1,
        4,
    )
    assert first["messages"][0]["text"] == "EZZ8583I 1"
    assert len(set(heard.keys)) == 4


def test_a_batch_is_sent_again_as_it_was(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(feed, 1, 1, 3)
    with receiver(503, 500) as heard:
        point(monkeypatch, heard.url)
        assert send() == 0
        assert send() == 0, "not before its time"
        keep(feed, 2, 4, 2)
        assert [send(10), send(60), send()] == [0, 1, 1]
    assert len({body for _, body in heard.requests[:3]}) == 1
    assert len(set(heard.keys[:3])) == 1
    assert numbers(heard) == [1, 2, 3] * 3 + [4, 5]
    batch = HookBatch.objects.earliest("pk")
    assert (batch.attempts, batch.code, batch.error) == (3, 204, "")


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_once(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(feed, 1, 1, 3)
    taken: list[int] = []

    def other() -> None:
        taken.append(send())
        connection.close()

    with receiver() as heard:
        point(monkeypatch, heard.url)
        with alone("live webhook") as is_ours:
            assert is_ours
            in_thread(other)
        assert (taken, heard.requests) == ([0], [])
        senders = [threading.Thread(target=other) for _ in range(4)]
        for one in senders:
            one.start()
        for one in senders:
            one.join()
    assert sorted(taken) == [0, 0, 0, 0, 1]
    assert numbers(heard) == [1, 2, 3]
    assert HookBatch.objects.get().attempts == 1


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_only_hosts_that_are_allowed(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(feed, 1, 1, 1)
    point(monkeypatch, "https://elsewhere.example/")
    with receiver():
        assert send() == 0
    batch = HookBatch.objects.get()
    assert "ZERTIFY_WEBHOOK_HOSTS" in batch.error
    assert Progress.objects.get().hook_sequence == 0


def test_what_is_old_goes_and_what_waits_stays(feed: Feed) -> None:
    now = timezone.now()
    keep(feed, 1, 1, 4)
    old = now - timedelta(days=settings.LIVE.days, seconds=1)
    LiveMessage.objects.filter(sequence__lte=3).update(stored_at=old)
    Progress.objects.update(hook_sequence=2, done_bytes=10)
    RuleSlot.objects.update(slot=now - timedelta(days=3))
    FeedReject.objects.create(
        feed=feed, place=0, length=1, reason="r", message="m", head=b"", at=old
    )
    for number, (start, days) in enumerate(((0, 8), (5, 8), (8, 8), (0, 6))):
        Post.objects.create(
            feed=feed,
            key=f"k{number}",
            digest=b"",
            start=start,
            length=5,
            records=1,
            rejects=0,
            received_at=now - timedelta(days=days),
        )
    assert expiring.expire(now=now) == 2 + 1 + 1 + 2
    assert set(LiveMessage.objects.values_list("sequence", flat=True)) == {3, 4}
    assert set(Post.objects.values_list("key", flat=True)) == {"k2", "k3"}
    assert not RuleSlot.objects.exists()
