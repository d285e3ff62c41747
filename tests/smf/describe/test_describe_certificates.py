"""Certificates: absent ones, signatures and keys that decide, serials and dates."""

from __future__ import annotations

import pytest

from smf.describe import Label, describe
from tests.builders.protections import ABSENT, ECC_256, RSA_2048, raw_ipsec, raw_ssh, raw_tls


def certificate(**changes: object) -> dict[str, Label]:
    found = describe(raw_tls(scert=RSA_2048 | changes))
    return {label.key: label for label in found.labels if label.group == "certificate"}


@pytest.mark.parametrize(
    "fields",
    [
        ABSENT,
        ABSENT | {"serial": "00", "not_after": "0000000000000"},
        {"sig": 0, "enc": 0, "dig": 0, "ktype": 0, "klen": 0},
    ],
)
def test_a_certificate_that_is_not_there_has_no_labels(fields: dict[str, object]) -> None:
    found = describe(raw_tls(scert=fields, ccert=fields))
    assert {label.group for label in found.labels} == {"cryptographic"}
    assert "certificate" not in found.title


@pytest.mark.parametrize("change", [{"klen": 2048}, {"ktype": 2}, {"sig": 0}])
def test_a_certificate_of_which_something_is_known_has_labels(change: dict[str, int]) -> None:
    found = describe(raw_tls(scert=ABSENT | change))
    assert "scert_key_bits" in {label.key for label in found.labels}
    assert found.strength == "unknown"


def test_every_code_of_a_certificate_has_its_label() -> None:
    found = certificate()
    shown = [(one.key, one.text, one.code, one.strength) for one in found.values()]
    assert shown == [
        ("scert_signature", "RSA-SHA256", "0007", "strong"),
        ("scert_encryption", "RSA", "0002", "acceptable"),
        ("scert_digest", "SHA-256", "0006", "strong"),
        ("scert_key_type", "RSA", "0002", "acceptable"),
        ("scert_key_bits", "2048", None, "acceptable"),
    ]
    assert found["scert_key_bits"].mono
    assert not found["scert_key_type"].decides


@pytest.mark.parametrize(
    ("changes", "strength", "reason"),
    [
        ({"sig": 3, "dig": 3}, "deprecated", "Server Cert Signature RSA-MD5: RFC 6151, RFC 9155"),
        ({"sig": 4, "dig": 4}, "deprecated", "Server Cert Signature RSA-SHA1: SP 800-131Ar2 disal"),
        ({"dig": 4}, "deprecated", "Server Cert Digest SHA1: for signatures"),
        ({"klen": 1024}, "deprecated", "Server Cert Key Bits 1024: SP 800-131Ar2 disallowed"),
        ({"klen": 0}, "unknown", "Server Cert Key Bits 0: needs review, the key length is not rec"),
        ({"ktype": 3}, "weak", "Server Cert Key Type DSA: FIPS 186-5"),
        ({"ktype": 9}, "unknown", "Server Cert Key Type unknown (X'0009'): needs review, the code"),
        ({"sig": 9}, "unknown", "Server Cert Signature RSA-SHA512: needs review, the name is unve"),
        ({"sig": 0}, "unknown", "Server Cert Signature Unknown: needs review"),
    ],
)
def test_the_weakest_part_of_a_certificate_decides(
    changes: dict[str, int], strength: str, reason: str
) -> None:
    found = describe(raw_tls(scert=RSA_2048 | changes))
    assert found.strength == strength
    assert found.reason.startswith(reason)


def test_a_known_weakness_says_more_than_an_unknown_name() -> None:
    found = describe(raw_tls(scert=RSA_2048 | {"sig": 0x99, "klen": 1024}))
    assert found.strength == "deprecated"
    assert found.reason.startswith("Server Cert Key Bits 1024: ")


def test_a_strong_curve_leaves_the_class_to_the_version() -> None:
    found = describe(raw_tls(ccert=ECC_256))
    assert found.title.endswith("AES-256-GCM, client certificate ECC 256")
    assert found.reason.startswith("TLSv1.2: ")


def test_a_key_without_length_stands_without_one_in_the_title() -> None:
    assert describe(raw_tls(scert=RSA_2048 | {"klen": 0})).title.endswith("server certificate RSA")


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("261224000000Z", "2026-12-24T00:00:00Z"),
        ("990704123456Z", "1999-07-04T12:34:56Z"),
        ("20510101010203Z", "2051-01-01T01:02:03Z"),
        ("not a time", "not a time"),
    ],
)
def test_not_after_is_shown_in_iso_form_or_as_recorded(recorded: str, shown: str) -> None:
    found = certificate(not_after=recorded, serial="2a00f137f015b5af")
    assert (found["scert_not_after"].text, found["scert_not_after"].mono) == (shown, True)
    assert (found["scert_serial"].text, found["scert_serial"].mono) == ("2a00f137f015b5af", True)


@pytest.mark.parametrize("blank", ["", "0000000000000"])
def test_a_blank_time_and_an_empty_serial_have_no_label(blank: str) -> None:
    assert not {"scert_not_after", "scert_serial"} & set(certificate(not_after=blank, serial=""))


def test_ssh_and_ipsec_certificates_count_as_well() -> None:
    bad = RSA_2048 | {"sig": 4, "dig": 4}
    ssh = describe(raw_ssh(in_enc=0, out_enc=0, scert=bad, ccert=ECC_256))
    assert ssh.reason.startswith("Server Cert Signature RSA-SHA1: ")
    assert ssh.title.endswith(", server certificate RSA 2048, client certificate ECC 256")
    ipsec = describe(raw_ipsec(lcert=ECC_256, rcert=bad | {"serial": "01"}))
    assert ipsec.reason.startswith("Remote Cert Signature RSA-SHA1: ")
    assert ipsec.title.endswith(", local certificate ECC 256, remote certificate RSA 2048")
    assert "rcert_serial" in {label.key for label in ipsec.labels}
