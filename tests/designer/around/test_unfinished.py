"""What is not worked out to the end is said on every page, through the API and by the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from designer import drafts, installing, versions
from designer.content.resolving import Shelf
from designer.content.rules import Content
from designer.content.taking import content_from
from designer.models import Stack, Version
from designer.versions import NewRuleSet
from policy.documents import to_json
from policy.model import Policy
from policy.vocabulary import Protocol
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release
from tests.policy.samples import overlapping

pytestmark = pytest.mark.django_db
SAID = "not worked out to the end"
SAME = ("same to every connection", "same happens to every connection", "both mean the same")


@pytest.fixture
def page(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def content(shift: int) -> Content:
    return content_from(overlapping(120, shift), Shelf())


@pytest.fixture
def two(anna: User, release: Release) -> tuple[Version, Version]:
    """Two rule sets, both published, too different to be compared."""
    made = []
    for shift in (0, 1):
        head = NewRuleSet(f"Set {shift}", Protocol.TLS)
        version = versions.make(head=head, by=anna, now=NOW, content=content(shift))
        made.append(release(version))
    return made[0], made[1]


def test_pages_and_the_api_say_that_a_difference_is_not_all(
    two: tuple[Version, Version], stack: Stack, page: Client, anna: User, bert: User
) -> None:
    older, newer = two
    installing.assign(version=older, stacks=[stack], by=bert, now=NOW)
    draft = versions.open_draft(version=older, by=anna, now=NOW)
    drafts.save(version=draft, revision=1, content=content(1), by=anna, now=NOW)
    for address in (
        reverse("policy_assign", args=[stack.pk]) + f"?version={newer.pk}",
        reverse("policy_place", args=[newer.pk]),
        reverse("policy_rule_set", args=[older.rule_set_id]),
    ):
        text = page.get(address).content.decode()
        assert SAID in text, address
        assert not any(one in text for one in SAME), address
    found = with_token(anna).get(reverse("api_policy_diff", args=[older.pk, newer.pk])).json()
    assert (found["compared"], found["same_meaning"]) == (False, False)


def test_the_command_says_so_and_does_not_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / f"{shift}.json") for shift in (0, 1)]
    for shift, name in enumerate(files):
        Path(name).write_text(to_json(Policy((overlapping(120, shift),))))
    with pytest.raises(SystemExit) as end:
        call_command("policy", "diff", "--exit-code", *files)
    assert end.value.code == 1
    text = capsys.readouterr().out
    assert SAID in text
    assert not any(one in text for one in SAME)
    call_command("policy", "diff", "--json", *files)
    tree = json.loads(capsys.readouterr().out)
    assert (tree["compared"], tree["same_meaning"], tree["exit_code"]) == (False, False, 0)
