"""SSH: the version defers to the algorithms, both directions and both keys count."""

from __future__ import annotations

import pytest

from smf.describe import Label, describe
from tests.builders.protections import raw_ssh


def labels(**changes: object) -> dict[str, Label]:
    return {label.key: label for label in describe(raw_ssh(**changes)).labels}


def test_ssh_1_is_deprecated() -> None:
    found = describe(raw_ssh(version=1))
    assert found.title == "SSHv1, ecdh-nistp256 with 3DES"
    assert found.strength == "deprecated"
    assert found.reason.startswith("SSHv1: Protocol 1 is cryptographically broken")


def test_ssh_2_leaves_the_class_to_its_algorithms() -> None:
    found = describe(raw_ssh())
    assert found.title == "SSHv2, ecdh-nistp256 with 3DES"
    assert found.strength == "deprecated"
    assert found.reason.startswith("Inbound Encryption 3DES: SP 800-131Ar2")
    version = labels()["version"]
    assert (version.text, version.strength, version.decides) == ("SSHv2", "acceptable", False)


def test_a_recalled_cipher_needs_review() -> None:
    found = describe(raw_ssh(in_enc=0x11, out_enc=0x11))
    assert found.title == "SSHv2, ecdh-nistp256 with AES-256-CTR"
    assert found.strength == "unknown"
    assert found.reason == "Inbound Encryption AES-256-CTR: needs review, the name is unverified"
    assert found.confidence == "recalled"


@pytest.mark.parametrize(
    ("changes", "strength", "reason"),
    [
        (
            {"kex": 5},
            "deprecated",
            "Key Exchange Alg dh-group1-sha1: RFC 9142 SHOULD NOT; 1024-bit",
        ),
        ({"kex": 3}, "weak", "Key Exchange Alg dh-gex-sha1: RFC 9142 SHOULD NOT"),
        ({"auth": 4}, "weak", "Peer Auth Host-based: trusts the client host"),
        ({"auth": 2, "auth2": 1}, "deprecated", "Peer Auth 2 None: no authentication"),
        ({"skey": 3}, "deprecated", "Server Key Type DSA: ssh-dss"),
        ({"skey_len": 1024}, "deprecated", "Server Key Bits 1024: SP 800-131Ar2 disallowed"),
        ({"ckey": 2, "ckey_len": 1024}, "deprecated", "Client Key Bits 1024: SP 800-131Ar2"),
        ({"in_mac": 3}, "deprecated", "Inbound MAC HMAC-MD5: RFC 8221/8247 MUST NOT"),
        ({"out_enc": 9}, "deprecated", "Outbound Encryption RC4-128: RFC 7465 MUST NOT"),
        ({"out_mac": 2}, "deprecated", "Outbound MAC MD2: RFC 6149 historic"),
        ({"kex": 0x99}, "unknown", "Key Exchange Alg unknown (X'0099'): needs review, the code is"),
    ],
)
def test_each_attribute_of_ssh_can_decide(
    changes: dict[str, int], strength: str, reason: str
) -> None:
    found = describe(raw_ssh(**{"in_enc": 0, "out_enc": 0, **changes}))
    assert found.strength == strength
    assert found.reason.startswith(reason)


def test_the_last_method_is_shown_only_where_there_were_several() -> None:
    assert "auth2" not in labels()
    assert labels(auth2=2)["auth2"].text == "Password"


@pytest.mark.parametrize("kind", [0, 1])
def test_a_client_without_a_key_of_its_own_is_not_judged_by_it(kind: int) -> None:
    found = labels(ckey=kind, ckey_len=0)
    assert (found["ckey_type"].strength, found["ckey_bits"].text) == ("", "0")


@pytest.mark.parametrize("kind", [0, 1])
def test_a_server_without_a_known_key_needs_review(kind: int) -> None:
    found = labels(skey=kind, skey_len=0)["skey_type"]
    assert (found.strength, found.basis, found.decides) == ("unknown", "needs review", True)


def test_the_length_of_a_key_with_a_recalled_type_needs_review_too() -> None:
    found = labels(skey=0x0A, skey_len=256)
    assert (found["skey_type"].text, found["skey_bits"].text) == ("ED25519", "256")
    assert found["skey_bits"].strength == "unknown"
    assert found["skey_bits"].basis == "needs review, the name is unverified"


@pytest.mark.parametrize(
    ("flags", "text"),
    [(0, "no"), (0x80, "inbound"), (0x40, "outbound"), (0xC1, "inbound and outbound")],
)
def test_encrypt_then_mac_is_a_bit_for_each_direction(flags: int, text: str) -> None:
    etm = labels(flags=flags)["etm"]
    assert (etm.text, etm.code) == (text, f"{flags:02X}")


def test_different_ciphers_of_the_directions_stand_in_the_title() -> None:
    assert describe(raw_ssh(out_enc=9)).title.endswith("with 3DES in, RC4-128 out")


def test_none_or_aead_without_an_aead_cipher_is_no_integrity() -> None:
    mac = labels(in_mac=1)["in_mac"]
    assert (mac.text, mac.strength) == ("None", "deprecated")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, True),
        ({"kex": 0x13, "skey": 0x0A, "ckey": 1}, None),
        ({"kex": 0x13, "skey": 3, "ckey": 1}, True),
        ({"kex": 2, "skey": 0, "ckey": 0}, True),
        ({"kex": 0, "skey": 0, "ckey": 1}, None),
    ],
)
def test_what_a_quantum_computer_could_break(changes: dict[str, int], answer: bool | None) -> None:
    assert describe(raw_ssh(**changes)).quantum_vulnerable is answer
