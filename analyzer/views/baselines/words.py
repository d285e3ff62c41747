"""Scores, confidences and severities in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from analyzer.baselines.profile import SEVERITIES, Profile
from analyzer.models import Protection
from web.templatetags.figures import DASH, THIN

ASTERISK: Final = (
    "The score is the share of connections in sessions that break no rule that decides, of all that"
    " the baseline covers. What cannot be judged does not hold, and is shown beside."
)


def score_words(score: Decimal | None) -> str:
    """A score as a figure; a dash where nothing is covered."""
    return DASH if score is None else f"{score}{THIN}%"


def severity_words(severity: str) -> str:
    return SEVERITIES[severity]


def covers_words(profile: Profile) -> str:
    """The protocols that a profile speaks of."""
    names = {str(value): str(words) for value, words in Protection.Protocol.choices}
    return ", ".join(names[one].lower() if one == "NONE" else names[one] for one in profile.covers)


def version_words(profile: Profile) -> str:
    return "delivered" if profile.built_in else f"own, version {profile.version}"
