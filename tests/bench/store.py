"""The store that figures are measured on, and tables like those of the store."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from analyzer.models import Import

_TABLES = (
    *("import", "reject", "activity", "daily_activity", "connection_event", "coverageevent"),
    *("securitysession", "server", "certificate", "protection", "stack"),
    *("systemsettings", "stackday", "block", "block_activity", "block_columns"),
)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def empty() -> None:
    """Empty tables, partitions stay; a checkpoint, so that none falls into a measurement."""
    execute(
        f"TRUNCATE {', '.join(f'analyzer_{name}' for name in _TABLES)} RESTART IDENTITY CASCADE"
    )
    execute("CHECKPOINT")


def ingest(path: Path) -> Import:
    """Import as a worker does."""
    imported = intake.submit_command(path=path, now=timezone.now())
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    if imported.state != Import.State.COMPLETE:
        raise RuntimeError(imported.error)
    return imported


def make_twin(name: str, table: str) -> None:
    """An empty table like another: columns, partitions with their bounds, indexes."""
    execute(f"DROP TABLE IF EXISTS {name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_partkeydef(%s::regclass)", [table])
        key = cursor.fetchone()[0]
        cursor.execute(
            """SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass""",
            [table],
        )
        partitions = cursor.fetchall()
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL) PARTITION BY {key}")
        for number, (_, bounds) in enumerate(partitions):
            cursor.execute(f"CREATE TABLE {name}_{number} PARTITION OF {name} {bounds}")
        cursor.execute("CHECKPOINT")


def settle() -> None:
    """What autovacuum does in the minutes after an import, and a checkpoint."""
    execute(f"VACUUM ANALYZE {', '.join(f'analyzer_{name}' for name in _TABLES)}")
    execute("CHECKPOINT")
