"""The code tables: well formed, complete at the edges, honest about what they do not know."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import smf
from smf import codes
from smf.errors import CodeTableError
from smf.tables import CONFIDENCES, digest_of_tables, worst_confidence

TABLES = Path(smf.__file__).parent / "code_tables"
HEADER = (
    "enumeration,code_hex,code_dec,ibm_name,short_name,category,since,confidence,source\n"
    "cert_key_type,0002,2,RSA,RSA,key type,V2R3,confirmed,a manual\n"
)
# Which fields of the layouts are how wide (bytes): read off the record layouts by hand.
FIELD_BYTES = {
    "tls_protocol_version": 2,
    "symmetric_encryption": 2,
    "cert_signature_method": 2,
    "ssh_protocol_version": 1,
    "ipsec_auth_protocol": 1,
    "tls_source": 1,
    "dn_type": 2,
}


def test_no_code_of_the_file_is_listed_twice_and_decimal_agrees_with_hex() -> None:
    with (TABLES / "codes.csv").open(newline="") as file:
        found = [row for row in csv.DictReader(file) if row["code_hex"]]
    assert len(found) > 250
    assert Counter((row["enumeration"], row["code_hex"]) for row in found).most_common(1)[0][1] == 1
    for row in found:
        assert len(row["code_hex"]) % 2 == 0
        assert int(row["code_hex"], 16) == int(row["code_dec"])


def test_every_row_of_the_file_is_loaded() -> None:
    with (TABLES / "codes.csv").open(newline="") as file:
        assert len(codes.load().rows) == len(list(csv.DictReader(file))) == 451


def test_every_name_says_how_sure_it_is_and_where_it_stands() -> None:
    for code in codes.load().rows:
        assert code.confidence in CONFIDENCES
        assert code.short_name
        assert code.source


def test_a_code_has_its_names() -> None:
    code = codes.lookup("tls_protocol_version", 0x0303)
    assert code is not None
    assert (code.short_name, code.code_hex, code.confidence) == ("TLSv1.2", "0303", "confirmed")


@pytest.mark.parametrize(("enumeration", "width"), FIELD_BYTES.items())
def test_codes_are_as_wide_as_their_field(enumeration: str, width: int) -> None:
    assert {len(c.code_hex) for c in codes.members(enumeration) if c.code_hex} == {2 * width}
    assert codes.hex_of(enumeration, 1) == "1".rjust(2 * width, "0")


def test_an_unlisted_code_keeps_its_raw_value_in_the_width_of_its_field() -> None:
    assert codes.lookup("symmetric_encryption", 0x0999) is None
    assert codes.short_name("symmetric_encryption", 0x0999) == "unknown (X'0999')"
    assert codes.short_name("ssh_protocol_version", 9) == "unknown (X'09')"


def test_code_zero_is_not_an_unlisted_code() -> None:
    assert codes.short_name("symmetric_encryption", 0) == "Unknown"


def test_names_past_the_confirmed_part_of_a_list_stay_unverified() -> None:
    last, first = (codes.lookup("symmetric_encryption", value) for value in (0x000A, 0x000B))
    assert last is not None
    assert first is not None
    assert (last.confidence, first.confidence) == ("confirmed", "recalled")


def test_an_unknown_enumeration_is_an_error() -> None:
    with pytest.raises(CodeTableError, match="no enumeration `nothing`"):
        codes.members("nothing")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("cert_key_type,0002,2,DSA,DSA,key type,V2R3,confirmed,x", "twice"),
        ("cert_key_type,002,2,DSA,DSA,key type,V2R3,confirmed,x", "the code `002`"),
        ("cert_key_type,0003,4,DSA,DSA,key type,V2R3,confirmed,x", "in decimal `4`"),
        ("cert_key_type,00ZZ,3,DSA,DSA,key type,V2R3,confirmed,x", "the code `00ZZ`"),
        ("cert_key_type,0003,3,DSA,DSA,key type,V2R3,certain,x", "the confidence `certain`"),
        ("cert_key_type,0003,3,DSA", "another number of columns"),
        ("cert_key_type,0003,3,DSA,DSA,key type,V2R3,confirmed,x,y", "another number of columns"),
    ],
)
def test_a_wrong_line_is_named(line: str, complaint: str) -> None:
    with pytest.raises(CodeTableError, match="line 3") as caught:
        codes.parse(HEADER + line + "\n")
    assert complaint in str(caught.value)


def test_a_table_without_a_needed_column_is_refused() -> None:
    with pytest.raises(CodeTableError, match="lacks the column"):
        codes.parse("enumeration,code_hex\n")


def test_the_worst_confidence_wins() -> None:
    assert worst_confidence("recalled", "confirmed") == "recalled"
    assert worst_confidence("provisional", "inferred", "recalled") == "provisional"
    assert worst_confidence() == "confirmed"


def test_the_digest_of_the_tables_fits_its_column() -> None:
    assert len(digest_of_tables()) == 12
