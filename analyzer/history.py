"""The door for other apps: distinct security sessions of a scope, with what they did.

Nobody else's module of the analyzer is to be read from outside but the models, by their names.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
from django.contrib.auth.models import User
from django.http import QueryDict

from analyzer.queries import days, saved
from analyzer.queries.filters import Filters as Filters
from analyzer.queries.history import by_hour as hours
from analyzer.queries.history import connections, recorded
from analyzer.queries.history.by_day import connections_by_day
from analyzer.queries.history.connections import Part as Part
from analyzer.queries.history.connections import Place as Place
from analyzer.queries.history.connections import Window as Window
from analyzer.queries.history.protections import Code, codes_on_record
from analyzer.queries.history.recorded import Intervals as Intervals
from analyzer.queries.history.recorded import RecordedDay as RecordedDay
from analyzer.queries.history.sessions import NAMES, kinds_in, sessions_in
from analyzer.queries.terms.period import Period
from analyzer.queries.terms.term import Clause
from web.budget import read_budget

MOST_SESSIONS: Final = 2_000_000
"""More distinct sessions than this are not read at once."""
COLUMNS: Final = NAMES
_USES: Final = """ss.protection_id IN (
    SELECT protection_id FROM analyzer_protectioncertificate WHERE certificate_id = %s)"""
Hours = hours.Hours


class TooManySessionsError(Exception):
    """The scope has more distinct sessions than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(f"there are more than {most} distinct sessions: ask for fewer days")
        self.most = most


@dataclass(frozen=True, slots=True)
class History:
    """`frame` has a row for each session: the columns of `policy.vectorised` and of `COLUMNS`.

    `sentence` says what was asked; `first` and `last` are the days read, None for an open end. All
    of it comes from interval records (subtype 12), which know neither single connections nor the
    ports of clients.
    """

    frame: pl.DataFrame
    sentence: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A saved query: its filters, and the servers that its tab shows (`role`).

    `refused` says which of its filters can be used no more; it matches nothing then.
    """

    pk: int
    name: str
    filters: Filters
    role: str
    sentence: str
    refused: str = ""


def saved_query(pk: int, *, user: User) -> SavedQuestion | None:
    """Return a saved query that this person may run, None when there is no such."""
    found = saved.get(pk, user=user)
    if found is None:
        return None
    filters, errors = saved.filters_of(found.params)
    return SavedQuestion(
        found.pk,
        found.name,
        filters,
        saved.ROLES[found.tab],
        saved.sentence_of(filters, tab=found.tab),
        "; ".join(errors.values()),
    )


def scope(params: QueryDict, *, also: Collection[str] = ()) -> tuple[Filters, dict[str, str]]:
    """Return the scope that parameters of an address ask for, and the errors by parameter.

    `also` names parameters that are no filters.
    """
    return Filters.from_params(params, also=also)


def last_days(days_back: int, *, systems: tuple[str, ...] = ()) -> Filters:
    """Return the scope of the last days in the store, of all systems or of those named."""
    params = QueryDict(mutable=True)
    params["days"] = str(days_back)
    params.setlist("system", list(systems))
    found, errors = Filters.from_params(params)
    if errors:
        raise ValueError("; ".join(errors.values()))
    return found


def between(first: date | None, last: date | None) -> Filters:
    """Return the scope of the days from one to another, both included; None: an open end."""
    return Filters(period=Period(first=first, last=last))


def sessions(
    filters: Filters, *, limit_s: float, most: int = MOST_SESSIONS, role: str = ""
) -> History:
    """Return the sessions of a scope that were active in its days, of any role unless one is said.

    Raises OutOfTimeError (web.budget) after `limit_s` seconds, and TooManySessionsError.
    """
    with read_budget(limit_s):
        frame = sessions_in(filters, *_of_role(role), most=most + 1)
        first, last = days.span(filters.period)
    if len(frame) > most:
        raise TooManySessionsError(most)
    return History(frame, filters.sentence("Sessions"), first, last)


def by_day(filters: Filters, sessions: Sequence[int], *, limit_s: float) -> dict[date, int]:
    """Return how many connections these sessions had on each day of a scope.

    Raises OutOfTimeError (web.budget) after `limit_s` seconds.
    """
    with read_budget(limit_s):
        return connections_by_day(filters, sessions)


def by_hour(days: Collection[date], sessions: Sequence[int], *, limit_s: float) -> Hours | None:
    """Return at which hours these sessions had their connections, on the last of these days.

    `days` are such as `by_day` gives. Raises OutOfTimeError after `limit_s` seconds.
    """
    with read_budget(limit_s):
        return hours.connections_by_hour(days, sessions)


def session(pk: int, *, limit_s: float) -> pl.DataFrame:
    """Return one session over all its days, as a frame of one row or none."""
    with read_budget(limit_s):
        return sessions_in(Filters.everything(), Clause("ss.id = %s", (pk,)), most=1)


def server(pk: int, filters: Filters, *, limit_s: float) -> pl.DataFrame:
    """Return a row for each protection of a server's sessions in a scope; none without sessions.

    Beside the codes of the rules (`policy.vectorised`) it has `sessions`, `connections`, the
    server's columns and those of `COLUMNS` that belong to a protection. Raises OutOfTimeError.
    """
    with read_budget(limit_s):
        return kinds_in(filters, Clause("ss.server_id = %s", (pk,)))


def kinds(
    filters: Filters, *, limit_s: float, most: int, certificate: int | None = None
) -> pl.DataFrame:
    """Return a row for each server and protection of a scope's sessions, as `server` does.

    `certificate` leaves only sessions that one was used in. Raises OutOfTimeError, and
    TooManySessionsError for more than `most` rows.
    """
    fixed = [Clause(_USES, (certificate,))] if certificate is not None else []
    with read_budget(limit_s):
        frame = kinds_in(filters, *fixed, most=most + 1)
    if len(frame) > most:
        raise TooManySessionsError(most)
    return frame


def connection_window(
    *,
    days: int | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    stacks: Sequence[tuple[str, str, str]] = (),
    limit_s: float,
) -> Window | None:
    """Return the connection records of the last days in the store, or of those between two.

    `stacks` are sysplex, system and stack, in any case; none: all. None where the store has no
    connection record of these stacks. Raises OutOfTimeError (web.budget) after `limit_s` seconds.
    """
    with read_budget(limit_s):
        return connections.window_of(days, from_day, to_day, stacks)


def connection_count(window: Window, *, limit_s: float, most: int | None = None) -> int:
    """Return how many connection records there are in a window, counting to `most`.

    Raises OutOfTimeError.
    """
    with read_budget(limit_s):
        return connections.count_of(window, most=most)


def connection_part(window: Window, place: Place | None, *, most: int, limit_s: float) -> Part:
    """Return the connection records behind a place, about `most` of them, in the order of time.

    Raises OutOfTimeError.
    """
    with read_budget(limit_s):
        return connections.part_of(window, place, most=most)


def connection_lives(
    window: Window, connection: int, *, most: int, limit_s: float
) -> list[dict[str, Any]]:
    """Return the connections with an ID in a window, the earliest first. Raises OutOfTimeError.

    Each has stack_id, sysplex, system, stack, start_utc (microseconds), first, last and records.
    """
    with read_budget(limit_s):
        return connections.lives_of(window, connection, most=most)


def session_totals(window: Window, *, limit_s: float) -> list[dict[str, Any]]:
    """Return counts of the interval records that begin in a window, by server and protection.

    Raises OutOfTimeError.
    """
    with read_budget(limit_s):
        return connections.totals_of(window)


def recorded_days(
    intervals: Intervals, stacks: Collection[int], *, limit_s: float
) -> list[RecordedDay]:
    """Return the days of stacks that have connection records, by stack and day.

    Raises OutOfTimeError (web.budget) after `limit_s` seconds.
    """
    with read_budget(limit_s):
        return recorded.days_of(intervals, stacks)


def stack_keys() -> dict[tuple[str, str, str], int]:
    """Return the keys of all stacks by sysplex, system and stack."""
    return connections.stack_keys()


def switches(window: Window, *, limit_s: float) -> pl.DataFrame:
    """Return when zERT was switched on or off in a window, as a decoder's batch says it."""
    with read_budget(limit_s):
        return connections.switches_of(window)


def codes(*, limit_s: float) -> frozenset[Code]:
    """Return every code on record as (column of `policy.vectorised`, code, source).

    A store with protections has (`any`, 0, 0) too, another nothing. Raises OutOfTimeError.
    """
    with read_budget(limit_s):
        return codes_on_record()


def _of_role(role: str) -> tuple[Clause, ...]:
    return (Clause("sv.role = %s", (role,)),) if role else ()
