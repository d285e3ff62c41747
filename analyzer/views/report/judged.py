"""What the baselines say of one session: a line each, with the rules that it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from analyzer.baselines.profile import Rule
from analyzer.queries.baselines.sessions import Judgement, judge_protection
from analyzer.tables.baselines import CONFIDENCES
from analyzer.views.report.scope import Scope

_VERDICTS: Final = {
    "breaks": "breaks it",
    "not-judged": "cannot be judged",
    "holds": "holds to it",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One baseline; `broken` are the rules with how sure their clauses are."""

    name: str
    href: str
    words: str
    broken: Sequence[tuple[Rule, str]]


def judgements(scope: Scope, protection_id: int) -> list[Said]:
    return [_said(scope, found) for found in judge_protection(protection_id)]


def _said(scope: Scope, found: Judgement) -> Said:
    words = _VERDICTS[found.verdict]
    if found.not_judged:
        rules = ", ".join(rule.title for rule in found.not_judged)
        words += f"; not judged: {rules}"
    return Said(
        found.profile.name,
        scope.beside(reverse("report_baseline", args=[found.profile.key])),
        words,
        [(rule, CONFIDENCES[rule.confidence]) for rule in found.broken],
    )
