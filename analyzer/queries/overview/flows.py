"""Who talks to whom with which protection: owner, class, network of the clients."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

from typing import Final

from analyzer.queries.overview.tallies import SUMS, Facet
from analyzer.queries.terms.term import Clause
from analyzer.tables.strength import rank_sql

NAME: Final = "flows"
MOST: Final = 8
"""Owners, and networks, that are named; the rest of each is one group with an empty key."""
NETWORK_BITS: Final = {4: 16, 6: 48}

# The owner is the job, or the server's address where no job is known.
_TOPS: Final = """(SELECT {key} AS key FROM pairs GROUP BY 1
    ORDER BY analyzer_total(connections) DESC, 1 LIMIT {most})"""
_FLOWS: Final = f"""
    WITH pairs AS MATERIALIZED (
        SELECT coalesce(nullif(sv.job, ''), host(sv.server_ip)) AS owner, s.strength,
            network(set_masklen(s.client_ip, CASE family(s.client_ip)
                WHEN 4 THEN {NETWORK_BITS[4]} ELSE {NETWORK_BITS[6]} END))::text AS network,
            count(*) AS sessions, analyzer_total(s.connections) AS connections,
            0::bigint AS unprotected, analyzer_total(s.failed) AS failed
        FROM s JOIN analyzer_server sv ON sv.id = s.server_id GROUP BY 1, 2, 3)
    SELECT owners.key AS a, pairs.strength AS b, networks.key AS c, {SUMS}, 0
    FROM pairs
    LEFT JOIN {_TOPS.format(key="owner", most=MOST)} owners ON owners.key = pairs.owner
    LEFT JOIN {_TOPS.format(key="network", most=MOST)} networks ON networks.key = pairs.network
    GROUP BY owners.key, pairs.strength, networks.key
    ORDER BY {rank_sql("pairs.strength")}, connections DESC, a NULLS LAST, c NULLS LAST"""
FACET: Final = Facet(NAME, Clause(_FLOWS))
