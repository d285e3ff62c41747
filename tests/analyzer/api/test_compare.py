"""GET /api/v1/compare/: the rows, counts and cautions of the page, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.test import Client

from analyzer.models import Stack
from tests.analyzer.api.conftest import rows_of
from tests.analyzer.queries.compare import compared

pytestmark = pytest.mark.django_db
PATH = "/api/v1/compare/"
FILTERS = {"job", "days", "from", "to", "protocol", "strength", "system"}
OWN = {"by", "status", "a_from", "a_to", "a_sysplex", "a_system", "a_stack"}


@pytest.fixture
def stack() -> Stack:
    stack = compared.place()
    compared.traffic(compared.server(stack, "WORSE"), {"strong": 9}, {"strong": 8, "none": 1})
    compared.traffic(compared.server(stack, "NEW"), {}, {"none": 5})
    compared.traffic(compared.server(stack, "SAME"), {"acceptable": 1}, {"acceptable": 1})
    return stack


def asked(client: Client, query: str = "", status: int = 200) -> dict[str, Any]:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("stack")
def test_rows_counts_and_cautions_come_as_json(analyst: Client) -> None:
    found = asked(analyst, "columns=job,status,a_connections,b_unprotected")
    assert [{key: row[key] for key in row if key != "id"} for row in found["rows"]] == [
        {"job": "WORSE", "status": "worse", "a_connections": 9, "b_unprotected": 1},
        {"job": "NEW", "status": "new", "a_connections": None, "b_unprotected": 5},
    ]
    counts = {"worse": 1, "new": 1, "changed": 0, "gone": 0, "better": 0, "same": 1}
    assert found["counts"] == counts
    assert (found["total"], found["total_is_capped"], found["next"]) == (2, False, None)
    assert found["cautions"] == [
        "Side A lacks data: PLEXA SYSA has 1 of 30 days."
        " What is called new may only be missing on side A.",
        "Side B lacks data: PLEXA SYSA has 1 of 30 days."
        " What is called gone may only be missing on side B.",
    ]


@pytest.mark.usefixtures("stack")
def test_pages_follow_each_other(analyst: Client) -> None:
    rows = rows_of(analyst, PATH, status="all", limit=1, sort="-b_connections")
    assert [row["job"] for row in rows] == ["WORSE", "NEW", "SAME"]


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("by", ["server", "service", "client", "protection"])
def test_answers_keep_to_the_schema(analyst: Client, by: str) -> None:
    schema = analyst.get("/api/v1/schema/").json()
    described = schema["paths"][PATH]["get"]
    names = {one["name"] for one in described["parameters"]}
    assert names > FILTERS | OWN | {"sort", "columns", "format", "after", "limit"}
    body = described["responses"]["200"]["content"]["application/json"]["schema"]
    found = asked(analyst, f"by={by}&status=all")
    assert found["rows"]
    jsonschema.validate(found, body | {"components": schema["components"]})


@pytest.mark.usefixtures("stack")
def test_csv_has_all_rows_and_is_written_down(analyst: Client) -> None:
    answer = analyst.get(f"{PATH}?status=new,worse&format=csv&columns=status,job")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows == [["status", "job"], ["worse", "WORSE"], ["new", "NEW"]]


@pytest.mark.usefixtures("stack")
def test_csv_needs_the_right_to_export(program: Callable[[str], Client]) -> None:
    assert program("viewer").get(f"{PATH}?format=csv").status_code == 403


@pytest.mark.usefixtures("stack")
def test_what_cannot_be_used_is_said_by_its_name(analyst: Client) -> None:
    for query, name in (
        ("a_to=x", "a_to"),
        ("by=port", "by"),
        ("status=odd", "status"),
        ("days=all", "from"),
        ("a_job=X", "a_job"),
        ("by=protection&sort=job", "sort"),
        ("columns=odd", "columns"),
        ("after=zzz", "after"),
        ("limit=0", "limit"),
        ("format=csv&limit=3", "limit"),
    ):
        assert list(asked(analyst, query, 400)["errors"]) == [name], query


def test_a_side_without_data_has_no_rows_and_says_so(analyst: Client) -> None:
    one = compared.server(compared.place(a=False), "ONE")
    compared.traffic(one, {}, {"none": 1})
    found = asked(analyst)
    assert (found["rows"], set(found["counts"].values())) == ([], {0})
    assert found["cautions"] == [
        "Side A has no data, so nothing can be called new, gone or changed."
    ]
    answer = analyst.get(f"{PATH}?format=csv&columns=job")
    assert answer.getvalue().decode("utf-8-sig").split() == ["job"]


@pytest.mark.usefixtures("stack")
def test_a_read_that_takes_too_long_is_an_error(
    analyst: Client, stack: Stack, settings: Any
) -> None:
    settings.TIME_LIMIT_PAGE_S = 0.001
    for number in range(40):
        compared.traffic(compared.server(stack, f"J{number}"), {"strong": 1}, {"none": 1})
    assert "ask for fewer days" in asked(analyst, status=503)["error"]
