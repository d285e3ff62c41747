"""The distinct sessions of a scope with their activity and what rules look at."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from typing import Final

import polars as pl

from analyzer.models import Server
from analyzer.queries.filters import Filters
from analyzer.queries.history.columns import hex_sql, read_columns, words_of
from analyzer.queries.history.protections import protections_of
from analyzer.queries.relations import where
from analyzer.queries.terms.term import Clause
from policy.vectorised import SCHEMA

_SUMS: Final = ", ".join(
    f"analyzer_total(d.{name}) AS {name}"
    for name in ("connections", "failed", "in_bytes", "out_bytes")
)
_SESSIONS: Final[dict[str, pl.DataType]] = {
    "session_id": pl.Int64(),
    "server_id": pl.Int64(),
    "protection_id": pl.Int64(),
    "client_ip": pl.String(),
    "client": pl.String(),
    "connections": pl.Int64(),
    "failed": pl.Int64(),
    "in_bytes": pl.Int64(),
    "out_bytes": pl.Int64(),
}
_SERVERS: Final[dict[str, pl.DataType]] = {
    "server_id": pl.Int64(),
    "sysplex": pl.String(),
    "system": pl.String(),
    "stack": pl.String(),
    "role": pl.String(),
    "ip_protocol": pl.UInt8(),
    "server_ip": pl.String(),
    "server": pl.String(),
    "port_start": pl.UInt16(),
    "port_end": pl.UInt16(),
    "job": pl.String(),
    "user": pl.String(),
}
_KINDS: Final[dict[str, pl.DataType]] = {
    "server_id": pl.Int64(),
    "protection_id": pl.Int64(),
    "sessions": pl.Int64(),
    "connections": pl.Int64(),
}
_ALL: Final = 2**31 - 1
NAMES: Final = (
    *("session_id", "server_id", "protection_id", "sysplex", "system", "stack", "role"),
    *("server_ip", "port_start", "port_end", "client_ip", "protocol", "protection", "strength"),
    *("connections", "failed", "in_bytes", "out_bytes"),
)
"""Columns beside those of the rules."""


def sessions_in(filters: Filters, *fixed: Clause, most: int) -> pl.DataFrame:
    """Return at most `most` rows, to be called inside `read_budget`."""
    chosen = where(filters, *fixed).summed(_SUMS)
    sql = f"""SELECT a.id, a.server_id, a.protection_id, host(a.client_ip),
            {hex_sql("a.client_ip")}, a.connections, a.failed, a.in_bytes, a.out_bytes
        FROM ({chosen.sql}) a ORDER BY a.id LIMIT %s"""
    sessions = read_columns(Clause(sql, (*chosen.params, most)), _SESSIONS)
    servers = _servers(sessions["server_id"].unique().to_list())
    protections = protections_of(sessions["protection_id"].unique().to_list())
    joined = sessions.join(servers, on="server_id", maintain_order="left").join(
        protections, on="protection_id", maintain_order="left"
    )
    return _ends(joined).select(*SCHEMA, *NAMES)


def kinds_in(filters: Filters, *fixed: Clause, most: int = _ALL) -> pl.DataFrame:
    """Return the protections of each server, each once with its sums and with what the server is.

    To be called inside `read_budget`; the columns are those of the tables, and `sessions`.
    """
    chosen = where(filters, *fixed).summed(_SUMS)
    sql = f"""SELECT a.server_id, a.protection_id, count(*), analyzer_total(a.connections)
        FROM ({chosen.sql}) a GROUP BY a.server_id, a.protection_id
        ORDER BY a.server_id, a.protection_id LIMIT %s"""
    kinds = read_columns(Clause(sql, (*chosen.params, most)), _KINDS)
    protections = protections_of(kinds["protection_id"].unique().to_list())
    servers = _servers(kinds["server_id"].unique().to_list())
    return kinds.join(servers, on="server_id", maintain_order="left").join(
        protections, on="protection_id", maintain_order="left"
    )


def _servers(ids: list[int]) -> pl.DataFrame:
    sql = f"""SELECT sv.id, st.sysplex, st.system, st.stack, sv.role, sv.ip_proto,
            host(sv.server_ip), {hex_sql("sv.server_ip")}, sv.port_start, sv.port_end,
            sv.job, sv."user"
        FROM analyzer_server sv JOIN analyzer_stack st ON st.id = sv.stack_id
        WHERE sv.id = ANY(%s)"""
    return read_columns(Clause(sql, (ids,)), _SERVERS)


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Local and remote from server and client: the client's port is not on record, so 0."""
    at_client = pl.col("role") == Server.Role.CLIENT.value
    server, client = words_of("server", "server"), words_of("client", "client")
    ends = []
    for end, is_server in (("local", ~at_client), ("remote", at_client)):
        for mine, other, part in zip(server, client, ("hi", "lo"), strict=True):
            ends.append(pl.when(is_server).then(mine).otherwise(other).alias(f"{end}_{part}"))
        port = pl.when(is_server).then("port_start").otherwise(pl.lit(0, pl.UInt16))
        ends.append(port.alias(f"{end}_port"))
    direction = (
        pl.col("role")
        .replace_strict({"server": 1, "client": 2}, default=0, return_dtype=pl.UInt8)
        .alias("direction")
    )
    return frame.with_columns(*ends, direction)
