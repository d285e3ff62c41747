"""Records on their way in: counted, kept once, refused with a reason."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analyzer.models import AuditEntry
from analyzer.tokens import TokenDraft, make_token
from enforcement.feeds import inbox
from enforcement.feeds.source import MOST_LOOK_S, Arrivals, Inbox
from enforcement.live.following import LOOK_S
from enforcement.live.sources import Where
from enforcement.models import Feed, FeedReject, Post
from tests.builders.enforcement.records import TLS12, Connection
from tests.faults.full_disk import fill_uploads
from tests.live.service import ADDRESS, Poster, records

pytestmark = pytest.mark.django_db


def stored(feed: str = "main") -> bytes:
    """What the worker would read."""
    source, parts = Inbox(Feed.objects.get(name=feed), Arrivals(), Where()), []
    while piece := source.next():
        parts.append(piece.data)
    source.close()
    return b"".join(parts)


def test_records_are_kept_in_their_order(post: Poster) -> None:
    first, second = records(1, 3), records(4, 2)
    answer = post(first, key="a")
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "feed": "main",
            "key": "a",
            "repeated": False,
            "records": 3,
            "rejects": 0,
            "rejected": [],
        },
    )
    assert post(second).status_code == 201
    assert stored() == first + second
    found = Feed.objects.get()
    assert (found.records, found.size_bytes) == (5, len(first + second))
    assert AuditEntry.objects.filter(action="feed.make", target="main").count() == 1


def test_the_same_key_doubles_nothing(post: Poster) -> None:
    data = records(1, 2) + b"\0\0\0\0not a record"
    first = post(data, key="once")
    again = post(data, key="once")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "repeated": True}
    other = post(records(9, 1), key="once")
    assert other.status_code == 409
    assert "came before with other records" in other.json()["error"]
    assert post(records(9, 1), key="once", feed="another").status_code == 201
    assert Feed.objects.get(name="main").records == 2
    assert Post.objects.count() == 2


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress), ("zstd", zstandard.compress), ("identity", bytes)],
)
def test_bodies_may_be_packed(
    post: Poster, encoding: str, packed: Callable[[bytes], bytes]
) -> None:
    assert post(packed(records(1, 4)), Content_Encoding=encoding).json()["records"] == 4
    assert stored() == records(1, 4)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_packed_body_is_whole(post: Poster, encoding: str) -> None:
    packed = {"gzip": gzip.compress, "zstd": zstandard.compress}[encoding](records(1, 9))
    for body in (packed[:-9], b"plain", packed + b"more"):
        answer = post(body, Content_Encoding=encoding)
        assert answer.status_code == 400, body[:9]
        assert answer.json()["errors"]["body"].startswith("the body is no whole ")
    assert not Feed.objects.exists()


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "identity"])
def test_what_is_too_large_is_not_unpacked(
    post: Poster, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIVE", replace(settings.LIVE, post_max_bytes=1 << 20))
    bomb = bytes(64 << 20)
    packed = {"gzip": gzip.compress, "zstd": zstandard.compress}.get(encoding, bytes)(bomb)
    answer = post(packed, Content_Encoding=encoding)
    assert answer.status_code == 413
    assert "larger than 1048576 bytes" in answer.json()["error"]


def test_what_is_no_record_is_told_with_its_place(post: Poster) -> None:
    good, junk = records(1, 2), b"\0\x03\0\0"
    answer = post(good + junk + records(3, 1) + records(4, 1)[:50], key="k").json()
    assert (answer["records"], answer["rejects"]) == (3, 2)
    assert [one["place"] for one in answer["rejected"]] == [
        len(good),
        len(good + junk + records(3, 1)),
    ]
    assert all(one["reason"] and one["message"] for one in answer["rejected"])
    assert stored() == records(1, 3)
    kept = FeedReject.objects.order_by("place")
    assert [(one.key, bytes(one.head)[:4]) for one in kept] == [
        ("k", junk),
        ("k", records(4, 1)[:4]),
    ]


def test_what_is_rejected_at_once_is_not_rejected_again(post: Poster) -> None:
    short = b"\0\x16\0\0" + bytes([0, 119]) + bytes(16)  # ends before its subtype
    answer = post(records(1, 1) + short + records(2, 1)).json()
    assert (answer["records"], answer["rejects"]) == (2, 1)
    assert answer["rejected"][0]["reason"] == "record_too_short"
    assert stored() == records(1, 2)


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        ({"key": "two words"}, 400, "visible ASCII"),
        ({"key": "x" * 81}, 400, "visible ASCII"),
        ({"feed": "Not a name"}, 400, "no name of a feed"),
        ({"feed": "main&more=1"}, 400, "not a parameter"),
        ({"Content_Encoding": "br"}, 400, "none of identity, gzip, zstd"),
        ({"body": (records(1, 1) + b"\0\x03\0\0") * 1_001}, 400, "are no records"),
    ],
)
def test_what_cannot_be_used(
    post: Poster, given: dict[str, object], status: int, word: str
) -> None:
    answer = post(**{"body": records(1, 1), **given})  # type: ignore[arg-type]
    assert answer.status_code == status
    assert word in answer.json()["error"]
    assert not Post.objects.exists()


def test_a_body_without_any_record_is_a_reject(post: Poster) -> None:
    answer = post(b"x" * 300_000).json()
    assert (answer["records"], answer["rejects"] > 0) == (0, True)
    assert stored() == b""


def test_an_empty_body_brings_nothing(post: Poster) -> None:
    answer = post(gzip.compress(b""), Content_Encoding="gzip")
    assert (answer.status_code, answer.json()["records"]) == (201, 0)
    post(records(1, 1))
    assert stored() == records(1, 1)


def test_who_may_feed(person: Callable[[str], User]) -> None:
    now = timezone.now()
    for role, scopes, status in (
        ("analyst", ("import", "read", "administer"), 403),
        ("viewer", ("live",), 403),
        ("analyst", ("read", "live"), 201),
    ):
        draft = TokenDraft(f"{role} {scopes}", scopes)
        key = make_token(draft=draft, by=person(role), now=now)
        assert Poster(key)(records(1, 1)).status_code == status
    assert Poster("nothing")(records(1, 1)).status_code == 401
    browser = Client()
    browser.force_login(person("administrator"))
    answer = browser.post(ADDRESS, records(1, 1), content_type="application/octet-stream")
    assert answer.status_code == 401, "a browser's session is not enough"


def test_a_body_without_length_needs_a_server_that_ends_it(token: str) -> None:
    answer = Client().post(
        ADDRESS,
        headers={"Authorization": f"Token {token}", "Idempotency-Key": "k"},
        CONTENT_LENGTH="",
    )
    assert answer.status_code == 400
    assert "Content-Length" in answer.json()["error"]


def test_an_inbox_that_nobody_empties_takes_no_more(
    post: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = len(records(1, 5))
    monkeypatch.setattr(settings, "LIVE", replace(settings.LIVE, inbox_max_bytes=most))
    assert post(records(1, 5)).status_code == 201
    answer = post(records(6, 1), key="next")
    assert answer.status_code == 507
    assert "nobody has worked on" in answer.json()["error"]
    monkeypatch.setattr(settings, "LIVE", replace(settings.LIVE, inbox_max_bytes=2 * most))
    assert post(records(6, 1), key="next").status_code == 201


def test_a_full_disk_takes_nothing(post: Poster, monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(records(1, 2)).status_code == 201
    with monkeypatch.context() as full:
        fill_uploads(full)
        answer = post(records(3, 2), key="again")
    assert answer.status_code == 507
    assert "disk is full" in answer.json()["error"]
    assert Feed.objects.get().records == 2
    assert post(records(3, 2), key="again").status_code == 201
    assert stored() == records(1, 4)


def test_what_a_kill_left_behind_the_end_is_cut_off(post: Poster) -> None:
    post(records(1, 2))
    feed = Feed.objects.get()
    with inbox.segment_path(feed, 0).open("ab") as file:
        file.write(b"never committed")
    assert stored() == records(1, 2)
    post(records(3, 1))
    assert stored() == records(1, 3)


def test_files_end_and_are_forgotten(
    post: Poster, live_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SEGMENT_BYTES", 1)
    for number in range(1, 4):
        post(records(number, 1))
        feed = Feed.objects.get()
        with inbox.segment_path(feed, feed.segment).open("ab") as file:
            file.write(b"behind the end")
    assert stored() == records(1, 3)
    each = len(Connection(number=1).at(1, 0, {"TLS": TLS12}))
    starts = sorted(int(one.name) for one in live_place.glob("*-main/inbox/*"))
    assert starts == [0, each, 2 * each]
    inbox.forget(feed, 2 * each)
    assert sorted(int(one.name) for one in live_place.glob("*-main/inbox/*")) == [2 * each]
    source = Inbox(feed, Arrivals(), Where(0, 0, 2 * each))
    piece = source.next()
    assert piece is not None
    assert piece.data == records(3, 1)
    source.close()


def test_feeds_without_records_ask_the_database_together_and_seldom(post: Poster) -> None:
    for feed in ("a", "b", "c"):
        Feed.objects.create(name=feed, kind=Feed.Kind.POSTED, made_at=timezone.now())
    now = [0.0]
    arrivals = Arrivals(lambda: now[0])
    sources = [Inbox(one, arrivals, Where()) for one in Feed.objects.order_by("name")]
    with CaptureQueriesContext(connection) as asked:
        assert [one.next() for one in sources] == [None] * 3
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        for _ in range(500):
            now[0] += LOOK_S
            assert [one.next() for one in sources] == [None] * 3
    assert len(asked) <= 500 * LOOK_S / MOST_LOOK_S + 10, "more often only until it is quiet"
    post(records(1, 1), feed="a")
    now[0] += MOST_LOOK_S
    piece = sources[0].next()
    assert piece is not None
    assert piece.data == records(1, 1)
    sources[0].close()
