"""Dumps in which every session has a protection of its own: certificates of single clients."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from smf.encode.records import Stamp
from smf.encode.summary import Z32, Protection, SummaryRecord, encode_summary
from smf.encode.values import Scalar
from tests.builders.protections import ECC_256, RSA_2048, raw_tls

_START = datetime(2026, 3, 1, 8)
_CLIENT_SUBJECT, _CLIENT_ISSUER = 7, 8
_SUITES = (("C030", 0x13), ("C02F", 0x12), ("1302", 0x13), ("003D", 0x0D))
_KEYS = (RSA_2048, ECC_256)


def write_clients(path: Path, clients: int, *, first: int = 0) -> None:
    """An RDW stream: one record for each client, whose certificate nobody else has.

    Serial, subject and end of the certificate differ; suites and keys repeat as a site's do.
    """
    with path.open("wb") as out:
        for number in range(first, first + clients):
            out.write(client_record(number))


def client_end(number: int) -> str:
    """When the certificate of a client ends, as UTCTime."""
    return f"{_START + timedelta(days=30, minutes=number):%y%m%d%H%M%S}Z"


def client_record(number: int) -> bytes:
    """The record of one client."""
    suite, encryption = _SUITES[number % len(_SUITES)]
    certificate: dict[str, Scalar] = {
        **_KEYS[number // len(_SUITES) % len(_KEYS)],  # type: ignore[dict-item]
        "serial": f"{number:016x}",
        "not_after": client_end(number),
    }
    raw = raw_tls()["tls"]
    assert isinstance(raw, dict)
    values = {**raw, "cipher": suite, "enc": encryption, "ccert": certificate}
    names = (
        (_CLIENT_SUBJECT, f"CN=client{number:07}.partner.example.net,O=Partner Net,C=US"),
        (_CLIENT_ISSUER, "CN=Example Issuing CA 2,O=Example,C=DE"),
    )
    record = SummaryRecord(
        Stamp(_START, "SYSA"),
        {"system": "SYSA", "sysplex": "PLEXA", "stack": "TCPIP", "release": "CS V3R2"},
        {
            "flags": 0x40,
            "job": "TN3270",
            "ip_proto": 6,
            "server_ip": "10.1.2.3",
            "client_ip": ".".join(map(str, (0x0A800000 + number).to_bytes(4, "big"))),
            "port_start": 992,
            "port_end": 992,
            "end_conn": 1 + number % 7,
        },
        Protection("TLS", values, names),
    )
    return encode_summary(record, Z32)
