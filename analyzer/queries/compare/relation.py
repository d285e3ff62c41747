"""The relation behind a comparison: each side summed by session, then by what a row is, and the
two sums joined.

A row is worse when its weakest class (the unknown stands between weak and acceptable) is weaker on
side B, or has a greater share of the connections there. It is better when the weakest class that
is known is stronger or has a smaller share, and nothing on side B is unknown: the unknown may be
anything, so it never makes anything better.
"""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analyzer.models import Protection
from analyzer.queries.compare.sides import Sides
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.queries.relations import Relation, where
from analyzer.queries.terms.term import Clause
from analyzer.tables.compare import CLASSES, SHARE_POINTS, SIDES, STATUSES, table_of
from analyzer.tables.strength import RANKED, name_sql, rank_sql

LINKS: Final = (
    *("status", "a_id", "b_id", "a_server", "b_server", "role", "server_ip", "client_ip"),
    *("port_start", "port_end", "job", "user", "protocol", "version", "cipher"),
)
"""What rows carry for their links, as `link name`; a side that has no row has no id."""
GROUNDS: Final = tuple(
    f"{side}_{name}"
    for side in SIDES
    for name in ("connections", "rank", "known", "of_rank", "of_known", "unknown")
)
"""What a status goes by, carried in the same way: ranks and the connections that have them."""
_UNKNOWN: Final = RANKED.index(Protection.Strength.UNKNOWN)
_OWNER: Final = ("sv.role", "sv.ip_proto", "sv.port_start", "sv.port_end", "sv.job", 'sv."user"')
_KINDS: Final = f"""kinds AS MATERIALIZED (
    SELECT id, {rank_sql("strength")} AS rank, min(id) OVER (PARTITION BY protocol, title) AS kind
    FROM analyzer_protection)"""
_BY_RANK: Final = ", ".join(
    f"coalesce(analyzer_total(s.connections) FILTER (WHERE k.rank = {rank}), 0)"
    for rank in range(len(RANKED))
)
_SIDE: Final = """{side} AS MATERIALIZED (
    SELECT {keys}, min(s.id) AS id, count(*) AS sessions, ARRAY[{by_rank}] AS sums,
        CASE WHEN min(s.server_id) = max(s.server_id) THEN min(s.server_id) END AS server,
        min(s.server_id) AS server_id, min(k.kind) AS kind,
        analyzer_total(s.connections) AS connections, min(k.rank) AS rank,
        min(k.rank) FILTER (WHERE k.rank <> {unknown}) AS known,
        bool_or(k.rank = {unknown}) AS has_unknown, array_agg(DISTINCT k.kind) AS kinds
    FROM ({sessions}) s JOIN kinds k ON k.id = s.protection_id
    JOIN analyzer_server sv ON sv.id = s.server_id
    GROUP BY {group})"""
# How much more (or, turned round, less) of the connections one side has than the other; exact.
_MOVED: Final = """({one}.connections > 0 AND {other}.connections > 0
    AND ({one}.sums[{one}.{rank} + 1]::numeric * {other}.connections
        - {other}.sums[{other}.{rank} + 1]::numeric * {one}.connections) * 100
        >= {points}::numeric * {one}.connections * {other}.connections)"""
_WORSE: Final = _MOVED.format(one="b", other="a", rank="rank", points=SHARE_POINTS)
_BETTER: Final = _MOVED.format(one="a", other="b", rank="known", points=SHARE_POINTS)
_STATUS: Final = f"""CASE WHEN a.id IS NULL THEN 'new' WHEN b.id IS NULL THEN 'gone'
    WHEN b.rank < a.rank OR (b.rank = a.rank AND {_WORSE}) THEN 'worse'
    WHEN NOT b.has_unknown AND (b.known > a.known OR (b.known = a.known AND {_BETTER}))
        THEN 'better'
    WHEN a.kinds <> b.kinds THEN 'changed' ELSE 'same' END"""
_STATUS_RANK: Final = " ".join(
    f"WHEN '{one.name}' THEN {rank}" for rank, one in enumerate(STATUSES)
)


def question_of(sides: Sides, *, grain: str, statuses: Sequence[str]) -> Question:
    """What a comparison asks: the rows of some statuses, or of all."""
    table = table_of(grain, of_places=sides.of_places)
    rows = compared(sides, grain=grain)
    chosen = Clause(
        f"SELECT * FROM ({rows.sql}) e WHERE e.status = ANY(%s)", (*rows.params, list(statuses))
    )
    return Question(table, Relation(chosen, chosen), refused=sides.refused, lasting=True)


def compared(sides: Sides, *, grain: str) -> Clause:
    """Return one row for each thing of a grain that is on either side."""
    keys = _keys(grain, of_places=sides.of_places)
    halves = [_side(name, one, keys) for name, one in (("a", sides.a), ("b", sides.b))]
    joined = " AND ".join(f"a.k{number} = b.k{number}" for number in range(len(keys)))
    sql = f"""WITH {_KINDS}, {", ".join(half.sql for half in halves)}, both_sides AS (
            SELECT least(a.id, b.id) AS id, a.id AS a_id, b.id AS b_id,
                coalesce(b.server_id, a.server_id) AS server_id,
                coalesce(b.kind, a.kind) AS kind, {_STATUS} AS status,
                {_counted("a")}, {_counted("b")}
            FROM a FULL JOIN b ON {joined})
        SELECT c.*, CASE c.status {_STATUS_RANK} END AS status_rank,
            st.sysplex, st.system, st.stack, sv.role, sv.server_ip, sv.port_start, sv.port_end,
            sv.job, sv."user", ss.client_ip, p.protocol, p.version, p.title, p.cipher
        FROM both_sides c
        JOIN analyzer_server sv ON sv.id = c.server_id
        JOIN analyzer_stack st ON st.id = sv.stack_id
        JOIN analyzer_securitysession ss ON ss.id = c.id
        JOIN analyzer_protection p ON p.id = c.kind"""
    return Clause(sql, tuple(param for half in halves for param in half.params))


def _keys(grain: str, *, of_places: bool) -> tuple[str, ...]:
    """What makes two rows the same one; stacks play no part where two of them are compared."""
    if grain == "protection":
        return ("k.kind",)
    if grain == "service":
        return _OWNER
    server = (*_OWNER, "sv.server_ip") if of_places else ("s.server_id",)
    return (*server, "s.client_ip") if grain == "client" else server


def _side(name: str, filters: Filters, keys: Sequence[str]) -> Clause:
    sessions = where(filters).summed("analyzer_total(d.connections) AS connections")
    sql = _SIDE.format(
        side=name,
        keys=", ".join(f"{key} AS k{number}" for number, key in enumerate(keys)),
        by_rank=_BY_RANK,
        unknown=_UNKNOWN,
        sessions=sessions.sql,
        group=", ".join(keys),
    )
    return Clause(sql, sessions.params)


def _counted(side: str) -> str:
    """The columns of one side."""
    classes = (
        f"{' + '.join(f'{side}.sums[{RANKED.index(one) + 1}]' for one in ones)} AS {side}_{name}"
        for name, ones in CLASSES.items()
    )
    plain = (f"{side}.{name} AS {side}_{name}" for name in ("connections", "sessions", "rank"))
    more = (f"{side}.{name} AS {side}_{name}" for name in ("kinds", "server", "known"))
    shares = (f"{side}.sums[{side}.{name} + 1] AS {side}_of_{name}" for name in ("rank", "known"))
    return ", ".join(
        [*classes, *plain, *more, *shares, f"{name_sql(f'{side}.rank')} AS {side}_strength"]
    )
