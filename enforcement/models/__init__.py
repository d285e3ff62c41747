"""Enforcement's store: runs over history and what they found, interval records, live feeds."""

from enforcement.models.found import (
    HistoryAct,
    HistoryChange,
    HistoryFall,
    HistoryHit,
    HistoryMessage,
    HistoryRule,
)
from enforcement.models.histories import HistoryRun, HistoryState
from enforcement.models.intervals import Making
from enforcement.models.live import (
    Feed,
    FeedReject,
    HookBatch,
    LiveMessage,
    Post,
    Progress,
    RuleSlot,
)
from enforcement.models.runs import Run
from enforcement.models.verdicts import UnmetRule, Verdict

__all__ = [
    "Feed",
    "FeedReject",
    "HistoryAct",
    "HistoryChange",
    "HistoryFall",
    "HistoryHit",
    "HistoryMessage",
    "HistoryRule",
    "HistoryRun",
    "HistoryState",
    "HookBatch",
    "LiveMessage",
    "Making",
    "Post",
    "Progress",
    "RuleSlot",
    "Run",
    "UnmetRule",
    "Verdict",
]
