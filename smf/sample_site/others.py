"""The records around zERT's intervals: recording switched on and off, other types, markers."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from smf.encode import connection, summary
from smf.encode.connection import ConnectionRecord, encode_connection
from smf.encode.records import filler_record, marker_record
from smf.encode.summary import SummaryRecord, encode_summary
from smf.sample_site.catalog import Stack
from smf.sample_site.options import RELEASES
from smf.sample_site.records import ident, system_stamp

_EVENT_REASON = 0x08
_OTHERS = ((30, 4, 1_400), (42, 6, 700), (80, None, 420), (119, 2, 300))
"""Type, subtype and greatest length of what else a site records: jobs, data sets, RACF, TCP."""
_LEAST_BYTES = 120
_DUMPED_AFTER = timedelta(minutes=5)


def switched(stack: Stack, at: datetime, *, on: bool, detail: bool) -> list[bytes]:
    """Return what says that aggregation, and with `detail` discovery, is on or off from `at`."""
    stamp = system_stamp(stack, at)
    who = ident(stack, _EVENT_REASON)
    event = summary.ENABLED if on else summary.DISABLED
    found = [encode_summary(SummaryRecord(stamp, who, {"event": event}), RELEASES[stack.release])]
    if detail:
        event = connection.ENABLED if on else connection.DISABLED
        found.append(encode_connection(ConnectionRecord(stamp, who, {"event": event})))
    return found


def other_records(stack: Stack, at: datetime, random: np.random.Generator) -> list[bytes]:
    """Return a record or two of other types, as they stand between zERT's."""
    found = []
    for number in random.integers(len(_OTHERS), size=1 + int(random.integers(2))).tolist():
        record_type, subtype, size = _OTHERS[number]
        length = int(random.integers(_LEAST_BYTES, size))
        found.append(filler_record(record_type, system_stamp(stack, at), subtype, length))
    return found


def marker(stack: Stack, end: datetime, *, last: bool) -> bytes:
    """Return what the dump program writes first or last, soon after the `end` of the days."""
    return marker_record(system_stamp(stack, end + _DUMPED_AFTER), last=last)
