"""The door: everything the overview shows, read under one budget of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from analyzer.models import SecuritySession, Server
from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.kept import kept
from analyzer.queries.overview import certificates, flows, news, protections, servers, trend
from analyzer.queries.overview.coverage import CoverageMap, coverage_map
from analyzer.queries.overview.tallies import Tallies, Tally, read_tallies, tallies_question
from analyzer.queries.overview.trend import Day
from analyzer.queries.relations import where
from web.budget import OutOfTimeError, read_budget


@dataclass(frozen=True, slots=True)
class Facts:
    """`tallies` by the names of facets. `compared_from` is the first day of the period when the
    store also has days before it; without those nothing can be called new.
    """

    tallies: Tallies = field(default_factory=dict)
    days: Sequence[Day] = ()
    coverage: CoverageMap = field(default_factory=CoverageMap)
    servers: Mapping[int, Server] = field(default_factory=dict)
    sessions: Mapping[int, SecuritySession] = field(default_factory=dict)
    compared_from: date | None = None
    earliest: date | None = None
    cut: str = ""

    def of(self, name: str) -> Sequence[Tally]:
        """The groups of a facet; none where it was not read."""
        return self.tallies.get(name, ())


def read_facts(filters: Filters, *, role: str, today: date) -> Facts:
    """Return the facts of one role; `today` tells which certificates have expired."""
    if filters.refused:
        return Facts()
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    try:
        with read_budget(limit_s):
            return _read(filters, role, today)
    except OutOfTimeError:
        return Facts(cut=f"Reading took longer than {limit_s:g} s: ask for fewer days.")


def _read(filters: Filters, role: str, today: date) -> Facts:
    first, earliest = span(filters.period)[0], news.earliest_day()
    compared = first if first and earliest and earliest < first else None
    facets = (
        *(*protections.FACETS, *servers.FACETS, certificates.facet(today), flows.FACET),
        *(news.FACETS if compared else ()),
    )
    also = (news.older_than(compared),) if compared else ()
    question = tallies_question(filters, role, (*facets, trend.FACET), also)
    columns = where(filters).columns

    def read() -> tuple[Tallies, Sequence[Day]]:
        tallies = dict(read_tallies(question, (*facets, trend.FACET)))
        return tallies, trend.by_day(columns, tallies.pop(trend.FACET.name))

    found, days = kept("overview", (question, columns), read)
    of_servers = ("unprotected", "failed", news.SERVERS)
    return Facts(
        tallies=found,
        days=days,
        coverage=coverage_map(filters),
        servers=servers.named(
            int(one.keys[0]) for name in of_servers for one in found.get(name, ())
        ),
        sessions=news.named(int(one.keys[0]) for one in found.get(news.SESSIONS, ())),
        compared_from=compared,
        earliest=earliest,
    )
