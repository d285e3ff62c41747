"""Strength classes: each with a ground, ranges of key lengths without gaps."""

from __future__ import annotations

import pytest

from smf import codes, strength
from smf.errors import CodeTableError
from smf.strength import CLASSES, NO_LENGTH, NOT_RATED, rate, rate_key

HEADER = "enumeration,short_name,classification,basis,confidence\n"
RATED = (
    *("tls_protocol_version", "symmetric_encryption", "message_authentication"),
    *("tls_key_exchange", "ssh_key_exchange", "ssh_auth_method", "ssh_key_type"),
    *("ike_auth_method", "ike_dh_group", "ipsec_pfs_group", "ike_prf", "ipsec_auth_protocol"),
    *("cert_signature_method", "cert_digest_algorithm", "cert_key_type", "ssh_protocol_version"),
)


@pytest.mark.parametrize("enumeration", RATED)
def test_every_code_that_decides_has_a_class(enumeration: str) -> None:
    for code in codes.members(enumeration):
        assert rate(enumeration, code.short_name) is not NOT_RATED, code.short_name


def test_classes_are_ordered_worst_first_and_unknown_never_passes() -> None:
    assert CLASSES.index("deprecated") < CLASSES.index("weak") < CLASSES.index("unknown")
    assert CLASSES.index("unknown") < CLASSES.index("acceptable") < CLASSES.index("strong")


@pytest.mark.parametrize(
    ("key_type", "bits", "classification"),
    [
        ("RSA", 512, "deprecated"),
        ("RSA", 1024, "deprecated"),
        ("RSA", 2047, "deprecated"),
        ("RSA", 2048, "acceptable"),
        ("RSA", 3072, "strong"),
        ("RSA_CERT", 4096, "strong"),
        ("ECC", 160, "deprecated"),
        ("ECC", 224, "acceptable"),
        ("ECC", 256, "strong"),
        ("ECC", 521, "strong"),
        ("ED25519", 256, "strong"),
    ],
)
def test_keys_are_judged_by_their_length(key_type: str, bits: int, classification: str) -> None:
    assert rate_key(key_type, bits).classification == classification


@pytest.mark.parametrize("key_type", ["RSA", "ECC"])
def test_no_key_length_falls_between_two_ranges(key_type: str) -> None:
    assert all(rate_key(key_type, bits) is not NOT_RATED for bits in range(1, 5000))


def test_a_key_without_length_or_known_type_is_unknown() -> None:
    assert rate_key("RSA", 0) is NO_LENGTH
    assert rate_key("unknown (X'0009')", 2048) is NOT_RATED


def test_a_version_that_other_attributes_decide_defers_to_them() -> None:
    assert rate("ssh_protocol_version", "SSHv2").defers
    assert not rate("tls_protocol_version", "TLSv1.0").defers


def test_a_rating_names_its_ground_and_how_sure_it_is() -> None:
    rating = rate("tls_protocol_version", "TLSv1.0")
    assert rating.classification == "deprecated"
    assert "RFC 8996 MUST NOT" in rating.basis
    assert rating.confidence == "recalled"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("ike_prf,None,awful,x,recalled", "the class `awful`"),
        ("ike_prf,None,weak,x,sure", "the confidence `sure`"),
        ("key_length_ecc,many,weak,x,recalled", "the range `many`"),
        ("ike_version,IKEv1,weak,x,recalled", "twice"),
    ],
)
def test_a_wrong_line_is_named(line: str, complaint: str) -> None:
    text = HEADER + "ike_version,IKEv1,deprecated,x,recalled\n" + line
    with pytest.raises(CodeTableError, match="line 3") as caught:
        strength.parse(text)
    assert complaint in str(caught.value)


def test_own_words_are_allowed_where_the_table_speaks_of_other_things() -> None:
    assert strength.parse(HEADER + "quantum/signature,RSA,quantum-broken (Shor),x,recalled\n")
