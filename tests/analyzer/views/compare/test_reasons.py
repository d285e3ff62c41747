"""Each status says its ground on hover."""

from __future__ import annotations

import pytest

from analyzer.models import Stack
from tests.analyzer.queries.compare import compared
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
REASONS = {
    "FALL": "The weakest class was strong on side A and is unprotected* on side B.",
    "SHARE": "Unprotected*: 25.0% of the connections on side A, 50.0% on side B.",
    "RISE": "The weakest class was deprecated on side A and is strong on side B.",
    "LESS": "Acceptable: 48.0% of the connections on side A, 10.0% on side B.",
    "NEW": "Only side B has it.",
    "GONE": "Only side A has it.",
    "UNSURE": "Other protections; a class is unknown, so nobody can say whether it is better.",
    "OTHER": "Other protections, and neither a weaker nor a stronger class.",
    "SAME": "The same protections, in shares that have hardly moved.",
}
TRAFFIC = {
    "FALL": ({"strong": 1}, {"none": 1}),
    "SHARE": ({"none": 1, "strong": 3}, {"none": 1, "strong": 1}),
    "RISE": ({"deprecated": 1}, {"strong": 1}),
    "LESS": ({"unknown": 2, "acceptable": 48, "strong": 50}, {"acceptable": 1, "strong": 9}),
    "NEW": ({}, {"none": 1}),
    "GONE": ({"none": 1}, {}),
    "UNSURE": ({"weak": 1}, {"unknown": 1}),
    "OTHER": ({"strong": 1}, {"other strong": 1}),
    "SAME": ({"strong": 1}, {"strong": 1}),
}


@pytest.fixture
def stack() -> Stack:
    stack = compared.place()
    for job, (a, b) in TRAFFIC.items():
        compared.traffic(compared.server(stack, job), a, b)
    return stack


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("columns", ["status,job", "job,status,b_strong"])
def test_every_status_has_its_ground(client_as: ClientAs, columns: str) -> None:
    answer = client_as("viewer").get(f"/report/compare/?status=all&columns={columns}")
    page = Page(answer)
    marks = [tag["title"] for _, tag in page.tags if tag.get("class", "").startswith("mark ")]
    assert dict(zip(page.column("Job Name"), marks, strict=True)) == REASONS


@pytest.mark.usefixtures("stack")
def test_a_page_without_the_status_is_shown_as_well(client_as: ClientAs) -> None:
    answer = client_as("viewer").get("/report/compare/?status=all&columns=job")
    assert set(Page(answer).column("Job Name")) == set(REASONS)
