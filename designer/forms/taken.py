"""A rule made from what was recorded: the fields that sessions of the store fill."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.http import QueryDict

from analyzer import history
from designer.content.rules import TEST_NAME_LIMIT
from designer.forms.connections import CONNECTION, connection_of
from designer.forms.covering import CLIENT, DIRECTIONS, Covering, Row, of_connection, of_rows
from designer.forms.samples import NO_RULE, values_of
from policy.attributes import TCP, Connection, Direction, Protection, Source, source_of
from policy.errors import PolicyError
from policy.explain import why_not_evaluated
from policy.matcher import first_match, protocols
from policy.model import RuleSet
from policy.settings import Settings
from policy.values.addresses import parse_address
from policy.vectorised import column_of
from policy.vectorised.frame import BITS
from policy.vocabulary import KINDS, Protocol
from web.budget import OutOfTimeError

SESSION: Final = "session"
CLIENT_PORT: Final = 50_000
SERVER: Final = "server"
ROWS: Final = "rows"
"""Says that the filters of the address are meant, whatever servers they leave."""
CERTIFICATE: Final = "certificate"
MOST_KINDS: Final = 2_000
"""More kinds of sessions have nothing in common that a rule could say."""
TOO_MANY: Final = "these sessions are of too many kinds to have anything in common"
PROTOCOLS: Final = {
    "TLS": Protocol.TLS,
    "SSH": Protocol.SSH,
    "IPSEC": Protocol.IPSEC,
    "NONE": Protocol.NONE,
}


def session_of(pk_text: str) -> Row | None:
    """Return the row of a session as the analyzer's door gives it."""
    pk = _number(pk_text)
    if not pk:
        return None
    frame = history.session(pk, limit_s=float(settings.TIME_LIMIT_PAGE_S))
    return next(frame.iter_rows(named=True), None)


def kinds_of(pk_text: str, params: QueryDict) -> list[Row]:
    """Return a server's protections under the filters of an address; none where one is wrong.

    Raises OutOfTimeError (web.budget).
    """
    filters, errors = history.scope(params, also=(SERVER,))
    pk = _number(pk_text)
    if errors or not pk:
        return []
    frame = history.server(pk, filters, limit_s=float(settings.TIME_LIMIT_PAGE_S))
    return frame.rows(named=True)


def kinds_of_rows(params: QueryDict) -> list[Row]:
    """Return the TCP servers and protections that the filters of an address leave.

    Raises OutOfTimeError (web.budget), TooManySessionsError (analyzer.history).
    """
    filters, errors = history.scope(params, also=(ROWS, CERTIFICATE))
    if errors:
        return []
    certificate = _number(params.get(CERTIFICATE, "")) if CERTIFICATE in params else None
    frame = history.kinds(
        filters,
        limit_s=float(settings.TIME_LIMIT_PAGE_S),
        most=MOST_KINDS,
        certificate=certificate,
    )
    return [row for row in frame.rows(named=True) if row["ip_protocol"] == TCP]


def client_of(params: QueryDict) -> str:
    """Return the one client that the filters leave, empty where there may be more."""
    found = [one.strip() for one in params.getlist(CLIENT)]
    with suppress(ValueError):
        return str(ip_address(found[0])) if len(found) == 1 else ""
    return ""


def taken(params: QueryDict, protocol: Protocol) -> Covering:
    """Return the rule that covers what an address names; an empty one without that."""
    if SESSION in params:
        row = session_of(params.get(SESSION, ""))
        return of_session(row, protocol, is_client_asked=CLIENT in params)
    if CONNECTION in params:
        row = connection_of(params)
        mine = row is not None and PROTOCOLS[row["protocol"]] is protocol
        return of_connection(row, protocol) if row and mine else Covering()
    try:
        if SERVER in params:
            rows = kinds_of(params.get(SERVER, ""), params)
        elif ROWS in params:
            rows = kinds_of_rows(params)
        else:
            return Covering()
    except history.TooManySessionsError:
        return Covering(why_not=TOO_MANY)
    except OutOfTimeError as error:
        return Covering(why_not=f"{error}: ask for fewer days")
    return of_kinds(rows, params, protocol)


def of_kinds(rows: Sequence[Row], params: QueryDict, protocol: Protocol) -> Covering:
    """Return the rule for those of one protocol among the sessions that an address names."""
    mine = [row for row in rows if PROTOCOLS[row["protocol"]] is protocol]
    filters, errors = history.scope(params, also=(SERVER, ROWS, CERTIFICATE))
    if not mine or errors:
        return Covering()
    found = of_rows(mine, filters, protocol)
    number, client = sum(row["sessions"] for row in mine), client_of(params)
    servers = len({row["server_id"] for row in mine})
    of = found.fields.get("job") or ("a server" if servers == 1 else f"{servers:,} servers")
    of += f" with {client}" if client else ""
    said = f"Taken from {number:,} session{'' if number == 1 else 's'} of {of}"
    notes = found.notes
    if CERTIFICATE in params:
        notes += ("It does not ask for the certificate: no rule does.",)
    return replace(found, fields=found.fields | {"description": said}, notes=notes)


def of_session(row: Row | None, protocol: Protocol, *, is_client_asked: bool) -> Covering:
    """Return the rule that fits a session; an empty one for another protocol's.

    It takes every client, or that of the session alone.
    """
    if row is None or PROTOCOLS[row["protocol"]] is not protocol:
        return Covering()
    client = str(row["client_ip"]) if is_client_asked else ""
    found = of_rows([row], None, protocol, client=client)
    why = f"Taken from a session of {row['job'] or 'a server'} with {row['client_ip']}"
    return replace(found, fields=found.fields | {"description": why})


def sample(pk_text: str, rule_set: RuleSet, how: Settings) -> tuple[dict[str, Any], str]:
    """Return the fields of a test with a recorded session, or why there are none.

    `pk_text` is its number, or an address that ends with it. What it meets now is expected.
    """
    protocol = rule_set.protocol
    numbers = re.findall(r"[0-9]+", pk_text)
    row = session_of(numbers[-1]) if numbers else None
    if row is None:
        return {}, "There is no such session in the store."
    there = [one for one, bit in BITS.items() if row["protocols"] & bit] or [Protocol.NONE]
    if protocol not in there:
        has = " and ".join("no recognized protection" if p == "None" else str(p) for p in there)
        return {}, f"This session has {has}; the rule set looks at {protocol}."
    try:
        found = _connection(row, protocol)
    except PolicyError as error:
        return {}, f"No rule can be held against this session: {error}."
    if protocol not in protocols(found, how):
        return {}, f"No rule set is held against this session: {why_not_evaluated(found, how)}."
    place = first_match(rule_set, found, how)
    met = NO_RULE if place is None else rule_set.rules()[place].name
    return {"name": _named(row), "expected": met, **values_of(found, protocol)}, ""


def _named(row: dict[str, Any]) -> str:
    port = row["port_start"] or "no port"
    said = f"{row['job'] or 'Session'} {port} {row['protection']} {row['client_ip']}"
    return said[:TEST_NAME_LIMIT]


def _connection(row: dict[str, Any], protocol: Protocol) -> Connection:
    """The session as one connection; the client's port is not on record, so one is taken."""
    server = (parse_address(row["server_ip"]), row["port_start"] or 0)
    client = (parse_address(row["client_ip"]), CLIENT_PORT)
    local, remote = (client, server) if row["role"] == "client" else (server, client)
    return Connection(
        *local,
        *remote,
        row["job"] or "",
        row["user"] or "",
        Direction(DIRECTIONS[row["role"]]) if row["role"] in DIRECTIONS else None,
        () if protocol is Protocol.NONE else (_protected(row, protocol),),
        is_failed_handshake=bool(row["failed_handshake"]),
        ip_protocol=row["ip_protocol"],
    )


def _protected(row: dict[str, Any], protocol: Protocol) -> Protection:
    codes = {one: row[column_of(protocol, one.value)] for one in KINDS[protocol]}
    source = Source.OBSERVED
    if protocol is not Protocol.IPSEC:
        source = source_of(row[column_of(protocol, "source")])
    return Protection(
        protocol,
        {one: code for one, code in codes.items() if code is not None},
        row[column_of(protocol, "key_bits")],
        source,
        is_manual=bool(row.get(column_of(protocol, "manual"))),
    )


def sent(fields: Mapping[str, Any]) -> QueryDict:
    """Return fields as a browser would send them."""
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        if isinstance(value, list):
            found.setlist(name, value)
        elif value not in (None, False):
            found[name] = str(value)
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
