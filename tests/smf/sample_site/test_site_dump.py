"""The dump as a whole: counts, framings, equal bytes, sizes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from smf.reader import Framing
from smf.sample_site.options import SiteOptions
from smf.sample_site.writer import write_site

EVENTS = ("aggregation_enabled", "aggregation_disabled", "zert_enabled", "zert_disabled")
OTHERS = ("marker", "other_type", "other_subtype")


def written(**given: Any) -> bytes:
    out = io.BytesIO()
    write_site(out, SiteOptions(**{"end": date(2026, 10, 5), "sessions": 80, "days": 1, **given}))
    return out.getvalue()


def test_a_reader_finds_what_the_summary_counts(site: Any) -> None:
    assert site.rejects == []
    assert site.tails == 0
    assert site.records == site.summary.records
    assert site.activity.height == site.summary.interval_records
    assert site.connections.height == site.summary.connection_records > 500
    assert site.sessions.height == site.summary.sessions
    assert 280 <= site.summary.sessions <= 300
    assert sum(site.ignored[kind] for kind in EVENTS) == site.summary.event_records
    assert sum(site.ignored[kind] for kind in OTHERS) == site.summary.other_records
    assert set(site.ignored) <= {*EVENTS, *OTHERS}
    assert site.ignored["marker"] == 2


def test_every_header_is_of_the_days_asked_for(site: Any) -> None:
    times = [*site.activity["local_end"], *site.connections["local_time"]]
    days = {time // 86_400_000_000 for time in times}
    last = (date(2026, 10, 5) - date(1970, 1, 1)).days
    assert days == set(range(last - 20, last + 1))
    assert site.activity["duration_us"].unique().to_list() == [2 * 3600 * 1_000_000]


@pytest.mark.parametrize("framing", list(Framing))
def test_a_framing_changes_nothing_but_the_framing(
    make_site: Callable[..., Any], framing: Framing
) -> None:
    plain = make_site(interval_minutes=240, detail=True)
    framed = make_site(interval_minutes=240, detail=True, framing=framing)
    assert framed.framing is framing
    assert framed.rejects == []
    assert framed.summary == plain.summary
    for name in ("sessions", "activity", "connections", "coverage"):
        assert getattr(framed, name).equals(getattr(plain, name))


def test_equal_options_give_equal_bytes_and_another_seed_others() -> None:
    once = written(detail=True)
    assert once == written(detail=True)
    assert once != written(detail=True, seed=120)


def test_connection_records_leave_the_intervals_as_they_are(make_site: Callable[..., Any]) -> None:
    without, beside = make_site(), make_site(detail=True)
    assert without.connections.height == 0 < beside.connections.height
    assert without.activity.equals(beside.activity)


def test_the_dump_grows_with_sessions_days_and_intervals() -> None:
    small = len(written(sessions=200))
    assert 1.6 < len(written(sessions=400)) / small < 2.4
    assert 1.6 < len(written(sessions=200, interval_minutes=15)) / small < 2.4
    assert 1.6 < len(written(sessions=200, days=3)) / len(written(sessions=200, days=1)) < 4


def test_a_site_of_one_session_is_a_good_dump(make_site: Callable[..., Any]) -> None:
    lonely = make_site(sessions=1, days=7, interval_minutes=1_440)
    assert lonely.rejects == []
    assert lonely.records == lonely.summary.records
    assert lonely.summary.sessions == 1
