"""A store with protections of every kind, and what a page of the overview was made from."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from analyzer.models import SecuritySession
from tests.builders import coded_protections, store_rows


@pytest.fixture(scope="module")
def coded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill(sessions=140, records=1_500)
        chance = random.Random(11)
        protections = coded_protections.store_protections()
        for session in SecuritySession.objects.order_by("pk"):
            session.protection = chance.choice(protections)
            session.save(update_fields=["protection"])
        yield
        transaction.set_rollback(True)


def cards_of(client: Client, query: str) -> dict[str, Any]:
    """The cards of a page by key."""
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    return {card.key: card for card in [*answer.context["cards"], answer.context["topology"]]}


def script_data(answer: Any) -> list[dict[str, Any]]:
    """The JSON of all charts, as a browser reads it."""
    text = answer.content.decode()
    found = re.findall(r'<script id="data-[^"]+" type="application/json">(.*?)</script>', text)
    return [json.loads(one) for one in found]
