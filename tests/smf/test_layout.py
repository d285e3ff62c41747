"""The layout tables are sound, and a row that is wrong is told with its line."""

from __future__ import annotations

from itertools import pairwise

import pytest

from smf.errors import LayoutError
from smf.layout import DETAIL, SUMMARY, load_layout, parse_layout

BOTH = [DETAIL, SUMMARY]
HEAD = "section,offset,length,format,name,key,description,enumeration,since,confidence,source"
ROW = "ident,0,8,ebcdic,SMF119TI_SYSName,system,System name,,V2R3,confirmed,a manual"
# Lengths of the sections in V2R3, and the longest that the table knows.
LENGTHS = {
    SUMMARY: {
        "ident": (64, 64),
        "common": (204, 212),
        "tls": (36, 116),
        "ssh": (46, 46),
        "ipsec": (74, 148),
        "dn": (4, 1028),
    },
    DETAIL: {
        "ident": (64, 64),
        "common": (128, 128),
        "ipfilter": (100, 100),
        "tls": (168, 168),
        "ssh": (284, 284),
        "ipsec": (236, 236),
        "dn": (4, 1028),
        "policy": (0, 0),
    },
}


@pytest.mark.parametrize("subtype", BOTH)
def test_sections_are_in_the_order_of_the_triplets_with_their_lengths(subtype: int) -> None:
    layout = load_layout(subtype)
    assert list(layout.sections) == list(LENGTHS[subtype])
    for name, (base, known) in LENGTHS[subtype].items():
        assert (layout.base_length(name), layout.known_length(name)) == (base, known), name
    assert layout.base_length("header") == 24


@pytest.mark.parametrize("subtype", BOTH)
def test_fields_follow_each_other_without_gap_or_overlap(subtype: int) -> None:
    layout = load_layout(subtype)
    for section in ("header", *layout.sections):
        fields = layout.section(section)
        assert fields[0].offset == (0 if section != "self-defining" else 24)
        for before, after in pairwise(fields):
            assert before.end == after.offset, (before.name, after.name)
    own = layout.section("self-defining")
    assert own[0].offset == 24
    assert all(before.end == after.offset for before, after in pairwise(own))


@pytest.mark.parametrize("subtype", BOTH)
def test_names_and_keys_are_unique_and_confidence_is_one_of_four(subtype: int) -> None:
    layout = load_layout(subtype)
    names = [field.name for field in layout.fields if field.name != "reserved"]
    assert len(set(names)) == len(names)
    keys = [(field.section, field.key) for field in layout.fields if field.key]
    assert len(set(keys)) == len(keys)
    unnamed = {field.name for field in layout.fields if not field.key}
    assert unnamed <= {"reserved"}
    for field in layout.fields:
        assert field.confidence in {"confirmed", "recalled", "inferred", "provisional"}
        assert field.since
        assert field.description


def test_both_subtypes_have_the_same_header_and_identification() -> None:
    first, second = load_layout(DETAIL), load_layout(SUMMARY)
    for section in ("header", "ident"):
        assert [(f.name, f.key, f.offset, f.length) for f in first.section(section)] == [
            (f.name, f.key, f.offset, f.length) for f in second.section(section)
        ]


def test_triplets_have_the_names_of_their_slots() -> None:
    layout = load_layout(SUMMARY)
    assert layout.triplet_name(0, "Off") == "SMF119IDOff"
    assert layout.triplet_name(5, "Num") == "SMF119S5Num"


def test_fields_are_found_by_key_and_an_unknown_one_is_refused() -> None:
    layout = load_layout(SUMMARY)
    assert layout.field("tls", "cipher").name == "SMF119SS_TLS_Neg_Cipher"
    assert layout.field("tls", "cipher").end == 10
    with pytest.raises(LayoutError, match=r"has no field `tls\.ciphre`"):
        layout.field("tls", "ciphre")
    with pytest.raises(LayoutError, match="subtype 12 has no section `ipfilter`"):
        layout.section("ipfilter")


def test_a_subtype_without_table_is_refused() -> None:
    with pytest.raises(LayoutError, match="no layout table for subtype 13"):
        load_layout(13)


def test_a_row_becomes_a_field() -> None:
    layout = parse_layout(SUMMARY, f"{HEAD}\n{ROW}\ndn,4,0..1024,ebcdic,N,text,,,V2R3,recalled,")
    (field,) = layout.section("ident")
    assert (field.name, field.key, field.offset, field.length) == (
        "SMF119TI_SYSName",
        "system",
        0,
        8,
    )
    (name,) = layout.section("dn")
    assert (name.variable, name.length, name.confidence) == (True, 1024, "recalled")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (HEAD, "the layout table of subtype 12 is empty"),
        (f"{HEAD}\nident,zero,8,ebcdic,A,a,,,V2R3,confirmed,", "line 2 .* is malformed"),
        (f"{HEAD}\n{ROW}\nident,8,,ebcdic,A,a,,,V2R3,confirmed,", "line 3 .* is malformed"),
        (f"{HEAD}\nident,8", "line 2 has another number of columns"),
        (f"{HEAD}\n{ROW},more", "subtype 12: line 2 has another number of columns"),
        (f"{HEAD}\n{ROW}\nident,8,8,ebcdic,A,a,,,V2R3", "line 3 has another number of columns"),
        (f"section,offset\n{ROW}", "lacks the column `confidence`"),
        (f"{HEAD}\nident,0,8,text,A,a,,,V2R3,confirmed,", "line 2 .* has format `text`"),
        (f"{HEAD}\nident,0,8,ebcdic,A,a,,,V2R3,sure,", "line 2 .* has confidence `sure`"),
        (f"{HEAD}\n{ROW}\n{ROW.replace('0,8', '8,8')}", "names a key twice"),
        (f"{HEAD}\n{ROW}\nident,7,8,ebcdic,B,b,,,V2R3,confirmed,", "`B` overlaps `SMF119TI_SYS"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(table: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        parse_layout(SUMMARY, table)
