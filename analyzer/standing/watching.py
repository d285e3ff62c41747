"""One run of a watch: what its query finds, what of that is new, and whom to tell.

Seen keys, the run and its deliveries are one transaction. The work is one statement over the
distinct rows that the query finds, with an anti-join against the seen keys.
"""

# ruff: noqa: S608 -- every part is a constant; values are parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from analyzer.models import Watch, WatchRun, WatchSeen, Why
from analyzer.models.standing.trigger import LONGEST_ERROR
from analyzer.queries import saved as queries
from analyzer.queries.filters import Filters
from analyzer.queries.standing import found as reads
from analyzer.queries.standing.access import may_run
from analyzer.standing import deliveries
from analyzer.standing.errors import StandingError
from analyzer.standing.turns import end_turn, turn

log = structlog.get_logger(__name__)
State: Final = WatchRun.State


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows there are and how many are new; `ids` are the first of the new ones."""

    found: int
    fresh: int
    ids: list[int]


def run(watch_id: int, *, now: datetime) -> WatchRun | None:
    """Run a watch that is due; None when it is not, or another worker has its turn."""
    with turn(Watch, watch_id, now=now) as watch:
        if watch is None:
            return None
        log.info("watch.started", watch_id=watch_id, why=watch.why)
        try:
            with transaction.atomic():
                done = _look(watch, now)
        except StandingError as error:
            done = _fail(watch, now, str(error))
        end_turn(watch, now=now)
    log.info("watch.ended", watch_id=watch_id, state=done.state, fresh=done.fresh)
    return done


def fail(watch_id: int, why: str, *, now: datetime) -> None:
    """Say that a run ended in a way that nobody expects; or it would be begun again and again."""
    with turn(Watch, watch_id, now=now) as watch:
        if watch is not None:
            _fail(watch, now, why)
            end_turn(watch, now=now)


def _look(watch: Watch, now: datetime) -> WatchRun:
    filters = _filters(watch)
    first, anew = watch.ground is None, watch.ground != _asked(watch)
    if anew:
        WatchSeen.objects.filter(watch=watch).delete()
        Watch.objects.filter(pk=watch.pk).update(ground=_asked(watch))
    seen = _note(watch, filters)
    news = bool(seen.fresh) and (not anew or (first and watch.alarm_on_first))
    done = WatchRun.objects.create(
        watch=watch,
        why=Why.FIRST if first else watch.why,
        state=State.NEWS if news else State.GROUND if anew else State.QUIET,
        started_at=now,
        finished_at=timezone.now(),
        found=seen.found,
        fresh=seen.fresh,
        sample=_sample(watch, filters, seen.ids) if news else [],
        said=_said(watch, filters),
    )
    if news:
        ids = deliveries.write(run=done, now=now)
        transaction.on_commit(partial(deliveries.send_soon, ids))
    return done


def _note(watch: Watch, filters: Filters) -> Found:
    """Keep the keys that are new, and count. Raises StandingError after the time limit."""
    keys = reads.keys_of(watch.query, filters, rows=watch.rows)
    sql = f"""WITH found AS MATERIALIZED ({keys.sql}), fresh AS (
            INSERT INTO analyzer_watchseen (watch_id, key)
            SELECT %s, f.key FROM found f WHERE NOT EXISTS (
                SELECT FROM analyzer_watchseen w WHERE w.watch_id = %s AND w.key = f.key)
            RETURNING key)
        SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM fresh),
            ARRAY({reads.weakest_first("fresh", rows=watch.rows)})"""
    limit_s = int(settings.TIME_LIMIT_EXPORT_S)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)",
                [f"{limit_s}s"],
            )
            cursor.execute(sql, (*keys.params, watch.pk, watch.pk))
            found: tuple[int, int, list[int]] = cursor.fetchone()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise StandingError(
                f"the query took longer than {limit_s} s and was stopped"
            ) from error
        raise
    return Found(*found)


def _sample(watch: Watch, filters: Filters, ids: list[int]) -> list[dict[str, Any]]:
    return reads.sample(watch.query, filters, rows=watch.rows, ids=ids)


def _filters(watch: Watch) -> Filters:
    """What the query asks today. Raises StandingError when its owner may not, or nobody can."""
    why_not = may_run(watch)
    if why_not:
        raise StandingError(why_not)
    filters, errors = queries.filters_of(watch.query.params)
    if errors:
        raise StandingError(f"the query cannot be used any more: {'; '.join(errors.values())}")
    return filters


def _asked(watch: Watch) -> dict[str, object]:
    return {"params": watch.query.params, "tab": watch.query.tab, "rows": watch.rows}


def _said(watch: Watch, filters: Filters) -> dict[str, object]:
    return {
        "watch": watch.name,
        "query": watch.query.name,
        "query_id": watch.query_id,
        "sentence": queries.sentence_of(filters, tab=watch.query.tab),
        "rows": watch.rows,
    }


def _fail(watch: Watch, now: datetime, why: str) -> WatchRun:
    return WatchRun.objects.create(
        watch=watch,
        why=watch.why,
        state=State.FAILED,
        started_at=now,
        finished_at=timezone.now(),
        error=why[:LONGEST_ERROR],
    )
