"""(c) The report's first page over five million interval records, and the same on a flat table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.http import QueryDict
from django.test import Client

from analyzer.queries import report
from analyzer.queries.filters import Filters
from tests.bench import flat_report
from tests.bench.figures import Figure
from tests.bench.pages import fill, p95, reader, times_ms

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
    records = fill(directory)
    client = reader()
    times = {
        name: times_ms(lambda q=query: _page(client, q), ROUNDS)
        for name, query in QUESTIONS.items()
    }
    reads_ms = times_ms(_rows, ROUNDS)
    p95_ms = p95([one for ones in times.values() for one in ones])
    notes: dict[str, object] = {
        "rows": records,
        "pages": ROUNDS * len(QUESTIONS),
        "median_ms": {name: round(median(ones), 1) for name, ones in times.items()},
        "query_alone_p95_ms": round(p95(reads_ms), 1),
    }
    yield Figure("report_p95_ms", p95_ms, "ms", None, p95_ms, CEILING_MS, at_most=True, notes=notes)
    flat_report.fill()
    try:
        flat_report.check(_rows())
        flat_ms = median(times_ms(flat_report.answer, FLAT_ROUNDS))
    finally:
        flat_report.drop()
    ours_ms = median(reads_ms)
    notes = {"rows": records, "compared": "the query of the first page, last 30 days, all columns"}
    yield Figure("report_vs_flat", ours_ms, "ms", flat_ms, flat_ms / ours_ms, 10.0, notes=notes)


def _page(client: Client, query: str) -> None:
    """The page of the first tab as a browser gets it."""
    response = client.get(f"/report/servers/?{query}", headers={"host": "localhost"})
    if response.status_code != 200 or b"row-link" not in response.content:
        raise RuntimeError(f"`{query}` gave no rows, status {response.status_code}")


def _rows() -> list[dict[str, object]]:
    filters, _ = Filters.from_params(QueryDict(QUESTIONS[DEFAULT]))
    return report.servers(filters, role="server").rows
