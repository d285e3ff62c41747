"""(g) First screens of all pages, the overview and the count of the builder, on the yardstick."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from django.http import QueryDict
from django.test import Client

from analyzer.queries import saved
from analyzer.queries.filters import Filters
from analyzer.queries.kept import forget_all
from tests.bench.figures import Figure
from tests.bench.pages import p95, reader
from tests.bench.yardstick import questions, store

PAGE_MS, OVERVIEW_MS, PREVIEW_MS = 300, 500, 200
PAGES, OVERVIEWS, PREVIEWS, ROUNDS = 200, 100, 100, 3


def measure(directory: Path) -> Iterator[Figure]:
    """Each address some times, of which the least counts: what others do is not ours.

    No answer is one that was kept before.
    """
    store.provide(directory)
    about, client = store.described(), reader()
    found = _times(client, questions.pages(PAGES))
    yield _figure("yardstick_pages_p95_ms", found, PAGE_MS, about)
    overviews = [("overview", address) for address in questions.overviews(OVERVIEWS)]
    yield _figure("yardstick_overview_p95_ms", _times(client, overviews), OVERVIEW_MS, about)
    previews = [("preview", query, _least_ms(_count(query))) for query in _previews()]
    yield _figure("yardstick_preview_p95_ms", previews, PREVIEW_MS, about)


def _previews() -> list[str]:
    return questions.previews(PREVIEWS)


def _count(query: str) -> Callable[[], object]:
    params = QueryDict(query, mutable=True)
    tab = params.pop("tab")[0]
    filters, errors = Filters.from_params(params)
    if errors:
        raise RuntimeError(f"`{query}`: {errors}")
    return lambda: saved.count(filters, tab=tab)


def _times(client: Client, asked: list[tuple[str, str]]) -> list[tuple[str, str, float]]:
    def page(address: str) -> None:
        response = client.get(address, headers={"host": "localhost"})
        if response.status_code != 200 or b"was stopped" in response.content:
            raise RuntimeError(f"`{address}` answered {response.status_code}")

    return [(kind, address, _least_ms(lambda a=address: page(a))) for kind, address in asked]


def _least_ms(ask: Callable[[], object]) -> float:
    found = []
    for _ in range(ROUNDS):
        forget_all()
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return min(found)


def _figure(
    name: str, found: list[tuple[str, str, float]], ceiling: float, about: dict[str, object]
) -> Figure:
    by_kind = defaultdict(list)
    for kind, _, took in found:
        by_kind[kind].append(took)
    value = p95([took for _, _, took in found])
    slowest = sorted(found, key=lambda one: -one[2])[:5]
    notes = about | {
        "questions": len(found),
        "median_ms": round(median([took for _, _, took in found]), 1),
        "p95_ms": {kind: round(p95(ones), 1) for kind, ones in by_kind.items()},
        "slowest": [f"{took:.0f} {address}" for _, address, took in slowest],
    }
    return Figure(name, value, "ms", None, value, ceiling, at_most=True, notes=notes)
