"""The audit log: one entry per write and per export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from analyzer.models import AuditEntry

Actor = AbstractBaseUser | AnonymousUser | None
COMMAND_LINE = "(command line)"
STRANGER = "(not signed in)"


def record(
    *, by: Actor, action: str, target: str, now: datetime, data: Mapping[str, object] | None = None
) -> AuditEntry:
    """Write down who did what; no user means the machine's operator."""
    known = by if by is not None and by.is_authenticated else None
    return AuditEntry.objects.create(
        at=now,
        user_id=known.pk if known else None,
        user_name=known.get_username() if known else COMMAND_LINE if by is None else STRANGER,
        action=action,
        target=target[:1024],
        data=dict(data or {}),
    )
