"""The effect as the review shows it: by action with a total, and the jobs that a reset cuts."""

from __future__ import annotations

import re

from django.template.loader import render_to_string

from designer.models import Version
from policy.model import Rule, RuleSet
from policy.vocabulary import Protocol
from tests.designer.effect.test_summary import GOOD, RESET, TLS11, TLS12, effect

SEEN = (("TN3270", 992, TLS11, 1000), ("CICS", 443, TLS11, 4), ("CICS", 443, TLS12, 50))


def tables(rule_set: RuleSet) -> dict[str, list[str]]:
    """The rows of each table by its caption, in plain words."""
    context = {"effect": effect(rule_set, *SEEN), "version": Version(pk=1)}
    page = render_to_string("designer/_effect.html", context)
    found = {}
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        (caption,) = re.findall(r"<caption[^>]*>(.*?)<", table)
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
        cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
        found[caption] = [" | ".join(re.sub(r"<[^>]*>|[\u202f ]", "", c) for c in r) for r in cells]
    return found


def test_sessions_and_connections_stand_by_action_with_a_total() -> None:
    found = tables(RuleSet("x", Protocol.TLS, GOOD, (), Rule("Rest", RESET)))
    assert found["Actions and what they would have come to"] == [
        "allowsilently | 1 | 50",
        "logtosyslogdatwarning,resettheconnection | 2 | 1004",
        "Total | 3 | 1054",
    ]
    assert found["Jobs that a reset would have cut"] == ["TN3270 | 1 | 1000", "CICS | 1 | 4"]


def test_what_meets_no_rule_is_in_the_sum_and_no_reset_has_no_table() -> None:
    found = tables(RuleSet("x", Protocol.TLS, GOOD))
    assert found["Actions and what they would have come to"] == [
        "allowsilently | 1 | 50",
        "norule,nothinghappens | 2 | 1004",
        "Total | 3 | 1054",
    ]
    assert "Jobs that a reset would have cut" not in found
