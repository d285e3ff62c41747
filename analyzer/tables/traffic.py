"""Columns that count: what sessions did in the days asked for."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Sum

TOTAL: Final = Column("connections", "Total Conns", kind="count")
PARTIAL: Final = Column(
    "partial",
    "Partial Conns",
    "Connections whose protection held for a part of their life only, as after FTP turned TLS off.",
    "count",
)
SHORT: Final = Column(
    "short", "Short", "Connections that ended within ten seconds of their start.", "count"
)
IN_BYTES: Final = Column("in_bytes", "Bytes In", kind="bytes")
OUT_BYTES: Final = Column("out_bytes", "Bytes Out", kind="bytes")
IN_SEGS: Final = Column(
    "in_segs", "Segs In", "TCP segments; datagrams for Enterprise Extender.", "count"
)
OUT_SEGS: Final = Column(
    "out_segs", "Segs Out", "TCP segments; datagrams for Enterprise Extender.", "count"
)
FAILED: Final = Column(
    "failed",
    "Failed handshakes",
    "Failed TLS or SSH handshakes; recorded from z/OS 3.2 on, blank before.",
    "count",
)
FIRST: Final = Column("first_seen", "First seen", "End of its first recording interval.", "time")
LAST: Final = Column("last_seen", "Last seen", "End of its last recording interval.", "time")
INTERVALS: Final = Column("intervals", "Intervals", "Recording intervals with a record.", "int")
RESTARTS: Final = Column(
    "restarts",
    "Restarts",
    "Intervals in which a counter went backwards: the stack restarted or the counter wrapped.",
    "int",
)

MEASURES: Final = (TOTAL, FAILED, IN_BYTES, OUT_BYTES)
TRAFFIC: Final = (TOTAL, PARTIAL, SHORT, IN_BYTES, OUT_BYTES, IN_SEGS, OUT_SEGS)
HISTORY: Final = (*TRAFFIC, FAILED, INTERVALS, RESTARTS)

SUMS: Final = (
    Sum("connections", "connections", "connection"),
    Sum("in_bytes", "in", kind="bytes"),
    Sum("out_bytes", "out", kind="bytes"),
)
"""What all rows of a report come to."""
