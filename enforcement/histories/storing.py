"""What was gathered goes to the store, together with how far the run is and what it remembers."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import polars as pl
from django.db import connection, models, transaction

from enforcement.histories.claims import claims
from enforcement.histories.columns import COUNTS, FALL_KEYS, HIT_KEYS
from enforcement.histories.gathering import Gathering, Numbers, moment
from enforcement.histories.unmet import COLUMNS as RULE_COLUMNS
from enforcement.histories.unmet import ONCE
from enforcement.models import (
    HistoryAct,
    HistoryChange,
    HistoryFall,
    HistoryHit,
    HistoryMessage,
    HistoryRule,
    HistoryRun,
    HistoryState,
)

_STACK: Final = ("sysplex", "system", "stack")
_OF_CONNECTION: Final = (
    *("number", *_STACK, "written_at", "event", "conn_id", "start_utc", "fingerprint"),
    *("local_ip", "local_port", "remote_ip", "remote_port", "job", "user", "protection"),
)
_ACT: Final = (
    *(*_OF_CONNECTION, "direction", "rules", "action", "suppressed", "reset", "is_cut"),
    *("is_doubtful", "audit", "last"),
)
_CHANGE: Final = (*_OF_CONNECTION, "mine", "other")
_MESSAGE: Final = ("number", *_STACK, "written_at", "conn_id", "start_utc", "level", "text")
_HIT_ONCE: Final = (
    *("run_id", "hour", "other", *_STACK, "enforced", "protocol", "rule_set", "version"),
    *("place", "kind"),
)
_FALL_ONCE: Final = (
    *("run_id", *_STACK, "role", "server_ip", "port", "job", "user", "protocol", "rule_set"),
    *("kind", "protection_key"),
)
_RULE_SUMS: Final = "evaluations = t.evaluations + EXCLUDED.evaluations"
_FALL_SUMS: Final = """evaluations = t.evaluations + EXCLUDED.evaluations,
    first_at = least(t.first_at, EXCLUDED.first_at),
    last_at = greatest(t.last_at, EXCLUDED.last_at)"""
_HIT_SUMS: Final = ", ".join(f"{name} = t.{name} + EXCLUDED.{name}" for name in COUNTS)
Memory = dict[str, Any]


@transaction.atomic
def store(
    run: HistoryRun, gathered: Gathering, memory: Memory, *, now: datetime, **columns: Any
) -> None:
    """Store all or nothing. Raises NotOursError when the run is somebody else's by now."""
    claims.advance(run, now=now, **columns)
    _copy(HistoryAct, run, _ACT, gathered.acts)
    _copy(HistoryMessage, run, _MESSAGE, gathered.messages)
    _copy(HistoryChange, run, _CHANGE, gathered.changes)
    hits = pl.concat(gathered.hits).group_by(HIT_KEYS).agg(pl.col(*COUNTS).sum())
    names = (*HIT_KEYS, *COUNTS)
    rows = ((moment(row[0]), *row[1:]) for row in hits.select(names).iter_rows())
    _merge(HistoryHit, run, names, rows, once=_HIT_ONCE, sums=_HIT_SUMS)
    _merge(HistoryFall, run, *_fallen(gathered.falls), once=_FALL_ONCE, sums=_FALL_SUMS)
    _merge(HistoryRule, run, RULE_COLUMNS, gathered.rules, once=("run_id", *ONCE), sums=_RULE_SUMS)
    memory = {**memory, "numbers": asdict(gathered.numbers)}
    packed = zlib.compress(json.dumps(memory).encode(), level=1)
    HistoryState.objects.update_or_create(run=run, defaults={"packed": packed})


def recalled(run: HistoryRun) -> tuple[Memory | None, Numbers]:
    """Return what was stored last; nothing at the beginning."""
    found = HistoryState.objects.filter(run=run).first()
    if found is None:
        return None, Numbers()
    memory: Memory = json.loads(zlib.decompress(bytes(found.packed)))
    return memory, Numbers(**memory["numbers"])


def _fallen(falls: Sequence[pl.DataFrame]) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
    grouped = (
        pl.concat(falls)
        .group_by(FALL_KEYS)
        .agg(
            pl.col("evaluations").sum(),
            pl.col("conn_id", "start_utc").sort_by("first_at", "conn_id").first(),
            pl.col("first_at").min(),
            pl.col("last_at").max(),
        )
    )
    names = (*FALL_KEYS, "evaluations", "conn_id", "start_utc")
    texts = grouped.select(names).iter_rows()
    times = grouped.select("first_at", "last_at").iter_rows()
    rows = ((*row, *map(moment, two)) for row, two in zip(texts, times, strict=True))
    return (*names, "first_at", "last_at"), rows


def _copy(
    model: type[models.Model],
    run: HistoryRun,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    table: str = "",
) -> None:
    columns = ", ".join(f'"{name}"' for name in ("run_id", *names))
    with connection.cursor() as cursor:
        raw: Any = cursor
        target = table or model._meta.db_table
        with raw.cursor.copy(f"COPY {target} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((run.pk, *row))


def _merge(
    model: type[models.Model],
    run: HistoryRun,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    once: Sequence[str],
    sums: str,
) -> None:
    """Add rows to those that are there with the same key."""
    table, stage = model._meta.db_table, f"staged_{model._meta.model_name}"
    columns = ", ".join(f'"{name}"' for name in ("run_id", *names))
    keys = ", ".join(f'"{name}"' for name in once)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {stage} (LIKE {table}) ON COMMIT DROP")
        cursor.execute(f"ALTER TABLE {stage} ALTER id DROP NOT NULL")
        _copy(model, run, names, rows, table=stage)
        cursor.execute(
            f"""INSERT INTO {table} AS t ({columns}) SELECT {columns} FROM {stage} ORDER BY {keys}
            ON CONFLICT ({keys}) DO UPDATE SET {sums}"""
        )
        cursor.execute(f"DROP TABLE {stage}")
