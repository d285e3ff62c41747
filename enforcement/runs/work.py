"""A worker's side of a run: claim, judge, keep; from the beginning if it was interrupted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from analyzer import history
from analyzer.ingest import workers
from analyzer.ingest.errors import NotOursError
from analyzer.ingest.heartbeat import Pulse
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.runs import unmet
from enforcement.runs.claims import claims
from enforcement.runs.judging import COLUMNS, Pair, in_stacks, rule_sets_of
from enforcement.runs.outcome import Outcome, version_in
from policy import documents
from policy.settings import Scope, Settings, read
from web.budget import OutOfTimeError

READ_LIMIT_S: Final = 900
HOURS_LIMIT_S: Final = 60
SCOPES: Final = {Run.Mode.ZOS: Scope.AS_ZOS, Run.Mode.RECORDED: Scope.ALL}
_LOST: Final = f"the worker was lost {claims.MAX_ATTEMPTS} times while it was at the run"

log = structlog.get_logger(__name__)


def run(run_id: int) -> bool:
    """Work on a run if it is free; False when it is not. Ends in a state, or raises.

    `OperationalError` comes out: the caller may try again.
    """
    found = claims.claim(run_id, now=timezone.now())
    if found is None:
        return False
    try:
        if found.attempts > claims.MAX_ATTEMPTS:
            claims.fail(found, error=_LOST, now=timezone.now())
        else:
            _run(found)
    except NotOursError:
        log.info("run.released", run_id=run_id)
    except (OutOfTimeError, history.TooManySessionsError) as error:
        claims.fail(found, error=str(error), now=timezone.now())
    except (OperationalError, InterfaceError) as error:
        claims.hand_back(found, error=str(error))
        raise
    return True


def fail_ours(run_id: int, error: str) -> None:
    """End the run that this process was working on as failed, if it still is."""
    found = Run.objects.filter(pk=run_id, state=Run.State.ACTIVE).first()
    if found is not None and workers.is_ours(found.worker):
        claims.fail(found, error=error, now=timezone.now())


def how(run: Run) -> Settings:
    """How rules match in a run: the site's settings of when it was started, in its mode."""
    return replace(read(run.matching), scope=SCOPES[Run.Mode(run.mode)])


def mode_of(settings: Settings) -> str:
    """The mode that has the scope of these settings."""
    return next(mode.value for mode, scope in SCOPES.items() if scope is settings.scope)


def _run(run: Run) -> None:
    progress: dict[str, Any] = {"step": "reading the sessions"}

    def renew(now: datetime) -> None:
        claims.advance(run, now=now, **progress)

    with Pulse(renew, of=f"run {run.pk}") as pulse:
        asked = history.between(run.from_day, run.to_day)
        if run.days is not None:
            asked = history.last_days(run.days)
        found = history.sessions(asked, limit_s=READ_LIMIT_S)
        pairs = [(at, pair) for at, part in enumerate(run.parts) for pair in _pairs(part)]
        outcome = Outcome(run.compares, how(run))
        for number, (at, pair) in enumerate(pairs):
            pulse.check()
            name = next(one.name for one in pair if one)
            progress.update(step=f"rule set {name}", steps_done=number, steps_total=len(pairs))
            sessions = in_stacks(found.frame, run.parts[at]["stacks"])
            outcome.add(sessions, pair, part=at, versions=_versions(run.parts[at], pair))
        progress.update(step="what resets would cut", steps_done=len(pairs))
        keys = outcome.cut()
        days = history.by_day(asked, keys, limit_s=READ_LIMIT_S) if keys else {}
        hours = _hours([*days], keys) if days else None
        pulse.check()
    _complete(
        run,
        outcome,
        first=found.first,
        last=found.last,
        sessions=len(found.frame),
        connections=int(found.frame["connections"].sum()),
        reset_days={str(day): number for day, number in days.items()},
        reset_hours=_told(hours) if hours else {},
        steps_done=len(pairs),
        steps_total=len(pairs),
    )


def _versions(part: dict[str, Any], pair: Pair) -> tuple[str, str]:
    mine, other = part["versions"], part.get("other", {}).get("versions", [])
    return version_in(mine, pair[0]), version_in(other, pair[1])


def _hours(days: list[date], keys: list[int]) -> history.Hours | None:
    """A run is worth its end without them."""
    try:
        return history.by_hour(days, keys, limit_s=HOURS_LIMIT_S)
    except OutOfTimeError:
        return None


def _told(hours: history.Hours) -> dict[str, Any]:
    return {
        "first": str(hours.first),
        "last": str(hours.last),
        "connections": list(hours.connections),
    }


def _pairs(part: dict[str, Any]) -> list[Pair]:
    other = part.get("other")
    return rule_sets_of(
        documents.from_tree(part["document"]),
        documents.from_tree(other["document"]) if other else None,
    )


@transaction.atomic
def _complete(run: Run, outcome: Outcome, **columns: Any) -> None:
    """The verdicts and the end together: a run that is complete has all of them."""
    now = timezone.now()
    columns |= {"state": Run.State.COMPLETE, "finished_at": now, "step": "", "error": ""}
    claims.advance(run, now=now, **columns)
    _copy(run, Verdict, COLUMNS, (row for one in outcome.verdicts for row in one.iter_rows()))
    _copy(run, UnmetRule, unmet.COLUMNS, outcome.unmet)


def _copy(
    run: Run, model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    columns = ", ".join(f'"{name}"' for name in ("run_id", *names))
    with connection.cursor() as cursor:
        raw: Any = cursor
        with raw.cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((run.pk, *row))
