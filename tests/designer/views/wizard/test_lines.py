"""Lines above all rules are edited on the step of the specific rules, and written to the file."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import approval, drafts, rulesets
from designer.models import Version
from designer.queries.contents import content_of
from policy.code_page import CodePage
from tests.analyzer.views.page import said
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def save(client: Client, draft: Version, text: str, revision: int | None = None) -> int:
    address = reverse("policy_lines", args=[draft.pk])
    given = {"comments": text, "revision": revision or draft.revision}
    return client.post(address, given).status_code


def test_lines_are_edited_where_the_rules_stand(author: Client, draft: Version) -> None:
    before = AuditEntry.objects.count()
    assert save(author, draft, "# Ask the help desk\r\n\r\nBefore any change") == 302
    draft.refresh_from_db()
    assert content_of(draft).comments == ("Ask the help desk", "Before any change")
    assert AuditEntry.objects.count() == before + 1
    page = author.get(reverse("policy_rules", args=[draft.pk]))
    assert page.context["above"]["comments"].value() == "Ask the help desk\nBefore any change"
    file = rulesets.version_file(draft, CodePage.UTF_8).data.decode()
    assert "# Ask the help desk\n" in file
    assert file.index("# Before any change") < file.index("ZERTRule")


def test_what_is_no_line_is_said_and_kept(author: Client, draft: Version) -> None:
    address = reverse("policy_lines", args=[draft.pk])
    answer = author.post(address, {"comments": "x" * 501, "revision": draft.revision})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Line 1 is longer than 500 characters" in text
    assert "x" * 501 in text
    draft.refresh_from_db()
    assert content_of(draft).comments == ()


def test_lines_of_somebody_else_are_not_overwritten(author: Client, draft: Version) -> None:
    first = draft.revision
    assert save(author, draft, "Mine") == 302
    assert save(author, draft, "Other", first) == 409
    draft.refresh_from_db()
    assert content_of(draft).comments == ("Mine",)


def test_a_version_that_is_no_draft_keeps_its_lines(
    author: Client, draft: Version, anna: User
) -> None:
    approval.submit(version=draft, revision=draft.revision, comment="x", by=anna, now=NOW)
    assert save(author, draft, "Late") == 302
    assert content_of(draft).comments == ()


def checked(client: Client, draft: Version, text: str, revision: int) -> str:
    given = {"comments": text, "touched": "comments", "revision": revision}
    return said(client.post(reverse("policy_lines_check", args=[draft.pk]), given))


def test_lines_are_checked_while_they_are_typed(author: Client, draft: Version, bert: User) -> None:
    before = draft.revision
    assert "2 lines stand above the first rule" in checked(author, draft, "a\r\n\r\nb", before)
    assert "1 line stands above" in checked(author, draft, "a", before)
    assert "Nothing stands above the rules" in checked(author, draft, " ", before)
    page = checked(author, draft, "fine\n" + "x" * 501, before)
    place = page.partition('id="id_comments_said" hx-swap-oob="innerHTML">')[2]
    assert place.startswith('<p class="error">Line 2 is longer than 500 characters')
    assert "has saved this draft meanwhile" not in page
    drafts.drop_rule(version=draft, revision=before, name="TN3270", by=bert, now=NOW)
    assert "BERT has saved this draft meanwhile" in checked(author, draft, "a", before)
    draft.refresh_from_db()
    assert content_of(draft).comments == ()
    step = said(author.get(reverse("policy_rules", args=[draft.pk])))
    assert 'aria-describedby="id_comments_helptext id_comments_said"' in step
    assert f'hx-post="{reverse("policy_lines_check", args=[draft.pk])}"' in step
