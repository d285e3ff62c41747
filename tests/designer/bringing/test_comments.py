"""Lines that people wrote into a policy file: brought in, shown, changed, published, written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import drafts
from designer.bringing import FoundRuleSet, plan, read_text
from designer.content.backup_schema import faults
from designer.content.errors import ContentError, StaleDraftError
from designer.content.merging import Decided
from designer.content.rules import Content
from designer.content.spoken import Speaker
from designer.models import Version
from designer.queries.backup import everything
from designer.queries.contents import content_of, head_of, shelf
from policy import parser
from tests.designer.bringing.test_bringing_in import brought
from tests.designer.conftest import NOW, Release
from tests.policy.samples import DATA

pytestmark = pytest.mark.django_db
ABOVE = ("Site policy", "Kept by the net team")
FILE = (
    (DATA / "article.policy")
    .read_text()
    .replace("#@ rule-set", "# Site policy\n# Kept by the net team\n#@ rule-set")
    .replace("  Priority                        89900", "  # for old clients\n  Priority 89900")
)
LINES = {"TLS 1.2 or later": ("Ask the help desk",), "TN3270": ("for old clients",), "Rest": ()}


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def made(anna: User) -> Version:
    return brought(read_text(FILE), anna)[0]


def lines(text: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    (found,) = parser.parse(text).policy.rule_sets
    return found.comments, {rule.name: rule.comments for rule in found.rules()}


def download(client: Client, version: Version) -> str:
    return client.get(reverse("policy_download", args=[version.pk])).content.decode()


def test_a_file_is_brought_in_published_and_has_the_same_lines(
    author: Client, anna: User, made: Version, release: Release
) -> None:
    assert lines(FILE) == (ABOVE, LINES)
    release(made)
    assert lines(download(author, made)) == (ABOVE, LINES)
    assert not plan(read_text(FILE), by=anna, day=NOW.date()).has_news
    changed = plan(read_text(FILE.replace("Site policy", "Ours")), by=anna, day=NOW.date())
    (one,) = changed.rule_sets
    assert isinstance(one.found, FoundRuleSet)
    assert [str(edit) for edit in one.found.difference.edits] == [
        "TLS: what stands above the rules changed (comments)"
    ]


def test_pages_show_the_lines_and_a_form_keeps_and_changes_them(
    author: Client, made: Version
) -> None:
    for name, key in (("review", made.pk), ("rules", made.pk), ("rule_set", made.rule_set_id)):
        page = author.get(reverse(f"policy_{name}", args=[key])).content.decode()
        assert "# for old clients" in page
        assert ("# Kept by the net team" in page) is (name != "rules")
    address = f"{reverse('policy_rule', args=[made.pk])}?name=TN3270"
    assert "for old clients</textarea>" in author.get(address).content.decode()
    given = {"name": "TN3270", "action": "Allow", "revision": made.revision}
    typed = "# for old clients\r\n\r\n  until they are gone "
    assert author.post(address, {**given, "comments": typed}).status_code == 302
    rule = content_of(made).rule("TN3270")
    assert rule
    assert rule.comments == ("for old clients", "until they are gone")
    made.refresh_from_db()
    same = {
        **given,
        "revision": made.revision,
        "comments": "for old clients\r\nuntil they are gone",
    }
    author.post(address, {**same, "go": "start"})
    wrong = author.post(address, {**same, "comments": f"x\n{'y' * 501}"})
    assert wrong.status_code == 422
    assert "Line 2 is longer than 500 characters." in wrong.content.decode()


def test_the_next_version_and_a_copy_begin_with_the_lines(
    author: Client, made: Version, release: Release
) -> None:
    release(made)
    author.post(reverse("policy_open_draft", args=[made.pk]))
    following = made.rule_set.versions.get(state="draft")
    assert content_of(following).comments == ABOVE
    tree = everything(NOW)
    assert not [*faults(tree)]
    assert Content.of(tree["rule_sets"][0]["versions"][0]) == content_of(made)


def test_a_line_that_no_file_can_have_is_a_fault(anna: User, made: Version) -> None:
    content = content_of(made)
    rules = (replace(content.rules[0], comments=("@name",)), *content.rules[1:])
    wrong = Content(rules, content.tests, ("",))
    with pytest.raises(ContentError) as caught:
        drafts.save(version=made, revision=made.revision, content=wrong, by=anna, now=NOW)
    places = [(where, part) for where, part, _ in caught.value.faults]
    assert places == [("", "comments"), (rules[0].name, "comments")]
    many = replace(content, comments=("x",) * 5_001)
    with pytest.raises(ContentError, match="at most 5000 are taken"):
        drafts.save(version=made, revision=made.revision, content=many, by=anna, now=NOW)


def test_two_people_who_write_other_lines_decide_in_words(
    anna: User, bert: User, made: Version
) -> None:
    content, revision = content_of(made), made.revision
    drafts.save(
        version=made,
        revision=revision,
        content=replace(content, comments=("Theirs",)),
        by=bert,
        now=NOW,
    )
    mine = replace(content, comments=("Mine", "too"))
    with pytest.raises(StaleDraftError) as caught:
        drafts.save(version=made, revision=revision, content=mine, by=anna, now=NOW)
    error = caught.value
    speaker = Speaker(head_of(made.rule_set), shelf(), error.sides)
    (conflict,) = [speaker.conflict(one) for one in error.merged.conflicts]
    assert (conflict.key, conflict.title) == ("comments", "Comments above the rules")
    assert (conflict.base.value, conflict.theirs.value, conflict.mine.value) == (
        "Site policy / Kept by the net team",
        "Theirs",
        "Mine / too",
    )
    drafts.merge(
        version=made,
        revision=revision,
        content=mine,
        decided=Decided(revision + 1, {"comments": "mine"}),
        by=anna,
        now=NOW,
    )
    assert content_of(made).comments == ("Mine", "too")
