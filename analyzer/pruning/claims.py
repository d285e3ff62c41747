"""Who works on a prune: a job like others, which counts what it removes as it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import F

from analyzer.ingest.jobs import Claims
from analyzer.models import Prune


class PruneClaims(Claims[Prune]):
    """A day of a large site can take minutes; `attempts` begin anew with each day."""

    MAX_ATTEMPTS = 10
    STALE_AFTER_S = 900

    def add(self, prune: Prune, *, now: datetime, **counts: int) -> None:
        """Let counts grow, with a sign of life; raises NotOursError when the claim is gone."""
        grown = {name: F(name) + number for name, number in counts.items() if number}
        self.advance(prune, now=now, attempts=1, **grown)

    def complete(self, prune: Prune, *, now: datetime) -> None:
        """Finish a prune of ours; raises NotOursError."""
        self.advance(prune, now=now, state=Prune.State.COMPLETE, finished_at=now, error="")


CLAIMS: Final = PruneClaims(Prune)
