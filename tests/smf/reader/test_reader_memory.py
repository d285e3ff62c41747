"""Memory is bounded by the batch, not by the dump."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.builders.site_dumps import write_dump

ROOT = Path(__file__).parents[3]
BATCH_BYTES = 2 << 20
BOUND_MB = 60
"""Thirty batches of two megabytes: buffers, columns, the frames of one batch."""
READ = """
import resource, sys
from pathlib import Path
from smf.reader import DumpReader, ReadOptions
def peak_kb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with DumpReader(Path(sys.argv[1]), ReadOptions(batch_bytes=int(sys.argv[2]))) as reader:
    batches = iter(reader)
    rows = sum(next(batches).activity.height for _ in range(3))
    settled = peak_kb()
    rows += sum(batch.activity.height for batch in batches)
print(rows, reader.size_bytes, peak_kb() - settled)
"""


def read_apart(path: Path) -> tuple[int, int, int]:
    """Rows, size in bytes, and growth in kB of a process that reads the dump."""
    command = [sys.executable, "-c", READ, str(path), str(BATCH_BYTES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows, size, growth_kb = map(int, done.stdout.split())
    return rows, size, growth_kb


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_long_dump_needs_no_more_than_its_first_batches(tmp_path: Path, wrapped: bool) -> None:
    dump = tmp_path / "dump"
    records = write_dump(dump, sessions=2_000, intervals=110, first=date(2026, 10, 1))
    assert dump.stat().st_size > 80_000_000
    if wrapped:
        dump.write_bytes(gzip.compress(dump.read_bytes(), compresslevel=1))
    rows, size, growth_kb = read_apart(dump)
    assert (rows, size) == (records, dump.stat().st_size)
    assert growth_kb < BOUND_MB * 1_024
