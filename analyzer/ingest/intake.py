"""Ways in: uploads, server paths, and what can be done to an import. Each leaves an audit entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, TypedDict, Unpack

from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, transaction

from analyzer import audit
from analyzer.ingest import claims, paths, stored_files, waiting
from analyzer.ingest.errors import IntakeError, StoredFileMissingError
from analyzer.models import Import, ImportPath, StoredFile

_NAME_MAX = 255
_COMMENT_MAX = 200


class Given(TypedDict, total=False):
    """What a user can say about an import."""

    comment: str
    forced_framing: str


def submit_upload(
    *,
    file: stored_files.Chunked,
    name: str,
    by: audit.Actor,
    now: datetime,
    source: str = Import.Source.UPLOAD,
    **given: Unpack[Given],
) -> Import:
    """Keep an uploaded dump and hand it to the workers; without its row the file goes again."""
    kept = stored_files.keep(file, Path(settings.UPLOADS), settings.UPLOAD_MAX_BYTES)
    short = _file_name(name)
    with _unless_without_row(kept), transaction.atomic():
        # From here on the row is locked, and the file can't be dropped before our import is seen.
        stored, _ = StoredFile.objects.update_or_create(
            sha256=kept.sha256,
            defaults={"dropped_at": None},
            create_defaults={"name": short, "size_bytes": kept.size_bytes, "stored_at": now},
        )
        if not kept.path.exists():
            raise StoredFileMissingError(f"{short} was dropped meanwhile: upload it again")
        return _submit(
            kept.path, by=by, now=now, source=source, name=short, stored_file=stored, **given
        )


def submit_made(
    *, file: IO[bytes], name: str, comment: str, by: audit.Actor, now: datetime
) -> Import:
    """Keep interval records that Zertify made of connection records, and import them."""
    made = Import.Source.MADE
    return submit_upload(file=File(file), name=name, by=by, now=now, source=made, comment=comment)


@contextmanager
def _unless_without_row(kept: stored_files.Kept) -> Iterator[None]:
    """Remove the file when entering it fails, unless an upload of before needs it."""
    try:
        yield
    except Exception:
        with suppress(DatabaseError):
            needed = StoredFile.objects.filter(sha256=kept.sha256, dropped_at=None)
            if not needed.exists():
                kept.path.unlink(missing_ok=True)
        raise


def submit_path(
    *,
    path: str,
    by: audit.Actor,
    now: datetime,
    source: str = Import.Source.PATH,
    **given: Unpack[Given],
) -> list[Import]:
    """Hand the files that a server path or pattern names to the workers."""
    found = paths.matches(path, settings.IMPORT_ROOTS)
    with transaction.atomic():
        return [_submit(one, by=by, now=now, source=source, **given) for one in found]


def submit_command(
    *, path: Path, now: datetime, detach: bool = False, **given: Unpack[Given]
) -> Import:
    """Any file that the machine's operator can read; only when detached do the workers get it."""
    real = path.resolve()
    if not paths.is_text(str(real)):
        raise IntakeError(f"{str(path)!a} is no name that can be kept: rename the file")
    if not real.is_file():
        raise IntakeError(f"`{path}` is not a file")
    with transaction.atomic():
        return _submit(real, by=None, now=now, source=Import.Source.COMMAND, detach=detach, **given)


@transaction.atomic
def submit_watched(*, path: Path, by: audit.Actor, now: datetime, comment: str) -> Import:
    """A dump that has landed in a watch folder; it must lie under the roots."""
    real = paths.confined(path, settings.IMPORT_ROOTS)
    return _submit(real, by=by, now=now, source=Import.Source.WATCH, comment=comment)


def take_live(*, files: Sequence[Path], feed: str, now: datetime) -> None:
    """Import the files of a live feed, each once; those whose import is complete are removed.

    Their names must never come again: a file is known by its path.
    """
    rows = Import.objects.filter(path__in=[str(one) for one in files]) if files else ()
    states = {row.path: row.state for row in rows}
    for path in files:
        state = states.get(str(path))
        if state is None and path.stat().st_size:
            name = f"live feed {feed}: {path.name}"
            with transaction.atomic():
                _submit(
                    path,
                    by=None,
                    now=now,
                    source=Import.Source.LIVE,
                    name=name,
                    forced_framing="rdw",
                )
        elif state in (None, Import.State.COMPLETE):
            path.unlink(missing_ok=True)


@transaction.atomic
def renew(
    *, imported: Import, by: audit.Actor, now: datetime, detach: bool = True, confined: bool = True
) -> Import:
    """Read a dump again in the place of an import that an older decoder has read.

    Unless it is the machine's operator who asks, a path must lie under the roots.
    """
    stored, source = imported.stored_file, imported.source
    if stored is not None:
        open_stored(stored).close()
    elif confined:
        paths.confined(Path(imported.path), settings.IMPORT_ROOTS)
        source = Import.Source.PATH if source == Import.Source.COMMAND else source
    return _submit(
        stored_files.place(stored.sha256) if stored else Path(imported.path),
        by=by,
        now=now,
        source=source,
        detach=detach,
        name=imported.name,
        stored_file=stored,
        comment=imported.comment,
        forced_framing=imported.forced_framing,
        renews=imported,
    )


@transaction.atomic
def resubmit(*, imported: Import, by: audit.Actor, now: datetime) -> Import:
    """Import the same file again, as a new import; a path must lie under the roots now.

    That holds for files of the command line as well: its user may read more than ours.
    """
    source = imported.source
    if imported.stored_file is not None:
        open_stored(imported.stored_file).close()
    else:
        paths.confined(Path(imported.path), settings.IMPORT_ROOTS)
        source = Import.Source.API if source == Import.Source.API else Import.Source.PATH
    stored = imported.stored_file
    return _submit(
        stored_files.place(stored.sha256) if stored else Path(imported.path),
        by=by,
        now=now,
        source=source,
        name=imported.name,
        stored_file=imported.stored_file,
        comment=imported.comment,
        forced_framing=imported.forced_framing,
    )


@transaction.atomic
def cancel(*, imported: Import, by: audit.Actor, now: datetime) -> bool:
    """Stop an import at once; whole batches stay. False when it had ended already."""
    canceled = claims.cancel(import_id=imported.pk, now=now)
    if canceled:
        audit.record(by=by, action="import.cancel", target=imported.name, now=now)
    return canceled


@transaction.atomic
def drop_file(*, stored: StoredFile, by: audit.Actor, now: datetime) -> None:
    """Drop the stored copy of an upload; what was imported from it stays."""
    unfinished = (Import.State.PENDING, Import.State.ACTIVE)
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if locked.imports.filter(state__in=unfinished).exists():
        raise IntakeError("an import of this file has not ended yet")
    StoredFile.objects.filter(pk=stored.pk).update(dropped_at=now)
    audit.record(by=by, action="file.drop", target=stored.name, now=now)
    stored_files.place(stored.sha256).unlink(missing_ok=True)


def open_stored(stored: StoredFile) -> BinaryIO:
    """The stored copy, for reading."""
    if stored.dropped_at is not None:
        raise StoredFileMissingError(f"the stored copy of {stored.name} was dropped")
    try:
        return stored_files.place(stored.sha256).open("rb")
    except OSError as error:
        raise StoredFileMissingError(f"the stored copy of {stored.name} is not there") from error


@transaction.atomic
def fetch_file(*, stored: StoredFile, by: audit.Actor, now: datetime) -> BinaryIO:
    """The stored copy, for somebody to take away."""
    file = open_stored(stored)
    audit.record(by=by, action="file.fetch", target=stored.name, now=now)
    return file


@transaction.atomic
def save_path(*, path: str, by: audit.Actor, now: datetime, comment: str = "") -> ImportPath:
    """Add a path or pattern to the saved list."""
    paths.check_pattern(path, settings.IMPORT_ROOTS)
    saved, made = ImportPath.objects.get_or_create(
        path=path, defaults={"comment": comment, "added_by_id": _user_id(by), "added_at": now}
    )
    if not made:
        raise IntakeError(f"`{path}` is in the list already")
    audit.record(by=by, action="path.save", target=path, now=now)
    return saved


@transaction.atomic
def remove_path(*, saved: ImportPath, by: audit.Actor, now: datetime) -> None:
    """Take a line off the saved list."""
    ImportPath.objects.filter(pk=saved.pk).delete()
    audit.record(by=by, action="path.remove", target=saved.path, now=now)


def _submit(
    path: Path,
    *,
    by: audit.Actor,
    now: datetime,
    source: str,
    detach: bool = True,
    **given: Any,
) -> Import:
    stored: StoredFile | None = given.get("stored_file")
    columns: Mapping[str, Any] = {
        "name": str(path),
        "sha256": stored.sha256 if stored else "",
        **given,
    }
    if not paths.is_text(columns.get("comment", ""), _COMMENT_MAX):
        raise IntakeError(f"the comment is longer than {_COMMENT_MAX} characters, or no text")
    imported = Import.objects.create(
        source=source,
        path=str(path),
        submitted_by_id=_user_id(by),
        submitted_at=now,
        size_bytes=path.stat().st_size,
        **columns,
    )
    audit.record(
        by=by, action="import.submit", target=imported.name, data={"import": imported.pk}, now=now
    )
    if detach:
        waiting.enqueue(imported.pk)
    return imported


def _user_id(by: audit.Actor) -> int | None:
    return by.pk if by is not None and by.is_authenticated else None


def _file_name(name: str) -> str:
    """The last part of what the browser sent, printable."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_NAME_MAX] or "upload"
