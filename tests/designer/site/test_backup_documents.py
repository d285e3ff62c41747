"""Documents in a backup are read as policies: what is none is refused, with its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from designer import backup
from designer.models import Installation, RuleSet, Stack, Version
from tests.designer.conftest import NOW
from tests.designer.test_backup import SET, STACK, Tree, empty, version, whole

__all__ = ["whole"]
pytestmark = pytest.mark.django_db
INSTALLED = f"{STACK}/installations/0"


def installed(tree: Tree) -> Tree:
    found: Tree = tree["groups"][0]["systems"][0]["stacks"][0]["installations"][0]
    return found


def break_requirement(tree: Tree) -> None:
    installed(tree)["document"]["rule_sets"][0]["specific"][0]["requirement"] = {"version": ["?"]}


def take_away(tree: Tree) -> None:
    installed(tree)["document"] = {}


def change(tree: Tree) -> None:
    installed(tree)["document"]["rule_sets"][0]["catch_all"]["action"] = {"reset": True}


def break_frozen(tree: Tree) -> None:
    version(tree)["document"]["rule_sets"][0]["catch_all"]["action"] = {"shout": True}


@pytest.mark.parametrize(
    ("damage", "path", "why"),
    [
        (break_requirement, f"{INSTALLED}/document/rule_sets/0/specific/0/requirement", "?"),
        (take_away, f"{INSTALLED}/document", "'rule_sets' is a required property"),
        (change, INSTALLED, "its document is not what its policy file says"),
        (break_frozen, f"{SET}/versions/0/document/rule_sets/0/catch_all/action", "shout"),
    ],
)
def test_a_document_that_is_no_policy_is_refused_with_its_place(
    whole: Tree, anna: User, damage: Callable[[Tree], None], path: str, why: str
) -> None:
    empty()
    damage(whole)
    with pytest.raises(backup.RestoreError) as caught:
        backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert path in [where for where, _ in caught.value.faults]
    assert why in str(caught.value)
    for model in (RuleSet, Version, Stack, Installation):
        assert not model._default_manager.exists()


def test_a_file_in_a_dialect_that_is_gone_is_kept_unread(whole: Tree, anna: User) -> None:
    installed(whole)["dialect"] = "site-of-then"
    empty()
    backup.restore(tree=whole, is_approver=True, by=anna, now=NOW)
    assert Installation.objects.get().dialect == "site-of-then"
