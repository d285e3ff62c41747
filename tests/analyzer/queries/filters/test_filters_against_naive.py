"""Each filter, and filters together, against loops over the decoded records."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.models import SecuritySession
from analyzer.queries import report
from analyzer.queries.filters import FILTERS
from analyzer.tables.report import ALL_SESSIONS, servers_table
from tests.analyzer.queries import naive
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.filters.asked_filters import VALUES, queries
from tests.analyzer.queries.filters.drawn_filters import DRAWN, drawn_queries
from tests.analyzer.queries.test_against_naive import pages, same
from tests.builders import coded_protections, store_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("coded")]
EVERY: list[naive.Fact] = []


@pytest.fixture(scope="module")
def coded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Sessions with protections of every kind; the records stay in memory for the loops."""
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill(sessions=140, records=1_500)
        chance = random.Random(7)
        protections = coded_protections.store_protections()
        for session in SecuritySession.objects.order_by("pk"):
            session.protection = chance.choice(protections)
            session.save(update_fields=["protection"])
        EVERY[:] = naive.facts()
        yield
        transaction.set_rollback(True)


def sessions_are_those_of_the_single_records(query: str) -> None:
    found = pages(partial(report.all_sessions, filters(query)), limit=1000)
    same(found, naive.sessions(EVERY, query), ALL_SESSIONS)


def test_every_filter_is_asked_for() -> None:
    assert set(VALUES) == {one.key for one in FILTERS}


@pytest.mark.parametrize("key", sorted(VALUES))
def test_each_value_of_a_filter_and_its_opposite_choose_the_same_as_a_loop(key: str) -> None:
    for text in VALUES[key]:
        plain, negated = (urlencode({"days": "all", key: one}) for one in (text, f"!{text}"))
        if "," not in text:
            sessions_are_those_of_the_single_records(negated)
        sessions_are_those_of_the_single_records(plain)


@pytest.mark.parametrize("key", sorted(VALUES))
def test_each_filter_finds_some_sessions_and_leaves_some(key: str) -> None:
    asked = [urlencode({"days": "all", key: text}) for text in VALUES[key]]
    numbers = {len(naive.sessions(EVERY, query)) for query in asked}
    assert any(0 < number < len(naive.sessions(EVERY, "days=all")) for number in numbers)


@pytest.mark.parametrize(
    "query",
    [
        "sysplex=PLEXA&version=<=TLSv1.1&protocol=NONE&job=!FTPD1",
        # A version that any protocol can have asks for each of them on its own terms.
        "days=all&version=Unknown&tls_suite=ABCD",
        "days=all&version=Unknown&ssh_encryption=!3DES&ipsec_key_exchange=Unknown",
        "days=all&protocol=TLS,SSH&tls_encryption=3DES&ssh_key_bits=<2048",
        "days=all&protocol=!TLS,!NONE&tls_encryption=3DES",
        "days=all&protocol=TLS&protocol=!TLS",
        "days=all&tls_mac=AEAD,!AEAD",
        "days=all&expiry=!expired&serial=!unknown&connections=!<5",
    ],
)
def test_protocols_are_alternatives_and_what_is_taken_away_is_gone(query: str) -> None:
    sessions_are_those_of_the_single_records(query.replace("<", "%3C"))


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(queries())
def test_filters_together_choose_the_same_as_a_loop(query: str) -> None:
    sessions_are_those_of_the_single_records(query)
    found = pages(partial(report.servers, filters(query), role="server"), limit=1000)
    same(found, naive.servers(EVERY, query, "server"), servers_table("server"))


@pytest.mark.parametrize("key", sorted(DRAWN))
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_values_that_nobody_thought_of_choose_the_same_as_a_loop(
    key: str, data: st.DataObject
) -> None:
    sessions_are_those_of_the_single_records(data.draw(drawn_queries(key)))
