"""What an import has to say beside its data: rejected records, coverage by events and by days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analyzer.ingest.load.dimensions import Dimensions
from analyzer.ingest.load.intervals import Intervals
from analyzer.models import CoverageEvent, Reject, StackDay

if TYPE_CHECKING:
    from smf.errors import Rejected

_ROWS = 1_000


def store_rejects(rejects: Iterable[Rejected], tail: Rejected | None, import_id: int) -> None:
    """One row per rejected record, and the truncated end apart."""
    rows = [_reject(one, import_id, is_tail=False) for one in rejects]
    if tail is not None:
        rows.append(_reject(tail, import_id, is_tail=True))
    Reject.objects.bulk_create(rows, batch_size=_ROWS)


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
    if not len(new):
        return
    stacks = dimensions.session_stacks[new.columns["session_index"]]
    days = new.columns["interval_end"].astype("M8[us]").astype("M8[D]")
    order = np.lexsort((days, stacks))
    stacks, days = stacks[order], days[order]
    first = np.append(True, (stacks[1:] != stacks[:-1]) | (days[1:] != days[:-1]))
    rows = [
        StackDay(stack_id=stack_id, day=day)
        for stack_id, day in zip(stacks[first].tolist(), days[first].tolist(), strict=True)
    ]
    StackDay.objects.bulk_create(rows, batch_size=_ROWS, ignore_conflicts=True)


def _reject(found: Rejected, import_id: int, *, is_tail: bool) -> Reject:
    return Reject(
        imported_id=import_id,
        offset=found.offset,
        record_number=found.record_number,
        record_type=found.record_type,
        subtype=found.subtype,
        field=found.field[:64],
        reason=found.reason[:40],
        message=found.message,
        length=found.length,
        head=found.head,
        is_tail=is_tail,
    )
