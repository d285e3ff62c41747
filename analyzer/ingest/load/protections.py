"""Protections into the store: those it does not have are named and copied in, a slice at a time.

A protection with its names in Python takes kilobytes, and a dump may bring a hundred thousand
(certificates of single clients): slices keep memory small.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from analyzer.ingest.load import bulk, certificates
from analyzer.ingest.load.labels import DERIVED, derived_texts, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.utils import CursorWrapper

TABLE = "analyzer_protection"
_SLICE = 2_000
_ARRAYS = ("facts", "key_bits", "not_after")
_FLAGS = ("failed_handshake", "quantum_vulnerable")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "digest": pl.Binary,
    "protocol": pl.String,
    "raw": pl.String,
    **dict.fromkeys(DERIVED, pl.String),
    **dict.fromkeys(_FLAGS, pl.Boolean),
}
_IDS = """
    SELECT n.protection_index, p.id FROM staged_protection n, LATERAL (
        SELECT id FROM analyzer_protection WHERE digest = n.digest LIMIT 1) AS p"""
"""One by one through the index: a slice must not read the whole table."""


def resolve(cursor: CursorWrapper, frame: pl.DataFrame) -> Iterator[list[tuple[int, int]]]:
    """The reader's index and the store's id of each protection; needs the load lock."""
    for part in frame.iter_slices(_SLICE):
        cursor.execute("TRUNCATE staged_protection")
        bulk.copy_frame(cursor, "staged_protection", part.select("protection_index", "digest"))
        known = _ids(cursor)
        new = part.filter(~pl.col("protection_index").is_in([index for index, _ in known]))
        if len(new):
            named = _named(new)
            bulk.copy_frame(cursor, TABLE, named)
            known = _ids(cursor)
            ids = dict(known)
            pks = [ids[index] for index in new["protection_index"]]
            raws = map(json.loads, named["raw"])
            certificates.learn(cursor, zip(pks, raws, strict=True))
        yield known


def _ids(cursor: CursorWrapper) -> list[tuple[int, int]]:
    cursor.execute(_IDS)
    return list(cursor.fetchall())


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    rows = [_derived(raw) for raw in frame["raw"]]
    found = {name: [row[name] for row in rows] for name in ("raw", *DERIVED)}
    kept = frame.select("digest", "protocol")
    return pl.DataFrame({**kept.to_dict(), **found}, schema=_SCHEMA)


def _derived(raw: str) -> dict[str, Any]:
    value = readable(raw)
    found = derived_texts(value)
    found |= {name: _array(found[name]) for name in _ARRAYS}
    return {"raw": json.dumps(value) if "\\u0000" in raw else raw, **found}


def _array(values: Sequence[object]) -> str:
    """Return an array as PostgreSQL reads it, its elements in quotes."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
