"""What a message says: made from its run alone, so that every attempt says the same."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from analyzer.models import Delivery, Watch, WatchRun

MAIL_ROWS: Final = 20
_LONGEST: Final = 200
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    Watch.Rows.SESSIONS: ("security session", "security sessions"),
    Watch.Rows.SERVERS: ("server", "servers"),
}


def subject_of(delivery: Delivery) -> str:
    """One line, whatever the watch is called."""
    run = delivery.run
    if run is None:
        return plain(f"Zertify: test of the watch {delivery.watch.name}")
    return plain(f"Zertify: {counted(run)}: {run.said['watch']}")


def text_of(delivery: Delivery) -> str:
    """The mail: what is new, of what, and where to look."""
    run = delivery.run
    if run is None:
        lines = [
            f"This is a test of the watch {delivery.watch.name}. Nothing new has been found.",
            "",
            f"The watch: {_link('watch', delivery.watch_id)}",
        ]
    else:
        lines = list(_news(run))
    return "\n".join(plain(line, most=1000) for line in lines) + "\n"


def body_of(delivery: Delivery) -> bytes:
    """The webhook: the same as JSON, in UTF-8."""
    run = delivery.run
    found: dict[str, Any] = {
        "event": "watch.news" if run else "watch.test",
        "key": str(delivery.key),
        "watch": {"id": delivery.watch_id, "name": delivery.watch.name},
        "link": _link("watch", delivery.watch_id),
    }
    if run is not None:
        found |= {
            "watch": {"id": run.watch_id, "name": run.said["watch"]},
            "query": {name: run.said[name] for name in ("query_id", "query", "sentence")},
            "run": {"id": run.pk, "at": run.started_at.isoformat(), "why": run.why},
            "rows": run.said["rows"],
            "found": run.found,
            "new": run.fresh,
            "sample": run.sample,
            "link": _link("watch_run", run.watch_id, run.pk),
        }
    return json.dumps(found, sort_keys=True, ensure_ascii=False).encode()


def message_id_of(delivery: Delivery) -> str:
    """The same for every attempt, so that a mail server or a person sees what came twice."""
    host = urlsplit(settings.BASE_URL).hostname or "zertify.invalid"
    return f"<{delivery.key}@{host}>"


def counted(run: WatchRun) -> str:
    one, many = _WORDS.get(str(run.said.get("rows")), ("row", "rows"))
    return f"{run.fresh} new {one if run.fresh == 1 else many}"


def row_words(row: Mapping[str, Any]) -> str:
    """A row of a sample in one line."""
    port = (
        row["port_start"]
        if row["port_start"] == row["port_end"]
        else (f"{row['port_start']}-{row['port_end']}")
    )
    place = f"{row['sysplex']} {row['system']} {row['stack']}"
    who = f"job {row['job'] or '-'}, user {row['user'] or '-'}"
    what = f"{place}: {row['role']} {row['server_ip']} port {port}, {who}"
    if "client_ip" in row:
        return f"{what}, client {row['client_ip']}: {row['title']} ({row['strength']})"
    return f"{what}: {row['sessions']} sessions, weakest {row['strength']}"


def plain(text: str, *, most: int = _LONGEST) -> str:
    """One line without control characters: names come from strangers."""
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return kept if len(kept) <= most else f"{kept[: most - 3]}..."


def _news(run: WatchRun) -> Iterator[str]:
    yield f"{counted(run)} of the watch {run.said['watch']}."
    yield ""
    yield f"It watches the query {run.said['query']}: {run.said['sentence']}."
    yield f"Run at {run.started_at:%Y-%m-%d %H:%M} UTC, because of {run.get_why_display()}."
    yield ""
    for row in run.sample[:MAIL_ROWS]:
        yield f"- {row_words(row)}"
    if run.fresh > len(run.sample[:MAIL_ROWS]):
        yield f"... and {run.fresh - len(run.sample[:MAIL_ROWS])} more"
    yield ""
    yield f"What was new: {_link('watch_run', run.watch_id, run.pk)}"
    yield f"The report: {_link('query_run', int(run.said['query_id']))}"


def _link(name: str, *args: int) -> str:
    """A whole address where the site has told its own, else the path."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse(name, args=args)}"
