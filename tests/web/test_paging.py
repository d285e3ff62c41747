"""Pages by key: orders, keys that travel in addresses, and what becomes of damaged ones."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from web.paging import (
    MOST_ROWS,
    PAGE_ROWS,
    Cut,
    Order,
    PageKeyError,
    Place,
    SortKey,
    asked_limit,
    cut,
    pack,
    unpack,
)

KINDS = ("text", "bigint", "inet", "timestamptz", "timestamp", "date")
ORDER = Order("-bytes", (SortKey("r.bytes", "bigint"), SortKey("r.id", "bigint")))


def key(*values: object) -> str:
    """A key as a stranger would write it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def order(kind: str) -> Order:
    return Order("x", (SortKey("x", kind),))


def test_a_falling_order_falls_in_every_part() -> None:
    assert ORDER.falls
    assert ORDER.sql == "r.bytes DESC, r.id DESC"


def test_a_rising_order_rises_in_every_part() -> None:
    rising = Order("bytes", ORDER.keys)
    assert not rising.falls
    assert rising.sql == "r.bytes ASC, r.id ASC"


def test_without_a_key_every_row_comes_after() -> None:
    for nothing in (None, ""):
        assert ORDER.place(nothing) == Place("TRUE", (), ORDER.sql)


def test_rows_after_a_key_are_found_by_one_row_comparison() -> None:
    text = pack(ORDER, [12, 7])
    condition = "(r.bytes, r.id) {} (%s::bigint, %s::bigint)"
    assert ORDER.place(text) == Place(condition.format("<"), (12, 7), ORDER.sql, text)
    rising = Order("bytes", ORDER.keys)
    assert rising.place(pack(rising, [12, 7])).condition == condition.format(">")


def test_rows_before_a_key_are_read_from_it_backwards() -> None:
    text = pack(ORDER, [12, 7], backwards=True)
    assert ORDER.place(text) == Place(
        "(r.bytes, r.id) > (%s::bigint, %s::bigint)",
        (12, 7),
        "r.bytes ASC, r.id ASC",
        text,
        backwards=True,
    )
    rising = Order("bytes", ORDER.keys)
    place = rising.place(pack(rising, [12, 7], backwards=True))
    assert place.condition.startswith("(r.bytes, r.id) < ")
    assert place.sql == "r.bytes DESC, r.id DESC"


def read(after: str | None, stored: list[int], limit: int = 3) -> Cut[int]:
    """A page of numbers, the greatest first, as a database would read it."""
    order = Order("-id", (SortKey("id", "bigint"),))
    place = order.place(after)
    found = sorted(stored, reverse=place.sql.endswith("DESC"))
    if place.params:
        limit_at = int(place.params[0])
        found = [
            one for one in found if (one < limit_at if "<" in place.condition else one > limit_at)
        ]
    return cut(found[: limit + 1], place, order=order, limit=limit, key=lambda one: [one])


def test_pages_lead_forth_and_back_over_the_same_rows() -> None:
    stored, forth, after = [*range(1, 9)], [], None
    while True:
        page = read(after, stored)
        forth.append(page.rows)
        if page.next is None:
            break
        after = page.next
    assert forth == [[8, 7, 6], [5, 4, 3], [2, 1]]
    back = []
    while page.previous:
        page = read(page.previous, stored)
        back.append(page.rows)
        assert page.next
    assert back == [[5, 4, 3], [8, 7, 6]]


def test_the_only_page_leads_nowhere() -> None:
    assert read(None, [1, 2, 3]) == Cut([3, 2, 1], None, None)
    assert read(None, []) == Cut([], None, None)


def test_a_page_past_the_end_is_empty() -> None:
    past = read(None, [5, 4, 3, 2]).next
    assert read(past, [5, 4, 3]) == Cut([], None, None)


def test_a_key_survives_its_journey_in_every_kind() -> None:
    whole = Order("all", tuple(SortKey(kind, kind) for kind in KINDS))
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    values = ["a%'\\Ä", -1, "2001:db8::1", moment, moment.replace(tzinfo=None), moment.date()]
    assert unpack(pack(whole, values), whole) == [
        *("a%'\\Ä", -1, "2001:db8::1"),
        *("2026-03-01T12:30:00+00:00", "2026-03-01T12:30:00", "2026-03-01"),
    ]


def test_a_key_is_plain_in_an_address() -> None:
    text = pack(order("text"), ["???>>>~~~"])
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        *("!", "A", "no key", "\N{SNOWMAN}", "e30", "bnVsbA", "AAAA", key(), key("-bytes", 1)),
        *(
            key("-bytes", 1, 2, 3),
            key({"a": 1}),
            key("<"),
            key("<", "<", 1, 2),
            base64.b64encode(b"[" * 100_000).decode(),
        ),
        base64.b64encode(b'["-bytes",1,' + b"9" * 5000 + b"]").decode(),
        base64.b64encode(b'["-bytes",1,"\xff"]').decode(),
    ],
)
def test_a_damaged_key_is_refused_in_words(text: str) -> None:
    with pytest.raises(PageKeyError, match="start again at the first page"):
        unpack(text, ORDER)


def test_a_key_of_another_order_is_refused() -> None:
    with pytest.raises(PageKeyError, match="another order"):
        unpack(pack(Order("bytes", ORDER.keys), [1, 2]), ORDER)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("text", 1), ("text", None), ("text", "a\0b"), ("text", "\ud800")),
        *(("bigint", "1"), ("bigint", True), ("bigint", 1.5), ("bigint", None), ("bigint", [])),
        *(("bigint", 2**63), ("bigint", -(2**63) - 1), ("bigint", float("inf"))),
        *(("inet", "10.0.0.256"), ("inet", 1), ("inet", "fe80::1%eth0"), ("inet", "10.0.0.0/8")),
        *(("timestamptz", "soon"), ("timestamptz", 1), ("timestamp", None), ("date", "31")),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind: str, value: object) -> None:
    with pytest.raises(PageKeyError, match="damaged"):
        unpack(key("x", value), order(kind))


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 0])
def test_every_bigint_is_a_sort_value(value: int) -> None:
    assert unpack(key("x", value), order("bigint")) == [value]


@pytest.mark.parametrize(("text", "rows"), [(None, PAGE_ROWS), ("1", 1), ("1000", MOST_ROWS)])
def test_a_limit_is_a_number_of_rows(text: str | None, rows: int) -> None:
    assert asked_limit(text) == rows


@pytest.mark.parametrize("text", ["", "0", "1001", "-1", "ten", "1.5", "\u0661", "9" * 5000, " 1"])
def test_another_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="`limit` is a number from 1 to 1000"):
        asked_limit(text)
