"""Protections as the loader writes them, from raw codes: known, unlisted, unknown, absent ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analyzer.ingest.load.labels import derived
from analyzer.models import Protection
from tests.builders.protections import (
    ABSENT,
    ECC_256,
    RSA_2048,
    Codes,
    raw_ipsec,
    raw_none,
    raw_ssh,
    raw_tls,
)

UNCODED: Codes = {"sig": 0, "enc": 0, "dig": 0, "ktype": 0, "klen": 4096}


def certificate(codes: Codes, serial: str, days: int | None, *, text: str = "") -> Codes:
    """A certificate that ends `days` from now, or at a time that is none."""
    end = datetime.now(UTC) + timedelta(days=days or 0)
    written = text if days is None else f"{end:%y%m%d%H%M%S}Z"
    return {**codes, "serial": serial, "not_after": written}


def raw_protections() -> list[Codes]:
    """One of each: every attribute known, known in part, by an unlisted code, and not at all."""
    name: list[list[object]] = [[0xFFFF, "CN=a_b"], [2, "CN=Root,O=Example"]]
    return [
        raw_none(),
        raw_none(dns=name),
        # By suite: ECDHE_RSA AES-256-GCM, RSA 3DES, RSA RC4-MD5, RSA AES-128-CBC, NULL.
        raw_tls(scert=certificate(RSA_2048, "00AB12", 200), ccert=certificate(ECC_256, "7F", -40)),
        raw_tls(name, version=0x0301, cipher="000A", source=1, scert={**RSA_2048, "klen": 1024}),
        raw_tls(version=0x0300, cipher="0004", scert=certificate(RSA_2048, "01", 10)),
        raw_tls(version=0x0302, cipher="002F", source=0, scert=certificate(UNCODED, "AB", None)),
        raw_tls(version=0x0303, cipher="0002", scert={**RSA_2048, "klen": 0, "sig": 3}),
        # TLS 1.3: the exchange is open; ChaCha20.
        raw_tls(name, version=0x0304, cipher="1303", source=1),
        raw_tls(version=0x0304, cipher="1301", scert=certificate(ECC_256, "DEADBEEF00", 3000)),
        # By codes alone: an unlisted suite, an unlisted cipher, nothing recorded, a failure.
        raw_tls(version=0x0305, cipher="ABCD", enc=4, mac=4, kex=2),
        raw_tls(version=0, cipher="", enc=0x99, mac=0x77, kex=0x88, source=9),
        raw_tls(version=0, cipher="FFFFFF", enc=0, mac=0, kex=0, scert={}, ccert={}),
        raw_ssh(),
        raw_ssh(name, auth=2, ckey=0, ckey_len=0, in_enc=0x13, in_mac=1, out_enc=0x13, out_mac=1),
        raw_ssh(version=1, kex=5, in_enc=2, out_enc=9, skey=6, skey_len=768, ckey=1, ckey_len=0),
        raw_ssh(version=0, source=2, kex=0x55, skey=0x44, skey_len=0, in_enc=0, in_mac=0x66),
        raw_ssh(source=2, skey=7, ckey=8, scert=RSA_2048, ccert={**RSA_2048, "ktype": 3}),
        raw_ipsec(),
        raw_ipsec(name, major=1, p1_enc=4, p1_mac=3, dh=2, pfs=0x0E, p2_enc=0x13, p2_mac=1),
        raw_ipsec(lcert=certificate(RSA_2048, "0AB12", 20), rcert=certificate(ECC_256, "", -1)),
        raw_ipsec(major=0, dh=0, pfs=0, p1_enc=0, p1_mac=0, rcert=certificate(ABSENT, "", None)),
        raw_ipsec(dh=0x18, pfs=0x99, p2_enc=0x98, p2_mac=0x97, rcert=certificate(ECC_256, "7f", 1)),
    ]


def store_protections() -> list[Protection]:
    """Written to the store under digests of their own."""
    return [
        Protection.objects.create(
            digest=(1000 + number).to_bytes(16, "big"),
            protocol=raw["protocol"],
            raw=raw,
            **derived(raw),
        )
        for number, raw in enumerate(raw_protections())
    ]
