"""Reads behind the settings and import pages: systems, saved paths, users, the audit log."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import QuerySet

from analyzer.models import AuditEntry, ImportPath, SystemSettings

AUDIT_ROWS = 100


def systems() -> QuerySet[SystemSettings]:
    """All systems with their stacks, by name."""
    return SystemSettings.objects.prefetch_related("stacks").order_by("sysplex", "system")


def system(pk: int) -> SystemSettings | None:
    return SystemSettings.objects.filter(pk=pk).first()


def saved_paths() -> list[ImportPath]:
    """The saved import list, by path."""
    return list(ImportPath.objects.select_related("added_by").order_by("path"))


def saved_path(pk: int) -> ImportPath | None:
    return ImportPath.objects.filter(pk=pk).first()


def users() -> QuerySet[User]:
    """All accounts with the names of their roles in `role_names`, by name."""
    accounts: QuerySet[User] = get_user_model().objects.order_by("username")
    return accounts.annotate(
        role_names=StringAgg("groups__name", delimiter=", ", ordering="groups__name")
    )


def user(pk: int) -> User | None:
    return User.objects.filter(pk=pk).first()


def audit(*, after: str = "") -> tuple[list[AuditEntry], str]:
    """One page of entries, the latest first, and the key of the next page (empty: the last one)."""
    entries = AuditEntry.objects.order_by("-id")
    if after.isascii() and after.isdigit():
        entries = entries.filter(id__lt=int(after))
    page = list(entries[: AUDIT_ROWS + 1])
    following = str(page[AUDIT_ROWS - 1].pk) if len(page) > AUDIT_ROWS else ""
    return page[:AUDIT_ROWS], following
