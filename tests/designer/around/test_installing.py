"""An installation names the file that was put in force; another one is not written down for it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import drafts, facts, installing, rulesets, versions, workspace
from designer.content.errors import ChangedError
from designer.content.facts import Facts
from designer.models import Stack, Tag, Version
from policy.code_page import CodePage
from policy.model import Policy
from tests.analyzer.api.conftest import with_token
from tests.analyzer.views.page import Page, said
from tests.designer.api.conftest import send
from tests.designer.conftest import NOW, Release, install

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(draft: Version, stack: Stack, release: Release, anna: User) -> Version:
    """A version that the stack has."""
    made = release(draft)
    installing.assign(version=made, stacks=[stack], by=anna, now=NOW)
    return made


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def replace(first: Version, stack: Stack, release: Release, anna: User) -> Version:
    """Another version comes to the stack."""
    following = versions.open_draft(version=first, by=anna, now=NOW)
    drafts.drop_rule(version=following, revision=1, name="TN3270", by=anna, now=NOW)
    following.refresh_from_db()
    made = release(following)
    installing.assign(version=made, stacks=[stack], by=anna, now=NOW)
    return made


def fetched(client: Client, stack: Stack, **asked: str) -> tuple[bytes, str]:
    """The file that a person takes away, and the digest that comes with it."""
    answer = client.get(reverse("policy_stack_file", args=[stack.pk]), asked)
    return answer.content, answer["ETag"].strip('"')


def put_back(page: Page) -> list[str]:
    """The digests that the page offers beside earlier installations."""
    return [
        digest
        for form in page.forms
        for digest in form.fields.get("digest", [])
        if "comment" not in form.fields
    ]


def put(client: Client, stack: Stack, digest: str, status: int) -> str:
    address = reverse("policy_stack_install", args=[stack.pk])
    answer = client.post(address, {"digest": digest, "comment": "Change 17"})
    page = said(answer)
    assert answer.status_code == status, page
    return page


@pytest.mark.parametrize("page", CodePage)
def test_the_file_that_was_taken_away_is_written_down(
    page: CodePage, author: Client, stack: Stack, first: Version
) -> None:
    data, digest = fetched(author, stack, code_page=page.value)
    assert digest == sha256(data).hexdigest()
    text = author.get(reverse("policy_stack", args=[stack.pk])).content.decode()
    assert digest in text
    assert "policyRule:             TN3270" in text
    put(author, stack, digest, 302)
    made = stack.installations.get()
    kept = author.get(reverse("policy_installation_file", args=[made.pk]))
    assert (kept.content, kept["ETag"]) == (data, f'"{digest}"')
    assert kept["Content-Disposition"].startswith('attachment; filename="tcpip-2026')
    assert (made.digest, made.comment) == (digest, "Change 17")
    assert made.policy_file == rulesets.Encoded(data, page).text
    assert ("Codepage" in made.policy_file) == (page is CodePage.IBM_1047)
    told = AuditEntry.objects.get(action="policy.install").data
    assert (told["digest"], told["code_page"]) == (digest, page.value)


def test_a_file_that_is_another_one_by_now_is_not_written_down(
    author: Client, stack: Stack, first: Version, release: Release, anna: User
) -> None:
    _, old = fetched(author, stack)
    replace(first, stack, release, anna)
    page = put(author, stack, old, 409)
    assert f"No file of `{stack}` has the SHA-256" in page
    assert "it has Site TLS version 2 since 2026-11-28 12:00 UTC by ANNA" in page
    assert not stack.installations.exists()
    _, new = fetched(author, stack)
    assert (new in page, old in page) == (True, False)
    put(author, stack, new, 302)
    assert stack.installations.get().digest == new


def test_no_file_ticked_is_said(author: Client, stack: Stack, first: Version) -> None:
    assert "Tick the file that was installed" in put(author, stack, "", 422)
    assert not stack.installations.exists()


def test_what_was_written_down_meanwhile_makes_another_file(
    author: Client, stack: Stack, first: Version, bert: User
) -> None:
    """The header of a file names the installations before it."""
    _, digest = fetched(author, stack)
    _, other = fetched(author, stack, code_page=CodePage.IBM_1047.value)
    install(stack, bert)
    page = put(author, stack, other, 409)
    assert f"No file of `{stack}` has the SHA-256" in page
    assert "BERT wrote an installation down at 2026-11-28 12:00 UTC, which the file" in page
    page = put(author, stack, digest, 409)
    assert f"`{stack}` has the file with the SHA-256 `{digest[:12]}…` in force already" in page
    assert "BERT wrote an installation down at 2026-11-28 12:00 UTC" in page
    assert stack.installations.count() == 1


def test_another_dialect_makes_another_file(
    author: Client, stack: Stack, first: Version, anna: User
) -> None:
    _, digest = fetched(author, stack)
    used = rulesets.dialect_of(stack).dialect_id
    with pytest.raises(ChangedError, match=f"spelled in the dialect `{used}`"):
        installing.record_installation(
            stack=stack, digest=sha256(b"another").hexdigest(), comment="", by=anna, now=NOW
        )
    facts.tell(stack=stack, facts=Facts(zert_is_on=True), by=anna, now=NOW)
    put(author, stack, digest, 302)


@pytest.mark.parametrize("code_page", CodePage)
def test_a_file_that_was_put_back_is_written_down_again(
    code_page: CodePage,
    author: Client,
    stack: Stack,
    first: Version,
    release: Release,
    anna: User,
) -> None:
    data, old = fetched(author, stack, code_page=code_page.value)
    put(author, stack, old, 302)
    before = stack.installations.get()
    new = replace(first, stack, release, anna)
    _, digest = fetched(author, stack)
    put(author, stack, digest, 302)
    page = Page(author.get(reverse("policy_stack", args=[stack.pk])))
    assert put_back(page) == [old]
    assert "It was put back in force : the file of 2026" in page.text
    put(author, stack, old, 302)
    made = stack.installations.latest("pk")
    assert made.installed_at > before.installed_at
    for part in ("document", "policy_file", "digest", "dialect"):
        assert getattr(made, part) == getattr(before, part)
    assert ([*made.versions.all()], rulesets.versions_of(stack)) == ([first], [new])
    assert rulesets.installed(stack) == Policy((rulesets.of_version(first),))
    assert [(one.digest, one.document) for one in rulesets.in_force()] == [(old, before.document)]
    kept = author.get(reverse("policy_installation_file", args=[made.pk]))
    assert kept.content == data
    told = AuditEntry.objects.filter(action="policy.install").latest("pk").data
    assert told["earlier"] == f"{before.installed_at:%Y-%m-%d %H:%M:%S} UTC by ANNA"
    assert (told["digest"], told["code_page"]) == (old, code_page.value)
    assert told["versions"] == [str(first)]
    page = Page(author.get(reverse("policy_stack", args=[stack.pk])))
    assert put_back(page) == [digest]


def test_an_earlier_file_needs_neither_rule_sets_nor_a_dialect_now(
    author: Client, stack: Stack, first: Version, release: Release, anna: User
) -> None:
    _, old = fetched(author, stack)
    put(author, stack, old, 302)
    replace(first, stack, release, anna)
    put(author, stack, fetched(author, stack)[1], 302)
    installing.unassign(assignment=stack.assignments.get(), by=anna, now=NOW)
    Stack.objects.filter(pk=stack.pk).update(dialect="gone")
    put(author, stack, old, 302)
    assert stack.installations.latest("pk").digest == old


def test_a_file_of_another_stack_is_no_earlier_one(
    author: Client, stack: Stack, first: Version, anna: User
) -> None:
    other = workspace.make_stack(system=stack.system, name="TCPIPB", by=anna, now=NOW)
    installing.assign(version=first, stacks=[other], by=anna, now=NOW)
    _, digest = fetched(author, other)
    put(author, other, digest, 302)
    assert "nor of an earlier installation" in put(author, stack, digest, 409)


def test_putting_back_is_offered_to_whom_the_stack_is_for(
    author: Client, stack: Stack, first: Version, anna: User, roles: dict[str, Group]
) -> None:
    _, old = fetched(author, stack)
    put(author, stack, old, 302)
    put(author, stack, fetched(author, stack)[1], 302)
    Stack.objects.filter(pk=stack.pk).update(tag=Tag.PROD)
    address = reverse("policy_stack", args=[stack.pk])
    assert put_back(Page(author.get(address))) == [old]
    anna.groups.remove(roles["policy approver"])
    assert put_back(Page(author.get(address))) == []
    put(author, stack, old, 403)
    assert stack.installations.count() == 2
    answer = send(with_token(anna), "api_policy_installations", stack.pk, digest=old)
    assert answer.status_code == 403


def test_what_no_text_has_is_left_out(author: Client, stack: Stack, first: Version) -> None:
    assert "nor of an earlier" in put(author, stack, "\0a", 409)
    address = reverse("policy_stack_install", args=[stack.pk])
    given = {"digest": fetched(author, stack)[1], "comment": "a\0b"}
    assert author.post(address, given).status_code == 302
    assert stack.installations.get().comment == "ab"


def test_programs_name_the_file(stack: Stack, first: Version, release: Release, anna: User) -> None:
    program = with_token(anna)
    unsaid = send(program, "api_policy_installations", stack.pk, comment="x")
    assert (unsaid.status_code, {*unsaid.json()["errors"]}) == (400, {"digest"})
    files = program.get(reverse("api_policy_files", args=[stack.pk])).json()
    answer = program.get(reverse("api_policy_stack_file", args=[stack.pk]))
    assert answer["ETag"] == f'"{files["digest"]}"'
    assert files["digest"] == sha256(files["policy_file"].encode()).hexdigest()
    new = replace(first, stack, release, anna)
    stale = send(program, "api_policy_installations", stack.pk, digest=files["digest"])
    assert stale.status_code == 409
    (has,) = stale.json()["current"]["assignments"]
    assert has["number"] == new.number
    answer = program.get(f"{reverse('api_policy_stack_file', args=[stack.pk])}?code_page=IBM-1047")
    digest = answer["ETag"].strip('"')
    done = send(program, "api_policy_installations", stack.pk, digest=digest)
    assert (done.status_code, done.json()["digest"]) == (201, digest)
    again = send(program, "api_policy_installations", stack.pk, digest=digest)
    assert (again.status_code, "in force already" in again.json()["error"]) == (409, True)
    utf_8 = program.get(reverse("api_policy_files", args=[stack.pk])).json()["digest"]
    send(program, "api_policy_installations", stack.pk, digest=utf_8)
    back = send(program, "api_policy_installations", stack.pk, digest=digest, comment="Back")
    assert (back.status_code, back.json()["policy_file"]) == (201, done.json()["policy_file"])
    listed = program.get(reverse("api_policy_installations", args=[stack.pk])).json()
    assert [one["digest"] for one in listed] == [digest, utf_8, digest]
