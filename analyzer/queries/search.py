"""What a text of the search box may be: each kind of thing that the store has under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from analyzer.models import SavedQuery, SecuritySession
from analyzer.queries import saved
from analyzer.queries.certificates.inventory import condition
from analyzer.queries.filters import Filters
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from web.budget import OutOfTimeError, read_budget

LONGEST: Final = 200
LIMIT_S: Final = 1.0
"""Each kind of thing may take so long; one that takes longer is offered without a number."""
SERVERS: Final = {
    "server_ip": "server IP",
    "client_ip": "client IP",
    "port": "server port",
    "job": "job",
    "user": "user ID",
    "system": "system",
    "sysplex": "sysplex",
    "version": "protocol version",
    "tls_suite": "cipher suite",
}
"""Filters of servers that a text may be a value of, with their words."""
CERTIFICATES: Final = {"dn": "distinguished name", "serial": "certificate serial"}
_SHORTEST: Final = {"dn": 3, "serial": 2}
_MOST_QUERIES: Final = 10
_BY_ROLE: Final = """SELECT sv.role, count(DISTINCT sv.id) AS number, min(sv.id) AS pk
    FROM analyzer_securitysession ss
    JOIN analyzer_server sv ON sv.id = ss.server_id
    JOIN analyzer_stack st ON st.id = sv.stack_id
    JOIN analyzer_protection p ON p.id = ss.protection_id
    WHERE {condition} GROUP BY sv.role ORDER BY sv.role DESC"""
_OF_CERTIFICATES: Final = """SELECT '' AS role, count(*) AS number, min(c.id) AS pk
    FROM analyzer_certificate c WHERE {condition}"""


@dataclass(frozen=True, slots=True)
class Hit:
    """Things that a text names: those of one filter and role, None of `number` if not counted.

    `pk` is that of the only one.
    """

    key: str
    words: str
    role: str
    number: int | None
    pk: int | None


def hits(text: str) -> list[Hit]:
    """Servers, foreign servers, peers and certificates, by the filter that the text fits."""
    found = []
    for key, words in (*SERVERS.items(), *CERTIFICATES.items()):
        filters = _filters(key, text)
        if filters is not None:
            found += [Hit(key, words, *rest) for rest in _counted(key, filters)]
    return found


def session_of(text: str) -> int | None:
    """The security session with this identifier of zERT's, where there is only one."""
    found = SecuritySession.objects.filter(session_id=text).values_list("pk", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def queries_named(text: str, *, user: saved.Person) -> list[SavedQuery]:
    """Saved queries that the user may see with the text in their names."""
    return list(saved.visible_to(user).filter(name__icontains=text)[:_MOST_QUERIES])


def _filters(key: str, text: str) -> Filters | None:
    """The filter with the text as its value; None where that means nothing."""
    several = "," in text and key != "dn"
    if several or text.startswith("!") or len(text) < _SHORTEST.get(key, 1):
        return None
    params = QueryDict(mutable=True)
    params[key], params["days"] = text, "all"
    filters, errors = Filters.from_params(params)
    return None if errors or not filters.terms else filters


def _counted(key: str, filters: Filters) -> list[tuple[str, int | None, int | None]]:
    """The role, how many there are, and which one it is if there is one only."""
    asked, sql = filters.clause(), _BY_ROLE
    if key in CERTIFICATES:
        asked, sql = condition(filters), _OF_CERTIFICATES
    try:
        with read_budget(LIMIT_S):
            rows = fetch(Clause(sql.format(condition=asked.sql), asked.params))
    except OutOfTimeError:
        return [("server" if key in SERVERS else "", None, None)]
    return [_only(row) for row in rows if row["number"]]


def _only(row: dict[str, Any]) -> tuple[str, int, int | None]:
    number = int(row["number"])
    return row["role"], number, row["pk"] if number == 1 else None
