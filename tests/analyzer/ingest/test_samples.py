"""Each sample dump against what its independent writer says is in it, through the store."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from analyzer.models import (
    ConnectionEvent,
    CoverageEvent,
    Import,
    Reject,
    SecuritySession,
    SystemSettings,
)
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, expected

WITH_SESSIONS = ["site-vbs.smf", "site-rdw.smf.gz", "overlap.smf", "zos32.smf", "damaged.smf"]
IDENTITY = (
    *("sysplex", "system", "stack", "role", "ip_proto", "server_ip", "client_ip", "port_start"),
    *("port_end", "job", "user", "session_id", "protocol"),
)
SESSIONS = """
    SELECT t.sysplex, t.system, t.stack, v.role, v.ip_proto, host(v.server_ip) AS server_ip,
        host(s.client_ip) AS client_ip, v.port_start, v.port_end, v.job, v."user", s.session_id,
        p.protocol, p.raw::text AS raw, count(*) AS intervals, sum(a.connections) AS conn,
        sum(a.partial) AS partial, sum(a.short) AS short, sum(a.in_bytes) AS in_bytes,
        sum(a.out_bytes) AS out_bytes, sum(a.in_segs) AS in_segs, sum(a.out_segs) AS out_segs,
        coalesce(sum(a.failed), 0) AS failed, min(a.interval_end) AS first,
        max(a.interval_end) AS last
    FROM analyzer_activity a JOIN analyzer_securitysession s ON s.id = a.session_id
    JOIN analyzer_server v ON v.id = s.server_id JOIN analyzer_stack t ON t.id = v.stack_id
    JOIN analyzer_protection p ON p.id = s.protection_id
    WHERE a.imported_id = %s
    GROUP BY t.id, v.id, s.id, p.id"""


def stored_sessions(imported: Import) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, [imported.pk])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [unfolded(row) for row in rows]


def unfolded(row: dict[str, Any]) -> dict[str, Any]:
    row |= json.loads(row.pop("raw"))
    for key in ("first", "last"):
        row[key] = f"{row[key].isoformat()}+00:00"
    return row


def by_identity(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    keyed = {repr([row[key] for key in IDENTITY] + [row["tls"], row["dns"]]): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def plain(value: Any) -> Any:
    """JSON values alike, whatever the order of keys and the kind of integer."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return int(value) if isinstance(value, (int, float)) or hasattr(value, "as_tuple") else value


@pytest.mark.parametrize("name", WITH_SESSIONS)
def test_every_field_of_every_session_is_as_its_writer_says(ingest: Ingest, name: str) -> None:
    if name == "overlap.smf":  # its expectations speak of what it adds to the site
        ingest(SAMPLES / "site-vbs.smf")
    imported = ingest(SAMPLES / name)
    assert imported.state == Import.State.COMPLETE
    wanted = by_identity([plain(row) for row in expected(name)["sessions"]])
    found = by_identity([plain(row) for row in stored_sessions(imported)])
    assert found.keys() == wanted.keys()
    for key, session in wanted.items():
        for field, value in session.items():
            assert found[key][field] == value, (key, field)


@pytest.mark.parametrize("name", [*WITH_SESSIONS, "detail-rdw.smf"])
def test_counts_of_an_import_are_as_the_writer_says(ingest: Ingest, name: str) -> None:
    wanted = expected(name)
    found = ingest(SAMPLES / name)
    assert found.added == wanted.get("summary_interval", 0) + wanted.get("detail", 0)
    assert (found.duplicate, found.rejected) == (0, wanted["rejected"])
    events = sum(found.ignored.get(f"aggregation_{kind}", 0) for kind in ("enabled", "disabled"))
    assert events == wanted.get("ignored_119_12_events", 0)
    assert sum(found.ignored.values()) - events == wanted.get("other_records", 0)
    assert found.truncated_tail == bool(wanted.get("truncated_tail"))


def test_the_overlap_brings_only_what_is_new(ingest: Ingest) -> None:
    wanted = expected("overlap.smf")
    ingest(SAMPLES / "site-vbs.smf")
    found = ingest(SAMPLES / "overlap.smf")
    assert found.duplicate == wanted["duplicates_after_site"] == 537
    assert found.added == wanted["new_after_site"] == 804


def test_rejects_of_the_damaged_dump_are_kept_with_their_bytes(ingest: Ingest) -> None:
    imported = ingest(SAMPLES / "damaged.smf")
    rejects = list(Reject.objects.filter(imported=imported, is_tail=False))
    tail = Reject.objects.get(imported=imported, is_tail=True)
    data = (SAMPLES / "damaged.smf").read_bytes()
    assert len(rejects) == 4
    for reject in [*rejects, tail]:
        assert reject.reason
        assert reject.message
        assert data[reject.offset :].startswith(bytes(reject.head)), reject


def test_switching_aggregation_is_a_coverage_event(ingest: Ingest) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    ingest(SAMPLES / "site-rdw.smf.gz")
    kinds = sorted(CoverageEvent.objects.values_list("kind", flat=True))
    assert kinds == ["aggregation_disabled", "aggregation_enabled"]


def test_every_connection_is_as_its_writer_says(ingest: Ingest) -> None:
    wanted = expected("detail-rdw.smf")["connections"]
    ingest(SAMPLES / "detail-rdw.smf")
    found = Counter(map(_connection, ConnectionEvent.objects.select_related("stack")))
    assert found == Counter(map(_wanted_connection, wanted))


def test_connection_records_give_the_time_zone_away(ingest: Ingest) -> None:
    ingest(SAMPLES / "detail-rdw.smf")
    assert set(SystemSettings.objects.values_list("proposed_offset_min", flat=True)) == {0}


def _connection(event: ConnectionEvent) -> str:
    tls, ssh, ipsec = (event.raw[key] or {} for key in ("tls", "ssh", "ipsec"))
    bits = {0x80: "TLS", 0x40: "SSH", 0x20: "IPSEC"}
    return repr(
        [
            *(event.stack.sysplex, event.stack.system, event.stack.stack, event.event),
            *(event.conn_id, event.local_ip, event.local_port, event.remote_ip, event.remote_port),
            *(event.job, event.job_id, event.user, event.in_bytes, event.out_bytes),
            f"{event.written_at}+00:00",
            str(event.started_at),
            sorted(name for bit, name in bits.items() if event.protocols & bit),
            *(tls.get("version"), tls.get("cipher"), tls.get("source"), ssh.get("kex")),
            ipsec.get("p2_enc", ipsec.get("enc")),
        ]
    )


def _wanted_connection(row: dict[str, Any]) -> str:
    return repr(
        [
            *(row["sysplex"], row["system"], row["stack"], row["event"], row["connid"]),
            *(row["local_ip"], row["local_port"], row["remote_ip"], row["remote_port"]),
            *(row["job"], row["jobid"], row["user"], row["in_bytes"], row["out_bytes"]),
            *(row["when"], row["start"], sorted(row["protocols"])),
            *(row["tls_version"], row["tls_cipher"], row["tls_source"], row["ssh_kex"]),
            row["p2_enc"],
        ]
    )


def test_the_planner_knows_the_new_tables_when_an_import_ends(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'analyzer_securitysession'")
        assert cursor.fetchone()[0] == SecuritySession.objects.count()
