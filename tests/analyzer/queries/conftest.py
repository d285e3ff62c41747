"""A store that the tests of a module share: filled once, with blocks, taken back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict

from analyzer.ingest import blocks
from analyzer.queries.filters import Filters
from tests.builders import store_rows


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill()
        blocks.build()
        yield
        transaction.set_rollback(True)


def filters(query: str) -> Filters:
    """The filters of an address that is right."""
    found, errors = Filters.from_params(QueryDict(query))
    assert not errors
    return found
