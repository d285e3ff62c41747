"""What a run would have written, as the bytes of files: the same as `manage.py enforce` writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from enforcement.delivery.parts import console_text
from enforcement.engine.messages.writer import syslog_line, timestamp
from enforcement.engine.outcome import Console, Syslog
from enforcement.models import HistoryAct, HistoryMessage
from web.budget import OutOfTimeError, read_budget

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 -- header times are local
_ROWS: Final = 2_000
_TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file; `label` says what is in it."""

    name: str
    label: str
    ending: str
    media_type: str
    lines: Callable[[int], Iterator[bytes]]


def _syslog(run_id: int) -> Iterator[bytes]:
    names = ("system", "written_at", "level", "text")
    for system, at, level, text in _rows(_messages(run_id, level__isnull=False), *names):
        yield syslog_line(Syslog(system, _microseconds(at), level, text)).encode() + b"\n"


def _console(run_id: int) -> Iterator[bytes]:
    for (text,) in _rows(_messages(run_id, level__isnull=True), "text"):
        yield console_text(Console("", None, tuple(text.split("\n"))))


def _audit(run_id: int) -> Iterator[bytes]:
    for records in _rows(_acts(run_id), "audit", "last"):
        yield from (bytes(one) for one in records if one is not None)


def _resets(run_id: int) -> Iterator[bytes]:
    found = _acts(run_id).exclude(reset="")
    for at, system, command in _rows(found, "written_at", "system", "reset"):
        yield f"{timestamp(_microseconds(at))} {system} {command}\n".encode()


FILES: Final[Mapping[str, File]] = {
    one.name: one
    for one in (
        File("syslog", "Messages to syslogd", "log", _TEXT, _syslog),
        File("console", "Console log", "txt", _TEXT, _console),
        File("audit", "Audit records (SMF dump)", "smf", "application/octet-stream", _audit),
        File("resets", "Operator commands", "txt", _TEXT, _resets),
    )
}


def written(run_id: int, file: File, *, limit_s: float) -> Iterator[bytes]:
    """Yield a file piece by piece, to the end or not at all. Raises OutOfTimeError."""
    until = time.monotonic() + limit_s
    with read_budget(limit_s):
        for piece in file.lines(run_id):
            if time.monotonic() > until:
                raise OutOfTimeError(limit_s)
            yield piece


def _messages(run_id: int, **more: Any) -> QuerySet[HistoryMessage]:
    return HistoryMessage.objects.filter(run_id=run_id, **more).order_by("number")


def _acts(run_id: int) -> QuerySet[HistoryAct]:
    return HistoryAct.objects.filter(run_id=run_id).order_by("number")


def _rows(found: QuerySet[Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """A cursor of the server's: not all rows at once."""
    return found.values_list(*names).iterator(chunk_size=_ROWS)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
