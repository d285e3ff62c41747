"""A small store of certificates in use, by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from django.db import connection
from django.http import QueryDict

from analyzer.ingest.load import certificates
from analyzer.ingest.load.labels import derived
from analyzer.models import Certificate, Protection, SecuritySession, Server, Stack, SystemSettings
from analyzer.queries.filters import Filters
from tests.builders import store_rows
from tests.builders.protections import RSA_2048, Codes

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SERVER_SUBJECT, SERVER_ISSUER, CLIENT_SUBJECT, CLIENT_ISSUER = 5, 6, 7, 8
_numbers = count(1)


def tls_names(
    subject: str = "", issuer: str = "", client: str = "", client_issuer: str = ""
) -> list[list[object]]:
    """The distinguished names of a TLS section."""
    given = (
        *((SERVER_SUBJECT, subject), (SERVER_ISSUER, issuer)),
        *((CLIENT_SUBJECT, client), (CLIENT_ISSUER, client_issuer)),
    )
    return [[kind, text] for kind, text in given if text]


def coded(serial: str = "", not_after: str = "", **changes: object) -> Codes:
    """RSA 2048 with SHA-256, changed; `not_after` as records have it."""
    return {**RSA_2048, "serial": serial, "not_after": not_after, **changes}


def protection(raw: Codes, *, known: bool = True) -> Protection:
    """As the loader stores it; `known`: with its certificates."""
    made = Protection.objects.create(
        digest=next(_numbers).to_bytes(16, "big"),
        protocol=raw["protocol"],
        raw=json.loads(json.dumps(raw)),
        **derived(raw),
    )
    if known:
        learn(made)
    return made


def learn(*made: Protection) -> int:
    with connection.cursor() as cursor:
        return certificates.learn(cursor, [(one.pk, one.raw) for one in made])


def stack(system: str = "SYSA", zone: str = "UTC") -> Stack:
    settings, _ = SystemSettings.objects.get_or_create(
        sysplex="PLEX1", system=system, defaults={"time_zone": zone}
    )
    found, _ = Stack.objects.get_or_create(
        sysplex="PLEX1", system=system, stack="TCPIP", settings=settings
    )
    return found


def server(job: str = "TN3270", port: int = 992, **more: object) -> Server:
    given = {
        "stack": stack(),
        "role": "server",
        "ip_proto": 6,
        "server_ip": "10.1.0.5",
        "port_start": port,
        "port_end": port,
        "job": job,
        "user": "TCPUSER",
    }
    found, _ = Server.objects.get_or_create(**{**given, **more})
    return found


def session(of: Server, client_ip: str, protected: Protection) -> SecuritySession:
    return SecuritySession.objects.create(
        digest=next(_numbers).to_bytes(16, "big"),
        server=of,
        client_ip=client_ip,
        protection=protected,
        sa_flags=0,
    )


def used(one: SecuritySession, *ends: datetime, connections: int = 1) -> None:
    """Interval records of a session, with their sums."""
    store_rows.store_activity(
        [store_rows.activity(one, end, connections=connections) for end in ends]
    )


def filters(query: str = "days=all") -> Filters:
    found, errors = Filters.from_params(QueryDict(query))
    assert not errors
    return found


def names(rows: Sequence[dict[str, object]]) -> list[object]:
    return [row["name"] for row in rows]


def only() -> Certificate:
    return Certificate.objects.get()


def day_of(day: int) -> datetime:
    return datetime(2026, 11, day, 10)
