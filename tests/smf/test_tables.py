"""Reading the tables of codes, suites and strength."""

from __future__ import annotations

import pytest

from smf.errors import CodeTableError
from smf.tables import CODES, CONFIDENCES, read_text, rows, worst_confidence


def test_rows_come_with_the_lines_they_end_on() -> None:
    text = 'a,b\n1,2\n"x ""y""",\n'
    assert rows(text, ("a", "b")) == [(2, {"a": "1", "b": "2"}), (3, {"a": 'x "y"', "b": ""})]


def test_more_columns_than_needed_are_no_harm() -> None:
    assert rows("a,b\n1,2\n", ("b",)) == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the column `a`"),
        ("b\n1\n", "lacks the column `a`"),
        ("a,b\n1\n", "line 2 has another number of columns"),
        ("a,b\n1,2\n1,2,3\n", "line 3 has another number of columns"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(text: str, message: str) -> None:
    with pytest.raises(CodeTableError, match=message):
        rows(text, ("a", "b"))


def test_a_table_that_is_not_there_is_refused() -> None:
    with pytest.raises(CodeTableError, match=r"`none\.csv` cannot be read"):
        read_text("none.csv")
    assert read_text(CODES)


def test_the_worst_confidence_counts() -> None:
    assert CONFIDENCES[0] == "confirmed"
    assert worst_confidence("confirmed", "inferred", "recalled") == "inferred"
    assert worst_confidence("confirmed", "unknown") == "unknown"
    assert worst_confidence() == "confirmed"
