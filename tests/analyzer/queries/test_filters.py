"""All filters together: from an address and back, as chips, as a sentence."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.http import urlencode
from hypothesis import given
from hypothesis import strategies as st

from analyzer.queries.filters import FILTERS, NAMES, Filters
from analyzer.queries.terms.term import Clause
from tests.analyzer.queries.conftest import filters

TEXTS = {
    "days": ["all", "7", "1", "3660"],
    "server_ip": ["10.1.0.5", "10.1.0.0/16,::1", "10.0.0.1-10.0.0.9"],
    "client_ip": ["::ffff:10.0.0.1", "2001:db8::/32"],
    "port": ["443", "1-1023,8080"],
    "job": ["tn*", "A%B,A_B", "O'NEIL"],
    "user": ["ibmuser", "?"],
    "dn": ["CN=a,O=b & c", "100%", "a+b=c"],
    "sysplex": ["PLEXA"],
    "system": ["SYS*,SYSB"],
    "stack": ["PLEXA.*.TCPIP"],
    "protocol": ["NONE,TLS"],
    "version": ["TLSv1.2", "unknown (X'0305')"],
    "strength": ["weak"],
}
QUERIES = st.fixed_dictionaries({}, optional={key: st.sampled_from(v) for key, v in TEXTS.items()})


@given(QUERIES)
def test_filters_survive_the_way_into_an_address_and_back(chosen: dict[str, str]) -> None:
    first = filters(urlencode(chosen))
    again = filters(urlencode(first.to_params(), doseq=True))
    assert again == first
    assert again.to_params() == first.to_params()
    assert again.clause() == first.clause()


@given(QUERIES)
def test_taking_a_chip_away_leaves_the_others(chosen: dict[str, str]) -> None:
    asked = filters(urlencode(chosen))
    chips = asked.chips()
    assert len(chips) == len(chosen)
    for chip in chips:
        rest = filters(urlencode(chip.rest, doseq=True))
        assert [one.label for one in rest.chips()] == [
            one.label for one in chips if one is not chip
        ]


def test_every_filter_is_tried_here() -> None:
    assert {one.key for one in FILTERS} == set(TEXTS) - {"days"}


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


def test_the_sentence_says_what_is_asked() -> None:
    assert filters("").sentence() == "the last 30 days"
    asked = "server_ip=10.1.0.0/16&user=a,b&protocol=TLS&version=tlsv1.2&days=all"
    assert filters(asked).sentence() == (
        "server IP 10.1.0.0/16, user ID A or B, protocol TLS, version TLSv1.2, all days"
    )


def test_without_filters_every_session_is_meant() -> None:
    assert filters("").clause() == Clause("TRUE")
    assert Filters.everything().to_params() == {"days": ["all"]}


def test_values_of_one_filter_are_alternatives_and_filters_must_all_hold() -> None:
    assert filters("job=A,B&port=443").clause() == Clause(
        "((sv.port_start <= %s AND sv.port_end >= %s))"
        " AND (upper(sv.job) = %s OR upper(sv.job) = %s)",
        (443, 443, "A", "B"),
    )


def test_a_filter_tells_which_part_it_looks_at() -> None:
    asked = filters("job=A&protocol=TLS")
    assert (asked.has("server"), asked.has("session")) == (True, True)
    assert asked.clause(scope="session") == Clause("(p.protocol = %s)", ("TLS",))
    assert not filters("job=A").has("session")


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("port=x", {"port": "`x` is not a port or a range like `8000-8080`"}),
        ("prot=443", {"prot": "`prot` is not a filter"}),
        (
            "job=TOOLONGNAME&to=x",
            {
                "job": "`TOOLONGNAME` is longer than 8 characters",
                "to": "`x` is not a day like `2026-10-05`",
            },
        ),
        ("from=x&to=2026-01-01", {"from": "`x` is not a day like `2026-10-05`"}),
        ("days=0", {"days": "`0` is not a number of days from 1 to 3660, nor `all`"}),
    ],
)
def test_what_cannot_be_used_is_said_at_its_parameter_and_matches_nothing(
    query: str, errors: dict[str, str]
) -> None:
    asked, found = Filters.from_params(QueryDict(query))
    assert found == errors
    assert asked.refused
    assert asked.clause() == Clause("FALSE")
    assert asked.sentence() == "nothing, because a filter cannot be used"


def test_parameters_of_the_page_are_no_filters() -> None:
    query = "sort=-tls&after=x&limit=5&format=csv&columns=job&detail=dn&page=2"
    assert filters(query) == filters("")
    asked, errors = Filters.from_params(QueryDict("show=TLS"), also=["show"])
    assert not errors
    assert asked == filters("")


def test_names_are_those_of_the_filters_and_of_the_days() -> None:
    assert {"days", "from", "to", "dn", "stack"} < NAMES
