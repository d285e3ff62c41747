"""The relations behind the report's tables, each as SQL of a relation `r` with parameters.

All of them first sum the daily roll-up by session, then join what the sums belong to: the cost
grows with distinct sessions and days, not with records.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from dataclasses import dataclass

from analyzer.queries.days import Activity, activity_by_day, activity_in, columns_in
from analyzer.queries.doubt import LOOKS_FAILED, MANY_TEXT, SPEAKS_TLS, TEXT
from analyzer.queries.filters import Filters
from analyzer.queries.terms.period import ALL, Period
from analyzer.queries.terms.term import Clause, all_of
from analyzer.tables.strength import name_sql, rank_sql

_COUNTERS = (
    *("connections", "partial", "short", "in_bytes", "out_bytes"),
    *("in_segs", "out_segs", "failed", "intervals", "restarts"),
)
_SUMS = ", ".join(
    [
        *(f"analyzer_total(d.{name}) AS {name}" for name in _COUNTERS),
        *("min(d.first_end) AS first_end", "max(d.last_end) AS last_end"),
    ]
)
_TOTALS = ("connections", "failed", "in_bytes", "out_bytes")
_PROTOCOLS = {"unprotected": "NONE", "ipsec": "IPSEC", "ssh": "SSH", "tls": "TLS"}
_PLACE = "st.sysplex, st.system, st.stack, y.time_zone, sv.role, sv.ip_proto, sv.server_ip"
_OWNER = 'sv.port_start, sv.port_end, sv.job, sv."user"'
_JOINS = """JOIN analyzer_stack st ON st.id = sv.stack_id
    JOIN analyzer_systemsettings y ON y.id = st.settings_id"""


@dataclass(frozen=True, slots=True)
class Relation:
    """`rows` is a SELECT of the table's values; `ids` the cheapest one with as many rows."""

    rows: Clause
    ids: Clause


@dataclass(frozen=True, slots=True)
class Where:
    """Which sessions, by what they are and by their sums over the period's activity."""

    sessions: Clause
    totals: Clause
    period: Activity
    asked: Period
    needs_protection: bool

    @property
    def activity(self) -> Clause:
        """All sums by session over the period, with the session's own keys."""
        return self.summed(_SUMS)

    def summed(self, sums: str) -> Clause:
        """The sessions that were active in the period, their keys, and sums of their rows `d`.

        The sessions are chosen first, and rows meet nothing but their keys: that is cheaper than
        to join each row with all that filters look at. Their other keys are looked up again: a
        CTE has no index, and where few sessions are expected but many come it would be searched
        for each of them.
        """
        rows, days = self.period.source, self.period.condition
        having = "" if self._takes_all else f"HAVING {self.totals.sql}"
        sql = f"""WITH chosen AS MATERIALIZED (
                SELECT ss.id {self._joins} WHERE {self.sessions.sql})
            SELECT ss.id, ss.server_id, ss.client_ip, ss.protection_id, ss.session_id, t.* FROM (
                SELECT chosen.id AS summed_id, {sums}
                FROM chosen JOIN {rows.sql} d ON d.session_id = chosen.id WHERE {days.sql}
                GROUP BY chosen.id {having}) t
            JOIN analyzer_securitysession ss ON ss.id = t.summed_id"""
        parts = (self.sessions, rows, days, self.totals)
        return Clause(sql, tuple(param for part in parts for param in part.params))

    @property
    def by_day(self) -> Activity:
        """The period's rows with its days apart."""
        return activity_by_day(self.asked)

    @property
    def candidates(self) -> Clause:
        """Keys of the sessions chosen, those without activity in the period among them.

        Where a sum decides, only those that were active.
        """
        if not self._takes_all:
            return self.active
        sql = f"SELECT ss.id, ss.protection_id {self._joins} WHERE {self.sessions.sql}"
        return Clause(sql, self.sessions.params)

    @property
    def columns(self) -> Clause:
        """What all sessions did on each day of the period, for sums by day of those chosen."""
        return columns_in(self.asked)

    @property
    def active(self) -> Clause:
        """The sessions that were active in the period, with their keys."""
        return self.summed("count(*) AS rows")

    def active_distinct(self, key: str) -> Clause:
        """Distinct values of a key of the sessions that were active in the period."""
        if not self._takes_all:
            active = self.active
            return Clause(f"SELECT DISTINCT a.{key} FROM ({active.sql}) a", active.params)
        rows, days = self.period.source, self.period.condition
        sql = f"""SELECT DISTINCT ss.{key} {self._joins} WHERE {self.sessions.sql}
            AND ss.id IN (SELECT d.session_id FROM {rows.sql} d WHERE {days.sql})"""
        return Clause(sql, (*self.sessions.params, *rows.params, *days.params))

    @property
    def _takes_all(self) -> bool:
        """Whether no sum decides."""
        return self.totals.sql == "TRUE"

    @property
    def _joins(self) -> str:
        protection = "JOIN analyzer_protection p ON p.id = ss.protection_id"
        protection = protection if self.needs_protection else ""
        return f"""FROM analyzer_securitysession ss
            JOIN analyzer_server sv ON sv.id = ss.server_id
            JOIN analyzer_stack st ON st.id = sv.stack_id {protection}"""


def where(filters: Filters, *fixed: Clause) -> Where:
    """Return which sessions the filters and the fixed conditions choose, and on what grounds."""
    period = ALL if filters.refused else filters.period
    return Where(
        sessions=all_of([*fixed, filters.clause()]),
        totals=filters.totals(),
        period=activity_in(period),
        asked=period,
        needs_protection=filters.has("protection"),
    )


def servers_of(filters: Filters, *, role: str) -> Relation:
    """Return one row per server, foreign server or local peer of a role."""
    chosen = where(filters, Clause("sv.role = %s", (role,)))
    activity = chosen.activity
    sql = f"""SELECT sv.id, {_PLACE}, {_OWNER}, {_summary("t")},
            t.clients, t.sessions
        FROM (SELECT a.server_id, {_totals()}, count(DISTINCT a.client_ip) AS clients
            FROM ({activity.sql}) a
            JOIN analyzer_server sv ON sv.id = a.server_id
            JOIN analyzer_protection p ON p.id = a.protection_id
            GROUP BY a.server_id) t
        JOIN analyzer_server sv ON sv.id = t.server_id
        {_JOINS}"""
    return Relation(Clause(sql, activity.params), chosen.active_distinct("server_id"))


def clients_of(filters: Filters, *, server_id: int) -> Relation:
    """Return one row per client address of a server."""
    chosen = where(filters, Clause("ss.server_id = %s", (server_id,)))
    activity = chosen.activity
    sql = f"""SELECT t.id, t.client_ip, y.time_zone, {_summary("t")}, t.sessions
        FROM (SELECT a.client_ip, a.server_id, min(a.id) AS id, {_totals()}
            FROM ({activity.sql}) a
            JOIN analyzer_server sv ON sv.id = a.server_id
            JOIN analyzer_protection p ON p.id = a.protection_id
            GROUP BY a.server_id, a.client_ip) t
        JOIN analyzer_server sv ON sv.id = t.server_id
        {_JOINS}"""
    return Relation(Clause(sql, activity.params), chosen.active_distinct("client_ip"))


def sessions_of(filters: Filters, *fixed: Clause) -> Relation:
    """Return one row per security session; the fixed conditions narrow them further."""
    chosen = where(filters, *fixed)
    activity = chosen.activity
    counters = ", ".join(f"a.{name}" for name in _COUNTERS)
    sql = f"""SELECT a.id, a.server_id, {_PLACE}, {_OWNER}, a.client_ip, a.session_id,
            p.protocol, p.title, p.labels, p.raw, p.version, p.cipher, p.source, p.strength,
            {rank_sql("p.strength")} AS strength_rank, p.reason, p.confidence, p.failed_handshake,
            p.mismatch, p.quantum_vulnerable, {counters},
            a.first_end AT TIME ZONE y.time_zone AS first_seen,
            a.last_end AT TIME ZONE y.time_zone AS last_seen,
            CASE WHEN {LOOKS_FAILED} AND {SPEAKS_TLS} THEN '{TEXT}' ELSE '' END AS doubt
        FROM ({activity.sql}) a
        JOIN analyzer_protection p ON p.id = a.protection_id
        JOIN analyzer_server sv ON sv.id = a.server_id
        {_JOINS}"""
    return Relation(Clause(sql, activity.params), chosen.active)


def _totals() -> str:
    """Sums of the sessions `a` with their protection `p`."""
    by_protocol = (
        f"coalesce(analyzer_total(a.connections) FILTER (WHERE p.protocol = '{name}'), 0) AS {key}"
        for key, name in _PROTOCOLS.items()
    )
    sums = (f"analyzer_total(a.{name}) AS {name}" for name in _TOTALS)
    return ", ".join(
        [
            *by_protocol,
            *sums,
            f"min({rank_sql('p.strength')}) AS strength_rank",
            "count(*) AS sessions",
            "max(a.last_end) AS last_end",
            f"coalesce(analyzer_total(a.connections) FILTER (WHERE {LOOKS_FAILED}), 0)"
            " AS looks_failed",
        ]
    )


def _summary(source: str) -> str:
    """What rows of servers and of clients have in common."""
    plain = ", ".join(f"{source}.{name}" for name in (*_PROTOCOLS, *_TOTALS, "strength_rank"))
    return f"""{plain}, {name_sql(f"{source}.strength_rank")} AS strength,
        {source}.last_end AT TIME ZONE y.time_zone AS last_seen,
        CASE WHEN {source}.looks_failed > 0 AND {SPEAKS_TLS} THEN {source}.looks_failed
            ELSE 0 END AS doubtful,
        CASE WHEN {source}.looks_failed > 0 AND {SPEAKS_TLS}
            THEN {source}.looks_failed || ' {MANY_TEXT}' ELSE '' END AS doubt"""
