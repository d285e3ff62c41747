"""The database page without data, and when counting takes too long."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.urls import reverse

from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from tests.conftest import database_url

pytestmark = pytest.mark.django_db


def test_an_empty_store_has_zeros_and_no_times(client_as: ClientAs) -> None:
    found = Page(client_as("viewer").get(reverse("data_database"))).facts
    assert found["Interval records (119-12)"] == found["Imports"] == "0"
    assert found["Earliest interval"] == "\u2013"


def test_counting_that_takes_too_long_is_cut_and_says_so(
    client_as: ClientAs, settings: Any
) -> None:
    client = client_as("viewer")
    settings.TIME_LIMIT_PAGE_S = 1.5
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE analyzer_protection IN ACCESS EXCLUSIVE MODE NOWAIT")
        page = Page(client.get(reverse("data_database")))
    assert "Counting took longer than 1.5 s and was stopped" in page.text
    assert page.facts["Security sessions"] == "\u2013"
    assert page.facts["Size on disk"].endswith("MB")  # what was read before stays
