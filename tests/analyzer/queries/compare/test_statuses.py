"""What became of a server from side A to side B; every expectation is worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.http import QueryDict

from analyzer.queries.compare.reading import Compared, read_compared
from analyzer.queries.compare.sides import read_sides
from analyzer.tables.compare import BY_NAME
from tests.analyzer.queries.compare import compared

pytestmark = pytest.mark.django_db
ALL = list(BY_NAME)
# Connections by class on side A and on side B, and what that is.
CASES = {
    "only in B": ({}, {"none": 5}, "new"),
    "only in A": ({"weak": 3}, {}, "gone"),
    "more of the same": ({"acceptable": 10}, {"acceptable": 12}, "same"),
    "another protection of the class": ({"strong": 10}, {"other strong": 10}, "changed"),
    "one more protection of the class": (
        {"strong": 9},
        {"strong": 9, "other strong": 9},
        "changed",
    ),
    "a weaker class comes": ({"strong": 999}, {"strong": 998, "none": 1}, "worse"),
    "weak falls to deprecated": ({"weak": 2}, {"deprecated": 2}, "worse"),
    "share of the weakest grows by 5 points": (
        {"none": 10, "strong": 90},
        {"none": 15, "strong": 85},
        "worse",
    ),
    "share of the weakest grows by less": (
        {"none": 100, "strong": 900},
        {"none": 149, "strong": 851},
        "same",
    ),
    "the weakest class goes": ({"deprecated": 4, "strong": 6}, {"strong": 10}, "better"),
    "acceptable becomes strong": ({"acceptable": 1}, {"strong": 1}, "better"),
    "share of the weakest falls by 5 points": (
        {"none": 3, "strong": 7},
        {"none": 5, "strong": 15},
        "better",
    ),
    "share of the weakest falls by less": (
        {"none": 300, "strong": 700},
        {"none": 251, "strong": 749},
        "same",
    ),
    "share of the weakest known class falls beside unknown": (
        {"unknown": 2, "acceptable": 48, "strong": 50},
        {"acceptable": 10, "strong": 90},
        "better",
    ),
    "weak becomes unknown": ({"weak": 10}, {"unknown": 10}, "changed"),
    "unprotected goes but for the unknown": ({"none": 9}, {"strong": 9, "unknown": 1}, "changed"),
    "unknown becomes strong": ({"unknown": 10}, {"strong": 10}, "changed"),
    "unknown beside strong goes": ({"unknown": 5, "strong": 5}, {"strong": 10}, "changed"),
    "unknown beside strong becomes acceptable": (
        {"unknown": 5, "strong": 5},
        {"acceptable": 10},
        "changed",
    ),
    "weak and unknown become strong": ({"weak": 5, "unknown": 5}, {"strong": 10}, "better"),
    "strong becomes unknown": ({"strong": 10}, {"unknown": 10}, "worse"),
    "more of it unknown": ({"strong": 9, "unknown": 1}, {"strong": 1, "unknown": 9}, "worse"),
    "less of it unknown": ({"strong": 1, "unknown": 9}, {"strong": 9, "unknown": 1}, "same"),
    "unprotected share becomes unknown": (
        {"none": 50, "unknown": 50},
        {"none": 10, "unknown": 90},
        "same",
    ),
    "sessions without a connection": ({"none": 0, "strong": 0}, {"none": 0, "strong": 9}, "same"),
}


def compare(query: str = "", **asked: object) -> Compared:
    sides, errors = read_sides(QueryDict(query))
    assert not errors
    given = {"grain": "server", "statuses": ALL} | asked
    return read_compared(sides, **given)  # type: ignore[arg-type]


def statuses(found: Compared, by: str = "job") -> Mapping[str, str]:
    return {row[by]: row["status"] for row in found.page.rows}


@pytest.mark.parametrize("case", CASES)
def test_status_follows_from_the_classes_of_both_sides(case: str) -> None:
    a, b, expected = CASES[case]
    one = compared.server(compared.place(), "ONE")
    compared.traffic(one, a, b)
    other = compared.server(one.stack, "OTHER")  # so that neither side is without any day
    compared.traffic(other, {"strong": 1}, {"strong": 1})
    found = compare()
    assert statuses(found) == {"ONE": expected, "OTHER": "same"}
    assert found.tallies[expected] == (2 if expected == "same" else 1)


def test_rows_have_the_connections_of_both_sides_by_class() -> None:
    one = compared.server(compared.place(), "ONE")
    compared.traffic(
        one,
        {"none": 1, "deprecated": 2, "weak": 4, "unknown": 8},
        {"acceptable": 16, "strong": 32, "other strong": 64, "none": 128},
    )
    compared.traffic(one, {"none": 1000}, {}, client="192.0.2.2")
    (row,) = compare().page.rows
    expected = {
        "connections": (1015, 240),
        "unprotected": (1001, 128),
        "weak": (6, 0),
        "unknown": (8, 0),
        "acceptable": (0, 16),
        "strong": (0, 96),
        "sessions": (5, 4),
        "strength": ("none", "none"),
        "only": (
            "SSH SSHv2; TLS SSLv3; TLS Unknown",
            "IPSEC IKEv2; TLS TLSv1.2; TLS TLSv1.3",
        ),
    }
    assert {key: (row[f"a_{key}"], row[f"b_{key}"]) for key in expected} == expected


def test_a_side_without_the_row_has_no_figures() -> None:
    stack = compared.place()
    compared.traffic(compared.server(stack, "NEW"), {}, {"none": 5})
    compared.traffic(compared.server(stack, "GONE"), {"weak": 3}, {})
    new, gone = compare().page.rows
    assert (new["a_connections"], new["a_strength"], new["b_only"]) == (None, None, "NONE")
    assert (gone["b_connections"], gone["b_strength"], gone["a_only"]) == (None, None, "SSH SSHv2")
    assert (new["b_connections"], gone["a_connections"]) == (5, 3)


def test_worst_come_first_then_most_without_protection() -> None:
    stack = compared.place()
    for job, a, b in (
        ("SAME", {"strong": 1}, {"strong": 1}),
        ("BETTER", {"none": 1}, {"strong": 1}),
        ("GONE", {"none": 1}, {}),
        ("NEWSOME", {}, {"none": 1}),
        ("NEWMANY", {}, {"none": 10}),
        ("CHANGED", {"strong": 1}, {"other strong": 1}),
        ("WORSE", {"strong": 1}, {"none": 1}),
    ):
        compared.traffic(compared.server(stack, job), a, b)
    found = compare()
    jobs = ["WORSE", "NEWMANY", "NEWSOME", "CHANGED", "GONE", "BETTER", "SAME"]
    assert [row["job"] for row in found.page.rows] == jobs
    assert dict(found.tallies) == dict.fromkeys(ALL, 1) | {"new": 2}


def test_only_the_statuses_asked_for_are_listed_and_all_are_counted() -> None:
    stack = compared.place()
    compared.traffic(compared.server(stack, "NEW"), {}, {"none": 1})
    compared.traffic(compared.server(stack, "GONE"), {"none": 1}, {})
    found = compare(statuses=["gone"])
    assert statuses(found) == {"GONE": "gone"}
    assert (found.page.total, found.tallies["new"]) == (1, 1)
    nothing = compare(statuses=["worse"])
    assert (nothing.page.rows, nothing.page.total, nothing.tallies["gone"]) == ([], 0, 1)


def test_new_unprotected_is_new_without_protection_also_on_a_known_server() -> None:
    stack = compared.place()
    compared.traffic(compared.server(stack, "TLSONLY"), {"strong": 9}, {"strong": 9, "none": 1})
    compared.traffic(compared.server(stack, "FRESH"), {}, {"none": 7})
    compared.traffic(compared.server(stack, "BEFORE"), {"none": 1}, {"none": 1})
    compared.traffic(compared.server(stack, "STRONG"), {}, {"strong": 1})
    found = compare("protocol=NONE", statuses=["new"])
    assert statuses(found) == {"TLSONLY": "new", "FRESH": "new"}


def test_clients_are_compared_for_each_server() -> None:
    stack = compared.place()
    one, two = compared.server(stack, "ONE"), compared.server(stack, "TWO")
    compared.traffic(one, {"strong": 1}, {"strong": 1}, client="192.0.2.1")
    compared.traffic(one, {}, {"none": 1}, client="192.0.2.2")
    compared.traffic(two, {"weak": 1}, {}, client="192.0.2.2")
    found = compare(grain="client")
    rows = {(row["job"], row["client_ip"]): row["status"] for row in found.page.rows}
    assert rows == {
        ("ONE", "192.0.2.1"): "same",
        ("ONE", "192.0.2.2"): "new",
        ("TWO", "192.0.2.2"): "gone",
    }


def test_protections_are_new_or_gone_over_all_servers() -> None:
    stack = compared.place()
    one, two = compared.server(stack, "ONE"), compared.server(stack, "TWO")
    compared.traffic(one, {"strong": 1, "deprecated": 3}, {"strong": 4})
    compared.traffic(two, {"none": 2}, {"none": 2, "strong": 8, "weak": 1})
    found = compare(grain="protection")
    assert statuses(found, "title") == {
        "TLS TLSv1.3": "same",
        "TLS SSLv3": "gone",
        "NONE": "same",
        "SSH SSHv2": "new",
    }
    counts = {row["title"]: (row["a_strong"], row["b_strong"]) for row in found.page.rows}
    assert counts["TLS TLSv1.3"] == (1, 12)
