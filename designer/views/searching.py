"""What the search box finds of policies."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from designer.queries import search as reads
from designer.queries.objects import KINDS, WORDS
from designer.views.found import VIEW
from web.finding import Choice


def find(text: str, user: Any) -> list[Choice]:
    """Rule sets, rules and objects with the text in their names."""
    if not user.has_perm(VIEW):
        return []
    sets = (
        Choice("rule set", one.name, reverse("policy_rule_set", args=[one.pk]))
        for one in reads.rule_sets(text)
    )
    rules = (
        Choice(
            "rule",
            f"{one.name}, {one.version.rule_set.name} version {one.version.number}",
            reverse("policy_review", args=[one.version_id]),
        )
        for one in reads.rules(text)
    )
    objects = (
        Choice(WORDS[KINDS[key]], one.name, reverse("policy_object", args=[key, one.pk]))
        for key, one in reads.objects(text)
    )
    return [*sets, *rules, *objects]
