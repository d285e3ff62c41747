"""Records that enforcement writes: event type 7, and the last record of what was reset.

What the record at hand says is written as it stands, so that a reader gets the same columns; the
identification says what a decoder keeps of it. Of bytes that no layout describes, those behind the
end of a known section are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from enforcement.engine.lives import ENFORCEMENT
from enforcement.engine.outcome import Event, Match, Outcome
from enforcement.engine.texts import carried, carried_values
from policy.recorded import SECTIONS
from policy.values.names import file_name
from policy.vocabulary import Protocol
from smf import ebcdic
from smf.encode.records import Stamp, assemble, hundredths
from smf.encode.values import (
    Scalar,
    Values,
    blank_of,
    encode_field,
    encode_names,
    encode_section,
    fields_of,
)
from smf.layout import DETAIL, Field
from smf.times import pack_date

RESET_FLAG = 0x20
RULE_BYTES = 32
"""Of a name; four stand in the order TLS, SSH, IPsec, no protection: ours, IBM's is not known."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - headers are local, starts and ends UTC; both naive
_EVENT_REASON = 0x08
_SESSION, _MOST_KEPT = "session_id", 4_096
_SESSIONS = re.compile(r'(?<="session_id":)(?: ?)"([0-9A-Fa-f]*)"')
_NO_SESSION = '""'
_AS_THEY_STAND = (
    *("event", "ip_proto", "local_ip", "local_port", "remote_ip", "remote_port", "conn_id"),
    *("job", "job_id", "user", "flags", "sec_flags", "protocols"),
    *("in_bytes", "out_bytes", "in_segs", "out_segs"),
)
Section = Mapping[str, Scalar | Mapping[str, Scalar]]


def enforcement_record(outcome: Outcome) -> bytes:
    """Return the SMF 119 subtype 11 record of event type 7 that an audit action asks for."""
    names = tuple((one.protocol, one.rule.name) for one in outcome.matches)
    return _record(outcome.event, _policy(names), {"event": ENFORCEMENT})


def last_record(outcome: Outcome) -> bytes:
    """Return the record that ends a connection, with the flag that zERT has reset it."""
    return _record(outcome.event, b"", {"flags": outcome.event.flags | RESET_FLAG})


def policy_section(matches: tuple[Match, ...]) -> bytes:
    """Return the names of all matching rules, each at its protocol's place."""
    return _policy(tuple((one.protocol, one.rule.name) for one in matches))


@lru_cache(_MOST_KEPT)
def _policy(rules: tuple[tuple[Protocol, str], ...]) -> bytes:
    names = dict(rules)
    return b"".join(
        ebcdic.encode(file_name(names.get(protocol, ""))[:RULE_BYTES], RULE_BYTES)
        for protocol in Protocol
    )


def rule_names(section: bytes) -> dict[Protocol, str]:
    """Return what `policy_section` wrote; empty for a section of another length."""
    if len(section) != RULE_BYTES * len(Protocol):
        return {}
    parts = (section[at : at + RULE_BYTES] for at in range(0, len(section), RULE_BYTES))
    texts = (
        (protocol, ebcdic.decode(part)) for protocol, part in zip(Protocol, parts, strict=True)
    )
    return {protocol: text for protocol, text in texts if text}


@dataclass(frozen=True, slots=True)
class _Kept:
    """What records of one text share: sections, which of them name a session, bytes beyond, DNs."""

    sections: tuple[tuple[str, bytes], ...]
    sessions: tuple[str, ...]
    beyond: tuple[tuple[str, str], ...]
    names: tuple[bytes, ...]


def _record(event: Event, policy: bytes, instead: Mapping[str, int]) -> bytes:
    """The record of an event with `policy` as its section; `instead` of what it says."""
    kept = _kept(_SESSIONS.sub(_NO_SESSION, event.raw))
    sections = {
        "ident": _ident(event.system, event.sysplex, event.stack),
        "common": _common(event, instead),
        **dict(kept.sections),
    }
    for name, digits in zip(kept.sessions, _SESSIONS.findall(event.raw), strict=True):
        sections[name] = _with_session(name, sections[name], digits)
    for place, digits in kept.beyond:
        name, _, offset = place.partition(".")
        if offset and name in sections:
            cut = sections[name][: int(offset)].ljust(int(offset), b"\0")
            sections[name] = cut + bytes.fromhex(digits)
    if policy:
        sections["policy"] = policy
    stamp = Stamp(_moment(event.local_time), carried(event.system)[:4])
    return assemble(DETAIL, stamp, sections, list(kept.names))


@lru_cache(_MOST_KEPT)
def _kept(text: str) -> _Kept:
    raw = json.loads(text)
    there: dict[str, Section] = {
        name: raw[name] for name in ("ipfilter", *SECTIONS.values()) if raw[name]
    }
    return _Kept(
        tuple(
            (name, encode_section(DETAIL, name, carried_values(values)))
            for name, values in there.items()
        ),
        tuple(name for name in raw if isinstance(there.get(name, {}).get(_SESSION), str)),
        tuple(raw.get("opaque", {}).items()),
        tuple(encode_names(DETAIL, [(kind, carried(one)) for kind, one in raw["dns"]])),
    )


def _with_session(name: str, section: bytes, digits: str) -> bytes:
    data, fields = bytearray(section), fields_of(DETAIL, name)
    for key, value in ((_SESSION, digits), (f"{_SESSION}_len", len(digits) // 2)):
        data[fields[key].offset : fields[key].end] = encode_field(fields[key], value)
    return bytes(data)


@lru_cache(_MOST_KEPT)
def _ident(system: str, sysplex: str, stack: str) -> bytes:
    values: Values = {
        "system": system,
        "sysplex": sysplex,
        "stack": stack,
        "component": "STACK",
        "address_space": stack,
        "reason": _EVENT_REASON,
    }
    return encode_section(DETAIL, "ident", carried_values(values))


def _common(event: Event, instead: Mapping[str, int]) -> bytes:
    data = bytearray(blank_of(DETAIL, "common"))
    for key, begin, end, field in _places():
        value = instead[key] if key in instead else getattr(event, key)
        data[begin:end] = encode_field(field, carried(value) if isinstance(value, str) else value)
    fields = fields_of(DETAIL, "common")
    for name, time in (("start", event.start_utc), ("end", event.end_utc)):
        if time is not None:
            moment = _moment(time)
            parts = ("time", hundredths(moment)), ("date", pack_date(moment.date()))
            for part, packed in parts:
                field = fields[f"{name}_{part}"]
                data[field.offset : field.end] = encode_field(field, packed)
    return bytes(data)


@cache
def _places() -> tuple[tuple[str, int, int, Field], ...]:
    fields = fields_of(DETAIL, "common")
    return tuple((key, fields[key].offset, fields[key].end, fields[key]) for key in _AS_THEY_STAND)


def _moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)
