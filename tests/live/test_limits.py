"""Live pages and their addresses in the API end in time, and show no secret."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enforcement.feeds import making
from enforcement.models import Feed
from enforcement.queries import live as reads
from tests.conftest import database_url
from tests.live.test_pages import anna_client, feed

__all__ = ["anna_client", "feed"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "args", "table", "status"),
    [
        ("enforcement_live", (), "enforcement_livemessage", 200),
        ("enforcement_feed", ("main",), "enforcement_feedreject", 503),
    ],
)
def test_a_page_that_takes_too_long_says_so(
    anna_client: Client, settings: Any, name: str, args: tuple[str, ...], table: str, status: int
) -> None:
    """The page that refreshes itself answers as ever, so that it goes on."""
    if args:
        making.posted(args[0], by=None, now=timezone.now())
    settings.TIME_LIMIT_PAGE_S = 0.5
    with psycopg.connect(database_url()) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT")
        answer = anna_client.get(reverse(name, args=args))
    assert answer.status_code == status
    assert "stopped after 0.5 s" in answer.content.decode()


def test_a_program_whose_question_takes_too_long_is_told(
    anna_client: Client, settings: Any
) -> None:
    settings.TIME_LIMIT_PAGE_S = 0.5
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE enforcement_feed IN ACCESS EXCLUSIVE MODE NOWAIT")
        for address in (reverse("api_live_messages"), reverse("api_live_feeds")):
            answer = anna_client.get(address)
            assert answer.status_code == 503
            assert "stopped after 0.5 s" in answer.json()["error"]


def test_the_messages_of_a_quiet_feed_are_found_by_an_index(feed: Feed) -> None:
    quiet = making.posted("quiet", by=None, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enforcement_livemessage (feed_id, sequence, kind, message_id, sysplex,"
            " system, stack, protocol, rule, text, stored_at) SELECT CASE WHEN n > 50 THEN %s ELSE"
            " %s END, n + 1000, 'syslog', 'E', '', '', '', '', '', 'text', now()"
            " FROM generate_series(1, 20000) n",
            [feed.pk, quiet.pk],
        )
        cursor.execute("ANALYZE enforcement_livemessage")
        with CaptureQueriesContext(connection) as captured:
            assert len(reads.messages(None, 10, name="quiet").rows) == 10
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "live_message_list" in plan
    assert "Sort" not in plan


def test_the_address_of_the_webhook_is_not_shown() -> None:
    given = replace(settings.LIVE, webhook="https://hooks.example/a-secret-path")
    assert "a-secret-path" not in repr(given)
