"""Audit packs."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Table

PACKS: Final = Table(
    name="packs",
    one="audit pack",
    many="audit packs",
    columns=(
        Column("submitted_at", "Ordered (UTC)", kind="time"),
        Column("title", "Audit pack", "The query or the page that it was ordered from."),
        Column("words", "Asks", sortable=False),
        Column("state", "Status", kind="state"),
        Column("made_by", "User"),
        Column("size_bytes", "Size", kind="bytes"),
        Column("kept_until", "Kept until (UTC)", "After this its file is dropped.", "time"),
    ),
    default_sort="-submitted_at",
)
