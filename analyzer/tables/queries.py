"""Saved queries."""

from __future__ import annotations

from typing import Final

from analyzer.models import SavedQuery
from analyzer.tables.columns import Column, Table
from web.paging import SortKey

SUBJECTS: Final = {
    str(SavedQuery.Tab.SERVERS): "TCP servers",
    str(SavedQuery.Tab.CLIENTS): "TCP clients",
    str(SavedQuery.Tab.PEERS): "EE peers",
}
"""What a query is about, by the tab that it opens."""

QUERIES: Final = Table(
    name="queries",
    one="query",
    many="queries",
    columns=(
        Column("name", "Name", sort=(SortKey('lower(r."name")', "text"),)),
        Column("sentence", "What it asks", sql="''", sortable=False, flag="refused"),
        Column("description", "Description", default_visible=False),
        Column("owner", "Owner", sort=(SortKey('lower(r."owner")', "text"),)),
        Column(
            "sharing",
            "Sharing",
            "A shared query can be run by everybody, a private one by its owner.",
            sql="CASE WHEN r.\"shared\" THEN 'shared' ELSE 'private' END",
        ),
        Column("changed_at", "Changed (UTC)", kind="time"),
        Column("last_run_at", "Last run (UTC)", kind="time"),
        Column("actions", "Actions", kind="actions", sql="''", sortable=False),
    ),
    default_sort="name",
    hover="description",
)
