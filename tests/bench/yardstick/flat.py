"""The same records flat, one row each with all that questions ask for: as Parquet, as a table."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.db import connection

from smf.reader import Batch
from tests.bench import store
from tests.bench.yardstick.site import Site

TABLE = "flat_yardstick"
_SESSIONS = """SELECT s.digest, s.id AS session_id, t.sysplex, t.system, t.stack, v.role,
        v.id AS server_id, host(v.server_ip) AS server_ip, v.port_start, v.port_end, v.job,
        v."user", host(s.client_ip) AS client_ip, p.protocol, p.version, p.strength
    FROM analyzer_securitysession s JOIN analyzer_server v ON v.id = s.server_id
    JOIN analyzer_stack t ON t.id = v.stack_id JOIN analyzer_protection p
        ON p.id = s.protection_id"""
_COUNTED = ("connections", "failed", "in_bytes", "out_bytes")
_ROW_GROUP = 250_000
_FILL = f"""CREATE UNLOGGED TABLE {TABLE} AS
    SELECT a.interval_end AS ended, s.session_id, s.sysplex, s.system, s.stack, s.role, s.server_id,
        s.server_ip, s.port_start, s.port_end, s.job, s."user", s.client_ip, s.protocol, s.version,
        s.strength, {", ".join(f"a.{name}" for name in _COUNTED)}
    FROM analyzer_activity a JOIN ({_SESSIONS}) s ON s.session_id = a.session_id"""
_INDEXES = ("ended", "server_id, ended", "client_ip, ended")


def write_parquet(directory: Path, site: Site) -> None:
    """A file a day, each sorted by server, session and time: what one asks for lies together."""
    directory.mkdir(parents=True, exist_ok=True)
    sessions = _sessions(site)
    batches = list[Batch]()
    for number, batch in enumerate(site.batches()):
        batches.append(batch)
        if number % 3 == 2:
            activity = pl.concat(one.activity for one in batches)
            _write(directory / f"{number // 3:03}.parquet", activity, sessions)
            batches.clear()


def fill_table() -> None:
    """In the order of time, as records come, with indexes and statistics."""
    store.execute(f"DROP TABLE IF EXISTS {TABLE}")
    store.execute(_FILL)
    for columns in _INDEXES:
        store.execute(f"CREATE INDEX ON {TABLE} ({columns})")
    store.execute(f"VACUUM ANALYZE {TABLE}")


def _sessions(site: Site) -> pl.DataFrame:
    """What the store knows of each session, by the reader's index."""
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS)
        names = [column.name for column in cursor.description]
        known = pl.DataFrame(
            cursor.fetchall(), schema=names, orient="row", infer_schema_length=None
        )
    known = known.with_columns(pl.col("digest").cast(pl.Binary))
    ours = site.head.sessions.select("session_index", "digest")
    return ours.join(known, on="digest").drop("digest")


def _write(path: Path, activity: pl.DataFrame, sessions: pl.DataFrame) -> None:
    ended = pl.from_epoch("local_end", time_unit="us").alias("ended")
    counted = activity.select(ended, "session_index", *_COUNTED)
    rows = counted.join(sessions, on="session_index").drop("session_index")
    rows = rows.sort("role", "server_id", "session_id", "ended")
    rows.write_parquet(path, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)


def is_filled() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
        return bool(cursor.fetchone()[0])
