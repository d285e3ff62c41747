"""Cipher suites: the table is whole, and known suites have their algorithms."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import smf
from smf import ciphers, codes
from smf.errors import CodeTableError
from smf.strength import CLASSES

FILE = Path(smf.__file__).parent / "code_tables" / "cipher_suites.csv"
LINES = FILE.read_text().splitlines()


def test_every_row_of_the_file_is_loaded() -> None:
    with FILE.open(newline="") as file:
        assert len(ciphers.load()) == len(list(csv.DictReader(file))) == 314


def test_codes_have_four_characters_and_six_for_sslv2() -> None:
    for code, suite in ciphers.load().items():
        assert len(code) == (6 if suite.protocols == "SSLv2" else 4)
        assert suite.strength in CLASSES
        assert suite.strength_basis


def test_the_expected_algorithm_codes_are_in_the_code_table() -> None:
    for suite in ciphers.load().values():
        for enumeration, expected in (
            ("symmetric_encryption", suite.enc),
            ("message_authentication", suite.mac_code),
            ("tls_key_exchange", suite.kex),
        ):
            if expected is not None:
                assert codes.lookup(enumeration, expected.value) is not None


def test_a_suite_has_the_algorithms_its_name_says() -> None:
    suite = ciphers.lookup("c030")  # RFC 5289
    assert suite is not None
    assert suite.iana_name == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    assert suite.aead
    assert (suite.enc, suite.mac_code, suite.kex) == (
        ciphers.Expected(0x13, "recalled"),
        ciphers.Expected(0x01, "confirmed"),
        ciphers.Expected(0x14, "recalled"),
    )


def test_a_tls13_suite_expects_no_key_exchange() -> None:
    suite = ciphers.lookup("1301")
    assert suite is not None
    assert suite.kex is None


def test_an_unlisted_suite_is_none() -> None:
    assert ciphers.lookup("FEFE") is None
    assert ciphers.lookup(ciphers.FAILED) is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("0001,01", "01,01", "wrong code"),
        ("0001,01", "ZZ01,01", "not hex"),
        ("0001,01", "0000,01", "twice"),
        (",deprecated,", ",dreadful,", "wrong code, strength"),
    ],
)
def test_a_wrong_line_is_named(old: str, new: str, complaint: str) -> None:
    text = "\n".join([LINES[0], LINES[1], LINES[2].replace(old, new, 1)])
    with pytest.raises(CodeTableError, match="line 3") as caught:
        ciphers.parse(text)
    assert complaint in str(caught.value)
