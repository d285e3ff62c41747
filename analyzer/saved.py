"""Saved queries are made, changed, deleted and taken away. Every one of these leaves an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from analyzer import audit
from analyzer.models import SavedQuery
from analyzer.models.queries import LONGEST_NAME
from analyzer.queries import saved as reads
from analyzer.queries.filters import Filters
from analyzer.revisions import hold, require_latest


class SavedQueryError(ValueError):
    """What was asked cannot be done to this query; the message says why."""


class NameTakenError(SavedQueryError):
    """The owner has a query of that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a query `{name}` of this owner already")


class NotTheirsError(SavedQueryError):
    """Somebody wants to change what only its owner or an administrator may."""

    def __init__(self, query: SavedQuery) -> None:
        super().__init__(f"`{query.name}` is for its owner or an administrator to change")


@dataclass(frozen=True, slots=True)
class Draft:
    """A query before it is saved."""

    name: str
    filters: Filters
    description: str = ""
    tab: str = SavedQuery.Tab.SERVERS
    shared: bool = False


@transaction.atomic
def make(*, draft: Draft, by: User, now: datetime) -> SavedQuery:
    """Save a new query of this owner. Raises SavedQueryError."""
    _usable(draft)
    with _name_of(draft):
        query = SavedQuery.objects.create(owner=by, made_at=now, changed_at=now, **_columns(draft))
    query.refresh_from_db()  # the database orders the parameters
    audit.record(by=by, action="query.make", target=query.name, data=_said(query), now=now)
    return query


@transaction.atomic
def make_all(*, drafts: Sequence[Draft], by: User, now: datetime) -> list[SavedQuery]:
    """Save all of these queries, or none. Raises SavedQueryError."""
    return [make(draft=draft, by=by, now=now) for draft in drafts]


@transaction.atomic
def change(
    *, query: SavedQuery, draft: Draft, by: User, now: datetime, revision: int | None = None
) -> SavedQuery:
    """Replace what the query says; its owner stays. `revision` is the one that was changed.

    Raises SavedQueryError, and ChangedMeanwhileError when there is a later one.
    """
    _theirs(query, by)
    _usable(draft)
    if not hold(query):
        raise SavedQueryError(f"`{query.name}` has been deleted meanwhile")
    require_latest(query, revision)
    before = _said(query)
    noted = {"changed_at": now, "changed_by": by, "revision": query.revision + 1}
    with _name_of(draft):
        SavedQuery.objects.filter(pk=query.pk).update(**noted, **_columns(draft))
    query.refresh_from_db()
    data = {"before": before, "after": _said(query)}
    audit.record(by=by, action="query.change", target=str(before["name"]), data=data, now=now)
    return query


@transaction.atomic
def delete(*, query: SavedQuery, by: User, now: datetime) -> None:
    """Drop the query; the audit log keeps what it asked. Raises NotTheirsError."""
    _theirs(query, by)
    audit.record(by=by, action="query.delete", target=query.name, data=_said(query), now=now)
    query.delete()


def note_run(*, query: SavedQuery, now: datetime) -> None:
    """Remember when the query was run last."""
    SavedQuery.objects.filter(pk=query.pk).update(last_run_at=now)


@transaction.atomic
def note_export(*, queries: Sequence[SavedQuery], by: audit.Actor, now: datetime) -> None:
    """Leave an entry for each query that is taken away."""
    for query in queries:
        audit.record(by=by, action="query.export", target=query.name, data=_said(query), now=now)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "description": draft.description,
        "tab": draft.tab,
        "shared": draft.shared,
        "params": draft.filters.to_params(),
    }


def _usable(draft: Draft) -> None:
    if draft.filters.refused:
        raise SavedQueryError("a filter of the query cannot be used")
    if not 0 < len(draft.name) <= LONGEST_NAME:
        raise SavedQueryError(f"a query has a name of 1 to {LONGEST_NAME} characters")


def _theirs(query: SavedQuery, by: User) -> None:
    if not reads.may_change(query.owner_id, user=by):
        raise NotTheirsError(query)


@contextmanager
def _name_of(draft: Draft) -> Iterator[None]:
    """The database decides on the name, also when two people save at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NameTakenError(draft.name) from error


def _said(query: SavedQuery) -> dict[str, object]:
    """What the audit log keeps of a query."""
    return {
        "name": query.name,
        "owner": query.owner.get_username(),
        "asks": reads.sentence_of(reads.filters_of(query.params)[0], tab=query.tab),
        "filters": query.params,
        "opens": query.tab,
        "sharing": "shared" if query.shared else "private",
    }
