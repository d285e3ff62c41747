"""Twenty questions, each three times: to Zertify's reads, to DuckDB and to a flat table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from analyzer.models import Server
from analyzer.queries import report
from analyzer.queries.filters import Filters
from analyzer.queries.overview import trend
from analyzer.queries.overview.tallies import read_tallies, tallies_question
from analyzer.queries.relations import where
from tests.bench.yardstick.site import DAYS, FIRST

LAST = FIRST + timedelta(days=DAYS - 1)
_MOST = 100_000
Answer = list[tuple[object, ...]]

# The words of an address, and the same as a condition on a flat record.
_FILTERS = {
    "": "TRUE",
    "protocol=NONE": "protocol = 'NONE'",
    "version=SSLv3,TLSv1.0,TLSv1.1": "version IN ('SSLv3', 'TLSv1.0', 'TLSv1.1')",
    "port=992,443": "(992 BETWEEN port_start AND port_end OR 443 BETWEEN port_start AND port_end)",
    "sysplex=PLEXA&job=TN*": "sysplex = 'PLEXA' AND job LIKE 'TN%'",
    "strength=weak,deprecated": "strength IN ('weak', 'deprecated')",
    "client_ip=10.64.3.7": "client_ip = '10.64.3.7'",
}
_BY_PROTOCOL = ", ".join(
    f"coalesce(sum(connections) FILTER (WHERE protocol = '{one}'), 0)"
    for one in ("NONE", "IPSEC", "SSH", "TLS")
)


@dataclass(frozen=True, slots=True)
class Question:
    """`ours` gives the rows of Zertify's read; `sql` the same from the relation `{flat}`."""

    words: str
    ours: Callable[[], Answer]
    sql: str


def questions() -> list[Question]:
    """Servers under seven filters and several periods, clients of servers, days."""
    periods = [("", 30), ("days=90", 90), ("days=7", 7)]
    found = [_servers(words, *periods[number % 3]) for number, words in enumerate(_FILTERS)]
    found += [_servers(words, "days=60", 60) for words in list(_FILTERS)[:3]]
    largest = Server.objects.filter(role="server").order_by("pk").values_list("pk", flat=True)
    found += [_clients(largest[place], *periods[place % 3]) for place in range(4)]
    found += [_days(words, *periods[number % 2]) for number, words in enumerate(_FILTERS)][:6]
    return found


def _filters(words: str, period: str) -> Filters:
    return Filters.from_params(QueryDict("&".join(filter(None, (words, period)))))[0]


def _since(days: int) -> str:
    return f"ended >= TIMESTAMP '{LAST - timedelta(days=days - 1)}'"


def _servers(words: str, period: str, days: int) -> Question:
    filters = _filters(words, period)

    def ours() -> Answer:
        rows = report.servers(filters, role="server", limit=_MOST).rows
        return sorted(
            (row["id"], *(row[one] for one in ("unprotected", "ipsec", "ssh", "tls", "sessions")))
            for row in rows
        )

    sql = f"""SELECT server_id, {_BY_PROTOCOL}, count(DISTINCT session_id) FROM {{flat}}
        WHERE role = 'server' AND {_since(days)} AND {_FILTERS[words]} GROUP BY server_id"""
    return Question(f"servers {words} {period}", ours, sql)


def _clients(pk: int, period: str, days: int) -> Question:
    filters = _filters("", period)

    def ours() -> Answer:
        rows = report.clients(filters, server_id=pk, limit=_MOST).rows
        return sorted(
            (row["client_ip"], *(row[one] for one in ("unprotected", "ipsec", "ssh", "tls")))
            for row in rows
        )

    sql = f"""SELECT client_ip, {_BY_PROTOCOL} FROM {{flat}}
        WHERE server_id = {pk} AND {_since(days)} GROUP BY client_ip"""
    return Question(f"clients of {pk} {period}", ours, sql)


def _days(words: str, period: str, days: int) -> Question:
    filters = _filters(words, period)

    def ours() -> Answer:
        facets = (trend.FACET,)
        tallies = read_tallies(tallies_question(filters, "server", facets), facets)
        found = trend.by_day(where(filters).columns, tallies[trend.FACET.name])
        return sorted((one.day, one.connections, one.unprotected) for one in found)

    sql = f"""SELECT CAST(ended AS date), sum(connections),
            coalesce(sum(connections) FILTER (WHERE protocol = 'NONE'), 0) FROM {{flat}}
        WHERE role = 'server' AND {_since(days)} AND {_FILTERS[words]} GROUP BY 1"""
    return Question(f"days {words} {period}", ours, sql)


def plain(rows: Answer) -> Answer:
    """Numbers of any kind as integers, in one order."""
    return sorted(
        tuple(one if isinstance(one, str | date) else int(str(one)) for one in row) for row in rows
    )
