"""What is happening now: messages as they come, rates of rules, feeds and their delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from enforcement.models import Feed, LiveMessage
from enforcement.queries import live as reads
from web import htmx
from web.budget import OutOfTimeError, read_budget
from web.gate import gate
from web.paging import PageKeyError

VIEW: Final = "designer.view_policy"
ROWS: Final = 50
RATE_COLUMNS: Final = tuple(
    f"{what} {span}"
    for what in ("Matches", "Messages", "Suppressed")
    for span in ("1 min", "5 min", "1 h")
)
_BATCHES: Final = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with the time of its record."""

    message: LiveMessage
    time: datetime | None


@dataclass(frozen=True, slots=True)
class ShownFeed:
    """A feed with what its page says of it."""

    feed: Feed
    progress: Any
    is_silent: bool
    waiting_bytes: int
    delivery: dict[str, Any]
    waiting_messages: int
    stacks: list[dict[str, Any]]


@gate(VIEW)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after")
    now = timezone.now()
    context: dict[str, Any] = {"now": now, "goes_on": not after}
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            context |= _going_on(after, now)
    except PageKeyError:
        return redirect("enforcement_live")
    except OutOfTimeError as error:
        context["why"] = f"Reading was {error}: the database is busy, or its disk is slow."
    return htmx.render_part(
        request, "enforcement/live/live.html", "enforcement/live/_live.html", context
    )


@gate(VIEW)
@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponse:
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            found = reads.feed(name)
            rejects = reads.rejects(found.pk) if found else ()
    except OutOfTimeError as error:
        why = f"Reading was {error}: the database is busy, or its disk is slow."
        context: dict[str, Any] = {"name": name, "why": why}
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "enforcement/live/feed.html", context, status=status)
    if found is None:
        raise Http404("there is no such feed")
    context = {
        "name": name,
        "shown": _shown(found, timezone.now()),
        "rejects": [(one, bytes(one.head)[:32].hex(" ")) for one in rejects],
    }
    return render(request, "enforcement/live/feed.html", context)


def _going_on(after: str | None, now: datetime) -> dict[str, Any]:
    page = reads.messages(after, ROWS)
    return {
        "page": page,
        "messages_shown": [Shown(one, reads.record_time(one)) for one in page.rows],
        "rate_columns": RATE_COLUMNS,
        "rates": reads.rates(now),
        "feeds": [_shown(one, now) for one in reads.feeds()],
        "hooks": reads.hook_batches(_BATCHES),
        "has_hook": bool(settings.LIVE.webhook),
        "syslog": settings.LIVE.syslog,
    }


def _shown(feed: Feed, now: datetime) -> ShownFeed:
    progress = getattr(feed, "progress", None)
    delivery = progress.delivery if progress else {}
    is_posted = feed.kind == Feed.Kind.POSTED
    done = progress.done_bytes if progress else 0
    return ShownFeed(
        feed=feed,
        progress=progress,
        is_silent=reads.is_silent(feed, now),
        waiting_bytes=feed.size_bytes - done if is_posted else 0,
        delivery=delivery,
        waiting_messages=delivery["made"] - delivery["sent"] if delivery else 0,
        stacks=progress.stacks if progress else [],
    )
