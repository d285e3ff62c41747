"""What an address names, or status 404."""

from __future__ import annotations

from django.http import Http404

from analyzer.models import Import, SecuritySession, Server
from analyzer.queries import report, sessions
from analyzer.queries.data import imports


def get_import_or_404(pk: int) -> Import:
    try:
        return imports.get(pk)
    except Import.DoesNotExist as missing:
        raise Http404 from missing


def get_server_or_404(pk: int) -> Server:
    found = report.server(pk)
    if found is None:
        raise Http404
    return found


def get_session_or_404(pk: int) -> SecuritySession:
    found = sessions.get(pk)
    if found is None:
        raise Http404
    return found


def short_name(imported: Import) -> str:
    """The last part of a path, for headings; the whole one stands among the facts."""
    return last_part(imported.name)


def last_part(name: str) -> str:
    """The file's own name, of a path in either notation."""
    return name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or name
