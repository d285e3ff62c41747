"""(e) The overview over five million interval records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from analyzer.queries.filters import Filters
from analyzer.queries.overview.facts import read_facts
from tests.bench.figures import Figure
from tests.bench.pages import fill, p95, reader, times_ms

CEILING_MS, ROUNDS = 500, 25
DEFAULT = "default"
QUESTIONS = {
    DEFAULT: "",
    "one week, with days before": "days=7",
    "all days": "days=all",
    "clients": "show=clients",
    "old TLS": "version=<=TLSv1.1",
    "sysplex": "sysplex=PLEXA",
    "client network": "client_ip=10.0.4.0/22",
    "threshold": "connections=>=100",
}


def measure(directory: Path) -> Iterator[Figure]:
    """Whole pages with typical filters in turn."""
    records = fill(directory)
    client = reader()
    times = {
        name: times_ms(lambda q=query: _page(client, q), ROUNDS)
        for name, query in QUESTIONS.items()
    }
    p95_ms = p95([one for ones in times.values() for one in ones])
    notes: dict[str, object] = {
        "rows": records,
        "pages": ROUNDS * len(QUESTIONS),
        "p95_ms": {name: round(p95(ones), 1) for name, ones in times.items()},
        "reads_alone_p95_ms": round(p95(times_ms(_facts, ROUNDS)), 1),
    }
    yield Figure(
        "overview_p95_ms", p95_ms, "ms", None, p95_ms, CEILING_MS, at_most=True, notes=notes
    )


def _page(client: Client, query: str) -> None:
    response = client.get(f"/?{query}", headers={"host": "localhost"})
    if response.status_code != 200 or b"data-chart" not in response.content:
        raise RuntimeError(f"`{query}` drew nothing, status {response.status_code}")


def _facts() -> None:
    filters, _ = Filters.from_params(QueryDict(QUESTIONS[DEFAULT]))
    read_facts(filters, role="server", today=timezone.now().date())
