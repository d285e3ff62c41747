"""Stores of certificates, and pages as the tests of views see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.analyzer.certificates import given
from tests.analyzer.ingest.conftest import ingest, store
from tests.analyzer.views.conftest import plain, taken_back
from tests.builders.protections import raw_none, raw_tls

__all__ = ["ingest", "plain", "store"]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Three certificates on two servers, and a session without any.

    TN3270 shows A to two clients, one of which shows B; FTPD shows C, known by names alone.
    """
    with django_db_blocker.unblock(), taken_back():
        a = given.coded("0A01", "261130120000Z")
        b = given.coded("0B02", "261120120000Z", ktype=5, klen=256)
        ca = "CN=Example CA,O=Example"
        alone = given.protection(raw_tls(given.tls_names("CN=tn.example", ca), scert=a))
        both = given.protection(
            raw_tls(given.tls_names("CN=tn.example", ca, "CN=client.example", ca), scert=a, ccert=b)
        )
        old = given.protection(
            raw_tls(given.tls_names("CN=ftp.example"), scert=given.coded(klen=1024))
        )
        bare = given.protection(raw_none())
        tn, ftp = given.server("TN3270"), given.server("FTPD", 990, stack=given.stack("SYSB"))
        day = datetime(2026, 11, 20, 10)
        given.used(given.session(tn, "10.9.0.1", alone), day, day.replace(hour=11))
        given.used(given.session(tn, "10.9.0.2", both), day.replace(day=21), connections=5)
        given.used(given.session(ftp, "10.9.0.1", old), day.replace(day=22), connections=7)
        given.used(given.session(ftp, "10.9.0.3", bare), day.replace(day=23), connections=9)
        yield
