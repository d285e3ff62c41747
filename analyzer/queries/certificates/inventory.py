"""The certificates that sessions were protected with in the days asked for.

Filters of names, serials and ends choose certificates; all others the sessions that used them.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from analyzer.models import Certificate
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, read_page
from analyzer.queries.relations import Relation, Where, where
from analyzer.queries.terms.term import Clause
from analyzer.tables.certificates import CERTIFICATES, NO_NAME
from web.paging import PAGE_ROWS, Page

CHOOSING: Final = ("dn", "serial", "expiry")
AHEAD_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90}
USES: Final = "(SELECT DISTINCT protection_id, certificate_id FROM analyzer_protectioncertificate)"
"""One certificate can stand in two parts of a protection; its sessions count once."""
COUNTS: Final = """count(*) AS sessions, analyzer_total(a.connections) AS connections,
    count(DISTINCT a.client_ip) AS clients,
    max(a.last_end AT TIME ZONE y.time_zone) AS last_use"""

# A certificate under the names that filters have for a protection's own.
_LIKE_PROTECTION: Final = """EXISTS (SELECT FROM (SELECT
        'TLS' AS protocol,
        concat_ws(chr(10), nullif(c.subject, ''), nullif(c.issuer, '')) AS dn_text,
        array_remove(ARRAY[
            'serial=' || CASE c.serial WHEN '' THEN 'Unknown' ELSE c.serial END,
            CASE WHEN c.not_after IS NULL THEN 'not_after=Unknown' END], NULL) AS facts,
        array_remove(ARRAY[c.not_after], NULL) AS not_after) p
    WHERE {condition})"""
_NAMED: Final = "coalesce(nullif(c.{part}_name, ''), nullif(replace(c.{part}, chr(10), '; '), '')"
_USED_AS: Final = """(SELECT string_agg(DISTINCT u.part, ', ')
    FROM analyzer_protectioncertificate u WHERE u.certificate_id = c.id)"""
_PROTOCOLS: Final = """(SELECT string_agg(DISTINCT p.protocol, ', ')
    FROM analyzer_protectioncertificate u JOIN analyzer_protection p ON p.id = u.protection_id
    WHERE u.certificate_id = c.id)"""


def certificates_question(filters: Filters, *, now: datetime) -> Question:
    """What the inventory asks; bands of expiry are counted from `now`."""
    return Question(
        CERTIFICATES,
        _relation(filters, now),
        extra=("time_zone",),
        refused=filters.refused,
        lasting=True,
    )


def whole_minute(moment: datetime) -> datetime:
    """The minute that a moment lies in: what is asked again within it is answered once."""
    return moment.replace(second=0, microsecond=0)


def certificates(  # noqa: PLR0913 -- the parts of one address, keyword-only
    filters: Filters,
    *,
    now: datetime,
    sort: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
    columns: Collection[str] | None = None,
    total: int | None = None,
) -> Page:
    """One page of the inventory. Raises UnknownColumnError and PageKeyError.

    `total` is how many there are where that is known; else they are counted.
    """
    question = certificates_question(filters, now=whole_minute(now))
    if total is not None:
        ids = Clause("SELECT generate_series(1, %s)", (total,))
        question = replace(question, relation=replace(question.relation, ids=ids))
    return read_page(question, sort=sort, after=after, limit=limit, columns=columns)


def get(pk: int) -> Certificate | None:
    return Certificate.objects.filter(pk=pk).first()


def sessions_where(filters: Filters, *fixed: Clause) -> Where:
    """Return the sessions that the filters of sessions choose."""
    terms = {key: terms for key, terms in filters.terms.items() if key not in CHOOSING}
    return where(replace(filters, terms=terms), *fixed)


def condition(filters: Filters, *, without: Collection[str] = ()) -> Clause:
    """Return what the other filters demand of a certificate `c`."""
    terms = {
        key: terms for key, terms in filters.terms.items() if key in CHOOSING and key not in without
    }
    if not terms:
        return Clause("TRUE")
    asked = replace(filters, terms=terms).clause()
    return Clause(_LIKE_PROTECTION.format(condition=asked.sql), asked.params)


def used(filters: Filters) -> Clause:
    """Return the ids of the certificates of the sessions that were active, as certificate_id."""
    active = sessions_where(filters, _showing(Clause("TRUE"))).active_distinct("protection_id")
    sql = f"""SELECT DISTINCT l.certificate_id FROM ({active.sql}) k (protection_id)
        JOIN analyzer_protectioncertificate l USING (protection_id)"""
    return Clause(sql, active.params)


def _showing(asked: Clause) -> Clause:
    """Sessions that show such a certificate: those of others need not be summed."""
    sql = "SELECT l.protection_id FROM analyzer_protectioncertificate l"
    if asked.sql != "TRUE":
        sql += f" JOIN analyzer_certificate c ON c.id = l.certificate_id WHERE {asked.sql}"
    return Clause(f"ss.protection_id IN ({sql})", asked.params)


def _relation(filters: Filters, now: datetime) -> Relation:
    asked = condition(filters)
    activity = sessions_where(filters, _showing(asked)).activity
    band = _band(now)
    sql = f"""SELECT c.id, {_NAMED.format(part="subject")}, '{NO_NAME}') AS name,
            {_NAMED.format(part="issuer")}, '') AS issuer,
            replace(c.subject, chr(10), '; ') AS subject_dn,
            replace(c.issuer, chr(10), '; ') AS issuer_dn, c.serial, c.key_type, c.key_bits,
            c.signature, c.encryption, c.hash, c.identity, c.not_after AS expires,
            {band.sql} AS expiry, {_USED_AS} AS parts, {_PROTOCOLS} AS protocols,
            t.servers, t.jobs, t.clients, t.sessions, t.connections, t.last_use,
            'UTC' AS time_zone
        FROM (SELECT l.certificate_id, count(DISTINCT a.server_id) AS servers,
                count(DISTINCT nullif(sv.job, '')) AS jobs, {COUNTS}
            FROM ({activity.sql}) a JOIN {USES} l ON l.protection_id = a.protection_id
            JOIN analyzer_server sv ON sv.id = a.server_id
            JOIN analyzer_stack st ON st.id = sv.stack_id
            JOIN analyzer_systemsettings y ON y.id = st.settings_id
            GROUP BY l.certificate_id) t
        JOIN analyzer_certificate c ON c.id = t.certificate_id WHERE {asked.sql}"""
    ids = used(filters)
    counted = f"""SELECT c.id FROM ({ids.sql}) i
        JOIN analyzer_certificate c ON c.id = i.certificate_id WHERE {asked.sql}"""
    return Relation(
        Clause(sql, (*band.params, *activity.params, *asked.params)),
        Clause(counted, (*ids.params, *asked.params)),
    )


def _band(now: datetime) -> Clause:
    """The key of the band in which a certificate `c` ends."""
    ends = {"expired": now, **{key: now + timedelta(days=n) for key, n in AHEAD_DAYS.items()}}
    whens = " ".join(f"WHEN c.not_after < %s THEN '{key}'" for key in ends)
    sql = f"CASE WHEN c.not_after IS NULL THEN 'unknown' {whens} ELSE 'later' END"
    return Clause(sql, tuple(ends.values()))
