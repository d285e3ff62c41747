"""Reads behind the settings and import pages: systems, saved paths, users, the audit log."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import QuerySet

from analyzer.models import AuditEntry, ImportPath, SystemSettings
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from web.paging import Order, SortKey, pack, unpack

AUDIT_ROWS: Final = 100
_LATEST: Final = Order("-id", (SortKey("id", "bigint"),))


def systems() -> QuerySet[SystemSettings]:
    """All systems with their stacks, by name."""
    return SystemSettings.objects.prefetch_related("stacks").order_by("sysplex", "system")


def system(pk: int) -> SystemSettings | None:
    return SystemSettings.objects.filter(pk=pk).first()


def time_zones() -> list[str]:
    """Zones that Python and the database both know: reports convert times in the database."""
    found = fetch(Clause("SELECT name FROM pg_timezone_names"))
    return sorted(available_timezones() & {row["name"] for row in found})


def saved_paths() -> list[ImportPath]:
    """The saved import list, by path."""
    return list(ImportPath.objects.select_related("added_by").order_by("path"))


def saved_path(pk: int) -> ImportPath | None:
    return ImportPath.objects.filter(pk=pk).first()


def users() -> QuerySet[User]:
    """All accounts with the names of their roles in `role_names`, by name."""
    accounts: QuerySet[User] = get_user_model().objects.order_by("username")
    return accounts.annotate(
        role_names=StringAgg("groups__name", delimiter=", ", order_by="groups__name")
    )


def user(pk: int) -> User | None:
    return User.objects.filter(pk=pk).first()


def switched_off_user(name: str) -> User | None:
    """The account of a name when it is switched off."""
    return User.objects.filter(username=name, is_active=False).first()


def audit(*, after: str = "") -> tuple[list[AuditEntry], str]:
    """One page of entries, the latest first, and the key of the next page (empty: the last one).

    Raises PageKeyError.
    """
    entries = AuditEntry.objects.order_by("-id")
    if after:
        entries = entries.filter(id__lt=unpack(after, _LATEST)[0])
    page = list(entries[: AUDIT_ROWS + 1])
    more = len(page) > AUDIT_ROWS
    following = pack(_LATEST, [page[AUDIT_ROWS - 1].pk]) if more else ""
    return page[:AUDIT_ROWS], following
