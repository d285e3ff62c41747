"""(c) The report's first page over five million interval records, and the same on a flat table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from math import ceil
from pathlib import Path
from statistics import median

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client

from analyzer.queries import report
from analyzer.queries.filters import Filters
from tests.bench import flat_report, store
from tests.bench.figures import Figure
from tests.builders.site_dumps import write_dump

# Thirty days of half hours: what the default filter asks for.
SESSIONS, INTERVALS = 3_500, 1_440
CEILING_MS, ROUNDS, FLAT_ROUNDS = 300, 40, 5
DEFAULT = "default"
QUESTIONS = {
    DEFAULT: "",
    "one week": "days=7",
    "unprotected": "protocol=NONE",
    "old TLS, all days": "version=SSLv3,TLSv1.0,TLSv1.1&days=all",
    "ports": "port=992,443",
    "job in a sysplex": "sysplex=PLEXA&job=TN*",
    "client network": "client_ip=10.0.4.0/22",
    "distinguished name": "dn=example",
}


def measure(directory: Path) -> Iterator[Figure]:
    """Whole pages with typical filters in turn; the flat table answers the first question."""
    dump = directory / "five-million.smf"
    records = write_dump(dump, sessions=SESSIONS, intervals=INTERVALS, first=date(2026, 3, 1))
    store.empty()
    store.ingest(dump)
    dump.unlink()
    store.settle()
    client = _reader()
    times = {
        name: _times_ms(lambda q=query: _page(client, q), ROUNDS)
        for name, query in QUESTIONS.items()
    }
    reads_ms = _times_ms(_rows, ROUNDS)
    p95_ms = _p95([one for ones in times.values() for one in ones])
    notes: dict[str, object] = {
        "rows": records,
        "pages": ROUNDS * len(QUESTIONS),
        "median_ms": {name: round(median(ones), 1) for name, ones in times.items()},
        "query_alone_p95_ms": round(_p95(reads_ms), 1),
    }
    yield Figure("report_p95_ms", p95_ms, "ms", None, p95_ms, CEILING_MS, at_most=True, notes=notes)
    flat_report.fill()
    try:
        flat_report.check(_rows())
        flat_ms = median(_times_ms(flat_report.answer, FLAT_ROUNDS))
    finally:
        flat_report.drop()
    ours_ms = median(reads_ms)
    notes = {"rows": records, "compared": "the query of the first page, last 30 days, all columns"}
    yield Figure("report_vs_flat", ours_ms, "ms", flat_ms, flat_ms / ours_ms, 10.0, notes=notes)


def _reader() -> Client:
    call_command("collectstatic", verbosity=0, interactive=False)
    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    return client


def _page(client: Client, query: str) -> None:
    """The page of the first tab as a browser gets it."""
    response = client.get(f"/report/servers/?{query}", headers={"host": "localhost"})
    if response.status_code != 200 or b"row-link" not in response.content:
        raise RuntimeError(f"`{query}` gave no rows, status {response.status_code}")


def _rows() -> list[dict[str, object]]:
    filters, _ = Filters.from_params(QueryDict(QUESTIONS[DEFAULT]))
    return report.servers(filters, role="server").rows


def _p95(times_ms: list[float]) -> float:
    return sorted(times_ms)[ceil(len(times_ms) * 0.95) - 1]


def _times_ms(ask: Callable[[], object], rounds: int) -> list[float]:
    """One question over and over, after one that warms the caches."""
    ask()
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return found
