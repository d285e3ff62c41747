"""Connections as documents: what is written reads back, and every fault has its path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from policy.attributes import Connection, Direction, Source
from policy.documents import connection_from_tree, connection_to_tree
from policy.errors import DocumentError
from policy.vocabulary import Attribute, Protocol
from tests.policy.strategies import connections

SAMPLE: dict[str, Any] = {
    "local_ip": "10.1.1.1",
    "local_port": 992,
    "remote_ip": "2001:db8::9",
    "remote_port": 50_000,
    "job": "TN3270",
    "user": "TCPIP",
    "direction": "inbound",
    "protections": [
        {
            "protocol": "TLS",
            "version": "tlsv1.2",
            "encryption": "0x13",
            "authentication": 1,
            "key_bits": 2048,
            "source": "provider",
        }
    ],
}


def test_words_codes_and_hexadecimal_are_read() -> None:
    found = connection_from_tree(SAMPLE)
    (tls,) = found.protections
    assert tls.codes == {
        Attribute.VERSION: 0x0303,
        Attribute.ENCRYPTION: 0x13,
        Attribute.AUTHENTICATION: 1,
    }
    assert (tls.protocol, tls.key_bits, tls.source) == (Protocol.TLS, 2048, Source.PROVIDER)
    assert (found.job, found.direction) == ("TN3270", Direction.INBOUND)
    assert connection_to_tree(found)["protections"] == [
        {
            "protocol": "TLS",
            "version": "TLSv1.2",
            "encryption": "AES-256-GCM",
            "authentication": "None-or-AEAD",
            "key_bits": 2048,
            "source": "provider",
        }
    ]


@given(connections())
def test_what_is_written_reads_back(connection: Connection) -> None:
    text = json.dumps(connection_to_tree(connection))
    assert connection_from_tree(json.loads(text)) == connection


def protected(**more: object) -> dict[str, Any]:
    return {**SAMPLE, "protections": [{**SAMPLE["protections"][0], **more}]}


@pytest.mark.parametrize(
    ("tree", "path", "message"),
    [
        ([], "/", "an object"),
        ({**SAMPLE, "colour": 1}, "/colour", "not known"),
        ({k: v for k, v in SAMPLE.items() if k != "remote_ip"}, "/remote_ip", "missing"),
        ({**SAMPLE, "local_ip": "10.1.1"}, "/local_ip", "not an IP address"),
        ({**SAMPLE, "local_port": "992"}, "/local_port", "no number"),
        ({**SAMPLE, "local_port": True}, "/local_port", "no number"),
        ({**SAMPLE, "local_port": 70_000}, "/", "no port"),
        ({**SAMPLE, "job": 3}, "/job", "no text"),
        ({**SAMPLE, "direction": "Both"}, "/direction", "neither Inbound nor Outbound"),
        ({**SAMPLE, "is_failed_handshake": 1}, "/is_failed_handshake", "neither true nor false"),
        ({**SAMPLE, "protections": 3}, "/protections/0", "one of TLS, SSH, IPsec"),
        ({**SAMPLE, "protections": [{"protocol": "None"}]}, "/protections/0", "one of TLS"),
        (protected(version="SSHv2"), "/protections/0/version", "SSHv2"),
        (protected(version=70_000), "/protections/0/version", "no code"),
        (protected(encryption="AES-CCM"), "/protections/0/encryption", "several codes"),
        (protected(source="guess"), "/protections/0/source", "none of observed, provider, unknown"),
        (protected(is_manual=True), "/protections/0", "only an IPsec tunnel"),
        (protected(phase1_encryption=1), "/protections/0/phase1_encryption", "not known"),
        (protected(key_bits="x"), "/protections/0/key_bits", "no number"),
    ],
)
def test_a_fault_has_its_path(tree: object, path: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        connection_from_tree(tree)
    assert [one for one, said in caught.value.faults if message in said] == [path]


def test_all_faults_come_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        connection_from_tree({**protected(version="x"), "job": 1, "moon": 2})
    assert {path for path, _ in caught.value.faults} == {
        "/protections/0/version",
        "/job",
        "/moon",
    }
