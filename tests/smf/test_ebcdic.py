"""EBCDIC texts: code pages 1047 and 037, padding, one field or a column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf.ebcdic import decode, decode_rows, encode, table
from smf.errors import CodePageError

# IBM's CCSID 1047 and 37: where the two exchange characters.
DIFFER = {
    0xAD: ("[", "Ý"),
    0xBD: ("]", "¨"),
    0xBA: ("Ý", "["),
    0xBB: ("¨", "]"),
    0x5F: ("^", "¬"),
    0xB0: ("¬", "^"),
}
ALIKE = {
    "{": 0xC0,
    "}": 0xD0,
    "\\": 0xE0,
    "$": 0x5B,
    "#": 0x7B,
    "@": 0x7C,
    "A": 0xC1,
    "I": 0xC9,
    "J": 0xD1,
    "R": 0xD9,
    "S": 0xE2,
    "Z": 0xE9,
    "a": 0x81,
    "z": 0xA9,
    "0": 0xF0,
    "9": 0xF9,
    "=": 0x7E,
    ",": 0x6B,
    " ": 0x40,
    "ä": 0x43,
    "ß": 0x59,
    "\xa0": 0x41,
}
REPLACED = "\ufffd"


@pytest.mark.parametrize(("byte", "chars"), DIFFER.items())
def test_1047_and_037_exchange_six_characters(byte: int, chars: tuple[str, str]) -> None:
    assert (table("cp1047")[byte], table("cp037")[byte]) == chars


def test_1047_and_037_are_otherwise_alike() -> None:
    first, second = table("cp1047"), table("cp037")
    assert {place for place in range(256) if first[place] != second[place]} == set(DIFFER)
    for char, byte in ALIKE.items():
        assert first[byte] == char


def test_controls_become_the_replacement_character() -> None:
    chars = table("cp1047")
    for byte in (*range(0x40), 0xFF):
        assert chars[byte] == REPLACED
    assert all(char.isprintable() or char == "\xa0" for char in chars)


@pytest.mark.parametrize(
    "name", ["cp1047", "IBM-1047", "ibm1047", "CP_1047", "IBM-273", "cp500", "cp1140", "IBM037"]
)
def test_names_of_code_pages_are_taken_as_people_write_them(name: str) -> None:
    chars = table(name)
    assert len(chars) == 256
    assert chars[0xC1] == "A"


def test_umlauts_follow_the_german_code_page() -> None:
    assert decode(b"\x4a\x5a\xe0\x63\xfc", "cp273") == "ÄÜÖ[]"


@pytest.mark.parametrize(
    "name",
    [
        *("", "cp9999", "utf-8", "utf-16", "ascii", "latin-1", "cp1252", "hex", "idna"),
        *("undefined", "unicode_escape", "big5", "a\0b", "ümläut", "rot13"),
    ],
)
def test_what_is_no_ebcdic_code_page_is_refused(name: str) -> None:
    with pytest.raises(CodePageError) as caught:
        table(name)
    assert caught.value.code_page == name


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xe2\xe8\xe2\xc1", "SYSA"),
        (b"\xe2\xe8\xe2\xc1\x40\x40", "SYSA"),
        (b"\xe2\xe8\xe2\xc1\x00\x00", "SYSA"),
        (b"\xe2\xe8\xe2\xc1\x00\x40\x00", "SYSA"),
        (b"\x40\x40", ""),
        (b"\x00\x00", ""),
        (b"\x40\xc1\x40\xc2\x40", " A B"),
        (b"\xc1\x00\xc2", f"A{REPLACED}B"),
        (b"\xc1\x15\xc2", f"A{REPLACED}B"),
    ],
)
def test_padding_is_cut_and_nothing_else(data: bytes, text: str) -> None:
    assert decode(data) == text
    if data:
        assert decode_rows(np.frombuffer(data, np.uint8).reshape(1, -1)) == [text]


@given(
    st.lists(st.binary(min_size=6, max_size=6), max_size=8), st.sampled_from(["cp1047", "cp273"])
)
def test_a_column_is_read_like_its_fields(fields: list[bytes], page: str) -> None:
    rows = np.frombuffer(b"".join(fields), np.uint8).reshape(-1, 6)
    assert decode_rows(rows, page) == [decode(field, page) for field in fields]


def test_text_is_written_with_blanks_behind() -> None:
    assert encode("SYS$", 6) == b"\xe2\xe8\xe2\x5b\x40\x40"
    assert encode("[x]", 3) == b"\xad\xa7\xbd"
    assert encode("[x]", 3, "cp037") == b"\xba\xa7\xbb"
    assert encode("", 2) == b"\x40\x40"


@pytest.mark.parametrize("text", ["TOOLONG", "日本", REPLACED, "\n"])
def test_text_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"longer than 4|does not fit"):
        encode(text, 4)


@given(st.text(st.sampled_from(sorted(set(table("cp1047")) - {REPLACED})), max_size=20))
def test_what_is_written_is_read_back(text: str) -> None:
    assert decode(encode(text, 20)) == text.rstrip(" ")
