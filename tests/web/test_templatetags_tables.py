"""Heads and cells of tables from column definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from django.template import Context
from django.test import RequestFactory

from web.templatetags.figures import DASH, THIN
from web.templatetags.tables import cells, heads, value


@dataclass(frozen=True)
class Sample:
    key: str
    label: str = "Label"
    help: str = ""
    kind: str = "text"
    sortable: bool = True
    flag: str = ""


def _heads(column: Sample, sort: str, query: str = "") -> str:
    request = RequestFactory().get(f"/somewhere/?{query}")
    return heads(Context({"request": request}), [column], sort)


def test_text_of_strangers_is_escaped() -> None:
    shown = cells([Sample("dn")], {"dn": "<script>alert(1)</script>"})
    assert shown == "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>"


def test_title_of_a_long_text_cannot_break_out_of_its_attribute() -> None:
    hostile = '" onmouseover="alert(1)' + "x" * 60
    assert 'title="&quot; onmouseover=&quot;' in cells([Sample("dn")], {"dn": hostile})


def test_a_flagged_value_has_its_words_for_eyes_and_screen_readers() -> None:
    column = Sample("conns", kind="count", flag="doubt")
    shown = cells([column], {"conns": 9, "doubt": '3 of <them> "look" odd'})
    assert shown.count("3 of &lt;them&gt; &quot;look&quot; odd") == 2
    assert shown.endswith("9</td>")
    for row in ({"conns": 9, "doubt": ""}, {"conns": 9}):
        assert cells([column], row) == '<td class="right">9</td>'


def test_only_the_first_cell_carries_the_link_of_the_row() -> None:
    shown = cells([Sample("a"), Sample("b")], {"a": "one", "b": "two"}, "/x/?y=1&z=2")
    assert shown.count("<a ") == 1
    assert '<a class="row-link" href="/x/?y=1&amp;z=2">one</a>' in shown


@pytest.mark.parametrize(
    ("kind", "found", "part"),
    [
        ("int", 1234, f'<td class="right">1{THIN}234</td>'),
        ("int", 0, '<td class="right zero">0</td>'),
        ("bytes", 2400, f'title="2{THIN}400 bytes">2.4{THIN}KB'),
        ("mono", "003D", '<td class="mono">003D</td>'),
        ("time", date(2026, 10, 5), "<td>2026-10-05</td>"),
        ("time", datetime(2026, 10, 5, 23, 30), "<td>2026-10-05 23:30:00</td>"),
        ("time", "2026-10", "<td>2026-10</td>"),
        ("count", None, f'<td class="right">{DASH}</td>'),
        ("text", "", f"<td>{DASH}</td>"),
    ],
)
def test_each_kind_has_its_look(kind: str, found: object, part: str) -> None:
    assert part in cells([Sample("key", kind=kind)], {"key": found})


def test_other_kinds_are_rendered_by_their_template() -> None:
    shown = value(Sample("p", kind="protocol"), {"p": "NONE"})
    assert "Unprotected*" in shown
    assert "#lock-open" in shown


def test_a_number_sorts_falling_first_and_a_text_rising_first() -> None:
    assert 'href="?sort=-n"' in _heads(Sample("n", kind="int"), "")
    assert 'href="?sort=n"' in _heads(Sample("n"), "")


def test_a_second_click_turns_the_order() -> None:
    assert 'href="?sort=-n"' in _heads(Sample("n"), "n")
    assert 'href="?sort=n"' in _heads(Sample("n", kind="int"), "-n")


def test_the_sorted_head_says_so_to_screen_readers() -> None:
    assert 'aria-sort="descending"' in _heads(Sample("n"), "-n")
    assert "aria-sort" not in _heads(Sample("n"), "m")


def test_sorting_keeps_filters_and_goes_back_to_the_first_page() -> None:
    shown = _heads(Sample("n"), "", "job=A&job=B&after=xyz")
    assert 'href="?job=A&amp;job=B&amp;sort=n"' in shown


def test_a_column_that_cannot_be_sorted_has_no_link() -> None:
    assert "<a" not in _heads(Sample("n", sortable=False), "")


def test_the_link_of_a_row_says_the_row_on_hover() -> None:
    row = {"a": "x", "words": 'who "used" <what>'}
    shown = cells([Sample("a"), Sample("words")], row, "/row/", "words")
    title = 'title="who &quot;used&quot; &lt;what&gt;"'
    assert f'<a class="row-link" href="/row/" {title}>x</a>' in shown
    assert '<a class="row-link" href="/row/">x</a>' in cells([Sample("a")], {"a": "x"}, "/row/")
    assert "row-link" not in cells([Sample("a")], row, "", "words")
