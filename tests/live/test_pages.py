"""The live pages and their addresses in the API: who may, what they show, what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enforcement.feeds import making
from enforcement.feeds.keeping import Keeper
from enforcement.live.sources import Where
from enforcement.live.worked import Counts, Mark, Said, Worked
from enforcement.models import Feed, FeedReject, HookBatch, LiveMessage, Progress, RuleSlot
from web.templatetags.figures import THIN

pytestmark = pytest.mark.django_db
NOON_US = int(datetime(2026, 1, 15, 12, 0, tzinfo=UTC).timestamp() * 1_000_000)
RULE = ("TLS", "Rest")

LAGS = ["40 ms", f"1{THIN}500 ms"]


def worked(piece: int, first: int, count: int) -> Worked:
    said = [
        Said("syslog", "PLEXA", "SYSA", "TCPIP", *RULE, NOON_US, f"EZZ8583I text {n}", 3, n)
        for n in range(first, first + count)
    ]
    return Worked(
        piece,
        first - 1,
        Where(),
        said,
        count + 5,
        (),
        Counts(
            Counter({RULE: count + 5}), Counter({RULE: count}), Counter({RULE: 5}), count + 5, 1, 2
        ),
    )


@pytest.fixture
def feed() -> Feed:
    """A posted feed with a worker that has just kept a hundred and twenty messages."""
    found = making.posted("main", by=None, now=timezone.now())
    keeper = Keeper(found)
    keeper.lock()
    keeper.begin(Mark("e1"))
    keeper.keep(worked(1, 1, 120))
    Progress.objects.update(
        seen_at=timezone.now(),
        work_lag_ms=40,
        delivery={
            "made": 120,
            "sent": 100,
            "delivered": 90,
            "lag_ms": 1500,
            "error": "Connection refused",
            "held": False,
        },
        stacks=[
            {
                "stack": ["PLEXA", "SYSA", "TCPIP"],
                "records": 7,
                "digest": "ab" * 32,
                "at": "2026-11-01T10:00:00+00:00",
            },
            {"stack": ["PLEXA", "SYSB", "TCPIP"], "records": 1, "digest": "", "at": ""},
            {
                "stack": ["PLEXA", "SYSC", "TCPIP"],
                "records": 2,
                "digest": "",
                "at": "",
                "unclear": "it is there in PROD and TEST",
            },
        ],
    )
    return found


def text(client: Client, name: str, *args: object, **more: Any) -> str:
    answer = client.get(reverse(name, args=args), **more)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def anna_client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def test_a_piece_that_comes_again_is_kept_once(feed: Feed) -> None:
    keeper = Keeper(feed)
    keeper.lock()
    keeper.begin(Mark("e1"))
    keeper.keep(worked(1, 1, 120))
    keeper.keep(worked(2, 121, 3))
    keeper.keep(worked(2, 121, 3))
    assert LiveMessage.objects.count() == 123
    slots = RuleSlot.objects.values_list("matches", "messages", "suppressed")
    assert [sum(one) for one in zip(*slots, strict=True)] == [133, 123, 10]
    found = Progress.objects.get()
    assert (found.piece, found.sequence, found.records) == (2, 123, 133)
    keeper.lock()
    keeper.begin(Mark("another"))
    keeper.keep(worked(1, 1, 2))
    assert Progress.objects.get().sequence == 125
    assert LiveMessage.objects.latest("sequence").sequence == 125


def test_the_page_shows_what_is_going_on(feed: Feed, anna_client: Client) -> None:
    page = text(anna_client, "enforcement_live")
    assert "EZZ8583I text 120" in page
    assert "EZZ8583I text 71" in page
    assert "EZZ8583I text 70" not in page
    assert 'hx-trigger="every 2s"' in page
    assert "no answer" in page
    assert "worked on" in page
    after = page.split('rel="next" href="')[1].split('"')[0]
    older = anna_client.get(reverse("enforcement_live") + after).content.decode()
    assert "EZZ8583I text 70" in older
    assert "every 2s" not in older
    part = text(anna_client, "enforcement_live", headers={"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="live"')
    assert anna_client.get(reverse("enforcement_live"), {"after": "x"}).status_code == 302


def test_rates_by_minute(feed: Feed, anna_client: Client) -> None:
    now = timezone.now()
    for minutes, count in ((2, 10), (30, 100), (90, 1000)):
        RuleSlot.objects.create(
            feed=feed,
            slot=now - timedelta(minutes=minutes),
            protocol="TLS",
            rule="Rest",
            matches=count,
            messages=0,
            suppressed=count,
        )
    rows = text(anna_client, "enforcement_live").split('id="rates"')[1].split("</table>")[0]
    cells = [part.split("</td>")[0] for part in rows.split('<td class="num">')[1:]]
    assert cells == ["125", "135", "235", "120", "120", "120", "5", "15", "115"]


def test_a_feed_that_nobody_works_on_shows_no_lag_of_before(
    feed: Feed, anna_client: Client
) -> None:
    def told() -> tuple[list[str], int | None]:
        rows = text(anna_client, "enforcement_live").split('id="feeds"')[1].split("</table>")[0]
        (found,) = anna_client.get(reverse("api_live_feeds")).json()["feeds"]
        return [lag for lag in LAGS if lag in rows], found["work_lag_ms"]

    assert told() == (LAGS, 40)
    Progress.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert told() == ([], None)


def test_a_feed_says_what_counts_where(feed: Feed, anna_client: Client) -> None:
    FeedReject.objects.create(
        feed=feed,
        key="<k>",
        place=12,
        length=4,
        reason="rdw",
        message="<b>no record",
        head=b"\0\x03",
        at=timezone.now(),
    )
    page = text(anna_client, "enforcement_feed", "main")
    assert "ab" * 32 in page
    assert "No installation is recorded" in page
    assert "Nothing is enforced: it is there in PROD and TEST." in page
    assert "&lt;b&gt;no record" in page
    assert "Connection refused" in page
    Progress.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert "Nobody works on this feed" in text(anna_client, "enforcement_feed", "main")
    Progress.objects.update(trouble="state.json is damaged")
    assert "state.json is damaged" in text(anna_client, "enforcement_feed", "main")
    assert anna_client.get(reverse("enforcement_feed", args=["nothing"])).status_code == 404


def test_without_a_feed_the_page_says_how_to_feed(anna_client: Client) -> None:
    assert "contrib/zertify_forward.py" in text(anna_client, "enforcement_live")


def test_the_page_costs_the_same_with_many_feeds(feed: Feed, anna_client: Client) -> None:
    costs = []
    for more in range(2):
        for number in range(more * 5):
            other = making.posted(f"f{number}", by=None, now=timezone.now())
            HookBatch.objects.create(
                feed=other, first=1, last=2, key=f"{number:032x}", made_at=timezone.now()
            )
            keeper = Keeper(other)
            keeper.lock()
            keeper.begin(Mark("e"))
            keeper.keep(worked(1, 1, 3))
        with CaptureQueriesContext(connection) as captured:
            text(anna_client, "enforcement_live")
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_programs_read_messages(feed: Feed, anna_client: Client) -> None:
    address = reverse("api_live_messages")
    page = anna_client.get(address, {"limit": 100}).json()
    assert [one["sequence"] for one in page["rows"]] == list(range(120, 20, -1))
    assert page["rows"][0] == {
        "feed": "main",
        "sequence": 120,
        "kind": "syslog",
        "message_id": "EZZ8583I",
        "sysplex": "PLEXA",
        "system": "SYSA",
        "stack": "TCPIP",
        "protocol": "TLS",
        "rule": "Rest",
        "level": 3,
        "number": 120,
        "time": "2026-01-15T12:00:00",
        "text": "EZZ8583I text 120",
        "stored_at": page["rows"][0]["stored_at"],
    }
    rest = anna_client.get(address, {"after": page["next"]}).json()
    assert [one["sequence"] for one in rest["rows"]] == list(range(20, 0, -1))
    behind = anna_client.get(address, {"feed": "main", "since": "117"}).json()
    assert [one["sequence"] for one in behind["rows"]] == [118, 119, 120]
    assert anna_client.get(address, {"since": "117"}).json() == behind
    assert anna_client.get(address, {"feed": "other"}).json()["rows"] == []
    for given in (
        {"since": "-1"},
        {"feed": "main", "since": "9" * 20},
        {"feed": "a\0"},
        {"after": "x"},
        {"more": "1"},
        {"feed": "main", "since": "117", "after": page["next"]},
        {"feed": "main", "since": "117", "after": ""},
    ):
        assert anna_client.get(address, given).status_code == 400, given


def test_programs_read_feeds(feed: Feed, anna_client: Client) -> None:
    (found,) = anna_client.get(reverse("api_live_feeds")).json()["feeds"]
    assert (found["name"], found["messages"], found["is_worked_on"]) == ("main", 120, True)
    assert (found["work_lag_ms"], found["delivery"]["sent"]) == (40, 100)
    assert found["stacks"][1] == {
        "sysplex": "PLEXA",
        "system": "SYSB",
        "stack": "TCPIP",
        "records": 1,
        "digest": "",
        "installed_at": "",
        "unclear": "",
    }
    assert found["stacks"][2]["unclear"] == "it is there in PROD and TEST"


def test_who_may_look(feed: Feed, person: Callable[[str], User]) -> None:
    nobody = User.objects.create_user("nobody", password="nobody-password-1")
    for name, args in (
        ("enforcement_live", ()),
        ("enforcement_feed", ("main",)),
        ("api_live_messages", ()),
        ("api_live_feeds", ()),
    ):
        client, address = Client(), reverse(name, args=args)
        assert client.get(address).status_code in (302, 401)
        client.force_login(nobody)
        assert client.get(address).status_code == 403
        client.force_login(person("viewer"))
        assert client.get(address).status_code == 200
        assert client.post(address).status_code in (403, 405)
