"""When certificates end, in figures and by month."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from analyzer.queries.certificates.timeline import Timeline, read_timeline
from analyzer.queries.filters import Filters
from analyzer.views.certificates.timeline import HEIGHT, chart, figures
from analyzer.views.report.scope import read_scope
from tests.analyzer.certificates.given import NOW, filters

pytestmark = [pytest.mark.usefixtures("filled"), pytest.mark.django_db]


def test_every_certificate_is_in_one_month_or_unknown() -> None:
    found = read_timeline(filters(), now=NOW)
    assert found.months == [(date(2026, 11, 1), 2)]
    assert (found.total, found.unknown, found.derived) == (3, 1, 1)
    assert (found.expired, found.within, found.later) == (1, (("7d", 1), ("30d", 1), ("90d", 1)), 0)


def test_days_ahead_hold_the_sooner_ones_and_later_is_the_rest() -> None:
    found = read_timeline(filters(), now=datetime(2026, 11, 5, tzinfo=UTC))
    assert (found.expired, found.within) == (0, (("7d", 0), ("30d", 2), ("90d", 2)))
    early = read_timeline(filters(), now=datetime(2026, 1, 5, tzinfo=UTC))
    assert (early.within[-1], early.later) == (("90d", 0), 2)


def test_the_filter_of_ends_is_left_out_and_all_others_hold() -> None:
    assert read_timeline(filters("days=all&expiry=expired"), now=NOW).total == 3
    assert read_timeline(filters("days=all&expiry=expired&dn=tn"), now=NOW).total == 1
    assert read_timeline(filters("days=all&job=FTPD"), now=NOW).total == 1


def test_a_filter_that_cannot_be_used_gives_nothing() -> None:
    refused, errors = Filters.from_params(QueryDict("port=abc"))
    assert errors
    assert read_timeline(refused, now=NOW) == Timeline()


def test_bars_run_from_before_this_month_to_later_and_ask_for_what_they_count() -> None:
    found = Timeline(
        months=[
            (date(2019, 5, 1), 2),
            (date(2026, 11, 1), 8),
            (date(2027, 1, 1), 1),
            (date(2027, 10, 1), 4),
            (date(2027, 11, 1), 1),
            (date(9999, 12, 1), 3),
        ]
    )
    scope = read_scope(
        RequestFactory().get("/", {"days": "all", "expiry": "2027-01-01..2027-01-31"})
    )
    bars = chart(scope, found, NOW.date())
    assert [bar.end.number for bar in bars] == [2, 8, 0, 1, *[0] * 8, 4, 4]
    assert [bar.end.label for bar in bars][:4] == ["Before", "Nov", "Dec", "Jan"]
    assert [bar.end.under for bar in bars][:5] == ["", "2026", "", "2027", ""]
    assert [bar.here for bar in bars] == [False] * 3 + [True] + [False] * 10
    assert [bar.height for bar in bars][:4] == [11, HEIGHT, 0, 5]
    assert [bar.end.asked for bar in bars][:3] == [
        *("<2026-11-01", "2026-11-01..2026-11-30", "2026-12-01..2026-12-31"),
    ]
    assert bars[-1].end.asked == ">=2027-11-01"
    assert "expiry=%3C2026-11-01" in bars[0].href
    assert bars[2].href == ""
    assert bars[0].top + bars[0].height == HEIGHT
    assert [bar.end.tone for bar in bars][:5] == ["red", "orange", "orange", "blue", "blue"]


def test_figures_ask_for_what_they_count() -> None:
    scope = read_scope(RequestFactory().get("/", {"days": "all"}))
    found = figures(scope, read_timeline(scope.filters, now=NOW))
    assert [(one.band, one.number) for one in found] == [
        *(("expired", 1), ("7d", 1), ("30d", 1), ("90d", 1), ("later", 0), ("unknown", 1)),
    ]
    assert found[0].href.endswith("?days=all&expiry=expired")
    assert found[-1].href.endswith("expiry=Unknown")
    assert found[4].href == ""


def test_an_empty_time_line_has_bars_without_height() -> None:
    scope = read_scope(RequestFactory().get("/"))
    assert {bar.height for bar in chart(scope, Timeline(), NOW.date())} == {0}
