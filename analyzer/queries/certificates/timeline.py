"""When the certificates in use end: by month, and within the next days."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings

from analyzer.models import Certificate
from analyzer.queries.certificates.inventory import AHEAD_DAYS, condition, used, whole_minute
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch_kept
from analyzer.queries.terms.term import Clause
from web.budget import OutOfTimeError, read_budget

_TOLD: Final = Certificate.Identity.SERIAL.value


@dataclass(frozen=True, slots=True)
class Timeline:
    """Numbers of certificates; the filter of ends is left out, so that all of them show.

    `months` are first days of months of UTC with how many end in them, in their order; `within`
    how many end within the days of a key, the soonest included in all that follow; `derived` how
    many no serial number tells apart. `cut`: it took too long.
    """

    months: Sequence[tuple[date, int]] = ()
    expired: int = 0
    within: tuple[tuple[str, int], ...] = ()
    later: int = 0
    unknown: int = 0
    derived: int = 0
    total: int = 0
    cut: bool = False


def read_timeline(filters: Filters, *, now: datetime) -> Timeline:
    """Return the time-line of what the filters choose, counted from `now`."""
    if filters.refused:
        return Timeline()
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            rows = fetch_kept(_statement(filters, whole_minute(now)))
    except OutOfTimeError:
        return Timeline(cut=True)

    def total(key: str) -> int:
        return sum(int(row[key]) for row in rows)

    within = tuple((key, total(f"within_{key}")) for key in AHEAD_DAYS)
    unknown = sum(int(row["total"]) for row in rows if row["month"] is None)
    expired, whole = total("expired"), total("total")
    return Timeline(
        months=[(row["month"], int(row["total"])) for row in rows if row["month"]],
        expired=expired,
        within=within,
        later=whole - unknown - expired - within[-1][1],
        unknown=unknown,
        derived=total("derived"),
        total=whole,
    )


def _statement(filters: Filters, now: datetime) -> Clause:
    ids, asked = used(filters), condition(filters, without=("expiry",))
    within = ", ".join(
        f"count(*) FILTER (WHERE c.not_after >= %s AND c.not_after < %s) AS within_{key}"
        for key in AHEAD_DAYS
    )
    spans = [(now, now + timedelta(days=days)) for days in AHEAD_DAYS.values()]
    sql = f"""SELECT date_trunc('month', c.not_after AT TIME ZONE 'UTC')::date AS month,
            count(*) AS total, count(*) FILTER (WHERE c.not_after < %s) AS expired, {within},
            count(*) FILTER (WHERE c.identity <> '{_TOLD}') AS derived
        FROM ({ids.sql}) i JOIN analyzer_certificate c ON c.id = i.certificate_id
        WHERE {asked.sql} GROUP BY 1 ORDER BY 1"""
    moments = (one for span in spans for one in span)
    return Clause(sql, (now, *moments, *ids.params, *asked.params))
