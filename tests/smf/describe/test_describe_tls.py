"""TLS: the suite is the authority, the codes are the cross-check, the weakest decides."""

from __future__ import annotations

import pytest

from smf.describe import Description, Label, describe
from tests.builders.protections import ECC_256, RSA_2048, raw_tls


def labels(found: Description) -> dict[str, Label]:
    return {label.key: label for label in found.labels}


def texts(found: Description) -> dict[str, str]:
    return {label.key: label.text for label in found.labels}


def test_a_strong_suite_under_tls_12_is_as_good_as_the_version() -> None:
    found = describe(raw_tls(scert=RSA_2048 | {"klen": 4096}))
    assert found.title == "TLSv1.2, ECDHE-RSA with AES-256-GCM, server certificate RSA 4096"
    assert found.strength == "acceptable"
    assert found.reason.startswith("TLSv1.2: SP 800-52r2 minimum")
    assert found.confidence == "recalled"
    assert found.mismatch == ""
    assert found.quantum_vulnerable is True
    assert not found.failed_handshake


def test_the_suite_names_the_algorithms_and_the_codes_stand_beside() -> None:
    found = labels(describe(raw_tls()))
    shown = [
        (one.key, one.text, one.code, one.meaning, one.confidence)
        for one in (
            found[key]
            for key in ("version", "cipher", "key_exchange", "encryption", "mac", "source")
        )
    ]
    suite = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    aead = "No message authentication, or an authenticated encryption algorithm such as AES-GCM"
    assert shown == [
        ("version", "TLSv1.2", "0303", "TLSv1.2", "confirmed"),
        ("cipher", "C030", "C030", suite, "confirmed"),
        ("key_exchange", "ECDHE_RSA", "0014", "ECDHE_RSA", "recalled"),
        ("encryption", "AES-256-GCM", "0013", "AES GCM 256", "recalled"),
        ("mac", "AEAD", "0001", aead, "confirmed"),
        ("source", "Provider", "02", "Cryptographic protocol provider", "confirmed"),
    ]
    assert found["cipher_name"].text == suite
    assert found["cipher_name"].strength == "strong"
    assert found["cipher"].mono
    assert not found["cipher_name"].mono
    assert {found[key].strength for key in ("key_exchange", "encryption", "mac")} == {""}
    assert {one.group for one in found.values()} == {"cryptographic"}
    assert "pacsys" in found["version"].source


def test_tls_10_is_deprecated_by_rfc_8996() -> None:
    found = describe(raw_tls(version=0x0301, cipher="0035", enc=0x0E, mac=4, kex=2))
    assert found.title == "TLSv1.0, RSA with AES-256-CBC"
    assert found.strength == "deprecated"
    assert found.reason.startswith("TLSv1.0: RFC 8996")


@pytest.mark.parametrize(
    ("value", "version", "ground"),
    [
        (0x0200, "SSLv2", "RFC 6176"),
        (0x0300, "SSLv3", "RFC 7568"),
        (0x0302, "TLSv1.1", "RFC 8996"),
    ],
)
def test_old_versions_are_deprecated_whatever_the_suite(
    value: int, version: str, ground: str
) -> None:
    found = describe(raw_tls(version=value))
    assert texts(found)["version"] == version
    assert found.strength == "deprecated"
    assert found.reason.startswith(f"{version}: {ground}")


@pytest.mark.parametrize(
    ("cipher", "codes", "strength", "reason"),
    [
        ("0005", (9, 4, 2), "deprecated", "Cipher Suite TLS_RSA_WITH_RC4_128_SHA: RC4 (RFC 7465)"),
        ("000A", (4, 4, 2), "deprecated", "Cipher Suite TLS_RSA_WITH_3DES_EDE_CBC_SHA: 3DES: "),
        ("0035", (14, 4, 2), "weak", "Cipher Suite TLS_RSA_WITH_AES_256_CBC_SHA: static RSA"),
        ("00A9", (19, 1, 24), "acceptable", "TLSv1.2: "),
        ("0700C0", (4, 3, 2), "deprecated", "Cipher Suite SSL_CK_DES_192_EDE3_CBC_WITH_MD5: SSLv2"),
    ],
)
def test_a_suite_weaker_than_the_version_decides(
    cipher: str, codes: tuple[int, int, int], strength: str, reason: str
) -> None:
    enc, mac, kex = codes
    found = describe(raw_tls(cipher=cipher, enc=enc, mac=mac, kex=kex))
    assert found.strength == strength
    assert found.reason.startswith(reason)
    assert found.mismatch == ""
    assert labels(found)["cipher"].code == cipher


def test_tls_13_is_proven_by_a_suite_of_that_version_alone() -> None:
    found = describe(raw_tls(version=0x0304, cipher="1302", enc=0x13, mac=1, kex=1))
    assert found.title == "TLSv1.3 with AES-256-GCM"
    assert found.strength == "strong"
    assert found.reason.startswith("TLSv1.3: RFC 8446")
    assert found.mismatch == ""
    assert texts(found)["version"] == "TLSv1.3"
    assert texts(found)["key_exchange"] == "ECDHE, DHE or PSK"
    assert labels(found)["key_exchange"].meaning == "None"
    assert labels(found)["version"].confidence == "recalled"


def test_the_unverified_name_of_tls_13_needs_review_when_nothing_proves_it() -> None:
    found = describe(raw_tls(version=0x0304))
    assert found.strength == "unknown"
    assert found.reason == "TLSv1.3: needs review, the name is unverified"


def test_a_code_that_contradicts_the_suite_is_said_and_changes_nothing() -> None:
    found = describe(raw_tls(cipher="000A", enc=9, mac=3, kex=0x99))
    assert found.mismatch == (
        "Key exchange: the suite means RSA (X'0002'), the record says unknown (X'0099')."
        " Encryption: the suite means 3DES (X'0004'), the record says RC4-128 (X'0009')."
        " Message authentication: the suite means HMAC-SHA1 (X'0004'), the record says HMAC-MD5"
        " (X'0003')."
    )
    assert texts(found)["encryption"] == "3DES-EDE-CBC"
    assert labels(found)["encryption"].meaning == "RC4 128"
    assert labels(found)["key_exchange"].meaning == "unknown (X'0099')"


def test_a_mismatch_says_which_of_the_names_are_unverified() -> None:
    found = describe(raw_tls(kex=0x10))
    assert found.mismatch == (
        "Key exchange: the suite means ECDHE_RSA (X'0014', unverified),"
        " the record says ECDH_ECDSA (X'0010', unverified)."
    )


def test_a_code_that_says_unknown_contradicts_nothing() -> None:
    assert describe(raw_tls(enc=0, mac=0, kex=0)).mismatch == ""


def test_an_unlisted_suite_is_shown_as_one_and_never_passes() -> None:
    found = describe(raw_tls(cipher="EEEE", enc=1, mac=4, kex=0x14))
    assert found.title == "TLSv1.2, cipher suite unknown (X'EEEE')"
    assert texts(found)["cipher"] == "EEEE"
    assert texts(found)["cipher_name"] == "unknown (X'EEEE')"
    assert found.strength == "deprecated"
    assert found.reason == "Symm Encryption Alg None: no confidentiality; RFC 9325 MUST NOT"
    calm = describe(raw_tls(cipher="EEEE"))
    assert calm.strength == "unknown"
    assert calm.reason == (
        "Cipher Suite unknown (X'EEEE'): needs review, the code is not in the tables"
    )
    assert calm.confidence == "recalled"


@pytest.mark.parametrize(
    ("cipher", "title", "name"),
    [
        ("FFFFFF", "TLSv1.2, cipher suite unknown", "Unknown"),
        ("", "TLSv1.2, no cipher suite recorded", "not recorded"),
    ],
)
def test_without_a_suite_the_codes_name_the_algorithms(cipher: str, title: str, name: str) -> None:
    found = describe(raw_tls(cipher=cipher, enc=4, mac=4, kex=2))
    assert found.title == title
    assert texts(found)["cipher_name"] == name
    assert texts(found).get("cipher", "") == cipher
    assert texts(found)["encryption"] == "3DES"
    assert found.strength == "deprecated"
    assert found.reason.startswith("Symm Encryption Alg 3DES: SP 800-131Ar2")
    assert found.quantum_vulnerable is True
    unsure = describe(raw_tls(cipher=cipher))
    assert unsure.strength == "unknown"
    assert unsure.reason == f"Cipher Suite {name}: needs review, no cipher suite is recorded"


def test_the_key_exchange_code_of_tls_13_says_nothing_bad() -> None:
    found = labels(describe(raw_tls(version=0x0304, cipher="13FF", kex=1)))
    assert (found["key_exchange"].text, found["key_exchange"].strength) == ("None", "")
    before = labels(describe(raw_tls(version=0x0303, cipher="13FF", kex=1)))
    assert before["key_exchange"].strength == "deprecated"


def test_an_unlisted_code_is_never_a_name() -> None:
    found = labels(describe(raw_tls(cipher="", version=0x0399, enc=0x99, source=9)))
    assert found["version"].text == "unknown (X'0399')"
    assert found["encryption"].text == "unknown (X'0099')"
    assert found["source"].text == "unknown (X'09')"
    assert (found["version"].meaning, found["version"].confidence) == ("", "unknown")
    assert found["version"].basis == "needs review, the code is not in the tables"


def test_an_unknown_version_never_passes() -> None:
    found = describe(raw_tls(version=0))
    assert texts(found)["version"] == "Unknown"
    assert found.strength == "unknown"
    assert found.reason == "Unknown: cannot be judged; treat as needs review"


@pytest.mark.parametrize(
    ("enc", "text", "strength"),
    [
        (0x04, "None", "deprecated"),
        (0x13, "AEAD", "unknown"),
        (0x00, "None/AEAD", "unknown"),
        (0x99, "None/AEAD", "unknown"),
    ],
)
def test_the_mac_code_1_is_read_with_the_cipher(enc: int, text: str, strength: str) -> None:
    mac = labels(describe(raw_tls(cipher="", enc=enc, mac=1)))["mac"]
    assert (mac.text, mac.code, mac.strength) == (text, "0001", strength)


@pytest.mark.parametrize(("flags", "text"), [(0, "no"), (0x80, "yes"), (0x41, "no")])
def test_encrypt_then_mac_is_one_bit_of_the_flags(flags: int, text: str) -> None:
    etm = labels(describe(raw_tls(flags=flags)))["encrypt_then_mac"]
    assert (etm.text, etm.code) == (text, f"{flags:02X}")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"cipher": "00A9"}, False),
        ({"cipher": "00A9", "scert": ECC_256}, True),
        ({"cipher": "1302", "version": 0x0304}, None),
        ({"cipher": "1302", "version": 0x0304, "ccert": RSA_2048}, True),
        ({"cipher": "00A9", "scert": RSA_2048 | {"ktype": 9}}, None),
        ({"cipher": "", "kex": 0}, None),
        ({"cipher": "", "kex": 5}, True),
        ({"cipher": "", "kex": 0x14}, None),
    ],
)
def test_what_a_quantum_computer_could_break(
    changes: dict[str, object], answer: bool | None
) -> None:
    assert describe(raw_tls(**changes)).quantum_vulnerable is answer
