"""Messages as they come, and how the feeds are."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import read_page_key, refuse_unknown
from analyzer.api.frame.described import PAGE, described, query
from analyzer.api.frame.errors import ParameterError
from analyzer.api.frame.guard import ApiView
from analyzer.serializers.shapes import page_shape
from enforcement.api.live.shapes import FeedsSerializer, LiveMessageSerializer
from enforcement.feeds.making import DEFAULT
from enforcement.models import Feed, LiveMessage, Progress
from enforcement.queries import live as reads
from web.budget import read_budget
from web.paging import Page, PageKeyError

VIEW: Final = "designer.view_policy"
_MESSAGES: Final = page_shape("LiveMessage", LiveMessageSerializer(many=True))
_MOST_SEQUENCE: Final = 2**63 - 1
_SINCE: Final = query(
    "since",
    "Only what comes behind this sequence number of the feed, in its order; of the feed"
    f" `{DEFAULT}` unless one is given, and without `after`.",
    type={"type": "integer", "minimum": 0, "maximum": _MOST_SEQUENCE},
)


class Messages(ApiView):
    """All messages in the store."""

    rights = {"GET": VIEW}

    @described(
        "read_live_messages",
        summary="Messages of live feeds, the newest first",
        answers={200: _MESSAGES},
        parameters=(query("feed", "Only this feed's."), _SINCE, *PAGE),
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        after, limit = read_page_key(request.query_params, also=("feed", "since"))
        name = request.query_params.get("feed", "")
        if "\0" in name:
            raise ParameterError({"feed": "no feed has such a name"})
        since = request.query_params.get("since")
        if since is not None and "after" in request.query_params:
            raise ParameterError({"since": "`since` and `after` are two orders: give one of them"})
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            page = _page(name, since, after, limit)
        return Response(page_body(page, [_message(row["message"]) for row in page.rows]))


class Feeds(ApiView):
    """All feeds."""

    rights = {"GET": VIEW}

    @described(
        "read_live_feeds",
        summary="Live feeds by name",
        answers={200: FeedsSerializer},
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            found = reads.feeds()
        return Response({"feeds": [_feed(one) for one in found]})


def _page(name: str, since: str | None, after: str | None, limit: int) -> Page:
    if since is not None:
        return _since(name or DEFAULT, since, limit)
    try:
        return reads.page_of_messages(after, limit, name=name)
    except PageKeyError as error:
        raise ParameterError({"after": str(error)}) from error


def _since(name: str, since: str, limit: int) -> Page:
    plain = since.isascii() and since.isdigit()
    if not plain or len(since) > len(str(_MOST_SEQUENCE)) or int(since) > _MOST_SEQUENCE:
        raise ParameterError({"since": f"`since` is a number from 0 to {_MOST_SEQUENCE}"})
    found = reads.messages_since(name, int(since), limit)
    return Page([{"message": one} for one in found], total=len(found))


def _message(one: LiveMessage) -> dict[str, Any]:
    time = reads.record_time(one)
    names = ("sequence", "kind", "message_id", "sysplex", "system", "stack", "protocol", "rule")
    return {
        "feed": one.feed.name,
        **{name: getattr(one, name) for name in (*names, "level", "number", "text")},
        "time": time.isoformat() if time else None,
        "stored_at": one.stored_at.isoformat(),
    }


def _feed(feed: Feed) -> dict[str, Any]:
    progress = getattr(feed, "progress", None) or Progress(feed=feed)
    is_posted = feed.kind == Feed.Kind.POSTED
    is_silent = reads.is_silent(feed, timezone.now())
    counts = ("records", "rejects", "evaluated", "suppressed", "audits", "resets", "forgotten")
    return {
        "name": feed.name,
        "kind": feed.kind,
        "made_at": feed.made_at.isoformat(),
        "last_post_at": feed.last_post_at.isoformat() if feed.last_post_at else None,
        "waiting_bytes": feed.size_bytes - progress.done_bytes if is_posted else 0,
        "is_worked_on": not is_silent,
        "trouble": progress.trouble,
        **{name: getattr(progress, name) for name in counts},
        "messages": progress.sequence,
        "work_lag_ms": None if is_silent else progress.work_lag_ms,
        "open_connections": progress.open_connections,
        "delivery": progress.delivery or None,
        "stacks": [_stack(one) for one in progress.stacks],
    }


def _stack(row: dict[str, Any]) -> dict[str, Any]:
    sysplex, system, stack = row["stack"]
    named = {"sysplex": sysplex, "system": system, "stack": stack}
    return {
        **named,
        "records": row["records"],
        "digest": row["digest"],
        "installed_at": row["at"],
        "unclear": row.get("unclear", ""),
    }
