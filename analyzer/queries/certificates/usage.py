"""Who uses one certificate: its servers, jobs and clients, and its use by day."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings

from analyzer.models import Certificate, Protection
from analyzer.queries.certificates.inventory import COUNTS, sessions_where
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, fetch_kept, read_page
from analyzer.queries.relations import Relation, Where
from analyzer.queries.terms.term import Clause
from analyzer.tables.certificates import CLIENT_ROWS, OWNERS, USERS
from analyzer.tables.columns import Table
from web.budget import OutOfTimeError, read_budget
from web.paging import Page

TOP: Final = 20
"""Rows of a list; the report has the rest under the same filters."""
DAYS_MOST: Final = 400
_ALIKE_MOST: Final = 10
_JOINS: Final = """JOIN analyzer_server sv ON sv.id = a.server_id
    JOIN analyzer_stack st ON st.id = sv.stack_id
    JOIN analyzer_systemsettings y ON y.id = st.settings_id"""
_SHOWN_BY: Final = """(SELECT string_agg(DISTINCT l.part, ', ')
    FROM analyzer_securitysession s
    JOIN analyzer_protectioncertificate l ON l.protection_id = s.protection_id
    WHERE s.server_id = t.server_id AND l.certificate_id = %s)"""


@dataclass(frozen=True, slots=True)
class Usage:
    """The first rows of each list with how many there are, and the use by day, latest first."""

    servers: Page = field(default_factory=Page)
    jobs: Page = field(default_factory=Page)
    clients: Page = field(default_factory=Page)
    days: Sequence[dict[str, Any]] = ()


def read_usage(filters: Filters, *, pk: int) -> Usage:
    """Return who used it; filters of certificates play no part, it is this one."""
    if filters.refused:
        return Usage()
    chosen = sessions_where(filters, _uses(pk))
    return Usage(
        servers=_top(USERS, _servers(chosen, pk)),
        jobs=_top(OWNERS, _jobs(chosen)),
        clients=_top(CLIENT_ROWS, _clients(chosen)),
        days=_days(chosen),
    )


def protection_of(pk: int) -> tuple[Protection, str] | None:
    """A protection that has it, and whose it is there: its labels say what its codes mean."""
    found = Certificate(pk=pk).uses.select_related("protection").order_by("protection_id", "part")
    one = found.exclude(protection__labels={}).first()
    return (one.protection, one.part) if one else None


def parts_of(pk: int) -> list[str]:
    """Whose certificate it is, in the words of the model."""
    found = Certificate(pk=pk).uses.order_by("part").distinct()
    return list(found.values_list("part", flat=True))


def alike(certificate: Certificate) -> list[Certificate]:
    """Others with the same names and key that may be the same: one of the two has no serial."""
    if not certificate.subject:
        return []
    found = Certificate.objects.exclude(pk=certificate.pk).filter(
        subject=certificate.subject,
        issuer=certificate.issuer,
        key_type=certificate.key_type,
        key_bits=certificate.key_bits,
    )
    if certificate.identity == Certificate.Identity.SERIAL:
        found = found.exclude(identity=Certificate.Identity.SERIAL)
    return list(found.order_by("not_after", "pk")[:_ALIKE_MOST])


def _uses(pk: int) -> Clause:
    sql = """ss.protection_id IN (SELECT l.protection_id FROM analyzer_protectioncertificate l
        WHERE l.certificate_id = %s)"""
    return Clause(sql, (pk,))


def _top(table: Table, rows: Clause) -> Page:
    question = Question(table, Relation(rows, rows), lasting=True)
    return read_page(question, sort=None, after=None, limit=TOP)


def _servers(chosen: Where, pk: int) -> Clause:
    activity = chosen.activity
    sql = f"""SELECT sv.id, sv.role, st.system, st.stack, sv.server_ip, sv.port_start, sv.port_end,
            sv.job, sv."user", {_SHOWN_BY} AS parts, t.sessions, t.connections, t.clients,
            t.last_use
        FROM (SELECT a.server_id, {COUNTS} FROM ({activity.sql}) a {_JOINS}
            GROUP BY a.server_id) t
        JOIN analyzer_server sv ON sv.id = t.server_id
        JOIN analyzer_stack st ON st.id = sv.stack_id"""
    return Clause(sql, (pk, *activity.params))


def _jobs(chosen: Where) -> Clause:
    activity = chosen.activity
    sql = f"""SELECT min(sv.id) AS id, sv.role, sv.job, sv."user", st.system,
            count(DISTINCT a.server_id) AS servers, {COUNTS}
        FROM ({activity.sql}) a {_JOINS} WHERE sv.job <> ''
        GROUP BY sv.role, sv.job, sv."user", st.system"""
    return Clause(sql, activity.params)


def _clients(chosen: Where) -> Clause:
    activity = chosen.activity
    sql = f"""SELECT min(a.id) AS id, sv.role, a.client_ip,
            count(DISTINCT a.server_id) AS servers, {COUNTS}
        FROM ({activity.sql}) a {_JOINS}
        GROUP BY sv.role, a.client_ip"""
    return Clause(sql, activity.params)


def _days(chosen: Where) -> Sequence[dict[str, Any]]:
    ids, period = chosen.active, chosen.by_day
    names = ("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs")
    sums = ", ".join(f"analyzer_total(d.{name}) AS {name}" for name in names)
    sql = f"""SELECT d.first_end::date AS day, count(DISTINCT ss.server_id) AS servers,
            count(DISTINCT ss.client_ip) AS clients, count(DISTINCT ss.id) AS sessions, {sums}
        FROM ({ids.sql}) ss JOIN {period.source.sql} d ON d.session_id = ss.id
        WHERE {period.condition.sql}
        GROUP BY 1 ORDER BY 1 DESC LIMIT {DAYS_MOST}"""
    params = (*ids.params, *period.source.params, *period.condition.params)
    try:
        with read_budget(float(settings.TIME_LIMIT_PAGE_S)):
            return fetch_kept(Clause(sql, params))
    except OutOfTimeError:
        return ()
