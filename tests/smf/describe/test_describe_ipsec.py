"""IPsec: the IKE tunnel and the IPsec tunnel, each with its algorithms."""

from __future__ import annotations

import pytest

from smf.describe import Label, describe
from tests.builders.protections import raw_ipsec

CONFIRMED = {"p1_enc": 4, "p2_enc": 4, "p1_mac": 4, "p2_mac": 4}
"""Codes with confirmed names: 3DES and HMAC-SHA1."""
UNSAID = {"p1_enc": 0, "p2_enc": 0, "p1_mac": 4, "p2_mac": 4}


def labels(**changes: object) -> dict[str, Label]:
    return {label.key: label for label in describe(raw_ipsec(**changes)).labels}


def test_ike_1_is_deprecated_by_rfc_9395() -> None:
    found = describe(raw_ipsec(major=1))
    assert found.strength == "deprecated"
    assert found.reason == "IKEv1: RFC 9395 moves IKEv1 to historic"


def test_ike_2_leaves_the_class_to_its_algorithms() -> None:
    found = describe(raw_ipsec())
    assert found.title == ("IKEv2, Group 19 (ECP-256), ESP with AES-256-CBC and HMAC-SHA2-256-128")
    assert found.strength == "unknown"
    assert found.reason == "IKE Encryption AES-256-CBC: needs review, the name is unverified"


@pytest.mark.parametrize(
    ("changes", "strength", "reason"),
    [
        ({"dh": 2}, "deprecated", "DH Group 2 (MODP-1024): RFC 8247 SHOULD NOT; SP 800-131Ar2"),
        ({"dh": 5}, "weak", "DH Group 5 (MODP-1536): RFC 8247 SHOULD NOT"),
        ({"pfs": 1}, "deprecated", "PFS Group 1 (MODP-768): RFC 8247 MUST NOT"),
        ({"pfs": 0}, "weak", "PFS Group Unknown/manual: no PFS"),
        ({"prf": 6}, "deprecated", "PRF HMAC-MD5: RFC 8247 MUST NOT"),
        ({"lauth": 1}, "deprecated", "Local Auth None: no authentication"),
        ({"rauth": 0}, "weak", "Remote Auth Unknown/manual: manual tunnels have static keys"),
        ({"proto": 0x33}, "weak", "Protocol AH: RFC 8221 not recommended"),
        ({"p1_mac": 3}, "deprecated", "IKE MAC HMAC-MD5: RFC 8221/8247 MUST NOT"),
        ({"p2_mac": 3}, "deprecated", "Message Auth Alg HMAC-MD5: RFC 8221/8247 MUST NOT"),
        ({"p1_enc": 2}, "deprecated", "IKE Encryption DES: 56-bit"),
        ({"p2_enc": 4}, "deprecated", "Symm Encryption Alg 3DES: SP 800-131Ar2"),
        ({"p2_enc": 4, "p2_mac": 1}, "deprecated", "Symm Encryption Alg 3DES: "),
        ({"dh": 0x99}, "unknown", "IKE Encryption Unknown: needs review"),
        ({"major": 0}, "unknown", "unknown (X'00'): needs review, the code is not in the tables"),
    ],
)
def test_each_attribute_of_ipsec_can_decide(
    changes: dict[str, int], strength: str, reason: str
) -> None:
    found = describe(raw_ipsec(**{**UNSAID, **changes}))
    assert found.strength == strength
    assert found.reason.startswith(reason)


def test_every_field_of_ipsec_has_its_label() -> None:
    shown = {key: (one.text, one.code) for key, one in labels(**CONFIRMED).items()}
    assert shown == {
        "version": ("IKEv2", "02"),
        "local_endpoint": ("10.1.0.1", None),
        "remote_endpoint": ("10.2.0.1", None),
        "local_auth": ("PSK", "0003"),
        "remote_auth": ("PSK", "0003"),
        "p1_encryption": ("3DES", "0004"),
        "p1_mac": ("HMAC-SHA1", "0004"),
        "dh_group": ("Group 19 (ECP-256)", "0013"),
        "prf": ("HMAC-SHA2-256", "0002"),
        "pfs_group": ("Group 19 (ECP-256)", "0013"),
        "encapsulation": ("Tunnel", "01"),
        "auth_protocol": ("ESP", "32"),
        "encryption": ("3DES", "0004"),
        "mac": ("HMAC-SHA1", "0004"),
    }
    assert labels()["local_endpoint"].mono


def test_the_minor_version_stands_beside_the_major_one() -> None:
    assert labels()["version"].meaning.endswith("; minor version 0")
    assert labels(major=0, minor=3)["version"].meaning == "minor version 3"


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, True),
        ({"dh": 14, "pfs": 0}, True),
        ({"dh": 0x18, "pfs": 0x18}, None),
        ({"dh": 0, "pfs": 0, "lauth": 2}, True),
        ({"dh": 0, "pfs": 0, "rauth": 4}, True),
        ({"dh": 0, "pfs": 0, "lauth": 1, "rauth": 1}, None),
    ],
)
def test_what_a_quantum_computer_could_break(changes: dict[str, int], answer: bool | None) -> None:
    assert describe(raw_ipsec(**changes)).quantum_vulnerable is answer
