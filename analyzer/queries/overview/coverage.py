"""Which stacks have data of which days, and when zERT or its aggregation was switched off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from analyzer.queries.days import span
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause, all_of, any_of

MOST_DAYS: Final = 92
"""Longer periods show their last days."""
_PLACES: Final = ("sysplex", "system", "stack")
_SWITCHES: Final = {"aggregation": "Aggregation", "zert": "zERT"}
_DAY: Final = timedelta(days=1)
_DAYS: Final = """
    SELECT st.id, st.sysplex, st.system, st.stack, c.day
    FROM analyzer_stack st LEFT JOIN analyzer_stackday c
        ON c.stack_id = st.id AND c.day BETWEEN %s AND %s
    WHERE {} ORDER BY st.sysplex, st.system, st.stack, c.day"""
_EVENTS: Final = """
    SELECT e.stack_id, e.at, e.kind FROM analyzer_coverageevent e
    JOIN analyzer_stack st ON st.id = e.stack_id
    WHERE e.at < %s AND {} ORDER BY e.stack_id, e.at, e.kind"""


@dataclass(frozen=True, slots=True)
class Off:
    """A time in which something was switched off, in the system's time; `until` None: it still is,
    as far as the store knows.
    """

    what: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class StackCoverage:
    """One stack; `days` are those with data among the days shown."""

    sysplex: str
    system: str
    stack: str
    days: frozenset[date]
    offs: tuple[Off, ...]

    def gaps(self, shown: Sequence[date]) -> list[tuple[date, date]]:
        """Runs of days without data, first and last day of each."""
        found: list[tuple[date, date]] = []
        for day in shown:
            if day in self.days:
                continue
            if found and found[-1][1] == day - _DAY:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        return found

    def off_on(self, day: date) -> bool:
        """Whether something was switched off for a part of the day."""
        begin, end = datetime.combine(day, time.min), datetime.combine(day, time.max)
        return any(off.since <= end and (off.until or end) > begin for off in self.offs)


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """The days shown in their order, and each stack of the scope; `cut`: earlier days are not."""

    days: Sequence[date] = ()
    stacks: Sequence[StackCoverage] = ()
    cut: bool = False


def coverage_map(filters: Filters) -> CoverageMap:
    """Return the coverage of the stacks and days that the filters ask for."""
    places = all_of([any_of(filters.terms[key]) for key in _PLACES if key in filters.terms])
    first, last = span(filters.period)
    rows = fetch(
        Clause(_DAYS.format(places.sql), (first or date.min, last or date.max, *places.params))
    )
    known = {row["day"] for row in rows if row["day"]}
    if not known:
        return CoverageMap()
    first, last = first or min(known), last or max(known)
    shown_first = max(first, last - (MOST_DAYS - 1) * _DAY)
    days = [shown_first + number * _DAY for number in range((last - shown_first).days + 1)]
    offs = _offs(places, datetime.combine(days[0], time.min), datetime.combine(last, time.max))
    return CoverageMap(days, _stacks(rows, offs), cut=shown_first > first)


def _stacks(
    rows: Iterable[Mapping[str, Any]], offs: Mapping[int, Sequence[Off]]
) -> list[StackCoverage]:
    names: dict[int, tuple[str, str, str]] = {}
    days: dict[int, set[date]] = defaultdict(set)
    for row in rows:
        names[row["id"]] = row["sysplex"], row["system"], row["stack"]
        days[row["id"]] |= {row["day"]} if row["day"] else set()
    return [
        StackCoverage(*names[pk], days=frozenset(days[pk]), offs=tuple(offs.get(pk, ())))
        for pk in names
    ]


def _offs(places: Clause, begin: datetime, end: datetime) -> Mapping[int, Sequence[Off]]:
    """What was off at some time between two moments, by stack."""
    events = fetch(Clause(_EVENTS.format(places.sql), (end, *places.params)))
    open_since: dict[tuple[int, str], datetime] = {}
    found: dict[int, list[Off]] = defaultdict(list)
    for event in events:
        what, _, state = event["kind"].partition("_")
        key = (event["stack_id"], what)
        if state == "disabled":
            open_since.setdefault(key, event["at"])
        elif (since := open_since.pop(key, None)) and event["at"] > begin:
            found[key[0]].append(Off(_SWITCHES.get(what, what), since, event["at"]))
    for (stack, what), since in open_since.items():
        found[stack].append(Off(_SWITCHES.get(what, what), since, None))
    return found
