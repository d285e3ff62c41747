"""Profiles, their findings and their days as plain values, for JSON and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from analyzer.baselines.profile import Profile, Rule
from analyzer.queries.baselines.amounts import Tally
from analyzer.queries.baselines.findings import Finding, Findings
from analyzer.queries.baselines.judged import VERDICTS


def profile_values(profile: Profile) -> dict[str, Any]:
    """What a profile is, without its rules."""
    return {
        "key": profile.key,
        "name": profile.name,
        "document": profile.document,
        "about": profile.about,
        "covers": list(profile.covers),
        "built_in": profile.built_in,
        "version": profile.version,
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """One rule with what was found, under the keys of the table of findings."""
    rule, broken, unknown = finding.rule, finding.broken, finding.not_judged
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "scored": "yes" if rule.scored else "no",
        "clause": rule.clause,
        "confidence": rule.confidence,
        "sessions": broken.sessions,
        "connections": broken.connections,
        "servers": broken.servers,
        "not_judged_sessions": unknown.sessions,
        "not_judged_connections": unknown.connections,
        "not_judged_servers": unknown.servers,
    }


def tally_values(tally: Tally) -> dict[str, Any]:
    """The score, and what stands behind it."""
    amounts = {
        verdict.replace("-", "_"): {
            "sessions": tally.of(verdict).sessions,
            "connections": tally.of(verdict).connections,
        }
        for verdict in VERDICTS
    }
    return {
        "score": _number(tally.score),
        "score_by_sessions": _number(tally.score_by_sessions),
        **amounts,
    }


def day_values(days: Sequence[tuple[date, Tally]]) -> list[dict[str, Any]]:
    return [{"day": day.isoformat(), **tally_values(tally)} for day, tally in days]


def answer_values(profile: Profile, found: Findings) -> dict[str, Any]:
    """A profile with all that it finds; `unjudged` are rules that no record can tell."""
    return {
        **profile_values(profile),
        **tally_values(found.tally),
        "findings": [{**finding_values(one), "reason": one.rule.reason} for one in found.findings],
        "unjudged": [_unjudged(rule) for rule in profile.rules if rule.severity == "unjudged"],
    }


def _unjudged(rule: Rule) -> dict[str, str]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "clause": rule.clause,
        "confidence": rule.confidence,
        "reason": rule.reason,
    }


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)
