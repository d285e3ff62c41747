"""All filters together: from an address and back, as chips, as a sentence."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.http import urlencode
from hypothesis import given

from analyzer.queries.filters import NAMES, Filters
from analyzer.queries.terms.term import Clause
from tests.analyzer.queries.conftest import filters
from tests.analyzer.queries.filters.asked_filters import queries

DAY = "is not a day like `2026-10-05`, nor a minute of it like `2026-10-05T08:30`"


@given(queries(most=8))
def test_filters_survive_the_way_into_an_address_and_back(query: str) -> None:
    first = filters(query)
    again = filters(urlencode(first.to_params(), doseq=True))
    assert again == first
    assert again.to_params() == first.to_params()
    assert again.clause() == first.clause()
    assert again.totals() == first.totals()
    assert again.sentence() == first.sentence()


@given(queries(most=6))
def test_taking_a_chip_away_leaves_the_others(query: str) -> None:
    chips = filters(query).chips()
    for chip in chips:
        rest = filters(urlencode(chip.rest, doseq=True))
        assert [one.label for one in rest.chips()] == [
            one.label for one in chips if one is not chip
        ]


@given(queries(most=8))
def test_conditions_have_a_parameter_for_each_of_their_places(query: str) -> None:
    asked = filters(query)
    for clause in (asked.clause(), asked.totals(), asked.clause(scope="protection")):
        assert clause.sql.count("%s") == len(clause.params)


def test_chips_say_filter_and_values() -> None:
    chips = filters("port=992,443&protocol=NONE&from=2026-03-01&job=tn*").chips()
    assert [(chip.label, chip.param, chip.value) for chip in chips] == [
        ("Days", "from", "from 2026-03-01 on"),
        ("Server port", "port", "992 or 443"),
        ("Job", "job", "TN*"),
        ("Protocol", "protocol", "Unprotected*"),
    ]
    assert chips[1].rest == {"from": ["2026-03-01"], "job": ["TN*"], "protocol": ["NONE"]}


def test_the_default_period_is_no_chip() -> None:
    assert filters("").chips() == []
    assert filters("days=30").chips() == []


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("job=TN*,!TN9,!TN8", "TN*, not TN9, not TN8"),
        ("strength=!strong", "not strong, not unknown"),
        ("tls_encryption=!3DES,!Unknown", "not 3DES, not unknown"),
        ("failed=>=5", "at least 5"),
        ("version=<=TLSv1.1,SSHv1", "TLS 1.1 or older or SSHv1"),
        ("tls_suite=000A", "000A (TLS_RSA_WITH_3DES_EDE_CBC_SHA)"),
    ],
)
def test_a_chip_says_what_is_taken_away(query: str, chip: str) -> None:
    assert [one.value for one in filters(query).chips()] == [chip]


def test_without_filters_every_session_is_meant() -> None:
    assert filters("").clause() == Clause("TRUE")
    assert Filters.everything().to_params() == {"days": ["all"]}


def test_values_of_one_filter_are_alternatives_and_filters_must_all_hold() -> None:
    assert filters("job=A,B&port=443").clause() == Clause(
        "((sv.port_start <= %s AND sv.port_end >= %s))"
        " AND (upper(sv.job) = %s OR upper(sv.job) = %s)",
        (443, 443, "A", "B"),
    )


def test_filters_of_one_protocol_hold_together_and_protocols_are_alternatives() -> None:
    asked = "protocol=NONE&version=SSHv1&tls_key_bits=<2048&tls_suite=000A&strength=weak"
    assert filters(asked).clause() == Clause(
        "((p.protocol = %s AND (p.facts && %s::text[])"
        " AND ((p.protocol = %s AND %s >= ANY(p.key_bits))))"
        " OR (p.protocol = %s AND (p.version = ANY(%s))) OR p.protocol = %s)"
        " AND (p.strength = %s)",
        ("TLS", ["tls_suite=000A"], "TLS", 2047, "SSH", ["SSHv1"], "NONE", "weak"),
    )


def test_what_is_taken_away_asks_for_no_protocol() -> None:
    assert filters("tls_suite=!000A&protocol=!SSH&job=A,!B").clause() == Clause(
        "(upper(sv.job) = %s) AND NOT (upper(sv.job) = %s) AND NOT (p.protocol = %s)"
        " AND NOT (p.facts && %s::text[])",
        ("A", "B", "SSH", ["tls_suite=000A", "tls_suite=Unknown"]),
    )


def test_thresholds_are_conditions_on_sums_and_on_nothing_else() -> None:
    asked = filters("connections=>=100&job=A")
    assert asked.clause() == Clause("(upper(sv.job) = %s)", ("A",))
    assert asked.totals() == Clause("(analyzer_total(d.connections) >= %s)", (100,))
    assert filters("job=A").totals() == Clause("TRUE")


def test_a_filter_tells_which_part_it_looks_at() -> None:
    asked = filters("job=A&protocol=TLS&client_ip=::1")
    parts = ("server", "session", "protection", "totals")
    assert [asked.has(part) for part in parts] == [True, True, True, False]
    assert asked.clause(scope="protection") == Clause("(p.protocol = %s)", ("TLS",))
    assert asked.clause(scope="server") == Clause("(upper(sv.job) = %s)", ("A",))
    assert not filters("job=A").has("protection")


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("port=x", {"port": "`x` is not a port or a range like `8000-8080`"}),
        ("prot=443", {"prot": "`prot` is not a filter"}),
        (
            "job=TOOLONGNAME&to=x",
            {
                "job": "`TOOLONGNAME` is longer than 8 characters",
                "to": f"`x` {DAY}",
            },
        ),
        ("from=x&to=2026-01-01", {"from": f"`x` {DAY}"}),
        ("days=0", {"days": "`0` is not a number of days from 1 to 3660, nor `all`"}),
    ],
)
def test_what_cannot_be_used_is_said_at_its_parameter_and_matches_nothing(
    query: str, errors: dict[str, str]
) -> None:
    asked, found = Filters.from_params(QueryDict(query))
    assert found == errors
    assert asked.refused
    assert asked.clause() == asked.totals() == Clause("FALSE")
    assert asked.sentence("TCP servers") == f"TCP servers: {asked.sentence()}"
    assert asked.sentence() == "nothing, because a filter cannot be used"


def test_parameters_of_the_page_are_no_filters() -> None:
    query = "sort=-tls&after=x&limit=5&format=csv&columns=job&detail=dn&page=2"
    assert filters(query) == filters("")
    asked, errors = Filters.from_params(QueryDict("show=TLS"), also=["show"])
    assert not errors
    assert asked == filters("")


def test_names_are_those_of_the_filters_and_of_the_days() -> None:
    assert {"days", "from", "to", "dn", "stack"} < NAMES
