"""Descriptions as a whole: no protection, failed handshakes, names, the version of the tables."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from smf import tables
from smf.describe import LABEL_KEYS, TABLES_VERSION, describe
from smf.describe.fields import Fields
from smf.strength import CLASSES
from tests.builders.protections import raw_ipsec, raw_none, raw_ssh, raw_tls

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ZERO_CERTIFICATE = {"sig": 0, "enc": 0, "dig": 0, "ktype": 0, "klen": 0}
FAILED_TLS = {
    "version": 0,
    "cipher": "FFFFFF",
    "enc": 0,
    "mac": 0,
    "kex": 0,
    "source": 1,
    "scert": {**ZERO_CERTIFICATE, "serial": "00", "not_after": "0000000000000"},
    "ccert": {**ZERO_CERTIFICATE, "serial": "", "not_after": ""},
}
FAILED_SSH = {
    "version": 0,
    "auth": 0,
    "kex": 0,
    "in_enc": 0,
    "in_mac": 0,
    "out_enc": 0,
    "out_mac": 0,
    "skey": 0,
    "skey_len": 0,
    "ckey": 0,
    "ckey_len": 0,
    "scert": ZERO_CERTIFICATE,
    "ccert": ZERO_CERTIFICATE,
}


def test_the_version_of_the_tables_follows_each_of_them_and_fits_its_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules, _, digest = TABLES_VERSION.partition("-")
    assert rules.isdecimal()
    assert digest == tables.digest_of_tables()
    assert len(TABLES_VERSION) <= 16
    read = tables.read_text
    for name in (tables.CODES, tables.CIPHER_SUITES, tables.STRENGTH):
        monkeypatch.setattr(
            tables, "read_text", lambda one, name=name: read(one) + "x" * (one == name)
        )
        assert tables.digest_of_tables() != digest


def test_no_protection_is_said_as_what_the_record_says() -> None:
    found = describe(raw_none())
    assert found.title == "no recognized protection"
    assert found.strength == "none"
    assert found.reason.startswith("no recognized protection: ")
    assert found.confidence == "confirmed"
    assert found.labels == ()
    assert not found.failed_handshake
    assert found.quantum_vulnerable is None


def test_a_blank_tls_section_with_the_suite_ffffff_is_a_failed_handshake() -> None:
    found = describe(raw_tls(**FAILED_TLS))
    texts = {label.key: label.text for label in found.labels}
    assert found.failed_handshake
    assert found.title == "TLS, handshake failed"
    assert found.strength == "unknown"
    assert found.reason.startswith("handshake failed: no protection was established")
    assert found.confidence == "inferred"
    assert texts == {
        "version": "Unknown",
        "cipher": "FFFFFF",
        "cipher_name": "handshake failed",
        "source": "Observed",
    }


@pytest.mark.parametrize("change", [{"version": 0x0303}, {"enc": 4}, {"cipher": "EEEE"}])
def test_a_section_with_anything_in_it_is_no_failed_handshake(change: dict[str, object]) -> None:
    found = describe(raw_tls(**{**FAILED_TLS, **change}))
    assert not found.failed_handshake
    assert "handshake failed" not in {label.text for label in found.labels}


def test_a_blank_ssh_section_is_a_failed_handshake() -> None:
    found = describe(raw_ssh(**FAILED_SSH))
    assert found.failed_handshake
    assert found.title == "SSH, handshake failed"
    assert [label.key for label in found.labels] == ["version", "source"]
    assert not describe(raw_ssh(**{**FAILED_SSH, "version": 2})).failed_handshake


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (1, "dn_ipsec_local_subject"),
        (2, "dn_ipsec_local_issuer"),
        (3, "dn_ipsec_remote_subject"),
        (4, "dn_ipsec_remote_issuer"),
        (5, "dn_tls_server_subject"),
        (6, "dn_tls_server_issuer"),
        (7, "dn_tls_client_subject"),
        (8, "dn_tls_client_issuer"),
        (9, "dn_ssh_server_subject"),
        (10, "dn_ssh_server_issuer"),
        (11, "dn_ssh_client_subject"),
        (12, "dn_ssh_client_issuer"),
    ],
)
def test_each_type_of_distinguished_name_has_its_key(kind: int, key: str) -> None:
    (label,) = describe(raw_none([[kind, "CN=a,O=b"]])).labels
    assert (label.key, label.text, label.code) == (key, "CN=a,O=b", f"{kind:04X}")
    assert label.group == "dn"
    assert label.confidence == "confirmed"
    assert label.meaning.endswith("DN")


def test_names_of_one_type_stand_together_and_an_unlisted_type_has_no_name() -> None:
    found = describe(raw_tls([[5, "CN=a"], [13, "CN=x"], [5, "CN=b"]])).labels[-2:]
    assert [(one.key, one.name, one.text) for one in found] == [
        ("dn_tls_server_subject", "Server Subject DN", "CN=a; CN=b"),
        ("dn_000D", "unknown (X'000D')", "CN=x"),
    ]
    assert found[1].confidence == "unknown"
    assert found[1].meaning == ""


@pytest.mark.parametrize("raw", [raw_none(), raw_tls(), raw_ssh(), raw_ipsec()])
def test_a_label_is_plain_data_for_a_json_column(raw: dict[str, object]) -> None:
    labels = describe(raw).labels
    keys = [label.key for label in labels]
    assert len(keys) == len(set(keys))
    assert set(keys) <= LABEL_KEYS
    for label in labels:
        assert json.loads(json.dumps(asdict(label))) == asdict(label)


def test_fields_that_the_record_does_not_have_read_as_zero_or_empty() -> None:
    fields = Fields({"scert": None})
    assert fields.number("sig") == 0
    assert fields.text("cipher") == ""
    assert fields.inner("scert").values == {}


@pytest.mark.parametrize("name", ["site-vbs", "zos32", "overlap", "damaged"])
def test_every_session_of_the_samples_is_described(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.smf.expected.json").read_text())
    for session in expected["sessions"]:
        found = describe(session)
        assert found.strength in {"none", *CLASSES}
        assert found.failed_handshake == (session["failed"] > 0)
        assert found.reason
        weakest = [label.strength for label in found.labels if label.decides]
        if weakest and not found.failed_handshake:
            assert found.strength == min(weakest, key=CLASSES.index)
