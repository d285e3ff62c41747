"""A small store of awkward rows without an import: names with the signs of LIKE, zones, ties."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from analyzer.ingest import blocks
from analyzer.ingest.load.partitions import Partitions
from analyzer.models import (
    Activity,
    DailyActivity,
    Protection,
    SecuritySession,
    Server,
    Stack,
    StackDay,
    SystemSettings,
)

LAST_DAY = datetime(2026, 3, 31)
DAYS = 40
COUNTERS = (
    *("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs"),
    "failed",
)
_STACKS = (
    ("PLEXA", "SYSA", "TCPIP", "Europe/Berlin"),
    ("PLEXA", "SYSB", "TCPIP", "UTC"),
    ("PLEXB", "SYSC", "tcpip2", "America/New_York"),
)
_OWNERS = (
    *(("TN3270", "TCPUSER"), ("TN3270A", "TCPUSER"), ("A_B", "STCUSER"), ("AXB", "STCUSER")),
    *(("A%B", "O'NEIL"), ("A\\B", 'Q"UOTE'), ("", ""), ("FTPD1", "ftpd")),
)
_ADDRESSES = ("10.1.0.5", "10.1.0.200", "10.2.0.5", "9.255.0.1", "2001:db8::5", "::ffff:10.1.0.5")
_PORTS = ((443, 443), (992, 992), (8000, 8080), (8080, 8080), (1024, 65535), (21, 21))
_CLIENTS = ("10.1.0.9", "10.1.200.7", "192.0.2.1", "192.0.2.2", "2001:db8::a", "2001:db8:1::a")
_PROTECTIONS = (
    *(("NONE", "", "none", ()), ("TLS", "TLSv1.2", "acceptable", ("CN=a.example,O=Äpfel AG",))),
    ("TLS", "TLSv1.3", "strong", ("CN=b_1.example,O=50% Ltd", "CN=Root CA,O=Example")),
    *(("TLS", "SSLv3", "deprecated", ()), ("TLS", "Unknown", "unknown", ("CN=back\\slash",))),
    *(("SSH", "SSHv2", "weak", ()), ("IPSEC", "IKEv2", "strong", ("CN=peer,O=Example",))),
)


def fill(*, sessions: int = 60, records: int = 500, seed: int = 119) -> None:
    """Stacks, servers, sessions, their interval records, and the roll-up of these."""
    chance = random.Random(seed)
    stacks = [_stack(*names) for names in _STACKS]
    protections = [_protection(number, *given) for number, given in enumerate(_PROTECTIONS)]
    servers = [_server(chance, stacks) for _ in range(sessions // 3)]
    made = [_session(chance, servers, protections) for _ in range(sessions)]
    store_activity(_records(chance, made, records))


def store_activity(rows: Sequence[Activity]) -> None:
    """Interval records with their partitions and their sums by day; blocks give way to them."""
    times = np.array([row.interval_end for row in rows], "M8[us]").astype(np.int64)
    partitions = Partitions()
    partitions.provide_days("analyzer_activity", times)
    partitions.provide_months(times)
    with connection.cursor() as cursor:
        blocks.forget(cursor, {row.interval_end.date() for row in rows})
    Activity.objects.bulk_create(rows)
    days = {(row.session.server.stack_id, row.interval_end.date()) for row in rows}
    StackDay.objects.bulk_create(
        [StackDay(stack_id=stack, day=day) for stack, day in sorted(days)], ignore_conflicts=True
    )
    DailyActivity.objects.bulk_create(_by_day(rows))


def activity(session: SecuritySession, end: datetime, **counters: int | None) -> Activity:
    """One interval record; counters that are not given are zero, `failed` is null."""
    zeros = dict.fromkeys(COUNTERS, 0) | {"failed": None}
    return Activity(
        interval_end=end,
        session=session,
        fingerprint=hash((session.pk, end)) % 2**60,
        duration_us=1_800_000_000,
        active=0,
        restarted=False,
        imported_id=1,
        **(zeros | counters),
    )


def _stack(sysplex: str, system: str, stack: str, zone: str) -> Stack:
    settings = SystemSettings.objects.create(sysplex=sysplex, system=system, time_zone=zone)
    return Stack.objects.create(sysplex=sysplex, system=system, stack=stack, settings=settings)


def _protection(
    number: int, protocol: str, version: str, strength: str, names: Iterable[str]
) -> Protection:
    return Protection.objects.create(
        digest=number.to_bytes(16, "big"),
        protocol=protocol,
        raw={},
        tables_version="1",
        title=f"{protocol} {version}",
        labels={"version": version, "scert_key_bits": str(number * 500)} if version else {},
        version=version,
        strength=strength,
        confidence="confirmed",
        dn_text="\n".join(names),
    )


def _server(chance: random.Random, stacks: Sequence[Stack]) -> Server:
    role = chance.choice(["server", "server", "client", "peer"])
    job, user = chance.choice(_OWNERS)
    port_start, port_end = chance.choice(_PORTS)
    server, _ = Server.objects.get_or_create(
        stack=chance.choice(stacks),
        role=role,
        ip_proto=17 if role == "peer" else 6,
        server_ip=chance.choice(_ADDRESSES[: chance.choice([1, 6])]),
        port_start=port_start,
        port_end=port_end,
        job=job,
        user=user,
    )
    return server


def _session(
    chance: random.Random, servers: Sequence[Server], protections: Sequence[Protection]
) -> SecuritySession:
    return SecuritySession.objects.create(
        digest=chance.randbytes(16),
        server=chance.choice(servers),
        client_ip=chance.choice(_CLIENTS),
        protection=chance.choice(protections),
        session_id=f"{chance.getrandbits(60):X}",
        sa_flags=0,
    )


def _records(
    chance: random.Random, sessions: Sequence[SecuritySession], number: int
) -> list[Activity]:
    found: dict[tuple[int, datetime], Activity] = {}
    for _ in range(number):
        session = chance.choice(sessions)
        back = timedelta(days=chance.randrange(DAYS), minutes=30 * chance.randrange(48))
        end = LAST_DAY + timedelta(hours=23, minutes=30) - back
        counters: dict[str, int | None] = {name: chance.randrange(4) for name in COUNTERS}
        counters["failed"] = chance.choice([None, None, 0, 2])
        counters["in_bytes"] = chance.randrange(5) * 10_000
        found[session.pk, end] = activity(session, end, **counters)
    return list(found.values())


def _by_day(rows: Sequence[Activity]) -> list[DailyActivity]:
    grouped: dict[tuple[Any, int], list[Activity]] = defaultdict(list)
    for row in rows:
        grouped[row.interval_end.date(), row.session_id].append(row)
    return [
        DailyActivity(
            day=day,
            session_id=session_id,
            intervals=len(group),
            restarts=0,
            first_end=min(row.interval_end for row in group),
            last_end=max(row.interval_end for row in group),
            **{name: _total([getattr(row, name) for row in group]) for name in COUNTERS},
        )
        for (day, session_id), group in grouped.items()
    ]


def _total(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
