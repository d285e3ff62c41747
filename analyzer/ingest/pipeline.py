"""An import from its claim to its end: read, decode, load batch by batch, finish."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
)
from django.utils import timezone

from analyzer.ingest import blocks, claims, paths, renewing, stored_files
from analyzer.ingest.errors import IntakeError, NotOursError, StoreChangedError
from analyzer.ingest.heartbeat import Heartbeat
from analyzer.ingest.load.batch import Loader
from analyzer.ingest.readahead import Opened, Readahead
from analyzer.models import Import, SystemSettings
from smf.ebcdic import DEFAULT_CODE_PAGE
from smf.errors import FramingError, SmfError
from smf.reader import DECODER, Framing, Position, ReadOptions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """How far an import is: bytes of the file on disk, records of any type."""

    done_bytes: int
    size_bytes: int
    records: int


Progress = Callable[[Done], None]

BATCH_BYTES = 48 << 20
_HAND_BACK_S, _HAND_BACK_EVERY_S = 60, 0.5  # a restart of the database takes less
_CONFINED = (Import.Source.PATH, Import.Source.API, Import.Source.WATCH)


def run(
    import_id: int, *, progress: Progress | None = None, batch_bytes: int = BATCH_BYTES
) -> bool:
    """Work on an import if it is free; False when it is not. Ends in a state, or raises.

    `OperationalError` comes out: the caller may try again, and the next run goes on behind the
    last whole batch. `batch_bytes` of the dump are decoded at a time, which bounds memory.
    """
    imported = claims.claim(import_id=import_id, now=timezone.now())
    if imported is None:
        return False
    log.info("import.started", import_id=import_id, attempts=imported.attempts)
    try:
        _run(imported, progress or (lambda done: None), batch_bytes)
    except NotOursError:
        log.info("import.released", import_id=import_id)
    except (OperationalError, InterfaceError) as error:
        _hand_back(imported, str(error))
        raise
    else:
        log.info("import.ended", import_id=import_id)
        _make_blocks()
    return True


def _make_blocks() -> None:
    """Reports are right without them, only slower: what fails here is tried again by beat."""
    try:
        blocks.build()
    except (DatabaseError, InterfaceError):
        log.warning("blocks.not_made", exc_info=True)


def fail_ours(import_id: int, error: str) -> None:
    """End the import that this process was working on as failed, if it still is."""
    imported = Import.objects.filter(pk=import_id, state=Import.State.ACTIVE).first()
    if imported is not None and claims.is_own(imported):
        fail(imported, error, "What was stored before stays; import again to go on from there.")


def fail(imported: Import, error: str, advice: str = "") -> None:
    """End an import as failed; whole batches that it stored stay."""
    claims.end(
        import_id=imported.pk,
        worker=imported.worker,
        now=timezone.now(),
        state=Import.State.FAILED,
        error=error,
        advice=advice,
    )


def _hand_back(imported: Import, error: str) -> None:
    """Free it for the next try as soon as the database answers again; else its claim runs out."""
    until = time.monotonic() + _HAND_BACK_S
    while time.monotonic() < until:
        connection.close()
        try:
            claims.hand_back(import_id=imported.pk, worker=imported.worker, error=error)
        except (DatabaseError, InterfaceError):
            time.sleep(_HAND_BACK_EVERY_S)
        else:
            return


def _run(imported: Import, progress: Progress, batch_bytes: int) -> None:
    if imported.attempts > claims.MAX_ATTEMPTS:
        last = f"; the last error was: {imported.error}" if imported.error else ""
        fail(
            imported,
            f"the worker was lost {claims.MAX_ATTEMPTS} times at the same place of the dump{last}",
            "See the worker's log; what was stored before stays. Import again when it is mended.",
        )
        return
    try:
        sha256 = _load(imported, progress, batch_bytes)
    except FramingError as error:
        fail(imported, error.message, error.advice)
    except (SmfError, IntakeError) as error:
        fail(imported, str(error))
    except OSError as error:
        fail(imported, f"the file can't be read: {error.strerror or error}")
    except (DataError, IntegrityError) as error:
        log.exception("import.refused_by_store", import_id=imported.pk)
        fail(imported, f"the database refused a batch: {error}", "Please report this dump.")
    except MemoryError:
        fail(imported, "the worker ran out of memory", "What was stored before stays.")
    else:
        claims.end(import_id=imported.pk, worker=imported.worker, now=timezone.now(), sha256=sha256)


def _load(imported: Import, progress: Progress, batch_bytes: int) -> str:
    """Load all that is left, and return the SHA-256 of the file."""
    while True:
        try:
            return _load_from_position(imported, progress, batch_bytes)
        except StoreChangedError:
            # A prune came between two batches: as after a lost worker, behind the last whole batch.
            log.info("import.store_changed", import_id=imported.pk)
            imported.refresh_from_db()


def _load_from_position(imported: Import, progress: Progress, batch_bytes: int) -> str:
    with Heartbeat(imported) as heartbeat:
        loader = Loader(imported)
        options = _options(imported, batch_bytes)
        with Readahead(_path(imported), options, heartbeat.check) as ahead:
            _store(imported, ahead, loader, progress)
        loader.finish()
        return ahead.sha256 or imported.sha256


def _store(imported: Import, ahead: Readahead, loader: Loader, progress: Progress) -> None:
    size = imported.size_bytes
    for item in ahead:
        if isinstance(item, Opened):
            size = item.size_bytes
            _note(imported, item)
            renewing.clear(imported)
            continue
        loader.load(item.batch, item.ready, bytes_done=item.bytes_done, now=timezone.now())
        progress(Done(item.bytes_done, size, item.batch.position.record_number))
        del item


def _note(imported: Import, found: Opened) -> None:
    claims.advance(
        import_id=imported.pk,
        worker=imported.worker,
        now=timezone.now(),
        # An import that goes on is as old as its first part.
        decoder=imported.decoder if imported.position else DECODER,
        framing=found.framing,
        framing_reason=found.framing_reason,
        wrapper=found.wrapper,
        size_bytes=found.size_bytes,
    )


def _path(imported: Import) -> Path:
    """Where to read; the path of a user is looked at again, links may have changed."""
    if imported.stored_file is not None:
        return stored_files.place(imported.stored_file.sha256)
    path = Path(imported.path)
    if imported.source in _CONFINED:
        return paths.confined(path, settings.IMPORT_ROOTS)
    return path


def _options(imported: Import, batch_bytes: int) -> ReadOptions:
    forced = imported.forced_framing
    pages = SystemSettings.objects.exclude(code_page=DEFAULT_CODE_PAGE)
    if imported.source == Import.Source.MADE:  # by ourselves, in ours
        pages = pages.none()
    return ReadOptions(
        framing=Framing(forced) if forced else None,
        batch_bytes=batch_bytes,
        code_pages={(one.sysplex, one.system): one.code_page for one in pages},
        max_unpacked_bytes=settings.UNPACKED_MAX_BYTES,
        start=Position.from_json(imported.position or {}),
        digested=imported.stored_file is None,
    )
