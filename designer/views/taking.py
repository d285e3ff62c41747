"""A policy file as a download; that somebody took it is written down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from designer import installing
from designer.content.encoding import Encoded


def taken_away(request: HttpRequest, found: Encoded, *, target: str, stem: str) -> HttpResponse:
    """Return the download and leave an entry."""
    user: Any = request.user
    now = timezone.now()
    installing.note_fetch(target=target, file=found, by=user, now=now)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.named(stem)}"',
        "ETag": f'"{found.digest}"',
    }
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)
