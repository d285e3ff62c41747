"""Which servers used which protections under filters: distinct pairs, never sessions or records."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analyzer.models import Certificate, Protection, ProtectionCertificate, Server
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.relations import where
from analyzer.queries.terms.term import Clause
from web.budget import read_budget

MOST_PAIRS: Final = 100_000


class TooManyError(Exception):
    """More distinct pairs of server and protection than a bill of materials may have."""

    def __init__(self) -> None:
        super().__init__(
            f"more than {MOST_PAIRS} different pairs of server and protection: ask for fewer stacks"
            " or days"
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """A server and a protection that it was used with; sums over the period."""

    server_id: int
    protection_id: int
    connections: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Used:
    """All that a bill names. `shown` are the certificates of each protection."""

    pairs: Sequence[Pair]
    servers: Mapping[int, Server]
    protections: Mapping[int, Protection]
    certificates: Mapping[int, Certificate]
    shown: Mapping[int, Sequence[int]]


def read_used(filters: Filters, *, limit_s: float) -> Used:
    """Return what was used. Raises TooManyError and OutOfTimeError."""
    with read_budget(limit_s):
        pairs = _pairs(filters)
        servers = Server.objects.select_related("stack").in_bulk({one.server_id for one in pairs})
        protections = Protection.objects.in_bulk({one.protection_id for one in pairs})
        links = ProtectionCertificate.objects.filter(protection_id__in=list(protections))
        shown: dict[int, list[int]] = {}
        for link in links.order_by("protection_id", "part"):
            shown.setdefault(link.protection_id, []).append(link.certificate_id)
        named = {pk for pks in shown.values() for pk in pks}
        certificates = Certificate.objects.in_bulk(named)
    return Used(pairs, servers, protections, certificates, shown)


def _pairs(filters: Filters) -> list[Pair]:
    activity = where(filters).activity
    sql = f"""SELECT a.server_id, a.protection_id, analyzer_total(a.connections) AS connections,
            count(*) AS sessions
        FROM ({activity.sql}) a GROUP BY a.server_id, a.protection_id LIMIT %s"""
    rows = fetch(Clause(sql, (*activity.params, MOST_PAIRS + 1)))
    if len(rows) > MOST_PAIRS:
        raise TooManyError
    return [Pair(**row) for row in rows]
