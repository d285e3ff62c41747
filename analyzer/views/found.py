"""What an address names, or status 404."""

from __future__ import annotations

from django.http import Http404

from analyzer.models import Import
from analyzer.queries import imports as reads


def get_import_or_404(pk: int) -> Import:
    try:
        return reads.get(pk)
    except Import.DoesNotExist as missing:
        raise Http404 from missing


def short_name(imported: Import) -> str:
    """The last part of a path, for headings; the whole one stands among the facts."""
    return imported.name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or imported.name
