"""A store filled without an import, and imports of samples."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from analyzer.models import Protection, SecuritySession, Server
from tests.analyzer.ingest.conftest import ingest, store
from tests.builders import store_rows

__all__ = ["ingest", "store"]


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Filled once for a module: rows that were taken back would slow later tests down."""
    with django_db_blocker.unblock(), transaction.atomic():
        store_rows.fill()
        yield
        transaction.set_rollback(True)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def add_session(number: int, *, server: Server, client_ip: str, **labels: str) -> SecuritySession:
    """One more TLS session with its own protection, active on the last day."""
    protection = Protection.objects.create(
        digest=b"session " + number.to_bytes(8, "big"),
        protocol="TLS",
        raw={"protocol": "TLS", "tls": {"cipher": "1302"}, "ssh": None, "ipsec": None, "dns": []},
        tables_version="1",
        title=labels.get("dn_tls_server_subject", "TLSv1.3"),
        labels={"version": "TLSv1.3", **labels},
        version="TLSv1.3",
        strength="strong",
        confidence="confirmed",
    )
    session = SecuritySession.objects.create(
        digest=b"session " + number.to_bytes(8, "big"),
        server=server,
        client_ip=client_ip,
        protection=protection,
        session_id=f"T-{number}",
        sa_flags=0,
    )
    end = datetime(2026, 3, 31, 12)
    store_rows.store_activity([store_rows.activity(session, end, connections=number)])
    return session
