"""Saved queries as a test needs them, through the same door as the product's own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.http import QueryDict

from analyzer import saved
from analyzer.models import SavedQuery
from analyzer.queries.filters import Filters
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
WEAK = "version=TLSv1.0&version=TLSv1.1&version=SSLv3"


def draft(name: str, query: str = "", **more: object) -> saved.Draft:
    """A query of this name with the filters of an address."""
    filters, errors = Filters.from_params(QueryDict(query))
    assert not errors
    return saved.Draft(name, filters, **more)  # type: ignore[arg-type]


def save(owner: User, name: str, query: str = "", **more: object) -> SavedQuery:
    """The same, saved."""
    return saved.make(draft=draft(name, query, **more), by=owner, now=NOW)


def outdated(owner: User, name: str = "old", **params: list[str]) -> SavedQuery:
    """A query whose filters a release before this one knew."""
    found = save(owner, name)
    SavedQuery.objects.filter(pk=found.pk).update(params=params or {"colour": ["red"]})
    found.refresh_from_db()
    return found


def slow(filters: Filters, *fixed: Clause) -> Relation:
    """Sessions that take ten seconds to find, as in a store of another size."""
    sleep = Clause("SELECT 1 AS id FROM pg_sleep(10)")
    return Relation(sleep, sleep)
