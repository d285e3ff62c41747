"""One server of each status, and the page of a comparison as tests read it."""

from __future__ import annotations

import pytest
from django.test import Client

from analyzer.models import Stack
from tests.analyzer.queries.compare import compared
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

PATH = "/report/compare/"


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


@pytest.fixture
def stack() -> Stack:
    """One server of each status on SYSA, and one on SYSB with data of the second month only."""
    stack = compared.place()
    for job, a, b in (
        ("WORSE", {"strong": 9}, {"strong": 8, "none": 1}),
        ("NEW", {}, {"none": 5}),
        ("NEWTLS", {}, {"strong": 2}),
        ("CHANGED", {"strong": 1}, {"other strong": 1}),
        ("GONE", {"weak": 3}, {}),
        ("BETTER", {"deprecated": 1}, {"strong": 1}),
        ("SAME", {"acceptable": 1000}, {"acceptable": 1200}),
    ):
        compared.traffic(compared.server(stack, job), a, b)
    return stack


def page(client: Client, query: str = "", status: int = 200) -> Page:
    answer = client.get(f"{PATH}?{query}" if query else PATH)
    assert answer.status_code == status
    return Page(answer)


def jobs(found: Page) -> dict[str, str]:
    return dict(zip(found.column("Job Name"), found.column("Status"), strict=True))
