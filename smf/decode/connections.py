"""Subtype 11: one row per record of a connection; zERT switched on or off goes to coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from smf.decode import columns
from smf.decode.checks import Checks, Records
from smf.decode.decoded import Decoded, coverage_frame
from smf.decode.details import DetailCache, raw_details
from smf.decode.gather import common_rows, section_rows, signed, some
from smf.decode.identity.hashing import mix, sum_regions
from smf.decode.names import walk_names
from smf.decode.texts import CodePages, addresses, texts
from smf.decode.triplets import read_sections
from smf.layout import DETAIL, load_layout
from smf.times import local_microseconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.triplets import Sections

_COVERAGE = {5: "zert_enabled", 6: "zert_disabled"}
_ENFORCEMENT = 7
_CONNECTION = (1, 2, 3, 4, _ENFORCEMENT)
_NEEDED = {0x80: "tls", 0x40: "ssh", 0x20: "ipsec"}
_IPV6 = 0x80
_RDW_BYTES = 4
_FINGERPRINT_SEED = 1_002
_NO_TIME = -(2**62)


def decode_connections(records: Records, pages: CodePages, cache: DetailCache) -> Decoded:
    """Return the columns of subtype 11 records."""
    if not len(records):
        return Decoded()
    checks = Checks(len(records))
    sections = read_sections(records, checks)
    common = common_rows(records, sections, checks)
    _check_common(sections, common, checks)
    starts, ends = _times(common, checks)
    name_ends = walk_names(records, sections, checks)
    passed = checks.passed
    switched = passed & np.isin(common["event"], list(_COVERAGE))
    rows = np.flatnonzero(passed & ~switched)
    own, ours = sections.take(rows), records.take(rows)
    ident = section_rows(ours, own, "ident")
    own_pages = pages.of(ident)
    details = raw_details(ours, own, name_ends[rows], own_pages, cache)
    frame = _frame(ours, own, ident, some(common, rows), own_pages)
    frame = frame.with_columns(
        pl.Series("start_utc", starts[rows]),
        pl.Series("end_utc", ends[rows]),
        pl.Series("raw", details, pl.String),
    )
    kinds = [_COVERAGE[event] for event in common["event"][switched].tolist()]
    off = sections.take(switched)
    return Decoded(
        connections=_finish(frame),
        coverage=coverage_frame(
            section_rows(records.take(switched), off, "ident"), off.times, kinds
        ),
        ignored={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        rejects=checks.rejects(records),
    )


def _check_common(sections: Sections, common: NDArray[np.void], checks: Checks) -> None:
    layout = load_layout(DETAIL)
    name = layout.field("common", "event").name
    event = common["event"]
    unknown = ~np.isin(event, [*_CONNECTION, *_COVERAGE])
    checks.fail(unknown, name, "event_unknown", "the event type is not one of 1 to 7")
    # What an enforcement record carries beside its own section is not established.
    strict = np.isin(event, _CONNECTION) & (event != _ENFORCEMENT)
    for bit, section in _NEEDED.items():
        missing = strict & (common["protocols"] & bit != 0) & ~sections.present(section)
        name = layout.triplet_name(sections.slot(section), "Num")
        message = f"the record names {section.upper()} but has no {section} section"
        checks.fail(missing, name, "protocol_section_missing", message)


def _times(common: NDArray[np.void], checks: Checks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and end of the connections; no end (all zero) is `_NO_TIME`."""
    layout = load_layout(DETAIL)
    found = []
    connection = np.isin(common["event"], _CONNECTION)
    for key in ("start", "end"):
        date, time = common[f"{key}_date"], common[f"{key}_time"]
        times, date_valid, time_valid = local_microseconds(
            date.astype(np.uint32), time.astype(np.uint32)
        )
        wanted = connection & ((key == "start") | (date != 0))
        name = layout.field("common", f"{key}_date").name
        checks.fail(wanted & ~date_valid, name, "date_invalid", f"the {key} date is no packed date")
        name = layout.field("common", f"{key}_time").name
        checks.fail(wanted & ~time_valid, name, "time_invalid", f"the {key} is past midnight")
        found.append(np.where(wanted, times, _NO_TIME))
    return found[0], found[1]


def _frame(
    records: Records,
    sections: Sections,
    ident: NDArray[np.void],
    common: NDArray[np.void],
    pages: list[str],
) -> pl.DataFrame:
    ipv6 = common["flags"] & _IPV6 != 0
    small = ("event", "ip_proto", "flags", "sec_flags", "protocols")
    numbers = ("local_port", "remote_port", "conn_id")
    counters = ("in_bytes", "out_bytes", "in_segs", "out_segs")
    sums = sum_regions(
        records.data,
        records.starts + _RDW_BYTES,
        records.lengths - _RDW_BYTES,
        (_FINGERPRINT_SEED,),
    )
    return pl.DataFrame(
        {
            **{key: texts(ident[key], pages) for key in ("sysplex", "system", "stack")},
            **{key: texts(common[key], pages) for key in ("job", "job_id", "user")},
            **{key: common[key].astype(np.int16) for key in small},
            **{key: common[key].astype(np.int64) for key in numbers},
            **{key: signed(common[key]) for key in counters},
            "local_ip": addresses(common["local_ip"], ipv6),
            "remote_ip": addresses(common["remote_ip"], ipv6),
            "local_time": sections.times,
            "fingerprint": mix(sums[:, 0]).view(np.int64),
        },
    )


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns in their order and types, absent ends as null."""
    ended = pl.when(pl.col("end_utc") != _NO_TIME).then(pl.col("end_utc"))
    return frame.with_columns(ended.alias("end_utc")).select(
        pl.col(name).cast(kind) for name, kind in columns.CONNECTIONS.items()
    )
