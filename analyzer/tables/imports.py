"""Import history and rejected records."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Table

HISTORY: Final = Table(
    name="imports",
    one="import",
    many="imports",
    columns=(
        Column("submitted_at", "Submitted", kind="time", sortable=False),
        Column("name", "Import", "File name or path.", sortable=False),
        Column("state", "Status", kind="state", sortable=False),
        Column("added", "Added", "Records stored.", "count", sortable=False),
        Column("duplicate", "Duplicate", "Records that were here before.", "count", sortable=False),
        Column(
            "ignored_total",
            "Ignored",
            "Other record types, markers and events.",
            "count",
            sortable=False,
        ),
        Column("rejected", "Rejected", "Records that could not be read.", "count", sortable=False),
        Column("size_bytes", "Size", kind="bytes", sortable=False),
        Column("submitted_by", "User", sortable=False),
        Column("started_at", "Start time", kind="time", sortable=False, default_visible=False),
        Column("finished_at", "End time", kind="time", sortable=False),
        Column("earliest", "Earliest record", "Local time.", "time", sortable=False),
        Column("latest", "Latest record", "Local time.", "time", sortable=False),
        Column("comment", "Comment", sortable=False, default_visible=False),
        Column("error", "Error", sortable=False, default_visible=False),
    ),
    default_sort="-submitted_at",
    pick=False,
)

REJECTS: Final = Table(
    name="rejects",
    one="rejected record",
    many="rejected records",
    columns=(
        Column("offset", "Offset", "Byte in the unpacked file.", "int", sortable=False),
        Column(
            "record_number", "Record", "Number of the record in the file.", "int", sortable=False
        ),
        Column("record_type", "Type", "SMF record type.", "int", sortable=False),
        Column("subtype", "Subtype", kind="int", sortable=False),
        Column("field", "Field", kind="mono", sortable=False),
        Column("reason", "Reason", kind="mono", sortable=False),
        Column("message", "What is wrong", sortable=False),
        Column("length", "Length", "Of the record in bytes.", "bytes", sortable=False),
    ),
    default_sort="offset",
    pick=False,
)
