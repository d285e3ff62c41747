"""Report pages against loops over single interval records: filters, sums, orders, paging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from operator import itemgetter
from typing import Any

import pytest

from analyzer.models import Server
from analyzer.queries import report
from analyzer.tables.columns import Table
from analyzer.tables.report import ALL_SESSIONS, SESSIONS, clients_table, servers_table
from tests.analyzer.queries import naive
from tests.analyzer.queries.conftest import filters
from web.paging import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("filled")]
ROLES = [str(role) for role in Server.Role.values]
QUERIES = [
    *("", "days=1", "days=7", "days=3660", "days=all", "from=2026-03-10", "to=2026-03-10"),
    *("from=2026-03-10&to=2026-03-10", "from=2026-03-05&to=2026-03-25", "from=2027-01-01"),
    *("sysplex=PLEXA", "sysplex=plexb", "system=SYSA,SYSC", "system=SYS?", "sysplex=*"),
    *("stack=PLEXA.SYSA.TCPIP", "stack=*.*.TCPIP2", "stack=PLEXA.*.TCP*&stack=*.SYSC.*"),
    *("server_ip=10.1.0.5", "server_ip=10.1.0.0/16", "server_ip=10.1.0.5-10.1.0.200"),
    *("server_ip=9.255.0.1-10.1.255.255", "server_ip=::/0", "server_ip=0.0.0.0/0"),
    *("server_ip=::ffff:10.1.0.5", "server_ip=2001:db8::-2001:db8::ffff,9.255.0.1"),
    *("client_ip=192.0.2.0/31", "client_ip=10.1.0.9,2001:db8::/48", "client_ip=192.0.2.2/32"),
    *("port=443", "port=8000-8079", "port=8080", "port=443,992", "port=0-1023", "port=1025"),
    *("job=TN3270", "job=tn3270*", "job=A_B", "job=A%25B", "job=A?B", "job=A\\B", "job=*"),
    *("user=O'NEIL", "user=ftpd", 'user=Q"*', "user=TCPUSER,STCUSER&job=*B"),
    *("dn=example", "dn=CN=b_1", "dn=b?1", "dn=50%25", "dn=back\\slash", "dn=cn=*o=example"),
    *("dn=CN=b*CN=Root", "dn=*", "dn=Äpfel", "dn=Root&dn=back", "dn=O=Example,CN", "dn=''"),
    *("protocol=NONE", "protocol=tls,SSH", "version=TLSv1.2", "version=Unknown,sslv3"),
    *("strength=strong", "strength=unknown,none", "protocol=TLS&strength=acceptable&days=7"),
    "server_ip=10.0.0.0/8&port=443-992&sysplex=PLEXA&days=20&protocol=NONE,TLS",
    "client_ip=192.0.2.0/24&job=*&user=*C*&dn=example&days=all",
]


EMPTY = {"from=2027-01-01", "dn=CN=b*CN=Root", "dn=''", "dn=O=Example,CN"}


def pages(read: Callable[..., Page], *, limit: int, **given: Any) -> list[dict[str, Any]]:
    """The rows of all pages, one after the other; the way back shows the same ones."""
    forth: list[Page] = []
    after = None
    while not forth or after:
        forth.append(read(after=after, limit=limit, **given))
        after = forth[-1].next
    rows = [row for page in forth for row in page.rows]
    for page in forth:
        assert not page.cut
        assert len(page.rows) <= limit
        assert (page.total, page.total_is_capped) == (len(rows), False)
        known = sums(rows)
        assert {key: page.sums.get(key) for key in known} == known
    before = forth[-1].previous
    for expected in reversed(forth[:-1]):
        page = read(after=before, limit=limit, **given)
        assert page.rows == expected.rows
        before = page.previous
    assert before is None
    return rows


def sums(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What all rows come to; a list of sessions does not count them again."""
    keys = ("sessions", "connections", "in_bytes", "out_bytes")
    return {key: sum(row[key] for row in rows) for key in keys if rows and key in rows[0]}


def same(found: Sequence[dict[str, Any]], wanted: Sequence[naive.Fact], table: Table) -> None:
    """Every column that the naive row has, by id; protection labels are not its business."""
    by_id = {row["id"]: row for row in wanted}
    assert sorted(row["id"] for row in found) == sorted(by_id)
    for row in found:
        for column in table.columns:
            if column.key in by_id[row["id"]] and column.key != "port":
                value = row[column.key]
                value = value.astimezone(UTC) if isinstance(value, datetime) else value
                assert value == by_id[row["id"]][column.key], (column.key, row)


@pytest.mark.parametrize("query", QUERIES)
def test_servers_are_those_of_the_single_records(query: str) -> None:
    every, asked = naive.facts(), filters(query)
    for role in ROLES:
        found = pages(partial(report.servers, asked, role=role), limit=1000)
        same(found, naive.servers(every, query, role), servers_table(role))


def test_nearly_every_question_here_has_an_answer() -> None:
    every = naive.facts()
    assert {query for query in QUERIES if not naive.chosen(every, query)} == EMPTY


@pytest.mark.parametrize("query", QUERIES)
def test_sessions_are_those_of_the_single_records(query: str) -> None:
    found = pages(partial(report.all_sessions, filters(query)), limit=1000)
    same(found, naive.sessions(naive.facts(), query), ALL_SESSIONS)


@pytest.mark.parametrize("query", ["", "days=all", "days=7&protocol=TLS", "client_ip=192.0.2.0/24"])
def test_clients_and_details_are_those_of_the_single_records(query: str) -> None:
    every, asked = naive.facts(), filters(query)
    every_session = naive.sessions(every, query)
    for server in Server.objects.all():
        one = {"server_id": server.pk}
        clients = pages(partial(report.clients, asked, role=server.role, **one), limit=1000)
        same(clients, naive.clients(every, query, server.pk), clients_table(server.role))
        own = [row for row in every_session if row["server_id"] == server.pk]
        numbers = [number for _, number in report.protocols(asked, **one)]
        assert sum(numbers) == len(own)
        assert numbers == sorted(numbers, reverse=True)
        for (protocol, detail), table in SESSIONS.items():
            read = partial(report.sessions, asked, protocol=protocol, detail=detail, **one)
            wanted = [row for row in own if row["protocol"] == protocol]
            same(pages(read, limit=1000), wanted, table)


def test_sessions_of_one_client_are_only_its_own() -> None:
    wanted = naive.sessions(naive.facts(), "days=all")
    one = next(row for row in wanted if row["client_ip"] == "2001:db8::a")
    own = [
        row
        for row in wanted
        if all(row[key] == one[key] for key in ("server_id", "client_ip", "protocol"))
    ]
    chosen = {"server_id": one["server_id"], "client_ip": "2001:DB8:0::a"}
    page = report.sessions(
        filters("days=all"), protocol=one["protocol"], detail="traffic", **chosen
    )
    assert sorted(row["id"] for row in page.rows) == sorted(row["id"] for row in own)
    found = report.protocols(filters("days=all"), **chosen)
    assert (one["protocol"], len(own)) in found


def sort_value(column: str, row: naive.Fact) -> Any:
    """What a person expects a column to sort by; missing values come before the least one."""
    special = _SPECIAL.get(column)
    if special:
        return special(row)
    value = row[column]
    return value.encode() if isinstance(value, str) else -1 if value is None else value


def _ip(row: naive.Fact, key: str = "server_ip") -> tuple[int, int]:
    address = ip_address(row[key])
    return address.version, int(address)


def _ports(row: naive.Fact) -> tuple[int, int]:
    return row["port_start"], row["port_end"]


_SPECIAL: dict[str, Callable[[naive.Fact], Any]] = {
    "sysplex": lambda row: (
        *(row[key].encode() for key in ("sysplex", "system", "stack")),
        *(_ip(row), _ports(row)),
    ),
    "server_ip": lambda row: (_ip(row), _ports(row)),
    "port": _ports,
    "client_ip": lambda row: _ip(row, "client_ip"),
    "strength": lambda row: naive.RANKS.index(row["strength"]),
    "version": lambda row: (row["version"] or "").encode(),
    "scert_key_bits": lambda row: int(row["scert_key_bits"] or -1),
}


def in_order(rows: Sequence[naive.Fact], sort: str) -> list[int]:
    column = sort.removeprefix("-")
    ordered = sorted(
        rows, key=lambda row: (sort_value(column, row), row["id"]), reverse=sort.startswith("-")
    )
    return [row["id"] for row in ordered]


def orders(table: Table, row: naive.Fact) -> list[str]:
    keys = [column.key for column in table.columns if column.key in row or column.key == "port"]
    return [sign + key for key in keys for sign in ("", "-")]


def pages_in_every_order(
    read: Callable[..., Page], wanted: Sequence[naive.Fact], table: Table
) -> int:
    """Read all pages by every column up and down, with 1 to 7 rows a page."""
    sorts = orders(table, wanted[0])
    for number, sort in enumerate(sorts):
        found = pages(read, limit=1 + number % 7, sort=sort)
        assert [row["id"] for row in found] == in_order(wanted, sort), sort
    return len(sorts)


def test_every_order_of_servers_pages_through_each_row_once() -> None:
    wanted = naive.servers(naive.facts(), "days=all", "server")
    read = partial(report.servers, filters("days=all"), role="server")
    number = pages_in_every_order(read, wanted, servers_table("server"))
    assert number == 2 * len(servers_table("server").columns)


def test_every_order_of_clients_pages_through_each_row_once() -> None:
    every = naive.facts()
    server_id = max(naive.servers(every, "days=all", "server"), key=itemgetter("clients"))["id"]
    wanted = naive.clients(every, "days=all", server_id)
    assert len(wanted) > 1
    read = partial(report.clients, filters("days=all"), server_id=server_id)
    number = pages_in_every_order(read, wanted, clients_table("server"))
    assert number == 2 * len(clients_table("server").columns)


def test_every_order_of_sessions_pages_through_each_row_once() -> None:
    wanted = naive.sessions(naive.facts(), "")
    read = partial(report.all_sessions, filters(""))
    assert pages_in_every_order(read, wanted, ALL_SESSIONS) > 50
