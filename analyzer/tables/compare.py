"""What a comparison says of servers, clients and protections: a row for each, with both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from analyzer.models import Server
from analyzer.tables import scope
from analyzer.tables.columns import Column, Table
from analyzer.tables.report import UNPROTECTED_HELP
from analyzer.tables.strength import RANKED
from web.paging import SortKey


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a row from side A to side B."""

    name: str
    word: str
    help: str


SHARE_POINTS: Final = 5
"""So much of a hundred connections must move for a share to have moved."""

STATUSES: Final = (
    Status(
        "worse",
        "Worse",
        "The weakest class is weaker on side B, or it has a greater share of the connections there,"
        f" by {SHARE_POINTS} points of a hundred or more.",
    ),
    Status("new", "New", "On side B only."),
    Status(
        "changed",
        "Changed",
        "Other protections, neither better nor worse; or nobody can say, because a class is"
        " unknown.",
    ),
    Status("gone", "Gone", "On side A only."),
    Status(
        "better",
        "Better",
        "The weakest class is stronger on side B, or it has a smaller share there, by"
        f" {SHARE_POINTS} points or more, and no class of side B is unknown.",
    ),
    Status("same", "Same", "The same protections, in shares that have hardly moved."),
)
SAME: Final = "same"
DIFFERENT: Final = tuple(one.name for one in STATUSES if one.name != SAME)
BY_NAME: Final[Mapping[str, Status]] = {one.name: one for one in STATUSES}

CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "unprotected": ("none",),
    "weak": ("deprecated", "weak"),
    "unknown": ("unknown",),
    "acceptable": ("acceptable",),
    "strong": ("strong",),
}
"""What the classes of strength are summed by; together they are all connections."""
_WORDS: Final = {
    "connections": ("Conns", "All connections.", True),
    "unprotected": ("Unprotected*", UNPROTECTED_HELP, True),
    "weak": ("Weak", "Connections of a deprecated or weak class.", False),
    "unknown": ("Unknown", "Connections of a class that nobody knows.", False),
    "acceptable": ("Acceptable", "Connections of an acceptable class.", False),
    "strong": ("Strong", "Connections of a strong class.", False),
    "sessions": ("Sessions", "Distinct security sessions.", False),
}
SIDES: Final = ("a", "b")
_CHANGE: Final = Column(
    "status",
    "Status",
    "What became of it from side A to side B; the worst first, then those with most connections"
    " without protection on side B.",
    "change",
    sort=(
        SortKey('r."status_rank"', "bigint"),
        SortKey('-coalesce(r."b_unprotected", 0)', "bigint"),
        SortKey('-coalesce(r."b_weak", 0)', "bigint"),
        SortKey('-coalesce(r."b_connections", r."a_connections")', "bigint"),
    ),
)
_ROLES: Final = " ".join(f"WHEN '{value}' THEN '{words}'" for value, words in Server.Role.choices)
_ROLE: Final = Column(
    "role", "Role", "What z/OS was.", sql=f'CASE r."role" {_ROLES} END', default_visible=False
)
_STRENGTHS: Final = tuple(
    Column(
        f"{side}_strength",
        f"Weakest {side.upper()}",
        f"The weakest class on side {side.upper()}, from unprotected over deprecated, weak, unknown"
        " and acceptable to strong.",
        "strength",
        sort=(SortKey(f'coalesce(r."{side}_rank", {len(RANKED)})', "bigint"),),
    )
    for side in SIDES
)
_COUNTS: Final = tuple(
    Column(
        f"{side}_{name}",
        f"{words} {side.upper()}",
        f"{help_text} Side {side.upper()}.",
        "count",
        default_visible=visible,
    )
    for name, (words, help_text, visible) in _WORDS.items()
    for side in SIDES
)
_TITLES: Final = (
    "(SELECT string_agg(DISTINCT p.title, '; ' ORDER BY p.title) FROM analyzer_protection p"
    ' WHERE p.id = ANY(r."{0}_kinds") AND p.id <> ALL(coalesce(r."{1}_kinds", \'{{}}\')))'
)
_ONLY: Final = (
    Column(
        "a_only",
        "Only in A",
        "Protections that are on side A and not on side B.",
        sql=_TITLES.format("a", "b"),
        sortable=False,
    ),
    Column(
        "b_only",
        "Only in B",
        "Protections that are on side B and not on side A.",
        sql=_TITLES.format("b", "a"),
        sortable=False,
    ),
)
OPEN: Final = Column(
    "open", "Report", "The report of a side for this row.", "sides", sortable=False
)
"""On pages only: the view fills it."""
_HIDDEN: Final = frozenset({"sysplex", "stack", "user"})
_SERVER: Final = tuple(
    replace(column, default_visible=column.key not in _HIDDEN) for column in scope.SERVER
)
_OWNER: Final = tuple(column for column in _SERVER if column not in _SERVER[: len(scope.WHERE)])
_SERVICE: Final = tuple(column for column in _OWNER if column.key != scope.SERVER_IP.key)
_PROTECTION: Final = (
    Column("title", "Protection", "Protocol, version and suite or algorithms."),
    Column("protocol", "Protocol", kind="protocol", default_visible=False),
    Column("version", "Version", default_visible=False),
)
GRAINS: Final = ("server", "service", "client", "protection")
_SORTED: Final = "status"


def table_of(grain: str, *, of_places: bool) -> Table:
    """Return the table of a grain; without the columns of places where two of them are compared."""
    if grain == "protection":
        columns = (_CHANGE, *_PROTECTION, *_STRENGTHS, *_COUNTS)
        return Table("compared-protections", "protection", "protections", columns, _SORTED)
    names = {"server": "server", "service": "service", "client": "client"}[grain]
    who = _SERVICE if grain == "service" else _OWNER if of_places else _SERVER
    clients = (scope.CLIENT_IP,) if grain == "client" else ()
    columns = (_CHANGE, *clients, *who, _ROLE, *_STRENGTHS, *_COUNTS, *_ONLY)
    return Table(f"compared-{names}s", names, f"{names}s", columns, _SORTED)


def every_column() -> Table:
    """Return all columns of all grains, for a description of them."""
    tables = [table_of(grain, of_places=False) for grain in GRAINS]
    columns = {column.key: column for table in tables for column in table.columns}
    return Table("compared", "row", "rows", tuple(columns.values()), _SORTED)
