"""What two people say of one rule: each of their ways together, or a conflict to decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.content.errors import Sides
from designer.content.merging import merge
from designer.content.resolving import Head, Shelf
from designer.content.rules import Content, RuleContent
from designer.content.spoken import Speaker
from policy.model import Kind
from policy.vocabulary import Protocol
from tests.designer.conftest import ARTICLE

TN3270 = ARTICLE.rules[1]


def of_rule(content: Content, name: str = "TN3270") -> RuleContent:
    rule = content.rule(name)
    assert rule is not None
    return rule


@pytest.mark.parametrize(
    ("key", "theirs", "mine"),
    [
        (
            "TN3270/security",
            replace(TN3270, security="", inline_security={"version": ["TLSv1.0"]}),
            replace(TN3270, security="TLS 1.2 or later"),
        ),
        (
            "TN3270/action",
            replace(TN3270, action="Audit"),
            replace(TN3270, action="", inline_action={"reset": True, "console": True}),
        ),
        (
            "TN3270/traffic",
            replace(TN3270, traffic="", inline_traffic={"job": "TN*"}),
            replace(TN3270, local="Branch"),
        ),
    ],
)
def test_a_part_by_name_and_inline_is_one_conflict(
    key: str, theirs: RuleContent, mine: RuleContent
) -> None:
    sides = (ARTICLE, ARTICLE.put(theirs), ARTICLE.put(mine))
    assert [one.key for one in merge(*sides).conflicts] == [key]
    assert of_rule(merge(*sides, {key: "mine"}).content) == mine
    assert of_rule(merge(*sides, {key: "theirs"}).content) == theirs
    assert of_rule(merge(sides[0], sides[2], sides[1], {key: "mine"}).content) == theirs


def test_a_part_by_name_and_inline_is_said_in_words() -> None:
    theirs = replace(TN3270, security="", inline_security={"version": ["TLSv1.0"]})
    mine = replace(TN3270, security="TLS 1.2 or later")
    sides = Sides(ARTICLE, ARTICLE.put(theirs), ARTICLE.put(mine), 2, "BERT")
    (conflict,) = merge(sides.base, sides.theirs, sides.mine).conflicts
    said = Speaker(Head("Site TLS", Protocol.TLS), Shelf(), sides).conflict(conflict)
    assert said.title == "The rule TN3270: protection"
    assert (said.base.value, said.theirs.value, said.mine.value) == (
        "TLS 1.1",
        "TLS 1.0",
        "TLS 1.2 or later",
    )


def test_conditions_by_name_of_both_are_kept() -> None:
    theirs, mine = replace(TN3270, local="Branch"), replace(TN3270, remote="Home")
    found = merge(ARTICLE, ARTICLE.put(theirs), ARTICLE.put(mine))
    assert found.is_clean
    assert of_rule(found.content) == replace(TN3270, local="Branch", remote="Home")


def test_a_second_rule_of_a_kind_that_has_one_is_a_conflict() -> None:
    base = ARTICLE.without("Rest")
    theirs, mine = (RuleContent(name, Kind.CATCH_ALL, action="Audit") for name in ("B", "A"))
    sides = (base, base.put(theirs), base.put(mine))
    assert [one.key for one in merge(*sides).conflicts] == ["B/"]
    assert merge(*sides, {"B/": "mine"}).content == base.put(mine)
    assert merge(*sides, {"B/": "theirs"}).content == base.put(theirs)


def test_the_general_rule_is_one_whatever_it_is_called() -> None:
    good = ARTICLE.rules[0]
    theirs = ARTICLE.put(replace(good, name="Better"), "Good")
    mine = ARTICLE.put(replace(good, owner="me"))
    both = replace(good, name="Better", owner="me")
    assert merge(ARTICLE, theirs, mine).content == ARTICLE.put(both, "Good")
    assert merge(ARTICLE, mine, theirs).content == ARTICLE.put(both, "Good")
    best = ARTICLE.put(replace(good, name="Best"), "Good")
    assert [one.key for one in merge(ARTICLE, theirs, best).conflicts] == ["Better/name"]
    assert merge(ARTICLE, theirs, best, {"Better/name": "mine"}).content == best
    gone = ARTICLE.without("Good")
    assert [one.key for one in merge(ARTICLE, theirs, gone).conflicts] == ["Better/"]
    assert merge(ARTICLE, theirs, gone, {"Better/": "mine"}).content == gone
