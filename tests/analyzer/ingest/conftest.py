"""An empty store with real transactions, and imports into it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from analyzer.ingest import intake, pipeline
from analyzer.models import Import

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
TABLES = (
    *("import", "reject", "activity", "daily_activity", "connection_event", "coverageevent"),
    *("securitysession", "server", "protection", "stack", "systemsettings", "storedfile"),
    *("importpath", "auditentry", "stackday", "certificate"),
    *("block", "block_activity", "block_columns"),
)
Ingest = Callable[..., Import]


def empty_store() -> None:
    """Also the partitioned tables, which Django's own flush does not know."""
    names = ", ".join(f"analyzer_{name}" for name in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


@pytest.fixture
def store(transactional_db: None) -> Iterator[None]:
    empty_store()
    yield
    empty_store()


@pytest.fixture
def ingest(store: None) -> Ingest:
    """Import a file here and now: ingest(path, forced_framing="rdw")."""

    def run(path: Path, **given: Any) -> Import:
        imported = intake.submit_command(path=path, now=timezone.now(), **given)
        pipeline.run(imported.pk)
        imported.refresh_from_db()
        return imported

    return run


def expected(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.expected.json").read_text())


def unzipped_site(directory: Path) -> Path:
    path = directory / "site-rdw.smf"
    path.write_bytes(gzip.decompress((SAMPLES / "site-rdw.smf.gz").read_bytes()))
    return path


def digest_of_store() -> dict[str, str]:
    """A digest per table of everything that does not depend on the order of imports."""
    session = "SELECT s.id, encode(s.digest, 'hex') AS digest FROM analyzer_securitysession s"
    questions = {
        "activity": f"""SELECT x.digest, a.interval_end, a.fingerprint, a.duration_us,
            a.connections, a.partial, a.short, a.active, a.in_bytes, a.out_bytes, a.in_segs,
            a.out_segs, a.failed, a.restarted
            FROM analyzer_activity a JOIN ({session}) x ON x.id = a.session_id""",
        "daily": f"""SELECT x.digest, d.day, d.intervals, d.connections, d.partial, d.short,
            d.in_bytes, d.out_bytes, d.in_segs, d.out_segs, d.failed, d.restarts, d.first_end,
            d.last_end FROM analyzer_daily_activity d JOIN ({session}) x ON x.id = d.session_id""",
        "sessions": """SELECT encode(s.digest, 'hex'), s.client_ip, s.session_id, s.sa_flags,
            encode(p.digest, 'hex'), p.raw::text, p.title, p.labels::text, t.sysplex, t.system,
            t.stack, t.release, v.role, v.ip_proto, v.server_ip, v.port_start, v.port_end, v.job,
            v."user" FROM analyzer_securitysession s JOIN analyzer_server v ON v.id = s.server_id
            JOIN analyzer_stack t ON t.id = v.stack_id
            JOIN analyzer_protection p ON p.id = s.protection_id""",
        "connections": """SELECT t.sysplex, t.system, t.stack, c.written_at, c.conn_id,
            c.fingerprint, c.event, c.raw::text
            FROM analyzer_connection_event c JOIN analyzer_stack t ON t.id = c.stack_id""",
        "coverage": """SELECT t.sysplex, t.system, t.stack, c.at, c.kind
            FROM analyzer_coverageevent c JOIN analyzer_stack t ON t.id = c.stack_id""",
        "settings": """SELECT sysplex, system, proposed_offset_min, proposed_from
            FROM analyzer_systemsettings""",
        "days": """SELECT t.sysplex, t.system, t.stack, d.day
            FROM analyzer_stackday d JOIN analyzer_stack t ON t.id = d.stack_id""",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, question in questions.items():
            cursor.execute(question)
            rows = sorted(map(repr, cursor.fetchall()))
            found[name] = f"{len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()}"
    return found
