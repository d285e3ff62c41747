"""A rule set that accepts exactly today's acceptable traffic, made from distinct sessions."""

from __future__ import annotations

from policy.proposal.boxes import CATCH_ALL
from policy.proposal.proposing import (
    ACCEPTABLE,
    ALSO_BAD,
    ALSO_TAKEN,
    Judged,
    LeftOut,
    Proposal,
    propose,
)

__all__ = [
    "ACCEPTABLE",
    "ALSO_BAD",
    "ALSO_TAKEN",
    "CATCH_ALL",
    "Judged",
    "LeftOut",
    "Proposal",
    "propose",
]
