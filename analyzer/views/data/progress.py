"""How far an import is, how fast, and how long it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analyzer.models import Import

UNFINISHED = frozenset({Import.State.PENDING, Import.State.ACTIVE})


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes on disk; `rate` in bytes a second and `left_s` are None before anything is known."""

    bytes_done: int
    size_bytes: int
    percent: int
    rate: float | None
    left_s: float | None


def is_live(imported: Import) -> bool:
    return imported.state in UNFINISHED


def progress_of(imported: Import, now: datetime) -> Progress:
    done, size_bytes = imported.bytes_done, max(imported.size_bytes, 1)
    seconds = (now - imported.started_at).total_seconds() if imported.started_at else 0.0
    rate = done / seconds if done and seconds > 0 else None
    return Progress(
        bytes_done=done,
        size_bytes=size_bytes,
        percent=min(100, done * 100 // size_bytes),
        rate=rate,
        left_s=max(size_bytes - done, 0) / rate if rate else None,
    )
