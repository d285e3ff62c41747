"""Rules that met nothing, of both sides of a comparison."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from designer import versions
from designer.content.rules import Content, RuleContent
from designer.models import Version
from designer.versions import NewRuleSet
from policy.documents import part_to_tree
from policy.model import Kind, Traffic
from policy.values.names import NamePattern
from policy.vocabulary import Protocol
from tests.designer.conftest import NOW
from tests.runs.test_pages import author, done, started, taken, text

__all__ = ["author"]
pytestmark = pytest.mark.usefixtures("filled", "db")
NOBODY = Traffic(job=NamePattern("NOBODY"))


def test_both_sides_of_a_comparison_say_which_rules_met_nothing(
    author: Client, draft: Version, anna: User
) -> None:
    never, rest = part_to_tree(NOBODY), RuleContent("Rest", Kind.CATCH_ALL)
    made = [
        versions.make(
            head=NewRuleSet(name, Protocol.TLS, "", ""),
            by=anna,
            now=NOW,
            content=Content((RuleContent(f"Never {name}", inline_traffic=never), rest)),
        )
        for name in ("Mine", "Theirs")
    ]
    run = done(started(author, version_TLS=made[0].pk, against_TLS=made[1].pk))
    found = {(row["version"], row["rule"]) for row in taken(author, run, "unused")}
    assert found == {
        ("Mine version 1", "Never Mine"),
        ("Theirs version 1", "Never Theirs"),
    }
    assert "Of both sides" in text(author, "enforcement_run", run.pk)
    same = done(started(author, version_TLS=made[0].pk, against_TLS=made[0].pk))
    assert [row["rule"] for row in taken(author, same, "unused")] == ["Never Mine"]
