"""Subtype 11 records, and the time zones that they give away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from django.db.models import Q

from analyzer.ingest.load import bulk
from analyzer.ingest.load.dimensions import Dimensions
from analyzer.ingest.load.labels import readable
from analyzer.models import SystemSettings

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TABLE = "analyzer_connection_event"
_ENDED = (3, 4)  # termination, short termination: written when the connection ends
_QUARTER_US = 15 * 60_000_000
_QUARTER_MIN = 15
_DAY_US = 86_400_000_000
_MAX_OFFSET_MIN = 14 * 60
_RENAMED = {"local_time": "written_at", "start_utc": "started_at", "end_utc": "ended_at"}
_ADD = """
    INSERT INTO analyzer_connection_event SELECT * FROM staged_connection
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many records were new, and how many the store had."""

    added: int = 0
    duplicate: int = 0


def store(
    cursor: CursorWrapper, frame: pl.DataFrame, dimensions: Dimensions, import_id: int
) -> Stored:
    """Write the records that the store does not have; needs the load lock."""
    if frame.is_empty():
        return Stored()
    staged = _staged(frame, dimensions.stack_ids(frame), import_id)
    bulk.copy_frame(cursor, "staged_connection", staged)
    cursor.execute(_ADD)
    added = cursor.rowcount
    _propose_zones(frame)
    return Stored(added, len(frame) - added)


def _staged(frame: pl.DataFrame, stack_ids: list[int], import_id: int) -> pl.DataFrame:
    utc = [
        pl.col(name).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S%.6f+00").alias(name)
        for name in ("start_utc", "end_utc")
    ]
    return (
        frame.with_columns(
            *utc,
            _storable(frame["raw"]),
            pl.col("local_time").cast(pl.Datetime("us")),
            pl.Series("stack_id", stack_ids, pl.Int64),
            pl.lit(import_id).alias("imported_id"),
        )
        .rename(_RENAMED)
        .drop("sysplex", "system", "stack")
    )


def _storable(raw: pl.Series) -> pl.Series:
    """jsonb has no NUL: the few texts that hold one are written anew."""
    if not raw.str.contains("\\u0000", literal=True).any():
        return raw
    texts = [json.dumps(readable(one)) if "\\u0000" in one else one for one in raw]
    return pl.Series("raw", texts)


def offsets(frame: pl.DataFrame) -> pl.DataFrame:
    """The offset from UTC in minutes that each system had on its last day in the frame.

    Columns sysplex, system, offset, latest: the newest header time that says so.
    """
    minutes = (pl.col("local_time") - pl.col("end_utc")) / _QUARTER_US
    system = ("sysplex", "system")
    day = pl.col("local_time") // _DAY_US
    return (
        frame.filter(pl.col("event").is_in(_ENDED) & pl.col("end_utc").is_not_null())
        .with_columns((minutes.round() * _QUARTER_MIN).cast(pl.Int64).alias("offset"))
        .filter(pl.col("offset").abs() <= _MAX_OFFSET_MIN)
        .filter(day == day.max().over(system))
        .group_by(system)
        .agg(
            pl.col("offset").mode().min(),
            pl.col("local_time").max().cast(pl.Datetime("us")).alias("latest"),
        )
        .sort(system)
    )


def _propose_zones(frame: pl.DataFrame) -> None:
    """Dumps come in any order: an older one does not take the proposal back to its season."""
    for sysplex, system, offset, latest in offsets(frame).iter_rows():
        older = Q(proposed_from__isnull=True) | Q(proposed_from__lt=latest)
        SystemSettings.objects.filter(older, sysplex=sysplex, system=system).update(
            proposed_offset_min=offset, proposed_from=latest
        )
