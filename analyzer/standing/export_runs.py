"""Rows of scheduled exports: a file that is whole, one that took its place, one that failed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from analyzer.models import ExportRun, ExportSchedule, Why
from analyzer.models.standing.trigger import LONGEST_ERROR
from analyzer.standing import files
from analyzer.standing.errors import StandingError
from analyzer.standing.files import Written

State = ExportRun.State
log = structlog.get_logger(__name__)


def note_written(
    *, schedule: ExportSchedule, directory: Path, name: str, written: Written, now: datetime
) -> ExportRun:
    """The file is whole under its part name."""
    return ExportRun.objects.create(
        schedule=schedule,
        why=_why(schedule),
        state=State.PLACING,
        started_at=now,
        finished_at=timezone.now(),
        directory=str(directory),
        file_name=name,
        part=written.part,
        rows=written.rows,
        size_bytes=written.size_bytes,
        sha256=written.sha256,
    )


def note_failed(*, schedule: ExportSchedule, error: str, now: datetime) -> ExportRun:
    return ExportRun.objects.create(
        schedule=schedule,
        why=_why(schedule),
        state=State.FAILED,
        started_at=now,
        finished_at=timezone.now(),
        error=error[:LONGEST_ERROR],
    )


def place_all(*, schedule_id: int, now: datetime) -> None:
    """Let whole files take their places, and drop those beyond what the schedule keeps."""
    for run in ExportRun.objects.filter(schedule=schedule_id, state=State.PLACING).order_by("pk"):
        _place(run.pk, now)
    schedule = ExportSchedule.objects.filter(pk=schedule_id).first()
    if schedule is not None and schedule.keep:
        _keep(schedule, now)


@transaction.atomic
def _place(run_id: int, now: datetime) -> None:
    """One worker at a time; another schedule that writes the same name waits as well."""
    waiting = ExportRun.objects.select_for_update().filter(pk=run_id, state=State.PLACING)
    run = waiting.first()
    if run is None:
        return
    with connection.cursor() as cursor:
        path = f"file {run.directory}/{run.file_name}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])
    try:
        directory = files.checked_directory(run.directory)
        before = _of_that_name(run)
        arrived = not (directory / run.part).exists()  # killed between the rename and the commit
        if files.is_there(directory, run.file_name) and not before.exists() and not arrived:
            files.drop_part(directory, run.part)
            raise StandingError(
                f"`{run.file_name}` is there already and is not a file of this schedule"
            )
        files.place(directory, part=run.part, name=run.file_name, sha256=run.sha256)
    except StandingError as error:
        log.warning("export.not_placed", schedule_id=run.schedule_id, error=str(error))
        ExportRun.objects.filter(pk=run.pk).update(
            state=State.FAILED, error=str(error)[:LONGEST_ERROR], part=""
        )
        return
    before.update(removed_at=now)
    ExportRun.objects.filter(pk=run.pk).update(state=State.DONE, part="")
    log.info("export.written", schedule_id=run.schedule_id, rows=run.rows, bytes=run.size_bytes)


def _keep(schedule: ExportSchedule, now: datetime) -> None:
    kept = ExportRun.objects.filter(schedule=schedule, state=State.DONE, removed_at=None)
    for run in kept.order_by("-pk")[schedule.keep :]:
        try:
            files.remove(files.checked_directory(run.directory), run.file_name)
        except StandingError as error:
            log.warning("export.not_removed", schedule_id=schedule.pk, error=str(error))
        else:
            ExportRun.objects.filter(pk=run.pk).update(removed_at=now)


def _of_that_name(run: ExportRun) -> QuerySet[ExportRun]:
    """Files of that name that the schedule has written and not removed."""
    return ExportRun.objects.filter(
        schedule=run.schedule_id,
        state=State.DONE,
        directory=run.directory,
        file_name=run.file_name,
        removed_at=None,
    )


def _why(schedule: ExportSchedule) -> str:
    return schedule.why or Why.CLOCK
