"""Failed sign-ins and locks, counted in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Max, Q

from analyzer.models import AuditEntry

SUCCESS: Final = "signin.success"
FAILED: Final = "signin.failed"
BLOCKED: Final = "signin.blocked"


def is_blocked(*, name: str, address: str, since: datetime) -> bool:
    """True when the name or the address was locked after `since`."""
    locks = AuditEntry.objects.filter(at__gt=since, action=BLOCKED)
    return locks.filter(Q(data__name=name) | Q(data__address=address)).exists()


def failures_of_name(name: str, *, since: datetime) -> int:
    """Failed sign-ins under a name after `since`, those before its last success left out."""
    entries = AuditEntry.objects.filter(at__gt=since, target=name)
    success = entries.filter(action=SUCCESS).aggregate(last=Max("at"))["last"]
    return entries.filter(action=FAILED, at__gt=success or since).count()


def failures_from(address: str, *, since: datetime) -> int:
    """Failed sign-ins from an address after `since`."""
    entries = AuditEntry.objects.filter(at__gt=since, action=FAILED)
    return entries.filter(data__address=address).count()
