"""Reads behind the settings and import pages: systems, saved paths, users, the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db.models import Q, QuerySet

from analyzer.models import AuditEntry, ImportPath, SystemSettings
from analyzer.queries import keyed
from analyzer.queries.pages import fetch, placed
from analyzer.queries.terms.term import Clause
from web.paging import PAGE_ROWS, Cut, Order, Page, SortKey, cut

AUDIT_ROWS: Final = 100
_LATEST: Final = Order("-id", (SortKey("id", "bigint"),))
_ID: Final = SortKey("id", "bigint")
_BY_PLACE: Final = Order("system", (SortKey("sysplex", "text"), SortKey("system", "text"), _ID))
_BY_PATH: Final = Order("path", (SortKey("path", "text"), _ID))
_BY_NAME: Final = Order("username", (SortKey("username", "text"), _ID))


def systems() -> QuerySet[SystemSettings]:
    """All systems with their stacks, by name."""
    return SystemSettings.objects.prefetch_related("stacks").order_by("sysplex", "system")


def systems_page(*, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of the ids of the systems, by name. Raises PageKeyError."""
    return keyed.page_of(systems(), _BY_PLACE, after=after, limit=limit)


def system(pk: int) -> SystemSettings | None:
    return SystemSettings.objects.filter(pk=pk).first()


def time_zones() -> list[str]:
    """Zones that Python and the database both know: reports convert times in the database."""
    found = fetch(Clause("SELECT name FROM pg_timezone_names"))
    return sorted(available_timezones() & {row["name"] for row in found})


def saved_paths() -> QuerySet[ImportPath]:
    """The saved import list, by path."""
    return ImportPath.objects.select_related("added_by").order_by("path")


def saved_paths_page(*, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of the ids of the saved import list, by path. Raises PageKeyError."""
    return keyed.page_of(saved_paths(), _BY_PATH, after=after, limit=limit)


def saved_path(pk: int) -> ImportPath | None:
    return ImportPath.objects.filter(pk=pk).first()


def users() -> QuerySet[User]:
    """All accounts with their roles, by name: `role_names` in one text, `held` as a list."""
    accounts: QuerySet[User] = get_user_model().objects.order_by("username")
    named = Q(groups__name__isnull=False)
    return accounts.annotate(
        role_names=StringAgg("groups__name", delimiter=", ", order_by="groups__name"),
        held=ArrayAgg("groups__name", filter=named, default=[]),
    )


def further_roles(but: Iterable[str]) -> list[str]:
    """The roles that an account can have beside its own, by name."""
    found = Group.objects.exclude(name__in=[*but]).order_by("name")
    return list(found.values_list("name", flat=True))


def users_page(*, after: str | None = None, limit: int = PAGE_ROWS) -> Page:
    """One page of the ids of the accounts, by name. Raises PageKeyError."""
    return keyed.page_of(User.objects.all(), _BY_NAME, after=after, limit=limit)


def user(pk: int) -> User | None:
    """An account with its roles."""
    return users().filter(pk=pk).first()


def switched_off_user(name: str) -> User | None:
    """The account of a name when it is switched off."""
    return User.objects.filter(username=name, is_active=False).first()


def audit(*, after: str = "") -> Cut[AuditEntry]:
    """One page of entries, the latest first. Raises PageKeyError."""
    place = _LATEST.place(after)
    found = placed(AuditEntry.objects.all(), place, _LATEST)[: AUDIT_ROWS + 1]
    return cut(list(found), place, order=_LATEST, limit=AUDIT_ROWS, key=lambda one: [one.pk])
