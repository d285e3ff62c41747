"""The tables of an exact run."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from enforcement.queries.histories.columns import (
    AT,
    COUNTS,
    PROTECTION,
    RULE,
    RULES,
    SERVER,
    WHERE,
    WHO,
    Column,
    Table,
)
from web.paging import Order, SortKey

_BY_NUMBER: Final = Order("number", (SortKey('r."number"', "bigint"),))
_MOST: Final = Order(
    "-evaluations", (SortKey('r."evaluations"', "bigint"), SortKey('r."key"', "bigint"))
)
_BY_KEY: Final = Order("key", (SortKey('r."key"', "bigint"),))
_BY_HOUR: Final = Order("hour", (SortKey('r."hour"', "timestamp"), SortKey('r."key"', "bigint")))
_ENDS: Final = """host(local_ip) || ' port ' || local_port AS local,
    host(remote_ip) || ' port ' || remote_port AS remote,
    upper(lpad(to_hex(conn_id), 8, '0')) AS connection"""
_SERVES: Final = """CASE WHEN direction = 'Inbound' OR direction = '' AND local_port <= remote_port
    THEN host(local_ip) || ' port ' || local_port
    ELSE host(remote_ip) || ' port ' || remote_port END AS server,
    CASE direction WHEN 'Inbound' THEN 'local end' WHEN 'Outbound' THEN 'remote end'
    ELSE 'lower port' END AS role"""
_SUMS: Final = """sum(evaluations)::bigint AS evaluations, sum(syslog)::bigint AS syslog,
    sum(console)::bigint AS console, sum(suppressed)::bigint AS suppressed, min(id) AS key"""
_ACTS: Final = f"SELECT a.*, {_ENDS}, {_SERVES} FROM enforcement_historyact a WHERE run_id = %s"
_CUT: Final = "count(*) AS evaluations, min(number) AS key"
_CUTS: Final = Column("evaluations", "Connections", "number")
_NO_FOLLOW_UP: Final = "Every connection met a general or a specific rule."
_NO_RESET: Final = "No connection would have been reset."


def _hits(keys: str, where: str) -> str:
    return f"""SELECT {keys}, {_SUMS} FROM enforcement_historyhit
        WHERE run_id = %s AND ({where}) GROUP BY {keys}"""


def _cut(keys: str) -> str:
    return f"SELECT {keys}, {_CUT} FROM ({_ACTS}) a WHERE reset <> '' GROUP BY {keys}"


def _falls(keys: str) -> str:
    """The example is one of what fell through most."""
    return f"""SELECT g.*, f.sysplex, f.system, f.stack, f.conn_id, f.start_utc,
        upper(lpad(to_hex(f.conn_id), 8, '0')) AS connection FROM (
            SELECT {keys}, sum(evaluations)::bigint AS evaluations, min(id) AS key,
                count(DISTINCT (sysplex, system, stack, server_ip, port)) AS servers,
                (array_agg(id ORDER BY evaluations DESC, id))[1] AS id
            FROM enforcement_historyfall WHERE run_id = %s GROUP BY {keys}) g
        JOIN enforcement_historyfall f ON f.id = g.id"""


_SAME_RULE: Final = """(o.run_id, o.other, o.version, o.protocol, o.rule_set, o.place)
    = (t.run_id, t.other, t.version, t.protocol, t.rule_set, t.place)"""
_UNMET: Final = f"""SELECT t.*, t.id AS key, upper(lpad(to_hex(conn_id), 8, '0')) AS connection
    FROM enforcement_historyrule t WHERE run_id = %s AND NOT EXISTS (
        SELECT 1 FROM enforcement_historyrule o
        WHERE o.taker_place IS NULL AND o.evaluations > 0 AND {_SAME_RULE})"""
_UNUSED: Final = f"{_UNMET} AND taker_place IS NULL"
_SHADOWED: Final = f"""{_UNMET} AND (taker_place IS NOT NULL OR finding <> '' AND NOT EXISTS (
    SELECT 1 FROM enforcement_historyrule o WHERE o.taker_place IS NOT NULL AND {_SAME_RULE}))"""
_OF_VERSION: Final = (
    Column("version", "Version"), Column("protocol", "Protocol", under=True),
    Column("rule", "Rule"), Column("kind", "Kind", under=True), Column("action", "Action", "words"),
    Column("finding", "What the rules alone say", "sentence", blank="nothing: it is the data"),
)  # fmt: skip
_EXAMPLE: Final = Column("connection", "For example", "connection")
_RULE_KEYS: Final = "protocol, rule_set, version, place, rule, kind, action"
TABLES: Final[Mapping[str, Table]] = {
    one.name: one
    for one in (
        Table(
            "changes",
            "Connections whose verdict changes",
            "Both come to the same for every connection of this period.",
            (AT, *WHERE, *WHO, PROTECTION,
             Column("mine", "Verdict", "sentence"), Column("other", "Compared", "sentence")),
            f"SELECT c.*, {_ENDS} FROM enforcement_historychange c WHERE run_id = %s",
            _BY_NUMBER,
            links=True,
            compares=True,
        ),
        Table(
            "rules",
            "Verdicts by rule",
            "No connection of this period was evaluated.",
            (*RULE, *COUNTS),
            _hits(_RULE_KEYS, "enforced AND NOT other"),
            _MOST,
        ),
        Table(
            "other-rules",
            "Compared: verdicts by rule",
            "No connection of this period was evaluated.",
            (*RULE, COUNTS[0]),
            _hits(_RULE_KEYS, "enforced AND other"),
            _MOST,
            compares=True,
        ),
        Table(
            "actions",
            "Verdicts by action",
            "No connection of this period was evaluated.",
            (Column("action", "Action"), *COUNTS),
            _hits("action", "enforced AND NOT other"),
            _MOST,
        ),
        Table(
            "hours",
            "Rules by hour",
            "No connection of this period was evaluated.",
            (Column("hour", "Hour (local)", "time"), *RULE[:5], *COUNTS),
            _hits(f"hour, {_RULE_KEYS}", "enforced AND NOT other"),
            _BY_HOUR,
        ),
        Table(
            "follow-up",
            "What falls through to the end",
            _NO_FOLLOW_UP,
            (*SERVER, Column("user", "User"), Column("protocol", "Protocol"),
             PROTECTION, Column("rule", "Rule", "words"),
             Column("kind", "Kind", under=True), Column("action", "Action", "words"), COUNTS[0],
             _EXAMPLE),
            """SELECT f.*, f.id AS key, host(server_ip) || ' port ' || port AS server,
                upper(lpad(to_hex(conn_id), 8, '0')) AS connection
                FROM enforcement_historyfall f WHERE run_id = %s""",
            _MOST,
            links=True,
            makes_rules=True,
        ),
        Table(
            "follow-up-jobs",
            "What falls through, by job",
            _NO_FOLLOW_UP,
            (Column("job", "Job"), Column("protocol", "Protocol"), Column("rule_set", "Rule set"),
             COUNTS[0], Column("servers", "Servers", "number"), _EXAMPLE),
            _falls("job, protocol, rule_set"),
            _MOST,
            links=True,
            makes_rules=True,
            apart=True,
        ),
        Table(
            "follow-up-protections",
            "What falls through, by protection",
            _NO_FOLLOW_UP,
            (PROTECTION, Column("protocol", "Protocol"), Column("rule_set", "Rule set"),
             COUNTS[0], Column("servers", "Servers", "number"), _EXAMPLE),
            _falls("protection, protocol, rule_set"),
            _MOST,
            links=True,
            makes_rules=True,
            apart=True,
        ),
        Table("unused", "Rules that met nothing",
              "Every rule met at least one connection, or no record has been taken yet.",
              _OF_VERSION, _UNUSED, _BY_KEY, tells_sides=True),
        Table("shadowed", "Rules that others leave nothing for",
              "No rule that met nothing stands behind another that took its connections.",
              (*_OF_VERSION, Column("taker", "Taken by", blank="no connection is like it"),
               Column("taker_kind", "Kind of that", under=True),
               Column("taker_action", "Action of that", "words"), COUNTS[0], _EXAMPLE),
              _SHADOWED, _MOST, links=True, tells_sides=True),
        Table(
            "acts",
            "What happened, in order",
            "No rule acted: every connection was allowed silently.",
            (AT, *WHERE, *WHO, PROTECTION, RULES,
             Column("action", "Action", "words"), Column("suppressed", "Held back", "words")),
            _ACTS,
            _BY_NUMBER,
            links=True,
        ),
        Table(
            "messages",
            "Messages",
            "No message would have been written.",
            (AT, *WHERE, Column("goes_to", "To"), Column("level", "Level", "number"),
             Column("connection", "Connection", "connection"), Column("text", "Text", "lines")),
            """SELECT m.*, CASE WHEN level IS NULL THEN 'console' ELSE 'syslogd' END AS goes_to,
                upper(lpad(to_hex(conn_id), 8, '0')) AS connection
                FROM enforcement_historymessage m WHERE run_id = %s""",
            _BY_NUMBER,
            links=True,
        ),
        Table(
            "audits",
            "Audit records",
            "No audit record would have been written.",
            (AT, *WHERE, *WHO, Column("record", "Record", "words"), RULES,
             Column("size_bytes", "Bytes", "number")),
            f"""SELECT a.*, CASE WHEN audit IS NULL THEN 'last record, with the flag of a reset'
                WHEN last IS NULL THEN 'enforcement' ELSE 'enforcement, and the last record' END
                AS record, coalesce(length(audit), 0) + coalesce(length(last), 0) AS size_bytes
                FROM ({_ACTS}) a WHERE audit IS NOT NULL OR last IS NOT NULL""",
            _BY_NUMBER,
            links=True,
        ),
        Table(
            "resets",
            "Resets",
            _NO_RESET,
            (AT, *WHERE, *WHO, RULES,
             Column("is_doubtful", "Perhaps a failed handshake", "yes"),
             Column("reset", "Operator command", "mono")),
            f"SELECT * FROM ({_ACTS}) a WHERE reset <> ''",
            _BY_NUMBER,
            links=True,
        ),
        Table("reset-servers", "Servers that a reset would have cut", _NO_RESET,
              (*SERVER, _CUTS), _cut("system, stack, job, role, server"), _MOST),
        Table("reset-jobs", "Jobs that a reset would have cut", _NO_RESET,
              (Column("job", "Job"), _CUTS), _cut("job"), _MOST),
        Table("reset-users", "Users that a reset would have cut", _NO_RESET,
              (Column("user", "User"), _CUTS), _cut('"user"'), _MOST),
        Table("reset-hours", "What a reset would have cut, by hour", _NO_RESET,
              (Column("hour", "Hour (local)", "time"), _CUTS),
              f"""SELECT date_trunc('hour', written_at) AS hour, {_CUT} FROM ({_ACTS}) a
                WHERE reset <> '' GROUP BY 1""", _BY_HOUR),
        Table("analysis-only", "UDP: what rules would say, never enforced",
              "No UDP was recorded in this period.", (*RULE[:5], COUNTS[0]),
              _hits(_RULE_KEYS, "NOT enforced AND NOT other"), _MOST),
    )
}  # fmt: skip
