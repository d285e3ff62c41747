"""What the report must say, computed from single interval records by loops, without SQL filters."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import QueryDict

from tests.analyzer.queries.naive_baselines import asks_for
from tests.analyzer.queries.naive_filters import TESTS, asked, passes, sums_pass

Fact = dict[str, Any]
SUMS = (
    *("connections", "partial", "short", "in_bytes", "out_bytes", "in_segs", "out_segs", "failed"),
    "restarts",
)
LABELS = ("version", "scert_key_bits")
RANKS = ("none", "deprecated", "weak", "unknown", "acceptable", "strong")
_FACTS = """SELECT a.*, a.restarted::int AS restarts, s.server_id, host(s.client_ip) AS client_ip,
        s.session_id AS zert_id, v.role,
        v.ip_proto, host(v.server_ip) AS server_ip, v.port_start, v.port_end, v.job, v."user",
        v.stack_id, t.sysplex, t.system, t.stack, y.time_zone, p.protocol, p.version, p.strength,
        p.dn_text, p.labels::text AS labels, p.quantum_vulnerable
    FROM analyzer_activity a JOIN analyzer_securitysession s ON s.id = a.session_id
    JOIN analyzer_server v ON v.id = s.server_id JOIN analyzer_stack t ON t.id = v.stack_id
    JOIN analyzer_systemsettings y ON y.id = t.settings_id
    JOIN analyzer_protection p ON p.id = s.protection_id"""

TESTS["baseline"] = asks_for  # rules are made of the other filters


def facts() -> list[Fact]:
    """Every interval record with all that belongs to it."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def chosen(every: Sequence[Fact], query: str) -> list[Fact]:
    """The records that pass the filters of an address, sums over the asked period included."""
    latest = max(fact["interval_end"] for fact in every).date()
    begin, end = _span(QueryDict(query), latest)
    terms = asked(query)
    some = [f for f in every if begin <= f["interval_end"] < end and passes(f, terms)]
    by_session: dict[int, list[Fact]] = defaultdict(list)
    for fact in some:
        by_session[fact["session_id"]].append(fact)
    kept = {key for key, own in by_session.items() if sums_pass(_asked_sums(own), terms)}
    return [fact for fact in some if fact["session_id"] in kept]


def _asked_sums(session: list[Fact]) -> dict[str, int | None]:
    both = _sum(session, "in_bytes") + _sum(session, "out_bytes")
    return {name: _sum(session, name) for name in ("connections", "failed")} | {"bytes": both}


def servers(every: Sequence[Fact], query: str, role: str) -> list[Fact]:
    of_role = [fact for fact in chosen(every, query) if fact["role"] == role]
    rows = _grouped(every, of_role, "server_id")
    return [
        {**row, "id": group[0]["server_id"], "clients": len({fact["client_ip"] for fact in group})}
        for row, group in rows
    ]


def clients(every: Sequence[Fact], query: str, server_id: int) -> list[Fact]:
    of_server = [fact for fact in chosen(every, query) if fact["server_id"] == server_id]
    rows = _grouped(every, of_server, "client_ip")
    return [{**row, "id": min(fact["session_id"] for fact in group)} for row, group in rows]


def sessions(every: Sequence[Fact], query: str) -> list[Fact]:
    rows = _grouped(every, chosen(every, query), "session_id")
    return [
        {
            **row,
            **{key: json.loads(row["labels"]).get(key) for key in LABELS},
            "id": group[0]["session_id"],
            "session_id": group[0]["zert_id"],
            "doubt": "perhaps a failed handshake"
            if row["doubtful"] or _doubted(every, group)
            else "",
            "first_seen": _zoned(group, min),
            "intervals": len(group),
        }
        for row, group in rows
    ]


def _grouped(
    every: Sequence[Fact], some: Iterable[Fact], key: str
) -> list[tuple[Fact, list[Fact]]]:
    groups: dict[Any, list[Fact]] = defaultdict(list)
    for fact in some:
        groups[fact[key]].append(fact)
    return [(_row(every, group), group) for group in groups.values()]


def _row(every: Sequence[Fact], group: list[Fact]) -> Fact:
    by_session: dict[int, list[Fact]] = defaultdict(list)
    for fact in group:
        by_session[fact["session_id"]].append(fact)

    def of(protocol: str) -> int:
        return sum(fact["connections"] for fact in group if fact["protocol"] == protocol)

    sums = {name: _sum(group, name) for name in SUMS}
    return {
        **group[0],
        **sums,
        "unprotected": of("NONE"),
        "ipsec": of("IPSEC"),
        "ssh": of("SSH"),
        "tls": of("TLS"),
        "strength": min((fact["strength"] for fact in group), key=RANKS.index),
        "sessions": len(by_session),
        "last_seen": _zoned(group, max),
        "doubtful": sum(
            _sum(part, "connections") for part in by_session.values() if _doubted(every, part)
        ),
    }


def _doubted(every: Sequence[Fact], session: list[Fact]) -> bool:
    one = session[0]
    place = ("stack_id", "role", "ip_proto", "server_ip", "port_start")
    connections = _sum(session, "connections")
    return bool(
        one["protocol"] == "NONE"
        and one["role"] != "peer"
        and all(fact["failed"] is None for fact in session)
        and connections
        and _sum(session, "short") >= connections / 2
        and _sum(session, "in_bytes") + _sum(session, "out_bytes") <= 8192 * connections
        and any(
            fact["protocol"] in {"TLS", "SSH"} and all(fact[k] == one[k] for k in place)
            for fact in every
        )
    )


def _sum(group: Iterable[Fact], name: str) -> Any:
    known = [fact[name] for fact in group if fact[name] is not None]
    return sum(known) if known else None


def _zoned(group: list[Fact], pick: Callable[..., Any]) -> Any:
    return pick(
        fact["interval_end"].replace(tzinfo=ZoneInfo(fact["time_zone"])).astimezone(UTC)
        for fact in group
    )


def _span(params: QueryDict, latest: date) -> tuple[datetime, datetime]:
    """The first moment that counts, and the first that no longer does."""
    if params.get("days") == "all":
        return datetime.min, datetime.max
    if "from" in params or "to" in params:
        first, last = params.get("from"), params.get("to")
        unit = timedelta(minutes=1) if last and "T" in last else timedelta(days=1)
        return (
            datetime.fromisoformat(first) if first else datetime.min,
            datetime.fromisoformat(last) + unit if last else datetime.max,
        )
    days = timedelta(days=int(params.get("days", 30)) - 1)
    end = datetime.combine(latest, time.min)
    return end - days, end + timedelta(days=1)
