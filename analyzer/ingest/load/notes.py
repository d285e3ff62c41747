"""What an import has to say beside its data: rejected records, coverage by events and by days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analyzer.ingest.load import bulk
from analyzer.ingest.load.dimensions import Dimensions
from analyzer.ingest.load.intervals import Intervals
from analyzer.models import CoverageEvent, StackDay

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from smf.errors import Rejected

KEPT_REJECTS = 100_000  # of one import; all are counted
_ROWS = 1_000
_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)
_REJECTS: dict[str, type[pl.DataType]] = {
    "offset": pl.Int64,
    "record_number": pl.Int64,
    "record_type": pl.Int64,
    "subtype": pl.Int64,
    "field": pl.String,
    "reason": pl.String,
    "message": pl.String,
    "length": pl.Int64,
    "head": pl.Binary,
    "is_tail": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """An import, and how many of its records were rejected before this batch."""

    pk: int
    rejected: int


def store_rejects(
    cursor: CursorWrapper, rejects: Sequence[Rejected], tail: Rejected | None, imported: Kept
) -> None:
    """One row per rejected record, up to `KEPT_REJECTS` of an import, and the truncated end."""
    room = max(KEPT_REJECTS - imported.rejected, 0)
    rows = [_reject(one, is_tail=False) for one in rejects[:room]]
    if tail is not None:
        rows.append(_reject(tail, is_tail=True))
    if rows:
        frame = pl.DataFrame(rows, schema=_REJECTS, orient="row").unique(
            ["offset", "reason"], keep="first", maintain_order=True
        )
        owned = frame.with_columns(pl.lit(imported.pk).alias("imported_id"))
        bulk.copy_frame(cursor, "analyzer_reject", owned)


def store_coverage(frame: pl.DataFrame, dimensions: Dimensions, import_id: int) -> None:
    """zERT or its aggregation switched on or off; seen twice it counts once."""
    if frame.is_empty():
        return
    times: list[datetime] = frame["local_time"].cast(pl.Datetime("us")).to_list()
    rows = [
        CoverageEvent(stack_id=stack_id, at=at, kind=kind, imported_id=import_id)
        for stack_id, at, kind in zip(
            dimensions.stack_ids(frame), times, frame["kind"], strict=True
        )
    ]
    CoverageEvent.objects.bulk_create(rows, batch_size=_ROWS, ignore_conflicts=True)


def store_days(new: Intervals, dimensions: Dimensions) -> None:
    """Which stacks have records of which local days."""
    days = new.keys["interval_end"] // _DAY_US  # sorted, as the records are
    stacks = dimensions.session_stacks[new.keys["session_index"]]
    begins = np.flatnonzero(np.diff(days, prepend=days[:1] - 1))
    rows = [
        StackDay(stack_id=stack, day=_EPOCH + timedelta(days=int(days[begin])))
        for begin, end in pairwise([*begins.tolist(), len(days)])
        for stack in np.flatnonzero(np.bincount(stacks[begin:end])).tolist()
    ]
    StackDay.objects.bulk_create(rows, batch_size=_ROWS, ignore_conflicts=True)


def _reject(found: Rejected, *, is_tail: bool) -> tuple[object, ...]:
    """A row of `_REJECTS`."""
    return (
        found.offset,
        found.record_number,
        found.record_type,
        found.subtype,
        found.field[:64],
        found.reason[:40],
        found.message,
        found.length,
        found.head,
        is_tail,
    )
