"""A recorded connection as an address names it: what a rule is made of without a session."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import QueryDict

from policy import vocabulary
from policy.attributes import TCP, Connection, Direction
from policy.vectorised import column_of
from policy.vocabulary import KINDS, Protocol

CONNECTION: Final = "connection"
RUN: Final = "run"
RULE_SET: Final = "rule_set"
_ID: Final = re.compile(r"[0-9A-F]{8}", re.ASCII)
_JOB: Final = 8
_MOST: Final = {"port": 65_535, RUN: 2**63 - 1}
_MOST_CODE: Final = 2**31 - 1
_ROLES: Final = ("server", "client")
_ROLE_OF: Final[dict[Direction | None, str]] = {
    Direction.INBOUND: "server",
    Direction.OUTBOUND: "client",
}
LOCAL, REMOTE = "local", "remote"
SERVES: Final[dict[Direction | None, str]] = {
    Direction.INBOUND: LOCAL,
    Direction.OUTBOUND: REMOTE,
}


def connection_of(params: QueryDict) -> dict[str, Any] | None:
    """Return what an address tells of a connection as the row of a session; None where it is wrong.

    `connection` is its ID in hex, `end` (`local`, `remote`) the one that serves with `port`;
    attributes are codes by their names.
    """
    protocol = next((one for one in Protocol if one.value == params.get("protocol")), None)
    if protocol is None or not _ID.fullmatch(params.get(CONNECTION, "")):
        return None
    port, role = _number(params.get("port", ""), _MOST["port"]), params.get("role", "")
    kinds = KINDS.get(protocol, {})
    codes = {one: _number(params.get(one.value, ""), _MOST_CODE) for one in kinds}
    names = [vocabulary.name_of(kinds[one], code) for one, code in codes.items() if code]
    return {
        "connection": params[CONNECTION],
        "protocol": protocol.name,
        "protection": " ".join([_word(protocol), ", ".join(names)]).strip(),
        "ip_protocol": TCP,
        "job": params.get("job", "")[:_JOB],
        "role": role if role in _ROLES else "",
        "serves": REMOTE if params.get("end") == REMOTE else LOCAL,
        "port_start": port,
        "port_end": port,
        **{column_of(protocol, one.value): code for one, code in codes.items()},
    }


def row_of(connection: Connection, protocol: Protocol, serves: str) -> dict[str, Any] | None:
    """Return a connection as the row of a session; None where the protocol does not protect it.

    `serves` is the end that serves, `local` or `remote`.
    """
    found = connection.protection(protocol)
    if found is None and (protocol is not Protocol.NONE or connection.protections):
        return None
    codes = found.codes if found else {}
    port = connection.local_port if serves == LOCAL else connection.remote_port
    return {
        "connection": f"{connection.local_ip} port {connection.local_port} with "
        f"{connection.remote_ip} port {connection.remote_port}",
        "protocol": protocol.name,
        "ip_protocol": connection.ip_protocol,
        "job": connection.job[:_JOB],
        "role": _ROLE_OF.get(connection.direction, ""),
        "serves": serves,
        "port_start": port or None,
        "port_end": port or None,
        **{column_of(protocol, one.value): codes.get(one) for one in KINDS.get(protocol, {})},
    }


def run_of(params: QueryDict) -> int | None:
    """Return the exact run that an address comes from."""
    return _number(params.get(RUN, ""), _MOST[RUN])


def _word(protocol: Protocol) -> str:
    return "no recognized protection" if protocol is Protocol.NONE else protocol.value


def _number(text: str, most: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if is_number and int(text) <= most else None
