"""(a) The import of a million records, against COPY of its rows and against a loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from analyzer.ingest.load import activity
from tests.bench import flat_loader, store
from tests.bench.figures import Figure
from tests.builders.site_dumps import write_dump

SESSIONS, INTERVALS = 20_000, 50
FLAT_RECORDS = 100_000
ROUNDS = 3


def measure(directory: Path) -> Iterator[Figure]:
    """Rounds of both, one after the other; medians are compared."""
    dump, rows = directory / "million.smf", directory / "rows.bin"
    records = write_dump(dump, sessions=SESSIONS, intervals=INTERVALS, first=date(2026, 3, 1))
    ours, copies = [], []
    for _ in range(ROUNDS):
        ours.append(_import_s(dump, records))
        copies.append(_copy_s(rows))
    began = time.perf_counter()
    done = flat_loader.load(dump, FLAT_RECORDS)
    flat_rate = done / (time.perf_counter() - began)
    dump.unlink()
    rows.unlink()
    rate, copy_rate = records / median(ours), records / median(copies)
    notes: dict[str, object] = {"records": records, "rounds": ROUNDS}
    yield Figure("ingest_vs_copy", rate, "rows/s", copy_rate, rate / copy_rate, 0.40, notes=notes)
    notes = {"records": records, "baseline_records": done, "compared": "per record"}
    yield Figure(
        "ingest_vs_flat_loader", rate, "records/s", flat_rate, rate / flat_rate, 5.0, notes=notes
    )


def _import_s(dump: Path, records: int) -> float:
    store.empty()
    began = time.perf_counter()
    imported = store.ingest(dump)
    seconds = time.perf_counter() - began
    if imported.added != records:
        raise RuntimeError(f"{imported.added} of {records} records were added")
    return seconds


def _copy_s(rows: Path) -> float:
    """COPY of the rows that are in the store now, from a file of the server."""
    # The server may run under another user than we do.
    rows.parent.chmod(0o777)
    rows.unlink(missing_ok=True)
    store.execute(f"COPY (SELECT * FROM {activity.TABLE}) TO '{rows}' (FORMAT binary)")
    store.make_twin("bench_copy", activity.TABLE)
    began = time.perf_counter()
    store.execute(f"COPY bench_copy FROM '{rows}' (FORMAT binary)")
    seconds = time.perf_counter() - began
    store.execute("DROP TABLE bench_copy")
    return seconds
