"""A test that commits rows leaves none, also in the partitioned tables."""

from __future__ import annotations

import pytest

from analyzer.models import Activity, DailyActivity
from analyzer.queries.days import latest_day
from tests.builders import store_rows

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_commits_rows() -> None:
    store_rows.fill(sessions=6, records=20)
    assert latest_day() is not None


def test_the_second_finds_an_empty_store() -> None:
    assert not Activity.objects.exists()
    assert not DailyActivity.objects.exists()
    assert latest_day() is None
