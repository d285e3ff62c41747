"""Days with data, gaps, and what was switched off."""

from __future__ import annotations

from datetime import date, datetime

from analyzer.models import CoverageEvent, Stack
from analyzer.queries.overview.coverage import CoverageMap, Off, StackCoverage, coverage_map
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.overview.conftest import Made

MARCH = "from=2026-03-01&to=2026-03-07"


def read(query: str = MARCH) -> CoverageMap:
    return coverage_map(filters(query))


def one(query: str = MARCH) -> StackCoverage:
    (found,) = read(query).stacks
    return found


def switch(made: Made, *events: tuple[str, str]) -> None:
    for at, kind in events:
        CoverageEvent.objects.create(
            stack=made.stack, at=datetime.fromisoformat(at), kind=kind, imported=made.imported
        )


def test_gaps_are_runs_of_days_without_data(made: Made) -> None:
    made.days("2026-03-02", "2026-03-05", "2026-03-06")
    shown = read().days
    assert (shown[0], shown[-1], len(shown)) == (date(2026, 3, 1), date(2026, 3, 7), 7)
    assert one().gaps(shown) == [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 3), date(2026, 3, 4)),
        (date(2026, 3, 7), date(2026, 3, 7)),
    ]


def test_all_days_begin_and_end_with_the_data(made: Made) -> None:
    made.days("2026-03-02", "2026-03-05")
    assert list(read("days=all").days) == [date(2026, 3, day) for day in (2, 3, 4, 5)]


def test_a_stack_without_data_is_listed_with_its_gap(made: Made) -> None:
    made.days("2026-03-02")
    Stack.objects.create(
        sysplex="PLEXA", system="SYSA", stack="TCPIP2", settings=made.stack.settings
    )
    found = {stack.stack: len(stack.days) for stack in read().stacks}
    assert found == {"TCPIP": 1, "TCPIP2": 0}
    assert [stack.stack for stack in read(f"{MARCH}&stack=PLEXA.SYSA.TCPIP2").stacks] == []


def test_what_was_switched_off_is_known_by_its_events(made: Made) -> None:
    made.days("2026-03-02", "2026-03-03")
    switch(
        made,
        ("2026-03-02 10:00", "aggregation_disabled"),
        ("2026-03-02 11:00", "aggregation_disabled"),
        ("2026-03-03 09:30", "aggregation_enabled"),
        ("2026-03-06 08:00", "zert_disabled"),
    )
    found = one()
    assert found.offs == (
        Off("Aggregation", datetime(2026, 3, 2, 10), datetime(2026, 3, 3, 9, 30)),
        Off("zERT", datetime(2026, 3, 6, 8), None),
    )
    off = [day for day in read().days if found.off_on(day)]
    assert off == [date(2026, 3, day) for day in (2, 3, 6, 7)]


def test_what_was_off_before_the_period_and_came_back_is_not_told(made: Made) -> None:
    made.days("2026-03-02")
    switch(
        made,
        ("2026-02-01 10:00", "zert_disabled"),
        ("2026-02-01 11:00", "zert_enabled"),
        ("2026-03-20 10:00", "zert_disabled"),
    )
    assert one().offs == ()


def test_what_was_off_before_and_stayed_off_is_told(made: Made) -> None:
    made.days("2026-03-02")
    switch(made, ("2026-02-01 10:00", "zert_disabled"))
    assert one().offs == (Off("zERT", datetime(2026, 2, 1, 10), None),)
    assert all(one().off_on(day) for day in read().days)


def test_long_periods_show_their_last_days(made: Made) -> None:
    made.days("2026-01-01", "2026-06-30")
    found = read("days=all")
    assert (len(found.days), found.cut) == (92, True)
    assert found.days[-1] == date(2026, 6, 30)
    assert not read().cut
