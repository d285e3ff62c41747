"""Texts in the code page of the system that wrote the record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smf.errors import CodePageError
from tests.builders.golden import load_golden
from tests.builders.reading import read_records

NAMED = "s12_names_total_one"
# X'AD' and X'BD' are brackets in 1047, Ý and diaeresis in 037; X'4A' and X'5A' are Ä and Ü in 273,
# ¢ and ! in 1047.
IN_1047, IN_037 = "CN=host [a]{b}\\c,O=Example", "CN=host Ýa¨{b}\\c,O=Example"


def first_name(raw: str) -> str:
    return str(json.loads(raw)["dns"][0][1])


def as_system(record: bytes, name: bytes) -> bytes:
    return record[:76] + name.ljust(8, b"\x40") + record[84:]


def test_brackets_follow_the_code_page_of_the_system(tmp_path: Path) -> None:
    record = load_golden(NAMED)
    other = as_system(record, b"\xe2\xe8\xe2\xc2")  # SYSB
    pages = {("PLEXA", "SYSB"): "cp037", ("PLEXB", "SYSA"): "cp037"}
    batch = read_records(tmp_path, record, other, code_pages=pages)
    assert batch.sessions["system"].to_list() == ["SYSA", "SYSB"]
    # The same bytes are one protection, in the text of the first system that named it.
    assert [first_name(raw) for raw in batch.protections["raw"]] == [IN_1047]

    batch = read_records(tmp_path, other, code_pages=pages)
    assert [first_name(raw) for raw in batch.protections["raw"]] == [IN_037]


def test_texts_of_sessions_and_connections_follow_the_code_page(tmp_path: Path) -> None:
    record = load_golden("s12_none")
    record = record[: 140 + 19] + b"\x4a\x5a\x40\x40\x40\x40\x40\x40" + record[140 + 27 :]
    other = as_system(record, b"\xe2\xe8\xe2\xc2")
    pages = {("PLEXA", "SYSA"): "cp273", ("PLEXA", "SYSC"): "cp500"}
    batch = read_records(tmp_path, record, other, record, code_pages=pages)
    assert batch.sessions["user"].to_list() == ["ÄÜ", "¢!"]

    one = load_golden("d11_short")
    one = one[: 148 + 24] + b"\x4a\x40\x40\x40\x40\x40\x40\x40" + one[148 + 32 :]
    batch = read_records(tmp_path, one, code_pages=pages)
    assert batch.connections["user"].to_list() == ["Ä"]


def test_a_code_page_that_nobody_knows_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(CodePageError, match="`cp9999`") as caught:
        read_records(tmp_path, load_golden("s12_none"), code_pages={("A", "B"): "cp9999"})
    assert caught.value.code_page == "cp9999"


def test_padding_is_blanks_or_zeros_and_what_is_within_stays(tmp_path: Path) -> None:
    record = load_golden("s12_none")
    texts = {
        b"\xe2\xe8\xe2\xc1\x40\x40\x40\x40": "SYSA",
        b"\xe2\xe8\xe2\xc1\x00\x00\x00\x00": "SYSA",
        b"\xe2\xe8\xe2\xc1\x40\x00\x40\x00": "SYSA",
        b"\x40\xe2\x40\xc1\x40\x40\x40\x40": " S A",
        b"\xe2\x00\xe2\xc1\x40\x40\x40\x40": "S\ufffdSA",
        b"\x00" * 8: "",
        b"\xe2\xe8\xe2\xc1\xe2\xe8\xe2\xf1": "SYSASYS1",
    }
    records = [record[:76] + data + record[84:] for data in texts]
    batch = read_records(tmp_path, *records)
    assert batch.sessions["system"].to_list() == list(texts.values())
