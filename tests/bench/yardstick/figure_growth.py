"""(j) What pages cost as the store grows to 1, 5, 20 and 65 million records: made anew for it.

Pages whose cost follows distinct sessions must not cost more with more intervals: the last 30 days
of the whole store are compared with the first store that has about as many.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.bench import store as tables
from tests.bench.figures import Figure
from tests.bench.pages import reader, times_ms
from tests.bench.yardstick import flat, store

PAGES = {
    "servers": "/report/servers/",
    "servers, all days": "/report/servers/?days=all",
    "unprotected": "/report/servers/?protocol=NONE",
    "old TLS": "/report/servers/?version=<=TLSv1.1",
    "certificates": "/report/certificates/",
    "compare weeks": "/report/compare/?days=7",
    "overview": "/",
    "database": "/data/database/",
}
ROUNDS, CEILING = 7, 1.5
_SMALL, _WHOLE = 28, max(store.SIZES.values())
_FOLLOWING_SESSIONS = ("servers, all days", "unprotected", "old TLS", "certificates")


def measure(directory: Path) -> Iterator[Figure]:
    """The least of some rounds for each page and size; at most 1.5 times from 20 to 65 million."""
    tables.execute(f"DROP TABLE IF EXISTS {flat.TABLE}")
    shutil.rmtree(Path(settings.VAR) / "parquet", ignore_errors=True)
    found: dict[int, dict[str, float]] = {}
    sizes: dict[int, tuple[int, int]] = {}

    def look(days: int) -> None:
        client = reader()
        found[days] = {
            name: min(times_ms(lambda a=address: client.get(a, headers=_HOST), ROUNDS))
            for name, address in PAGES.items()
        }
        sizes[days] = store.records(), store.size_bytes() >> 20

    seconds = store.make(directory, look)
    growth = max(found[_WHOLE][name] / found[_SMALL][name] for name in _FOLLOWING_SESSIONS)
    notes: dict[str, object] = {
        "rows": {days: rows for days, (rows, _) in sizes.items()},
        "size_mb": {days: size for days, (_, size) in sizes.items()},
        "ms": {
            name: {days: round(times[name], 1) for days, times in found.items()} for name in PAGES
        },
        "loading_s": round(seconds),
    }
    yield Figure(
        *("yardstick_growth", found[_WHOLE]["servers"], "ms", found[_SMALL]["servers"]),
        *(growth, CEILING),
        at_most=True,
        notes=notes,
    )


_HOST = {"host": "localhost"}
