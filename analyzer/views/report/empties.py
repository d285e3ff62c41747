"""Why a report is empty, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from analyzer.queries.data.stored_days import has_connections_alone
from analyzer.queries.terms.period import ALL
from analyzer.views.report.scope import Scope
from analyzer.views.sheet import Empty, cut_short
from web.paging import Page

REFUSED: Final = Empty(
    icon="filter",
    title="A filter cannot be used",
    why="Nothing is shown until it is corrected, so that the report never shows more than was asked"
    " for. The field with the error stands open above.",
    todo="Clear filters",
)
NOTHING_STORED: Final = Empty(
    icon="database",
    title="Nothing is stored yet",
    why="Servers and clients stand here as soon as a dump with zERT summary records"
    " (SMF 119 subtype 12) has been imported.",
    todo="Go to Data Management",
)
CONNECTIONS_ALONE: Final = Empty(
    icon="database",
    title="The store has connection records alone",
    why="Reports show interval records (SMF 119 subtype 12). Zertify can make them of the"
    " connection records (subtype 11) in the store.",
    todo="Make interval records",
)
NO_DAYS: Final = Empty(
    icon="calendar", title="No data for these days", why="", todo="Show all days"
)
EXCLUDED: Final = Empty(
    icon="filter",
    title="The filters exclude everything",
    why="There is data for these days, but nothing in it passes all filters.",
    todo="Clear filters",
)
NO_TRAFFIC: Final = Empty(
    icon="circle-check",
    title="No such traffic",
    why="The store has data for these days, and none of it belongs on this tab.",
)


def no_rows(request: HttpRequest, scope: Scope, page: Page) -> Empty:
    """Tell apart: a filter that can't be used, a read that was cut, nothing stored, no data."""
    if scope.errors:
        return replace(REFUSED, href=scope.clear_href)
    if page.cut:
        return cut_short(request, page)
    return _no_data(scope)


def _no_data(scope: Scope) -> Empty:
    """Tell apart: nothing stored, no data for the days, filters, nothing for this tab."""
    covered, filters = scope.coverage, scope.filters
    if not (covered.known_systems or filters.terms):
        return replace(NOTHING_STORED, href=reverse("data_history"))
    if covered.known_systems and not covered.days and has_connections_alone():
        return replace(CONNECTIONS_ALONE, href=reverse("interval_makings"))
    if covered.known_systems and not covered.days and filters.period != ALL:
        why = f"The store has no interval records of {filters.period.words} for these systems."
        return replace(NO_DAYS, why=why, href=scope.all_days_href)
    return replace(EXCLUDED, href=scope.clear_href) if filters.terms else NO_TRAFFIC
