"""The chosen dialect spells every file: of a version, of a stack, of one on its way in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import facts, installing, rulesets
from designer.content.errors import DesignerError
from designer.content.facts import Facts
from designer.models import Installation, Stack, Version, ZosGroup
from designer.queries.contents import policy_of
from designer.site import Chosen, choose
from policy.writer import write
from tests.analyzer.api.conftest import with_token
from tests.designer.api.conftest import send
from tests.designer.conftest import NOW, Release, install
from tests.designer.site.conftest import OWN, SHIPPED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
GONE = f'there is no dialect <b class="named">{OWN}</b>'
HEADER = f"Dialect: {OWN} (from our copy of the book)"


def chosen(by: User, dialect: str = OWN, *, revision: int = 0, **groups: str) -> None:
    keys = {ZosGroup.objects.get(name=name).pk: one for name, one in groups.items()}
    choose(said=Chosen(dialect, groups=keys), revision=revision, by=by, now=NOW)


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def on_stack(draft: Version, stack: Stack, release: Release, anna: User) -> Stack:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    return stack


def of(stack: Stack) -> str:
    """The dialect that a stack's file is in."""
    return rulesets.files(Stack.objects.select_related("system__group").get(pk=stack.pk)).dialect


def test_a_stacks_own_goes_before_its_groups_and_that_before_the_sites(
    on_stack: Stack, anna: User
) -> None:
    assert of(on_stack) == "zpol-0"
    chosen(anna)
    assert of(on_stack) == OWN
    chosen(anna, revision=1, PLEX="zpol-0")
    assert of(on_stack) == "zpol-0"
    facts.tell(stack=on_stack, facts=Facts(), dialect=OWN, by=anna, now=NOW)
    assert of(on_stack) == OWN


def test_the_header_says_which_and_the_keywords_are_its(
    on_stack: Stack, anna: User, client: Client
) -> None:
    chosen(anna)
    for page in (
        reverse("policy_stack", args=[on_stack.pk]),
        reverse("policy_stack_file", args=[on_stack.pk]),
    ):
        text = client.get(page).content.decode()
        assert HEADER in text
        assert "ZertPolicyRule" in text
        assert "ZERTRule " not in text
    answer = with_token(anna).get(reverse("api_policy_files", args=[on_stack.pk])).json()
    assert (answer["dialect"], HEADER in answer["policy_file"]) == (OWN, True)
    other = with_token(anna).get(
        reverse("api_policy_files", args=[on_stack.pk]), {"dialect": "zpol-0"}
    )
    assert "ZERTRule " in other.json()["policy_file"]


def test_a_refused_installation_names_the_dialect_that_was_asked_for(
    on_stack: Stack, anna: User
) -> None:
    program = with_token(anna)
    for asked, used in (("", "zpol-0"), (OWN, OWN)):
        given = {"digest": "0" * 64, "dialect": asked}
        answer = send(program, "api_policy_installations", on_stack.pk, **given)
        assert answer.status_code == 409
        assert f"its files are spelled in the dialect `{used}`" in answer.json()["error"]


def test_an_installation_keeps_the_file_and_the_id(on_stack: Stack, anna: User) -> None:
    chosen(anna)
    made = install(on_stack, anna)
    assert made.dialect == OWN
    assert HEADER in Installation.objects.get(pk=made.pk).policy_file


def test_the_file_of_a_version_is_the_sites_or_the_one_asked_for(
    draft: Version, anna: User, client: Client
) -> None:
    page = reverse("policy_file", args=[draft.pk])
    download = reverse("policy_download", args=[draft.pk])
    assert "ZERTRule " in client.get(page).content.decode()
    assert HEADER in client.get(page, {"dialect": OWN}).content.decode()
    assert f"?dialect={OWN}" in client.get(page, {"dialect": OWN}).content.decode()
    assert HEADER in client.get(download, {"dialect": OWN}).content.decode()
    chosen(anna)
    for address in (page, download, reverse("policy_review", args=[draft.pk])):
        assert "ZertPolicyRule" in client.get(address).content.decode()
    nowhere = client.get(page, {"dialect": "none"})
    assert 'there is no dialect <b class="named">none</b>' in nowhere.content.decode()
    assert client.get(download, {"dialect": "none"}).status_code == 302


def test_a_file_is_read_in_the_dialect_that_is_chosen(
    draft: Version, anna: User, client: Client
) -> None:
    from_book = write(policy_of(draft)).replace("ZERTRule ", "ZertPolicyRule ")
    look = {"text": from_book, "do": "look"}
    assert "unknown-keyword" not in str(client.post(reverse("policy_bring"), look).context["why"])
    said = [client.post(reverse("policy_bring"), {**look, "dialect": d}) for d in ("", OWN)]
    assert [one.context["errors"] > 0 for one in said] == [True, False]
    asked = with_token(anna)
    where = reverse("api_policy_bring_preview")
    wrong, right, none = (
        asked.post(where, {"text": from_book, "dialect": one}, content_type="application/json")
        for one in ("", OWN, "none")
    )
    assert (wrong.json()["ok"], right.json()["ok"], none.status_code) == (False, True, 400)
    assert "there is no dialect `none`" in none.json()["errors"]["dialect"]
    chosen(anna)
    assert client.post(reverse("policy_bring"), look).context["errors"] == 0
    sent = asked.post(where, {"text": from_book}, content_type="application/json").json()
    made = asked.post(
        reverse("api_policy_bring"),
        {"text": from_book, "dialect": "zpol-0", "seen": sent["digest"]},
        content_type="application/json",
    )
    assert made.status_code == 409  # read otherwise than it was looked at


def test_a_dialect_that_is_gone_is_refused_and_not_replaced(
    on_stack: Stack, draft: Version, anna: User, client: Client, folder: Path
) -> None:
    chosen(anna)
    (folder / "ours.toml").unlink()
    with pytest.raises(DesignerError, match=f"there is no dialect `{OWN}`"):
        of(on_stack)
    page = client.get(reverse("policy_stack", args=[on_stack.pk]))
    assert GONE in page.content.decode()
    assert client.get(reverse("policy_stack_file", args=[on_stack.pk])).status_code == 302
    assert with_token(anna).get(reverse("api_policy_files", args=[on_stack.pk])).status_code == 409
    checks = with_token(anna).get(reverse("api_policy_checks", args=[draft.pk])).json()
    assert [one["severity"] for one in checks if one["code"] == "no-dialect"] == ["error"]
    answer = client.post(reverse("policy_bring"), {"text": "ZERTRule x\n{\n}\n", "do": "look"})
    assert answer.status_code == 422
    settings = client.get(reverse("policy_settings")).content.decode()
    assert f"{OWN} (can&#x27;t be used)" in settings


def test_stacks_take_a_dialect_by_page_and_by_program(stack: Stack, anna: User) -> None:
    client, page = Client(), reverse("policy_stack_facts", args=[stack.pk])
    client.force_login(anna)
    given = {"dialect": OWN, "seen": facts.mark(stack)}
    assert client.post(page, given).status_code == 302
    assert Stack.objects.get(pk=stack.pk).dialect == OWN
    assert client.post(page, {"dialect": "none"}).status_code == 422
    address = reverse("api_policy_stack_facts", args=[stack.pk])
    asked = with_token(anna)
    seen = facts.mark(Stack.objects.get(pk=stack.pk))
    told = {"zert_is_on": True, "seen": seen}
    kept = asked.put(address, told, content_type="application/json")
    assert kept.json()["dialect"] == OWN
    seen = kept.json()["facts"]["mark"]
    none = asked.put(address, {"dialect": "none", "seen": seen}, content_type="application/json")
    assert (none.status_code, "dialect" in none.json()["errors"]) == (400, True)
    back = asked.put(address, {"dialect": "", "seen": seen}, content_type="application/json")
    assert back.json()["dialect"] == ""


def test_programs_read_what_there_is(anna: User) -> None:
    shipped, own = with_token(anna).get(reverse("api_policy_dialects")).json()
    assert (shipped["id"], shipped["file"]) == ("zpol-0", "")
    assert (own["id"], own["file"], own["problem"]) == (OWN, "ours.toml", "")
    assert own["label"] == "from our copy of the book"
    assert own["keywords"]["confirmed"] == shipped["keywords"]["confirmed"]
    assert SHIPPED.exists()
