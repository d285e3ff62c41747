"""A store of two months for comparisons: each server with its connections in one and the other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from analyzer.models import (
    Activity,
    Protection,
    SecuritySession,
    Server,
    Stack,
    StackDay,
    SystemSettings,
)
from tests.builders.store_rows import activity, store_activity

A_END, B_END = datetime(2026, 2, 10, 12), datetime(2026, 3, 31, 12)
"""One record lies in each of the two last periods of thirty days: 1 March ends the first."""
CLIENT = "192.0.2.1"
Connections = Mapping[str, int]
_PROTECTIONS = {
    "none": ("NONE", "", "none", ""),
    "deprecated": ("TLS", "SSLv3", "deprecated", "0005"),
    "weak": ("SSH", "SSHv2", "weak", ""),
    "unknown": ("TLS", "Unknown", "unknown", ""),
    "acceptable": ("TLS", "TLSv1.2", "acceptable", "C030"),
    "strong": ("TLS", "TLSv1.3", "strong", "1301"),
    "other strong": ("IPSEC", "IKEv2", "strong", ""),
}


def place(system: str = "SYSA", *, a: bool = True, b: bool = True) -> Stack:
    """A stack of PLEXA with a day of data in the first, in the second month."""
    settings = SystemSettings.objects.create(sysplex="PLEXA", system=system)
    stack = Stack.objects.create(sysplex="PLEXA", system=system, stack="TCPIP", settings=settings)
    days = [end.date() for end, there in ((A_END, a), (B_END, b)) if there]
    StackDay.objects.bulk_create(StackDay(stack=stack, day=day) for day in days)
    return stack


def server(stack: Stack, job: str, *, address: str = "10.1.0.5", role: str = "server") -> Server:
    return Server.objects.create(
        stack=stack,
        role=role,
        ip_proto=6,
        server_ip=address,
        port_start=992,
        port_end=992,
        job=job,
        user="STC",
    )


def traffic(of: Server, a: Connections, b: Connections, *, client: str = CLIENT) -> None:
    """Connections by the name of a protection, in the first and in the second month."""
    rows: list[Activity] = []
    for name in {**a, **b}:
        session = _session(of, name, client)
        for end, found in ((A_END, a), (B_END, b)):
            rows += [activity(session, end, connections=found[name])] if name in found else []
    store_activity(rows)


def title(name: str) -> str:
    """What a protection is called."""
    protocol, version, _, _ = _PROTECTIONS[name]
    return f"{protocol} {version}".strip()


def _session(of: Server, name: str, client: str) -> SecuritySession:
    found, _ = Protection.objects.get_or_create(
        digest=hashlib.md5(name.encode(), usedforsecurity=False).digest(),
        defaults=_described(name),
    )
    return SecuritySession.objects.create(
        digest=hashlib.md5(f"{of.pk} {client} {name}".encode(), usedforsecurity=False).digest(),
        server=of,
        client_ip=client,
        protection=found,
        sa_flags=0,
    )


def _described(name: str) -> dict[str, object]:
    protocol, version, strength, cipher = _PROTECTIONS[name]
    return {
        "protocol": protocol,
        "raw": {},
        "tables_version": "1",
        "title": title(name),
        "version": version,
        "cipher": cipher,
        "strength": strength,
        "confidence": "confirmed",
    }
