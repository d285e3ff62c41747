"""The lists of watches and of scheduled exports, and the history of one."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from analyzer.models import Delivery, ExportRun, ExportSchedule, Watch, WatchRun
from analyzer.queries.pages import Question, read_page
from analyzer.queries.relations import Relation
from analyzer.queries.saved import Person
from analyzer.queries.standing.access import seen_clause
from analyzer.queries.terms.term import Clause
from analyzer.tables.standing.orders import SCHEDULES, WATCHES
from web.paging import PAGE_ROWS, Page

HISTORY_ROWS: Final = 50
Row = TypeVar("Row", bound=Model)
_SHARED: Final = """o.id, o.name, q.name AS query, u.username AS owner, o.trigger, o.at, o.weekday,
    o.zone, o.next_at, r.started_at AS last_run_at, o.query_id,
    CASE WHEN NOT o.active THEN 'paused' ELSE coalesce(r.state, 'waiting') END AS state"""
_JOINS: Final = """JOIN analyzer_savedquery q ON q.id = o.query_id
    JOIN auth_user u ON u.id = o.owner_id"""
_EXTRA: Final = ("trigger", "at", "weekday", "zone", "query_id")


def watches(
    *, user: Person, sort: str | None = None, after: str | None = None, limit: int = PAGE_ROWS
) -> Page:
    """One page of the watches that the user may see. Raises UnknownColumnError, PageKeyError."""
    rows = f"""SELECT {_SHARED}, CASE WHEN r.state = 'news' THEN r.fresh ELSE 0 END AS fresh,
            (SELECT count(*) FROM analyzer_delivery d
                WHERE d.watch_id = o.id AND d.state IN ('failed', 'given_up')) AS failing
        FROM analyzer_watch o {_JOINS} {_last("analyzer_watchrun", "watch_id")}"""
    return _page(Question(WATCHES, _seen(rows, "analyzer_watch", user), _EXTRA), sort, after, limit)


def schedules(
    *, user: Person, sort: str | None = None, after: str | None = None, limit: int = PAGE_ROWS
) -> Page:
    """One page of the schedules that the user may see; the same errors."""
    rows = f"""SELECT {_SHARED}, o.format, o.directory
        FROM analyzer_exportschedule o {_JOINS} {_last("analyzer_exportrun", "schedule_id")}"""
    relation = _seen(rows, "analyzer_exportschedule", user)
    return _page(Question(SCHEDULES, relation, _EXTRA), sort, after, limit)


def by_ids_watches(pks: list[int]) -> list[Watch]:
    """These watches with query and owner, in this order."""
    found = Watch.objects.select_related("query__owner", "owner", "changed_by").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def by_ids_schedules(pks: list[int]) -> list[ExportSchedule]:
    found = ExportSchedule.objects.select_related("query__owner", "owner", "changed_by").in_bulk(
        pks
    )
    return [found[pk] for pk in pks if pk in found]


def runs_of(
    watch: Watch, *, before: int | None = None, limit: int = HISTORY_ROWS
) -> tuple[list[WatchRun], int | None]:
    """The runs of a watch, the latest first, and where the next page begins."""
    return _history(WatchRun.objects.filter(watch=watch), before, limit)


def export_runs_of(
    schedule: ExportSchedule, *, before: int | None = None, limit: int = HISTORY_ROWS
) -> tuple[list[ExportRun], int | None]:
    """The same of a schedule."""
    return _history(ExportRun.objects.filter(schedule=schedule), before, limit)


def deliveries_of(
    watch: Watch, *, before: int | None = None, limit: int = HISTORY_ROWS
) -> tuple[list[Delivery], int | None]:
    """The messages of a watch, the latest first, and where the next page begins."""
    return _history(Delivery.objects.filter(watch=watch), before, limit)


def run_of(watch: Watch, pk: int) -> WatchRun | None:
    return WatchRun.objects.filter(watch=watch, pk=pk).first()


def deliveries_of_run(run: WatchRun) -> list[Delivery]:
    return list(Delivery.objects.filter(run=run).order_by("pk"))


def delivery_of(watch: Watch, pk: int) -> Delivery | None:
    return Delivery.objects.select_related("watch").filter(watch=watch, pk=pk).first()


def _history(rows: QuerySet[Row], before: int | None, limit: int) -> tuple[list[Row], int | None]:
    chosen = rows if before is None else rows.filter(pk__lt=before)
    found = list(chosen.order_by("-pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def _last(table: str, key: str) -> str:
    return f"""LEFT JOIN LATERAL (SELECT l.* FROM {table} l WHERE l.{key} = o.id
        ORDER BY l.id DESC LIMIT 1) r ON TRUE"""


def _seen(rows: str, table: str, user: Person) -> Relation:
    seen = seen_clause(user, "o")
    ids = f"SELECT o.id FROM {table} o {_JOINS} WHERE {seen.sql}"
    return Relation(Clause(f"{rows} WHERE {seen.sql}", seen.params), Clause(ids, seen.params))


def _page(question: Question, sort: str | None, after: str | None, limit: int) -> Page:
    return read_page(question, sort=sort, after=after, limit=limit)
