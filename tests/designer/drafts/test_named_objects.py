"""An object that goes while a rule that names it is saved: the rule never loses its condition."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from designer import drafts, objects, rows, versions
from designer.content.errors import ContentError, InUseError
from designer.content.merging import Decided
from designer.content.rules import RuleContent
from designer.models import ActionDescriptor, AddressGroup, Rule, Version
from designer.objects import Said
from designer.queries.contents import content_of
from designer.versions import NewRuleSet
from policy.vocabulary import Protocol
from tests.designer.conftest import ARTICLE, NOW

pytestmark = pytest.mark.django_db(transaction=True)
TERMINALS = RuleContent("Terminals", traffic="TN3270", security="TLS 1.1", action="Allow")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def in_thread(do: Callable[[], object]) -> object:
    try:
        return do()
    finally:
        connection.close()


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not done():
        assert time.monotonic() < until
        time.sleep(0.005)


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def while_saved(save: Callable[[], object], do: Callable[[], object]) -> Future[object]:
    """Return how `do` ended, begun while `save` knew its objects and waited for a rule's row."""
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Rule.objects.select_for_update().get(name="TN3270")
            saved = pool.submit(in_thread, save)
            wait_until(lambda: waiting() == 1)
            done = pool.submit(in_thread, do)
            wait_until(lambda: done.done() or waiting() == 2)
        saved.result(30)
        done.exception(30)
    return done


@pytest.fixture
def branch(roles: dict[str, Group], anna: User) -> AddressGroup:
    said = Said("Branch", {"members": ["10.1.0.0/16"]})
    made = objects.make(kind=AddressGroup, said=said, by=anna, now=NOW)
    assert isinstance(made, AddressGroup)
    return made


def test_an_object_is_not_deleted_while_a_rule_that_names_it_is_saved(
    draft: Version, branch: AddressGroup, anna: User, bert: User
) -> None:
    renamed = replace(TERMINALS, traffic="", local="Branch")
    done = while_saved(
        lambda: drafts.put_rule(
            version=draft, revision=1, rule=renamed, was="TN3270", by=anna, now=NOW
        ),
        lambda: objects.delete(one=branch, by=bert, now=NOW),
    )
    assert content_of(draft).rule("Terminals") == renamed
    with pytest.raises(InUseError, match="`Branch` is used by Site TLS version 1"):
        done.result()


def test_a_rule_keeps_the_action_that_is_renamed_while_it_is_saved(
    draft: Version, anna: User, bert: User
) -> None:
    said = Said("Reset it", {"reset": True, "console": True})
    one = objects.make(kind=ActionDescriptor, said=said, by=anna, now=NOW)
    renamed = replace(TERMINALS, action="Reset it")
    done = while_saved(
        lambda: drafts.put_rule(
            version=draft, revision=1, rule=renamed, was="TN3270", by=anna, now=NOW
        ),
        lambda: objects.change(
            one=one, revision=1, said=replace(said, name="Reset all"), by=bert, now=NOW
        ),
    )
    done.result()
    assert content_of(draft).rule("Terminals") == replace(renamed, action="Reset all")


@pytest.mark.parametrize("verb", ["save", "merge", "make"])
def test_a_rule_set_that_names_what_somebody_deletes_waits_and_is_refused(
    verb: str, draft: Version, branch: AddressGroup, anna: User, bert: User
) -> None:
    content = ARTICLE.put(replace(TERMINALS, local="Branch"))
    given = {"version": draft, "revision": 1, "content": content, "by": anna, "now": NOW}
    verbs = {
        "save": lambda: drafts.save(**given),
        "merge": lambda: drafts.merge(decided=Decided(seen=1), **given),
        "make": lambda: versions.make(
            head=NewRuleSet("Other", Protocol.TLS), content=content, by=anna, now=NOW
        ),
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            objects.delete(one=branch, by=bert, now=NOW)
            saved = pool.submit(in_thread, verbs[verb])
            wait_until(lambda: waiting() == 1)
        with pytest.raises(ContentError, match="Terminals / local: there is no `Branch`"):
            saved.result(30)
    assert content_of(draft) == ARTICLE


def test_rows_are_not_written_without_the_object_that_a_rule_names(draft: Version) -> None:
    content = ARTICLE.put(replace(TERMINALS, local="Nowhere"))
    with pytest.raises(ContentError, match="Terminals / local: there is no `Nowhere`"):
        rows.write_rows(draft, content)
