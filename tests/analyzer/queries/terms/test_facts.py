"""What the store keeps of a protection for its filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analyzer.ingest.load.labels import derived
from analyzer.queries.terms.facts import ATTRIBUTES, UNKNOWN, facts_of, names, serial_of
from smf import codes
from tests.builders.protections import RSA_2048, Codes, raw_ipsec, raw_none, raw_ssh, raw_tls


def facts(raw: Codes) -> dict[str, set[str]]:
    """The values of each attribute."""
    found: dict[str, set[str]] = {}
    for one in derived(raw)["facts"]:
        key, _, value = one.partition("=")
        found.setdefault(key, set()).add(value)
    return found


def test_the_suite_says_algorithms_in_the_words_of_the_code_tables() -> None:
    # 000A is TLS_RSA_WITH_3DES_EDE_CBC_SHA.
    found = facts(raw_tls(cipher="000A", scert=RSA_2048))
    assert found == {
        "tls_suite": {"000A"},
        "tls_encryption": {"3DES"},
        "tls_mac": {"HMAC-SHA1"},
        "tls_key_exchange": {"RSA"},
        "tls_cert_key_type": {"RSA"},
        "tls_signature": {"RSA-SHA256"},
        "source": {"Provider"},
        "serial": {UNKNOWN},
        "not_after": {UNKNOWN},
    }


def test_what_no_table_lists_stands_there_as_itself_and_as_unknown() -> None:
    found = facts(raw_tls(cipher="ABCD", enc=0x99, mac=4, kex=0))
    assert found["tls_suite"] == {"ABCD"}
    assert found["tls_encryption"] == {"unknown (X'0099')", UNKNOWN}
    assert found["tls_mac"] == {"HMAC-SHA1"}
    assert found["tls_key_exchange"] == {UNKNOWN}


def test_both_directions_and_both_keys_of_ssh_count() -> None:
    raw = raw_ssh(in_enc=4, out_enc=2, in_mac=4, out_mac=3)
    found = facts(raw)
    assert found["ssh_encryption"] == {"3DES", "DES"}
    assert found["ssh_mac"] == {"HMAC-SHA1", "HMAC-MD5"}
    assert found["ssh_key_type"] == {"RSA", "ECC"}
    assert derived(raw)["key_bits"] == [256, 3072]


@pytest.mark.parametrize("kind", [0, 1])
def test_a_client_without_a_key_makes_nothing_unknown(kind: int) -> None:
    raw = raw_ssh(auth=2, ckey=kind, ckey_len=0)
    assert facts(raw)["ssh_key_type"] == {"RSA"}
    assert "key_bits" not in facts(raw)
    assert derived(raw)["key_bits"] == [3072]


def test_both_phases_and_both_groups_of_ipsec_count() -> None:
    found = facts(raw_ipsec(dh=2, pfs=0x0E, p1_enc=4, p2_enc=2, p1_mac=3, p2_mac=4))
    assert found["ipsec_key_exchange"] == {"Group 2", "Group 14"}
    assert found["ipsec_encryption"] == {"3DES", "DES"}
    assert found["ipsec_mac"] == {"HMAC-MD5", "HMAC-SHA1"}
    assert "source" not in found


def test_certificates_give_serials_and_ends() -> None:
    local = {**RSA_2048, "serial": "000AB1", "not_after": "261231235959Z"}
    remote = {**RSA_2048, "klen": 0, "serial": "7f", "not_after": "20501301000000Z"}
    raw = raw_ipsec(lcert=local, rcert=remote)
    assert facts(raw)["serial"] == {"AB1", "7F"}
    assert facts(raw)["not_after"] == facts(raw)["key_bits"] == {UNKNOWN}
    assert derived(raw)["not_after"] == [datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)]
    assert derived(raw)["key_bits"] == [2048]


def test_what_is_unprotected_has_nothing_to_be_unknown() -> None:
    found: dict[str, Any] = derived(raw_none([[2, "CN=a"]]))
    assert (found["facts"], found["key_bits"], found["not_after"]) == ([], [], [])


def test_a_failed_handshake_says_nothing_but_its_source() -> None:
    raw = raw_tls(cipher="FFFFFF", version=0, enc=0, mac=0, kex=0, scert={}, ccert={})
    found = facts(raw)
    assert found.pop("source") == {"Provider"}
    assert set().union(*found.values()) == {UNKNOWN}


def test_every_attribute_can_be_asked_for_by_the_names_of_the_tables() -> None:
    for attribute in ATTRIBUTES:
        known = names(attribute)
        assert UNKNOWN not in known
        assert not [name for name in known if "," in name]
        for enumeration in attribute.enumerations:
            for code in codes.members(enumeration):
                name = code.short_name.partition(" (MODP")[0].partition(" (ECP")[0]
                assert name in {*known, "Unknown", "Unknown/manual", "None/AEAD"}


def test_a_serial_is_kept_without_its_looks() -> None:
    assert [serial_of(text) for text in ("00:0a:1b", "0xAB", "0000", "7F")] == [
        *("A1B", "AB", "0", "7F"),
    ]


def test_labels_with_the_same_codes_and_other_texts_differ_in_these_alone() -> None:
    labels = {"version": "TLSv1.2", "scert_key_type": "RSA", "scert_key_bits": "2048"}
    one, other = (facts_of("TLS", {**labels, "scert_serial": text}) for text in ("01", "02"))
    assert set(one["facts"]) ^ set(other["facts"]) == {"serial=1", "serial=2"}
