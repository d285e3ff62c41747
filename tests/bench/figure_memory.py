"""(b) Peak memory of decoder and loader on a dump of 2 GB."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.bench import store
from tests.bench.figures import Figure
from tests.builders.site_dumps import write_dump

SESSIONS, INTERVALS = 30_000, 165
CEILING_MB = 600
# A process of its own: the peak must be that of the import, not of making the dump.
_IMPORT = """
import sys, django
from pathlib import Path
django.setup()
from tests.bench import store
store.ingest(Path(sys.argv[1]))
print(Path("/proc/self/status").read_text())
"""


def measure(directory: Path) -> Iterator[Figure]:
    """The high-water mark that the kernel kept of the importing process."""
    dump = directory / "two-gigabytes.smf"
    write_dump(dump, sessions=SESSIONS, intervals=INTERVALS, first=date(2026, 3, 1))
    size_mb = dump.stat().st_size / 1e6
    store.empty()
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(dump)], check=True, stdout=subprocess.PIPE, text=True
    )
    dump.unlink()
    peak_kb = next(line for line in done.stdout.splitlines() if line.startswith("VmHWM"))
    peak_mb = int(peak_kb.split()[1]) / 1024
    notes: dict[str, object] = {"dump_mb": round(size_mb)}
    yield Figure(
        "ingest_peak_mb", peak_mb, "MB", None, peak_mb, CEILING_MB, at_most=True, notes=notes
    )
