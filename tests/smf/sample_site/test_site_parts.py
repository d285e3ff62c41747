"""Options, tables and lives of the sample site, one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from smf.errors import CodeTableError
from smf.sample_site import catalog, profiles
from smf.sample_site.catalog import UNPROTECTED, How
from smf.sample_site.options import RELEASES, SampleSiteError, SiteOptions
from smf.sample_site.profiles import code_of, suite_codes
from smf.sample_site.stories import FOREVER, Life, Pause, lives, pauses

END = date(2026, 10, 5)
MONTH = SiteOptions(end=END)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sessions": 0}, "1 to 1000000 sessions"),
        ({"sessions": 1_000_001}, "1 to 1000000 sessions"),
        ({"days": 0}, "1 to 3660 days"),
        ({"days": 3_661}, "1 to 3660 days"),
        ({"interval_minutes": 0}, "goes into a day"),
        ({"interval_minutes": 7}, "goes into a day"),
        ({"seed": -1}, "seed is 0 or more"),
        ({"release": "v2r1"}, "one of v2r3, v2r5, zos32, mix"),
        ({"end": date(2100, 1, 1)}, "days lie between"),
        ({"end": date(1970, 1, 20)}, "days lie between"),
    ],
)
def test_options_that_no_site_can_have_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SampleSiteError, match=message):
        SiteOptions(**{"end": END, **given})


def test_every_protection_of_a_service_is_described_and_its_story_fits() -> None:
    known = profiles.load()
    for service in catalog.load().services:
        for variant in service.variants:
            names = set(variant.protections) - {UNPROTECTED}
            assert names <= set(known.by_name)
            life = lives(variant.how, MONTH, 0.5, lasting=True)
            assert len(life) == len(variant.protections)


def test_services_ask_for_places_and_usages_that_are_there() -> None:
    known = catalog.load()
    places = {stack.place for stack in known.stacks}
    assert all(set(service.where) <= places for service in known.services)
    assert {service.usage for service in known.services} < set(known.usages)
    assert {outage.place for outage in known.outages} <= places
    assert {usage.curve for usage in known.usages.values()} <= set(known.curves)
    assert all(len(curve.hours) == 24 for curve in known.curves.values())
    assert {stack.release for stack in known.stacks} == set(RELEASES)


def test_an_older_release_records_an_older_protection() -> None:
    known = profiles.load()
    assert known.recorded("tls13-mutual", "v2r3").name == "tls12-mutual"
    assert known.recorded("tls13-mutual", "v2r5").name == "tls13-mutual"


def test_a_short_name_without_a_code_is_refused() -> None:
    assert code_of("ssh", "kex", "ecdh-nistp256") == 6
    assert code_of("ssh", "kex", 0xEE) == 0xEE
    assert code_of("tls", "cipher", "C030") == "C030"
    with pytest.raises(CodeTableError, match="`ssh_key_exchange` has no code `ecdh`"):
        code_of("ssh", "kex", "ecdh")


@pytest.mark.parametrize("suite", ["FFFE", 0xC030])
def test_a_suite_without_known_algorithms_is_refused(suite: str | int) -> None:
    with pytest.raises(CodeTableError, match="no algorithms are known"):
        suite_codes(suite)


def test_a_steady_session_may_come_or_leave_unless_it_lasts() -> None:
    assert lives(How.STEADY, MONTH, 0.05, lasting=False) == (Life(first=720),)
    assert lives(How.STEADY, MONTH, 0.5, lasting=False) == (Life(),)
    (leaving,) = lives(How.STEADY, MONTH, 0.95, lasting=False)
    assert leaving.first == 0
    assert abs(leaving.last - 720) <= 1
    assert lives(How.STEADY, MONTH, 0.05, lasting=True) == (Life(first=0, last=FOREVER),)


def test_a_new_service_comes_in_the_last_week_or_the_last_quarter() -> None:
    assert lives(How.NEW, MONTH, 0.5, lasting=True) == (Life(first=23 * 48),)
    short = SiteOptions(end=END, days=4)
    assert lives(How.NEW, short, 0.5, lasting=True) == (Life(first=3 * 48),)


def test_pauses_begin_at_their_hour_and_last_as_long() -> None:
    found = pauses(catalog.load().outages, MONTH)
    # Day 12 at 4:00 for two hours, day 18 at 3:00: half-hours since the first midnight.
    assert found == {
        "PRD1.TCPIP": Pause(12 * 48 + 8, 12 * 48 + 12),
        "PRD2.TCPIP": Pause(18 * 48 + 6, 18 * 48 + 6),
    }
