"""A store with protections of every kind, filled once for a module; roles and programs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from analyzer.models import SecuritySession
from tests.analyzer.api.conftest import program
from tests.analyzer.views.conftest import analyze, plain
from tests.builders import coded_protections, store_rows

__all__ = ["plain", "program"]


@pytest.fixture(scope="module")
def coded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill(sessions=140, records=1_500)
        chance = random.Random(11)
        protections = coded_protections.store_protections()
        for session in SecuritySession.objects.order_by("pk"):
            session.protection = chance.choice(protections)
            session.save(update_fields=["protection"])
        analyze()
        yield
        transaction.set_rollback(True)
