"""Records of connections, aggregated and read back as a decoder reads a stack's own summaries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from smf.encode.summary import Z32, encode_summary
from smf.reader import Batch
from tests.builders.enforcement.records import read

HALF_HOURS = Recording()


def summaries(batches: Sequence[Batch], recording: Recording = HALF_HOURS) -> list[bytes]:
    """Subtype 12 records in the order in which they are written."""
    aggregator = Aggregator(recording)
    found = [one for b in batches for one in aggregator.add(b.connections, b.coverage)]
    return [encode_summary(one, Z32) for one in [*found, *aggregator.finish()]]


def activity(directory: Path, records: Sequence[bytes]) -> pl.DataFrame:
    """What happened in each interval, with the session and its protection beside it."""
    if not records:
        return pl.DataFrame()
    batches = read(directory, records, "summaries")
    sessions = pl.concat([one.sessions for one in batches])
    protections = pl.concat([one.protections for one in batches])
    return (
        pl.concat([one.activity for one in batches])
        .join(sessions, on="session_index", maintain_order="left")
        .join(protections, on="protection_index", maintain_order="left", suffix="_of_protection")
    )


def aggregated(directory: Path, *records: bytes, recording: Recording = HALF_HOURS) -> pl.DataFrame:
    batches = read(directory, records)
    return activity(directory, summaries(batches, recording))


def rows(frame: pl.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return frame.select(names).rows()
