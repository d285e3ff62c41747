"""Subtype 12: interval records to sessions, protections and activity; its events to coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from smf.decode import columns
from smf.decode.activity import activity_columns
from smf.decode.beyond import bytes_beyond
from smf.decode.checks import Checks, Records
from smf.decode.decoded import Decoded, coverage_frame
from smf.decode.gather import common_rows, section_rows, some
from smf.decode.identity import IPV6, IdentityTable, Intervals, NewProtection, NewSession
from smf.decode.identity.protections import PROTOCOL_MASK, PROTOCOLS, canonical_json
from smf.decode.names import walk_names
from smf.decode.texts import addresses, texts
from smf.decode.triplets import read_sections
from smf.layout import SUMMARY, load_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.triplets import Sections

_INTERVAL = 1
_EVENTS = {2: "aggregation_enabled", 3: "aggregation_disabled"}
_SERVER, _CLIENT = 0x40, 0x20
_NEEDED = {0x80: "tls", 0x40: "ssh", 0x20: "ipsec"}


def decode_summary(records: Records, identities: IdentityTable) -> Decoded:
    """Return the columns of subtype 12 records; `identities` learns what is new."""
    if not len(records):
        return Decoded()
    checks = Checks(len(records))
    sections = read_sections(records, checks)
    common = common_rows(records, sections, checks)
    _check_common(sections, common, checks)
    name_ends = walk_names(records, sections, checks)
    passed = checks.passed
    interval = passed & (common["event"] == _INTERVAL)
    events = passed & ~interval
    own = sections.take(interval)
    ours = records.take(interval)
    ident = section_rows(ours, own, "ident")
    found = Intervals(ours, own, name_ends[interval], ident, some(common, interval))
    identified = identities.identify(found)
    coverage, ignored = _coverage(records.take(events), sections.take(events), some(common, events))
    return Decoded(
        protections=_protections(identified.protections),
        sessions=_sessions(found, identified.sessions, identities),
        activity=_activity(found, identified.session_index),
        coverage=coverage,
        ignored=ignored,
        rejects=checks.rejects(records),
    )


def _check_common(sections: Sections, common: NDArray[np.void], checks: Checks) -> None:
    layout = load_layout(SUMMARY)
    event = common["event"]
    name = layout.field("common", "event").name
    unknown = ~np.isin(event, [_INTERVAL, *_EVENTS])
    checks.fail(unknown, name, "event_unknown", "the event type is not one of 1, 2, 3")
    protocol = common["protocols"] & PROTOCOL_MASK
    other = (event == _INTERVAL) & (
        ~np.isin(protocol, list(PROTOCOLS)) | ((protocol == 0) & (common["protocols"] != 0))
    )
    name = layout.field("common", "protocols").name
    checks.fail(other, name, "protocol_unknown", "the record names no single known protocol")
    for bit, section in _NEEDED.items():
        missing = (event == _INTERVAL) & (protocol == bit) & ~sections.present(section)
        name = layout.triplet_name(sections.slot(section), "Num")
        message = f"the record names {section.upper()} but has no {section} section"
        checks.fail(missing, name, "protocol_section_missing", message)


def _coverage(
    records: Records, sections: Sections, common: NDArray[np.void]
) -> tuple[pl.DataFrame, dict[str, int]]:
    kinds = [_EVENTS[event] for event in common["event"].tolist()]
    frame = coverage_frame(section_rows(records, sections, "ident"), sections.times, kinds)
    return frame, {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _protections(new: list[NewProtection]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "protection_index": [item.index for item in new],
            "digest": [item.digest for item in new],
            "protocol": [item.protocol for item in new],
            "raw": [item.raw for item in new],
        },
        schema=columns.PROTECTIONS,
    )


def _sessions(found: Intervals, new: list[NewSession], identities: IdentityTable) -> pl.DataFrame:
    rows = np.array([item.row for item in new], np.int64)
    ident, common = some(found.ident, rows), some(found.common, rows)
    pages = identities.code_pages.of(ident)
    flags = common["flags"]
    ipv6 = flags & IPV6 != 0
    role = np.select([flags & _SERVER != 0, flags & _CLIENT != 0], ["server", "client"], "peer")
    return pl.DataFrame(
        {
            "session_index": [item.index for item in new],
            "digest": [item.digest for item in new],
            **{key: texts(ident[key], pages) for key in ("sysplex", "system", "stack")},
            "role": role.tolist(),
            "ip_proto": common["ip_proto"].astype(np.int16),
            "server_ip": addresses(common["server_ip"], ipv6),
            "client_ip": addresses(common["client_ip"], ipv6),
            "port_start": common["port_start"].astype(np.int32),
            "port_end": common["port_end"].astype(np.int32),
            **{key: texts(common[key], pages) for key in ("job", "user", "session_id")},
            "sa_flags": flags.astype(np.int16),
            "ipv6": ipv6,
            "release": texts(ident["release"], pages),
            "protection_index": [item.protection_index for item in new],
        },
        schema=columns.SESSIONS,
    )


def _activity(found: Intervals, session_index: NDArray[np.int32]) -> pl.DataFrame:
    values = activity_columns(found.records, found.sections, found.common)
    frame = pl.DataFrame({"session_index": session_index, **values})
    failed = pl.when(pl.col("failed") >= 0).then(pl.col("failed"))
    beyond = _beyond(found)
    return frame.with_columns(failed.alias("failed"), beyond).select(
        pl.col(name).cast(kind) for name, kind in columns.ACTIVITY.items()
    )


def _beyond(found: Intervals) -> pl.Series:
    """What no layout table describes, as canonical JSON; mostly nothing."""
    beyond = bytes_beyond(found.records, found.sections)
    if not beyond:
        return pl.Series("opaque", [None], pl.String).new_from_index(0, len(found.records))
    opaque: list[str | None] = [None] * len(found.records)
    for row, parts in beyond.items():
        opaque[row] = canonical_json(parts)
    return pl.Series("opaque", opaque, pl.String)
