"""Imports that an older decoder has read, and whether their dumps are still there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from analyzer.models import Import
from smf.reader import DECODER

_UNFINISHED = (Import.State.PENDING, Import.State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Outdated:
    """An import that an older decoder has read; `why` is empty when it can be read again."""

    imported: Import
    why: str


def outdated(decoder: int = DECODER, *, confined: bool = True) -> list[Outdated]:
    """All of them, the oldest first; unless the machine's operator asks, paths must be confined."""
    imports = list(_outdated(decoder))
    gone = {one.pk: _gone(one, confined=confined) for one in imports}
    lost = [one for one in imports if gone[one.pk]]
    return [Outdated(one, gone[one.pk] or _shared(one, lost)) for one in imports]


def renewable(decoder: int = DECODER, *, confined: bool = True) -> list[Import]:
    """Those that can be read again."""
    return [one.imported for one in outdated(decoder, confined=confined) if not one.why]


def _outdated(decoder: int) -> QuerySet[Import]:
    """Read by an older decoder, with records of theirs in the store or with rejects."""
    left = Q(added__gt=0) | Q(rejected__gt=0)
    found = Import.objects.filter(left, decoder__gte=1, decoder__lt=decoder, renewed_by=None)
    return found.exclude(state__in=_UNFINISHED).select_related("stored_file").order_by("pk")


def _gone(imported: Import, *, confined: bool) -> str:
    """Why the dump can't be read any more; empty when it can."""
    stored = imported.stored_file
    if stored is not None:
        path = Path(settings.UPLOADS) / stored.sha256
        if stored.dropped_at is not None or not path.exists():
            return "the stored copy was dropped"
        return ""
    try:
        size = Path(imported.path).stat().st_size
    except OSError:
        return "the file is not there any more"
    if confined and not any(
        Path(imported.path).resolve().is_relative_to(root) for root in settings.IMPORT_ROOTS
    ):
        return "it lies outside the import roots: `manage.py reimport` can read it"
    return "" if size == imported.size_bytes else "another file lies there now"


def _shared(imported: Import, lost: list[Import]) -> str:
    """Records that another dump brought first stay as the older decoder read them: read again by
    this one they would be others, and count twice.
    """
    if not imported.duplicate or imported.earliest is None or imported.latest is None:
        return ""
    for other in lost:
        if other.pk == imported.pk or other.earliest is None or other.latest is None:
            continue
        if other.earliest <= imported.latest and imported.earliest <= other.latest:
            return f"it shares records with {other.name}, which can't be read again"
    return ""
