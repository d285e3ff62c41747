"""The look into watch folders: a file is imported when looks have seen it unchanged.

Size and time of change must have been the same for long enough, by our own clock. The rows
of `WatchedFile` are the memory; a look that is killed anywhere is followed by another.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from analyzer.ingest import intake, paths
from analyzer.ingest.errors import IntakeError
from analyzer.models import WatchedFile, WatchFolder
from analyzer.watching.found import Found, digest, files

LOCK_LOOK = 1_193_003
LOOK_LIMIT_S = 300  # digests of what is new; the rest waits for the next look
_WAITING, _IMPORTED, _REFUSED = WatchedFile.State

log = structlog.get_logger(__name__)


def look(*, now: datetime) -> int:
    """Look into every folder that is not paused; return how many imports were made.

    What is wrong with one folder stands in its row, and the others are looked into all the same.
    """
    made, until = 0, time.monotonic() + LOOK_LIMIT_S
    with _alone() as alone:
        if not alone:
            return 0
        for folder in WatchFolder.objects.filter(active=True).select_related("added_by"):
            found, error = _look_into(folder, now, until)
            WatchFolder.objects.filter(pk=folder.pk).update(looked_at=now, error=error)
            made += found
    return made


@contextmanager
def _alone() -> Iterator[bool]:
    """One look at a time; the lock goes with the connection of a worker that is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_LOOK])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_LOOK])


def _look_into(folder: WatchFolder, now: datetime, until: float) -> tuple[int, str]:
    """How many imports were made, and what was wrong with the folder."""
    made = 0
    try:
        found = files(folder)
        known = {one.path: one for one in folder.files.all()}
        for one in found:
            made += _see(folder, one, known.get(one.path), now) if time.monotonic() < until else 0
        seen = {one.path for one in found}
        gone = [one.pk for path, one in known.items() if path not in seen]
        folder.files.filter(pk__in=gone).exclude(state=_IMPORTED).delete()
        folder.files.exclude(pk__in=gone).update(seen_at=now)
    except IntakeError as error:
        return made, str(error)
    except OSError as error:
        return made, f"the folder can't be read: {(error.strerror or str(error)).lower()}"
    except IntegrityError:  # it was removed meanwhile
        return made, ""
    return made, ""


def _see(folder: WatchFolder, one: Found, row: WatchedFile | None, now: datetime) -> bool:
    """Take note of a file; True when an import was made of it."""
    if row is None or (row.size_bytes, row.modified_ns) != (one.size_bytes, one.modified_ns):
        _note(folder, one, row, now)
        return False
    if one.alone or row.state == _IMPORTED:
        return False
    if not _is_quiet(row, now):
        return False
    try:
        return _take(folder, one, row, now)
    except (IntakeError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _set(row, state=_REFUSED, reason=why)
        return False


def _note(folder: WatchFolder, one: Found, row: WatchedFile | None, now: datetime) -> None:
    """A file that is new, or has changed since the last look: from now on it must stay as it is."""
    seen = {
        "size_bytes": one.size_bytes,
        "modified_ns": one.modified_ns,
        "unchanged_since": now,
        "seen_at": now,
        "state": _WAITING,
        "reason": one.alone,
    }
    if row is None:
        WatchedFile.objects.create(folder=folder, path=one.path, **seen)
    else:
        _set(row, **seen)


def _is_quiet(row: WatchedFile, now: datetime) -> bool:
    """True when nobody has written to it for long enough by our clock: those of file servers
    differ, and a file that is being copied may have the time of its original.
    """
    quiet = timedelta(seconds=settings.WATCH_QUIET_S)
    return now > row.unchanged_since and now - row.unchanged_since >= quiet


def _take(folder: WatchFolder, one: Found, row: WatchedFile, now: datetime) -> bool:
    """Import a file unless the very same was imported. Raises IntakeError and OSError."""
    path = paths.confined(Path(one.path), settings.IMPORT_ROOTS)
    same = WatchedFile.objects.filter(
        path=one.path, size_bytes=one.size_bytes, modified_ns=one.modified_ns, state=_IMPORTED
    ).first()
    if same is not None:
        why = f"came by the watch folder {same.folder.path}"
        _set(row, state=_IMPORTED, imported=same.imported, sha256=same.sha256, reason=why)
        return False
    sha256 = digest(path)
    if sha256 == row.sha256 and row.imported_id is not None:
        _set(row, state=_IMPORTED, reason="only its time has changed since it was imported")
        return False
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (one.size_bytes, one.modified_ns):
        return False  # somebody goes on writing; the next look sees it
    with transaction.atomic():
        imported = intake.submit_watched(
            path=path, by=folder.added_by, now=now, comment=folder.comment
        )
        _set(row, state=_IMPORTED, imported=imported, sha256=sha256, reason="")
    log.info("watch.imported", path=one.path, import_id=imported.pk)
    return True


def _set(row: WatchedFile, **columns: object) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
