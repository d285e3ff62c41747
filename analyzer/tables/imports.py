"""The history of imports and prunes, and rejected records."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Table

HISTORY: Final = Table(
    name="history",
    one="operation",
    many="operations",
    columns=(
        Column("submitted_at", "Submitted", kind="time"),
        Column("operation", "Operation", "An import of a dump, or a prune."),
        Column("name", "What", "File name or path; what a prune removes.", flag="old_decoder"),
        Column("state", "Status", kind="state"),
        Column("added", "Added", "Records stored.", "count"),
        Column("duplicate", "Duplicate", "Records that were here before.", "count"),
        Column("ignored_total", "Ignored", "Other record types, markers and events.", "count"),
        Column("rejected", "Rejected", "Records that could not be read.", "count"),
        Column("removed", "Removed", "Records that a prune has removed.", "count"),
        Column("size_bytes", "Size", kind="bytes"),
        Column("source", "Way in", "How a dump came, or what a prune was asked by."),
        Column("submitted_by", "User"),
        Column("started_at", "Start time", kind="time", default_visible=False),
        Column("finished_at", "End time", kind="time", default_visible=False),
        Column("earliest", "Earliest record", "Local time.", default_visible=False),
        Column("latest", "Latest record", "Local time.", default_visible=False),
        Column("comment", "Comment", default_visible=False),
        Column("error", "Error", default_visible=False),
    ),
    default_sort="-submitted_at",
)

REJECTS: Final = Table(
    name="rejects",
    one="rejected record",
    many="rejected records",
    columns=(
        Column("offset", "Offset", "Byte in the unpacked file.", "int", sortable=True),
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
)
