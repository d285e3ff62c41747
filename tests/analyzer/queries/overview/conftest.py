"""A small store row by row, so that expectations can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from analyzer.models import (
    Activity,
    Import,
    Protection,
    SecuritySession,
    Server,
    Stack,
    StackDay,
    SystemSettings,
)
from tests.builders import store_rows


@dataclass
class Made:
    """Makes rows; `store` keeps the activity that was noted."""

    stack: Stack
    imported: Import
    rows: list[Activity] = field(default_factory=list)

    def server(self, job: str, *, ip: str = "10.0.0.1", role: str = "server") -> Server:
        found, _ = Server.objects.get_or_create(
            stack=self.stack,
            role=role,
            ip_proto=6,
            server_ip=ip,
            port_start=443,
            port_end=443,
            job=job,
            user="USER1",
        )
        return found

    def session(
        self, server: Server, client_ip: str, protocol: str, strength: str, **facts: Any
    ) -> SecuritySession:
        number = SecuritySession.objects.count()
        protection = Protection.objects.create(
            digest=f"p{number}".encode(),
            protocol=protocol,
            raw={},
            tables_version="1",
            title=f"{protocol} {number}",
            strength=strength,
            confidence="confirmed",
            **facts,
        )
        return SecuritySession.objects.create(
            digest=f"s{number}".encode(),
            server=server,
            client_ip=client_ip,
            protection=protection,
            sa_flags=0,
        )

    def active(self, session: SecuritySession, day: str, connections: int, **more: Any) -> None:
        end = datetime.fromisoformat(f"{day} 12:00")
        self.rows.append(store_rows.activity(session, end, connections=connections, **more))

    def days(self, *days: str) -> None:
        StackDay.objects.bulk_create([StackDay(stack=self.stack, day=day) for day in days])

    def store(self) -> None:
        store_rows.store_activity(self.rows)


@pytest.fixture
def made(db: None) -> Made:
    zone = SystemSettings.objects.create(sysplex="PLEXA", system="SYSA")
    stack = Stack.objects.create(sysplex="PLEXA", system="SYSA", stack="TCPIP", settings=zone)
    imported = Import.objects.create(
        pk=1, name="x", path="x", source="path", submitted_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    return Made(stack, imported)
