"""Who works on an exact run, and what people do with it."""

from __future__ import annotations

from typing import Final

from analyzer.ingest.jobs import Claims
from enforcement.models import (
    HistoryAct,
    HistoryChange,
    HistoryFall,
    HistoryHit,
    HistoryMessage,
    HistoryRule,
    HistoryRun,
    HistoryState,
)
from enforcement.runs.handling import Handling

claims: Final = Claims(HistoryRun)
handling: Final = Handling(
    claims,
    model=HistoryRun,
    name="history",
    found=(HistoryAct, HistoryMessage, HistoryChange, HistoryHit, HistoryFall, HistoryRule),
    memory=HistoryState,
)
