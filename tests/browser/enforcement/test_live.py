"""The live page in the browser: messages come by themselves, in every look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from enforcement.feeds import making
from enforcement.feeds.keeping import Keeper
from enforcement.live.sources import Where
from enforcement.live.worked import Counts, Mark, Said, Worked
from enforcement.models import Feed, Progress
from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import LOOKS, STICKING_OUT
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

Say = Callable[[int, int], None]
RULE = ("TLS", "Old-protocols")
TEXT = (
    "EZZ8583I TIMESTAMP= 01/15/2026 12:00:{:02d}.00 stackname= TCPIP connid= {:08X} localipaddr="
    " 10.1.2.3 localport= 992 remoteipaddr= 10.9.8.7 remoteport= 40000 rulename= Old-protocols"
)


def keep(keeper: Keeper, piece: int, first: int) -> None:
    """Keep twelve messages of a feed and tell of its state, as the service does."""
    noon, count = int(datetime(2026, 1, 15, 12, 0, tzinfo=UTC).timestamp() * 1_000_000), 12
    said = [
        Said("syslog", "PLEXA", "SYSA", "TCPIP", *RULE, noon, TEXT.format(n % 60, n), 4, n)
        for n in range(first, first + count)
    ]
    counters = (Counter({RULE: n}) for n in (count * 9, count, count * 8))
    keeper.keep(Worked(piece, first - 1, Where(), said, 108, (), Counts(*counters, 108, 2, 1)))
    made = {"made": first + 11, "sent": first + 11, "delivered": first}
    digest, at = "3f" * 32, "2026-11-01T10:00:00+00:00"
    Progress.objects.filter(feed=keeper.feed).update(
        seen_at=timezone.now() + timedelta(minutes=5),
        work_lag_ms=38,
        delivery={**made, "lag_ms": 0, "error": "", "held": False},
        stacks=[
            {"stack": ["PLEXA", "SYSA", "TCPIP"], "records": 99, "digest": digest, "at": at},
            {"stack": ["PLEXA", "SYSB", "TCPIP"], "records": 9, "digest": "", "at": ""},
        ],
    )


@pytest.fixture
def say(django_db_blocker: Any) -> Iterator[Say]:
    """Messages of a feed that goes again at the end; the browser's thread can't ask the store."""

    def make() -> Keeper:
        keeper = Keeper(making.posted("prod", by=None, now=timezone.now()))
        keeper.lock()
        keeper.begin(Mark("e"))
        return keeper

    def forget() -> None:
        Feed.objects.filter(name="prod").delete()
        connection.close()

    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as pool:
        keeper = pool.submit(make).result()
        yield lambda piece, first: pool.submit(keep, keeper, piece, first).result()
        pool.submit(forget).result()


def test_messages_come_by_themselves(open_page: OpenPage, say: Say) -> None:
    say(1, 1)
    page = open_page("author")
    page.goto("/enforcement/live/")
    rows = page.locator("#messages tbody tr")
    expect(rows.first).to_contain_text("connid= 0000000C")
    say(2, 13)
    expect(rows.first).to_contain_text("connid= 00000018", timeout=10_000)
    page.get_by_role("link", name="prod").click()
    expect(page.get_by_text("No installation is recorded")).to_be_visible()


def test_without_a_feed_it_says_how(open_page: OpenPage) -> None:
    page = open_page("author", script=False)
    page.goto("/enforcement/live/")
    expect(page.get_by_text("No live feed yet")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_its_pages_are_readable_in_every_look(
    open_page: OpenPage, say: Say, album: Path, look: str
) -> None:
    say(1, 1)
    size, theme = LOOKS[look]
    page = open_page("author", size=size, theme=theme)
    found: list[str] = []
    pages = {"live": "/enforcement/live/", "live-feed": "/enforcement/live/prod/"}
    for name, address in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        take(page, album / f"{name}{look}.png")
        assert page.evaluate(STICKING_OUT) <= 0, name
        if not look:
            found += violations_in_every_look(page, name)
    assert found == []
