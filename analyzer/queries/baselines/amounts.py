"""How many: sessions, connections and servers, and the score that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Final

from analyzer.queries.baselines.judged import VERDICTS, Verdict

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Amount:
    """Of one verdict, or of one rule."""

    sessions: int = 0
    connections: int = 0
    servers: int = 0


NOTHING: Final = Amount()


@dataclass(frozen=True, slots=True)
class Tally:
    """Amounts by verdict.

    The score is the share of what holds in all that is covered: what cannot be judged does not
    hold. It is cut to a tenth, never rounded up, so that 100 means all; None where nothing is
    covered.
    """

    verdicts: Mapping[Verdict, Amount] = field(default_factory=dict)

    def of(self, verdict: Verdict) -> Amount:
        return self.verdicts.get(verdict, NOTHING)

    @property
    def sessions(self) -> int:
        """Covered sessions."""
        return sum(self.of(one).sessions for one in VERDICTS[1:])

    @property
    def connections(self) -> int:
        """Connections of covered sessions."""
        return sum(self.of(one).connections for one in VERDICTS[1:])

    @property
    def score(self) -> Decimal | None:
        """By connections, in percent."""
        return percent(self.of("holds").connections, self.connections)

    @property
    def score_by_sessions(self) -> Decimal | None:
        return percent(self.of("holds").sessions, self.sessions)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent, cut to a tenth; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(_TENTH, ROUND_DOWN)
