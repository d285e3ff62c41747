"""A rule set that is taken in says the same, and refers to objects that the shelf has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer import objects, shipped
from designer.content.resolving import Head, Shelf, resolve
from designer.content.rules import Content
from designer.content.taking import content_from
from designer.queries.contents import shelf
from policy.model import RuleSet
from tests.designer.conftest import NOW

TEMPLATES = list(shipped.load().templates.values())


def same(rule_set: RuleSet, content: Content, on_shelf: Shelf) -> bool:
    head = Head(rule_set.name, rule_set.protocol, rule_set.description)
    return resolve(head, content, on_shelf) == rule_set


@pytest.mark.django_db
def test_templates_are_made_of_shipped_objects() -> None:
    objects.take_shipped(now=NOW)
    on_shelf = shelf()
    for one in TEMPLATES:
        content = content_from(one.rule_set, on_shelf)
        assert same(one.rule_set, content, on_shelf)
        for rule in content.rules:
            assert (rule.inline_traffic, rule.inline_security, rule.inline_action) == (
                {},
                None,
                None,
            ), (one.name, rule.name)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_without_a_shelf_everything_stands_in_the_rule(template: shipped.Template) -> None:
    content = content_from(template.rule_set, Shelf())
    assert same(template.rule_set, content, Shelf())
    assert not any(one.security or one.traffic or one.action for one in content.rules)


@pytest.mark.django_db
def test_an_object_of_the_same_name_that_says_something_else_is_not_referred_to() -> None:
    objects.take_shipped(now=NOW)
    on_shelf = shelf()
    rule_set = TEMPLATES[0].rule_set
    last = rule_set.catch_all
    assert last is not None
    changed = replace(
        rule_set,
        catch_all=replace(last, action=replace(last.action, console=not last.action.console)),
    )
    content = content_from(changed, on_shelf)
    assert content.rules[-1].action == ""
    assert same(changed, content, on_shelf)
