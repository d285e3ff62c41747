"""Imports of an older decoder read again (docs/adr/0009-reading-again.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from analyzer import audit
from analyzer.ingest import intake
from analyzer.ingest.errors import IntakeError
from analyzer.models import Import
from analyzer.pruning import submit
from analyzer.queries.data.renewals import outdated


@dataclass(slots=True)
class Renewed:
    """The imports that were made, and why others could not be."""

    taken: list[Import] = field(default_factory=list)
    refused: list[tuple[Import, str]] = field(default_factory=list)


@transaction.atomic
def renew_all(
    *, by: audit.Actor, now: datetime, detach: bool = True, confined: bool = True
) -> Renewed:
    """Read again whatever an older decoder has read and is still there."""
    found = Renewed()
    for one in outdated(confined=confined):
        why = one.why
        if not why:
            try:
                found.taken.append(
                    intake.renew(
                        imported=one.imported, by=by, now=now, detach=detach, confined=confined
                    )
                )
            except (IntakeError, OSError) as error:
                why = str(error)
        if why:
            found.refused.append((one.imported, why))
    return found


def finish(*, import_id: int, now: datetime) -> None:
    """Sessions that only the older decoder has seen are referred to by nothing any more."""
    ended = Import.objects.filter(pk=import_id, state=Import.State.COMPLETE, renews__isnull=False)
    if ended.exists():
        submit.submit_leftovers(by=None, now=now)
