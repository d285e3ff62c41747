"""What people do with watch folders; each leaves an audit entry."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from analyzer import audit
from analyzer.ingest import paths
from analyzer.ingest.errors import IntakeError
from analyzer.models import WatchFolder
from analyzer.models.watch_folders import UNFINISHED_NAMES


@transaction.atomic
def add(
    *, path: str, by: audit.Actor, now: datetime, skip: str = UNFINISHED_NAMES, comment: str = ""
) -> WatchFolder:
    """Watch a folder, or the files of a pattern. Raises IntakeError."""
    _check(path)
    folder, made = WatchFolder.objects.get_or_create(
        path=path,
        defaults={
            "skip": skip,
            "comment": comment,
            "added_by_id": by.pk if by is not None and by.is_authenticated else None,
            "added_at": now,
        },
    )
    if not made:
        raise IntakeError(f"`{path}` is watched already")
    audit.record(by=by, action="watch.add", target=path, now=now)
    return folder


@transaction.atomic
def change(
    *, folder: WatchFolder, path: str, skip: str, comment: str, by: audit.Actor, now: datetime
) -> None:
    """Watch something else under the same line. Raises IntakeError."""
    _check(path)
    before = folder.path
    row = WatchFolder.objects.filter(pk=folder.pk)
    try:
        with transaction.atomic():
            row.update(path=path, skip=skip, comment=comment, error="")
    except IntegrityError as error:
        raise IntakeError(f"`{path}` is watched already") from error
    data = {"before": before, "skip": skip, "comment": comment}
    audit.record(by=by, action="watch.change", target=path, data=data, now=now)


@transaction.atomic
def switch(*, folder: WatchFolder, active: bool, by: audit.Actor, now: datetime) -> None:
    """Pause it, or go on: files that landed meanwhile are imported then."""
    WatchFolder.objects.filter(pk=folder.pk).update(active=active, error="")
    action = "watch.resume" if active else "watch.pause"
    audit.record(by=by, action=action, target=folder.path, now=now)


@transaction.atomic
def remove(*, folder: WatchFolder, by: audit.Actor, now: datetime) -> None:
    """Watch it no longer; imports that came by it stay."""
    WatchFolder.objects.filter(pk=folder.pk).delete()
    audit.record(by=by, action="watch.remove", target=folder.path, now=now)


def _check(path: str) -> None:
    paths.check_pattern(path, settings.IMPORT_ROOTS)
