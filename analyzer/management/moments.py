"""Moments that commands are given."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.management.base import CommandError


def moment_of(text: str) -> datetime | None:
    """The moment of `--as-of`, UTC unless it says otherwise. Raises CommandError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"`{text}` is not a moment like 2026-10-05T08:30:00+00:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
