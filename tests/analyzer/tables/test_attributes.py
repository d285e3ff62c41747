"""Columns against what protections are described with, and what columns and tables promise."""

from __future__ import annotations

import pytest

from analyzer.models import Server
from analyzer.tables.attributes import CERTIFICATE, CRYPTOGRAPHIC, DN
from analyzer.tables.columns import Column, Table, UnknownColumnError
from analyzer.tables.report import (
    ALL_SESSIONS,
    DETAILS,
    SERVERS,
    SESSIONS,
    clients_table,
    servers_table,
)
from smf.describe import LABEL_KEYS

SHOWN = {
    column.key
    for group in (CRYPTOGRAPHIC, CERTIFICATE, DN)
    for columns in group.values()
    for column in columns
}
TABLES = [
    *(servers_table(str(role)) for role in Server.Role.values),
    *(clients_table(str(role)) for role in Server.Role.values),
    *SESSIONS.values(),
    ALL_SESSIONS,
]


def test_every_label_has_a_column_and_every_column_a_label() -> None:
    assert SHOWN == LABEL_KEYS
    assert ALL_SESSIONS.by_key.keys() > LABEL_KEYS


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_are_sound(table: Table) -> None:
    assert len(table.by_key) == len(table.columns)
    assert table.order(None).name == table.default_sort
    assert all(column.label for column in table.columns)
    assert any(column.default_visible for column in table.columns)
    assert table.by_key["time_zone"]


def test_every_protocol_has_the_details_it_can_have() -> None:
    details = {detail for detail, _ in DETAILS}
    by_protocol = {
        protocol: {detail for name, detail in SESSIONS if name == protocol}
        for protocol, _ in SESSIONS
    }
    assert by_protocol == {
        "NONE": {"cryptographic", "traffic"},
        "TLS": details,
        "SSH": details,
        "IPSEC": details,
    }


def test_words_are_those_of_the_tab() -> None:
    assert servers_table("peer").by_key["server_ip"].label == "Local peer IP"
    assert servers_table("client") != SERVERS
    assert clients_table("peer").by_key["client_ip"].label == "Remote peer IP"
    visible = {column.key for column in servers_table("peer").columns if column.default_visible}
    assert {"unprotected", "ipsec"} < visible
    assert not {"tls", "ssh"} & visible


def test_columns_are_chosen_in_the_order_they_are_named() -> None:
    chosen = SERVERS.chosen(["tls", "sysplex", "tls"])
    assert [column.key for column in chosen] == ["tls", "sysplex"]
    assert SERVERS.chosen([]) == SERVERS.chosen(["all"]) == SERVERS.columns
    with pytest.raises(UnknownColumnError, match="`x` is not a column of this table"):
        SERVERS.chosen(["tls", "x"])


def test_a_column_that_cannot_be_sorted_is_refused() -> None:
    table = Table("t", "row", "rows", (Column("a", "A", sortable=False),), "a")
    with pytest.raises(UnknownColumnError, match="`a` is not a column to sort by"):
        table.order("a")


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("text", "coalesce(r.\"x\", '')"),
        ("count", 'coalesce(r."x", -1)'),
        ("time", "coalesce(r.\"x\", '0001-01-01T00:00Z'::timestamptz)"),
    ],
)
def test_a_missing_value_comes_before_the_least_one(kind: str, sql: str) -> None:
    assert [key.sql for key in Column("x", "X", kind=kind).sort_keys] == [sql]  # type: ignore[arg-type]


def test_numbers_stand_at_the_right() -> None:
    assert Column("x", "X", kind="bytes").align == "right"
    assert Column("x", "X").align == "left"
