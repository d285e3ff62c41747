"""Findings, scores and days against loops over the decoded records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from django.http import QueryDict

from analyzer.baselines import builtin
from analyzer.baselines.profile import Profile
from analyzer.queries.baselines.amounts import Amount, Tally, percent
from analyzer.queries.baselines.days import read_days
from analyzer.queries.baselines.findings import MOST_SERVERS, read_findings
from analyzer.queries.baselines.judged import VERDICTS
from analyzer.queries.filters import Filters
from analyzer.queries.profiles import known
from tests.analyzer.queries import naive
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.naive_baselines import state, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("coded")]
QUERIES = [
    "days=all",
    "days=7&role=server",
    "days=all&job=TN*&connections=>=3",
    "from=2026-03-10T08:30&to=2026-03-20T14:00",
    "days=all&protocol=TLS,SSH",
    "days=all&system=NOSUCH",
]
PROFILES = list(builtin.load().values())


def amount(facts: Sequence[naive.Fact]) -> Amount:
    return Amount(
        len({fact["session_id"] for fact in facts}),
        sum(fact["connections"] for fact in facts),
        len({fact["server_id"] for fact in facts}),
    )


def grouped(
    facts: Iterable[naive.Fact], key: Callable[[naive.Fact], Any]
) -> dict[Any, list[naive.Fact]]:
    found = defaultdict(list)
    for fact in facts:
        found[key(fact)].append(fact)
    return found


@pytest.fixture(scope="module")
def every(coded: None, django_db_blocker: Any) -> list[naive.Fact]:
    with django_db_blocker.unblock():
        return naive.facts()


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: str(one.key))
def test_findings_are_those_of_a_loop(
    profile: Profile, query: str, every: list[naive.Fact]
) -> None:
    facts = naive.chosen(every, query)
    found = read_findings(filters(query), profile)
    by_verdict = grouped(facts, lambda fact: verdict(fact, profile))
    assert dict(found.tally.verdicts) == {one: amount(own) for one, own in by_verdict.items()}
    for one in found.findings:
        states = grouped(facts, lambda fact, rule=one.rule: state(fact, profile, rule))
        assert (one.broken, one.not_judged) == (amount(states[2]), amount(states[1])), one.rule.id
    servers = grouped(by_verdict["breaks"], lambda fact: fact["server_id"])
    worst = sorted(
        servers,
        key=lambda pk: (-amount(servers[pk]).connections, -amount(servers[pk]).sessions, pk),
    )
    assert [pk for pk, _ in found.servers] == worst[:MOST_SERVERS]


@pytest.mark.parametrize("query", QUERIES)
def test_days_are_those_of_a_loop(query: str, every: list[naive.Fact]) -> None:
    facts = naive.chosen(every, query)
    found = read_days(filters(query), PROFILES)
    for profile in PROFILES:
        by_day = grouped(facts, lambda fact: fact["interval_end"].date())
        expected = {}
        for day, own in by_day.items():
            verdicts = grouped(own, lambda fact, one=profile: verdict(fact, one))
            expected[day] = {
                one: (amount(some).sessions, amount(some).connections)
                for one, some in verdicts.items()
            }
        series = found[profile.key]
        assert {
            day: {one: (some.sessions, some.connections) for one, some in tally.verdicts.items()}
            for day, tally in series.days
        } == expected
        assert [day for day, _ in series.days] == sorted(expected)
        broken = {
            rule.id
            for rule in profile.judged
            if any(state(fact, profile, rule) == 2 for fact in facts)
        }
        assert series.broken == broken


def test_days_add_up_to_the_whole() -> None:
    for profile in PROFILES:
        total = read_days(filters("days=all"), [profile])[profile.key].total
        whole = read_findings(filters("days=all"), profile).tally
        for one in VERDICTS:
            assert total.of(one).connections == whole.of(one).connections
        assert total.score == whole.score


def test_all_profiles_cost_as_many_statements_as_one(django_assert_num_queries: Any) -> None:
    asked = filters("from=2026-03-01&to=2026-03-31")
    with django_assert_num_queries(1):
        read_days(asked, PROFILES[:1])
    with django_assert_num_queries(1):
        read_days(asked, PROFILES)
    with django_assert_num_queries(1):
        read_findings(asked, PROFILES[1])
    with django_assert_num_queries(1):
        known.known()


def test_what_cannot_be_judged_does_not_hold_and_the_score_is_never_rounded_up() -> None:
    tally = Tally(
        {
            "outside": Amount(5, 1_000_000),
            "holds": Amount(3, 999),
            "not-judged": Amount(1, 0),
            "breaks": Amount(2, 1),
        }
    )
    assert str(tally.score) == "99.9"
    assert str(tally.score_by_sessions) == "50.0"
    assert str(percent(99_999, 100_000)) == "99.9"
    assert str(percent(5, 5)) == "100.0"
    assert Tally().score is None


def test_a_filter_that_cannot_be_used_finds_nothing() -> None:
    refused, _ = Filters.from_params(QueryDict("port=x"))
    assert read_findings(refused, PROFILES[0]).tally == Tally()
    assert read_days(refused, PROFILES)[PROFILES[0].key].days == ()
