"""Security sessions as encoded records, ready to be stamped interval by interval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smf.encode.fast import Templates
from smf.encode.records import Stamp
from smf.encode.summary import SummaryRecord, encode_summary
from smf.encode.values import Values, encode_field, fields_of
from smf.layout import SUMMARY
from smf.sample_site.catalog import Role, Stack
from smf.sample_site.options import RELEASES
from smf.sample_site.sessions import Session

TCP, UDP = 6, 17
IPV6_FLAG = 0x80
_ROLE_FLAGS = {Role.SERVER: 0x40, Role.CLIENT: 0x20, Role.PEER: 0x00}
_RELEASE_TEXTS = {"v2r3": "CS V2R3", "v2r5": "CS V2R5", "zos32": "CS V3R2"}
_ANY_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - header times are naive; each record gets its own
_OWN = ("server_ip", "client_ip", "session_id")
"""What differs between the sessions of one service with one protection."""


def ident(stack: Stack, reason: int = 0) -> Values:
    """Return the identification section of a stack's records."""
    return {
        "system": stack.system,
        "sysplex": stack.sysplex,
        "stack": stack.stack,
        "release": _RELEASE_TEXTS[stack.release],
        "component": "STACK",
        "address_space": stack.stack,
        "writer": "TCPIP",
        "asid": 0x42 + stack.number,
        "reason": reason,
    }


def system_stamp(stack: Stack, time: datetime) -> Stamp:
    """Return the header of a stack's record, at a local time."""
    return Stamp(time, stack.system)


def templates(stack: Stack, sessions: Sequence[Session]) -> Templates:
    """Return one record per session; those that differ in addresses alone are encoded once."""
    known: dict[tuple[int, int], bytes] = {}
    records = []
    for session in sessions:
        key = (session.ends.service.number, id(session.guard))
        pattern = known.get(key)
        if pattern is None:
            pattern = known[key] = _record(stack, session)
        records.append(_patched(pattern, session))
    return Templates(records)


def _record(stack: Stack, session: Session) -> bytes:
    service = session.ends.service
    common: Values = {
        "flags": _ROLE_FLAGS[service.role] | (IPV6_FLAG if service.ipv6 else 0),
        "job": service.job,
        "user": service.user,
        "ip_proto": UDP if service.role is Role.PEER else TCP,
        "port_start": service.ports[0],
        "port_end": service.ports[1],
    }
    stamp = system_stamp(stack, _ANY_TIME)
    record = SummaryRecord(stamp, ident(stack), common, session.guard.protection)
    return encode_summary(record, RELEASES[stack.release])


def _patched(pattern: bytes, session: Session) -> bytes:
    """Return the record with the session's own addresses and identifier."""
    record = bytearray(pattern)
    place = fields_of(SUMMARY, "self-defining")["common.offset"]
    begin = int.from_bytes(record[place.offset : place.end], "big")
    values = (session.server_ip, session.client_ip, session.session_id)
    for key, value in zip(_OWN, values, strict=True):
        field = fields_of(SUMMARY, "common")[key]
        record[begin + field.offset : begin + field.end] = encode_field(field, value)
    return bytes(record)
