"""A comparison in words: its sentence, its sides, what its data can't say, why it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from analyzer.forms.compare import Comparison
from analyzer.queries.compare.coverage import Coverages, SideCoverage
from analyzer.queries.compare.sides import PLACES, Sides
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import Period
from analyzer.queries.terms.sentence import chip_words
from analyzer.tables.columns import Table
from analyzer.tables.compare import BY_NAME, DIFFERENT, SAME
from analyzer.views.report.empties import EXCLUDED, NO_TRAFFIC, NOTHING_STORED, REFUSED
from analyzer.views.sheet import Empty
from web.templatetags.figures import thin


@dataclass(frozen=True, slots=True)
class SideWords:
    """A side as its panel says it."""

    name: str
    title: str
    days: str
    places: str
    coverage: str
    href: str


def sentence(asked: Comparison, table: Table) -> str:
    """What is asked, as people say it."""
    if asked.errors:
        return "Nothing, because something in the address cannot be used."
    subject = table.many.capitalize()
    if len(asked.statuses) == len(BY_NAME):
        opening = f"All {table.many}"
    elif tuple(asked.statuses) == DIFFERENT:
        opening = f"{subject} that differ"
    else:
        opening = f"{subject} that are {_named(asked.statuses)}"
    return f"{opening}: {asked.sides.b.sentence()}, against {against(asked.sides)}."


def against(sides: Sides) -> str:
    """Side A, as far as it is not like side B."""
    places = place_words(sides.a) if sides.of_places else ""
    period = "" if places and sides.a.period == sides.b.period else sides.a.period.words
    return " in ".join(part for part in (places, period) if part)


def place_words(filters: Filters) -> str:
    """Which systems, in a few words."""
    found = [chip_words(filters.terms[key]) for key in PLACES if key in filters.terms]
    return ", ".join(found) or "all systems"


def sides_words(asked: Comparison, coverages: Coverages) -> list[SideWords]:
    """The two panels; a side that can't be used says nothing."""
    if asked.errors:
        return []
    named = (
        ("A", "the reference", asked.sides.a),
        ("B", "what is compared with it", asked.sides.b),
    )
    return [
        SideWords(
            name,
            title,
            days=_days(filters.period, covered),
            places=place_words(filters),
            coverage=covered.total.words,
            href=f"{reverse('report_servers')}?{_query(filters)}",
        )
        for (name, title, filters), covered in zip(named, coverages, strict=True)
    ]


def why_empty(
    asked: Comparison, table: Table, coverages: Coverages, tallies: Mapping[str, int]
) -> Empty:
    """Tell apart: wrong address, no data on a side, filters, nothing of that status."""
    if asked.errors:
        return replace(REFUSED, href=reverse("report_compare"))
    if not coverages[1].total.known_systems and not asked.sides.b.terms:
        return replace(NOTHING_STORED, href=reverse("data_history"))
    for name, covered in zip("AB", coverages, strict=True):
        if covered.is_empty:
            return _no_side(name, asked)
    total = sum(tallies.values())
    if not total:
        return (
            replace(EXCLUDED, href=reverse("report_compare")) if asked.sides.b.terms else NO_TRAFFIC
        )
    return _none_of(asked.statuses, table, total, tallies)


def _no_side(name: str, asked: Comparison) -> Empty:
    filters = asked.sides.a if name == "A" else asked.sides.b
    week = Period(days=7)
    shorter = asked.sides.b.period != week or bool(asked.sides.given)
    return Empty(
        icon="calendar",
        title=f"Side {name} has no data",
        why=f"The store has no interval records of {filters.period.words} for"
        f" {place_words(filters)}, so nothing can be called new, gone or changed.",
        href=f"{reverse('report_compare')}?days=7" if shorter else reverse("report_servers"),
        todo="Compare the last 7 days with the 7 before" if shorter else "Go to the report",
    )


def _none_of(
    statuses: Sequence[str], table: Table, total: int, tallies: Mapping[str, int]
) -> Empty:
    many = f"{thin(total)} {table.one if total == 1 else table.many}"
    if tallies[SAME] == total:
        return Empty(
            icon="circle-check",
            title="No difference",
            why=f"Both sides have the same {many}, with the same protections in shares that have"
            " hardly moved.",
        )
    return Empty(
        icon="circle-check",
        title=f"Nothing is {_named(statuses)}",
        why=f"The two sides together have {many}; the numbers above say what became of them.",
    )


def _named(statuses: Sequence[str]) -> str:
    words = (BY_NAME[one].word.lower() for one in statuses)
    return " or ".join("the same" if word == SAME else word for word in words)


def _days(period: Period, covered: SideCoverage) -> str:
    """The days themselves, also of a period that counts back."""
    if period.days is None or not covered.first:
        return period.words
    return (
        f"{covered.first} to {covered.last}" if covered.first != covered.last else str(covered.last)
    )


def _query(filters: Filters) -> str:
    return urlencode(filters.to_params(), doseq=True)
