"""One run of a scheduled export: the rows of its query, whole, under its name.

The file is written while the turn is held and is in the store before it takes its place. A worker
that is killed leaves what was due still due, or a whole file that only has to take its place.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO

import structlog
from django.db import transaction

from analyzer.exports.scheduled import content
from analyzer.exports.taking import Taking
from analyzer.models import ExportRun, ExportSchedule
from analyzer.queries import saved as queries
from analyzer.queries.standing.access import EXPORT, may_run
from analyzer.queries.standing.found import table_of
from analyzer.standing import export_runs, files
from analyzer.standing.errors import StandingError
from analyzer.standing.turns import end_turn, turn
from web.budget import OutOfTimeError

log = structlog.get_logger(__name__)


def run(schedule_id: int, *, now: datetime) -> bool:
    """Write the file of a schedule that is due; False when it is not, or in other hands."""
    export_runs.place_all(schedule_id=schedule_id, now=now)
    with turn(ExportSchedule, schedule_id, now=now) as schedule:
        if schedule is None:
            return False
        log.info("export.started", schedule_id=schedule_id, why=schedule.why)
        try:
            with transaction.atomic():
                _write(schedule, now)
        except (StandingError, OutOfTimeError) as error:
            why = f"the query was {error}" if isinstance(error, OutOfTimeError) else str(error)
            log.warning("export.failed", schedule_id=schedule_id, error=why)
            export_runs.note_failed(schedule=schedule, error=why, now=now)
        end_turn(schedule, now=now)
    export_runs.place_all(schedule_id=schedule_id, now=now)
    return True


def fail(schedule_id: int, why: str, *, now: datetime) -> None:
    """Say that a run ended in a way that nobody expects; or it would be begun again and again."""
    with turn(ExportSchedule, schedule_id, now=now) as schedule:
        if schedule is not None:
            export_runs.note_failed(schedule=schedule, error=why, now=now)
            end_turn(schedule, now=now)


def _write(schedule: ExportSchedule, now: datetime) -> ExportRun:
    why_not = may_run(schedule, right=EXPORT)
    if why_not:
        raise StandingError(why_not)
    filters, errors = queries.filters_of(schedule.query.params)
    if errors:
        raise StandingError(f"the query cannot be used any more: {'; '.join(errors.values())}")
    question = table_of(schedule.query, filters, rows=schedule.rows)
    target = f"{question.table.name}: schedule {schedule.name}"
    taking = Taking(by=schedule.owner, now=now, target=target, filters=filters)

    def write(file: IO[bytes]) -> int:
        return content.write(file, question, taking, form=schedule.format, options=schedule.options)

    directory = files.checked_directory(schedule.directory)
    name = files.file_name(
        schedule.pattern,
        query=schedule.query.name,
        name=schedule.name,
        at=now,
        zone=schedule.zone,
        ending=schedule.format,
    )
    written = files.write_part(directory, schedule.pk, write)
    return export_runs.note_written(
        schedule=schedule, directory=directory, name=name, written=written, now=now
    )
