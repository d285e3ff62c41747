"""What filters ask, as people say it."""

from __future__ import annotations

import pytest

from tests.analyzer.queries.conftest import filters


def test_the_sentence_reads_as_people_say_it() -> None:
    asked = "role=server&sysplex=PLEXA&version=<=TLSv1.1&protocol=NONE&job=!FTPD1"
    assert filters(asked).sentence() == (
        "TCP servers on PLEXA in the last 30 days, TLS 1.1 or older or unprotected,"
        " except job FTPD1"
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "traffic in the last 30 days"),
        ("days=all", "traffic on all days"),
        ("role=peer&days=1", "EE peers in the last day"),
        ("role=server,client", "TCP servers or TCP clients in the last 30 days"),
        ("role=!peer", "traffic in the last 30 days, except role EE peer"),
        ("from=2026-03-01&to=2026-03-02", "traffic from 2026-03-01 to 2026-03-02"),
        ("to=2026-03-01T08:30", "traffic up to 2026-03-01 08:30"),
        (
            "sysplex=PLEXA,PLEXB&system=SYSA",
            "traffic on PLEXA or PLEXB and SYSA in the last 30 days",
        ),
        (
            "server_ip=10.1.0.0/16&port=443,992&user=a,b&dn=CN=x",
            "traffic in the last 30 days, server IP 10.1.0.0/16, server port 443 or 992,"
            " user ID A or B, distinguished name CN=x",
        ),
        (
            "connections=>=100&bytes=<1000&failed=unknown",
            "traffic in the last 30 days, at least 100 connections, below 1000 bytes,"
            " unknown failed handshakes",
        ),
        ("protocol=TLS", "traffic in the last 30 days, TLS"),
        (
            "version=Unknown",
            "traffic in the last 30 days, TLS of unknown version or SSH of"
            " unknown version or IPsec of unknown version",
        ),
        (
            "version=TLSv1.2&tls_encryption=3DES,RC4*&tls_key_bits=<2048",
            "traffic in the last 30 days,"
            " TLS 1.2 with encryption 3DES or RC4* and key length below 2048 bits",
        ),
        (
            "ssh_encryption=3DES&protocol=NONE&strength=weak",
            "traffic in the last 30 days, SSH with encryption 3DES, or unprotected, strength weak",
        ),
        (
            "quantum=vulnerable&expiry=30d&source=provider",
            "traffic in the last 30 days, quantum-vulnerable, source provider,"
            " certificate expiring within 30 days",
        ),
        ("protocol=!SSH,!IPSEC", "traffic in the last 30 days, except SSH or IPsec"),
        ("version=!TLSv1.3", "traffic in the last 30 days, except TLS 1.3 or unknown"),
        (
            "job=TN*,!TN1,!TN2&tls_mac=!AEAD&expiry=!expired",
            "traffic in the last 30 days, job TN*, except job TN1 or TN2,"
            " except TLS message authentication AEAD or unknown,"
            " except certificate expired or unknown",
        ),
    ],
)
def test_the_sentence_says_what_is_asked(query: str, sentence: str) -> None:
    assert filters(query).sentence() == sentence


def test_a_page_can_say_whom_it_is_about() -> None:
    assert filters("role=client&job=A").sentence("Servers on z/OS that were used") == (
        "Servers on z/OS that were used in the last 30 days, role TCP client, job A"
    )
