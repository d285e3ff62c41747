"""How rules match is chosen for the site, and everything that matches follows it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import approval, backup, drafts, versions
from designer.content.errors import ContentError, NotReadyError, StaleSiteError
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import PolicySite, Version
from designer.queries.changes import without
from designer.queries.contents import content_of
from designer.queries.site import matching, site
from designer.queries.versions import difference
from designer.site import Chosen, choose
from designer.versions import NewRuleSet
from policy.model import Kind
from policy.settings import CHOICES, Absent, Settings, Together
from policy.vocabulary import Protocol
from tests.analyzer.api.conftest import with_token
from tests.analyzer.views.conftest import filled
from tests.designer.conftest import NOW

__all__ = ["filled"]
pytestmark = pytest.mark.django_db
EITHER = {"ssh_ways": "either"}
SSH = {
    "local_ip": "10.1.1.1",
    "local_port": 22,
    "remote_ip": "10.2.0.9",
    "remote_port": 50000,
    "protections": [
        {"protocol": "SSH", "encryption_in": "AES-256-CTR", "encryption_out": "3DES-CBC"}
    ],
}
WAYS = RuleContent(
    "Strong",
    inline_traffic={"job": "SSHD*"},
    inline_security={"encryption_in": ["AES-256-CTR"], "encryption_out": ["AES-256-CTR"]},
    inline_action={},
)
REST = RuleContent("Rest", Kind.CATCH_ALL, inline_action={"audit": True})
TEST = TestContent("in strong, out weak", SSH | {"job": "SSHD1"}, "Strong")


def matched(by: User, revision: int = 0, **values: str) -> PolicySite:
    return choose(said=Chosen(matching=values), revision=revision, by=by, now=NOW)


@pytest.fixture
def ssh(anna: User) -> Version:
    """Both ways must be strong, and a test that says that one is enough: it fails."""
    head = NewRuleSet("Site SSH", Protocol.SSH)
    return versions.make(head=head, by=anna, now=NOW, content=Content((WAYS, REST), (TEST,)))


def test_before_the_first_choice_all_is_as_usual() -> None:
    assert (site().revision, matching()) == (0, Settings())
    assert not PolicySite.objects.exists()


def test_a_choice_is_kept_written_down_and_told_to_who_comes_second(anna: User) -> None:
    matched(anna, ssh_ways="either", manual_phase1="fails")
    assert matching() == Settings(ssh_ways=Together.EITHER)
    row = site()
    assert (row.matching, row.changed_by_name, row.changed_at) == (EITHER, "ANNA", NOW)
    entry = AuditEntry.objects.get(action="policy.site.choose")
    assert (entry.data["before"]["matching"], entry.data["matching"]) == ({}, EITHER)
    with pytest.raises(StaleSiteError, match="ANNA"):
        matched(anna)
    matched(anna, 1, unknown_attribute="fits")
    assert matching() == Settings(unknown_attribute=Absent.FITS)


def test_what_is_no_setting_no_choice_or_no_dialect_is_refused_as_a_whole(anna: User) -> None:
    wrong = Chosen("none", {"loud": "yes", "scope": "x", "ssh_ways": "either"})
    with pytest.raises(ContentError) as caught:
        choose(said=wrong, revision=0, by=anna, now=NOW)
    assert [field for _, field, _ in caught.value.faults] == ["dialect", "loud", "scope"]
    assert matching() == Settings()


def passed(version: Version) -> bool:
    (found,) = Version.objects.get(pk=version.pk).test_results
    return bool(found["passed"])


def test_rule_set_tests_run_as_the_site_matches(ssh: Version, anna: User, bert: User) -> None:
    assert not passed(ssh)
    with pytest.raises(NotReadyError, match="in strong, out weak"):
        approval.submit(version=ssh, revision=1, comment="x", by=anna, now=NOW)
    matched(anna, **EITHER)
    assert passed(ssh)
    drafts.save(version=ssh, revision=1, content=content_of(ssh), by=anna, now=NOW)
    assert passed(ssh)
    waiting = approval.submit(version=ssh, revision=2, comment="x", by=anna, now=NOW)
    matched(anna, 1)
    with pytest.raises(NotReadyError, match="in strong, out weak"):
        approval.publish(version=waiting, comment="", by=bert, now=NOW)


def test_drafts_whose_tests_fail_now_are_named_in_the_record(ssh: Version, anna: User) -> None:
    matched(anna, **EITHER)
    matched(anna, 1)
    first, second = AuditEntry.objects.filter(action="policy.site.choose").order_by("pk")
    assert (first.data["failing"], second.data["failing"]) == ([], ["Site SSH version 1"])
    ssh.refresh_from_db()
    assert (ssh.revision, ssh.editors) == (1, [anna.pk])


def test_differences_and_checks_mean_what_the_site_matches(ssh: Version, anna: User) -> None:
    """Where one way is enough, a rule for one of them says nothing that `Strong` leaves open."""
    one_way = RuleContent(
        "One way",
        inline_traffic={"job": "SSHD*"},
        inline_security={"encryption_in": ["AES-256-CTR"]},
        inline_action={},
    )
    head = NewRuleSet("Both", Protocol.SSH)
    content = Content((WAYS, one_way, REST))
    both = versions.make(head=head, by=anna, now=NOW, content=content)
    client = with_token(anna)

    def hidden() -> list[str]:
        found = client.get(reverse("api_policy_checks", args=[both.pk])).json()
        return [one["rule"] for one in found if one["code"] == "shadowed-rule"]

    assert not difference(ssh, both).same_meaning
    assert hidden() == []
    matched(anna, **EITHER)
    assert difference(ssh, both).same_meaning
    assert hidden() == ["One way"]
    assert not without(ssh).same_meaning
    page = client.get(reverse("api_policy_diff", args=[ssh.pk, both.pk])).json()
    assert page["same_meaning"] is True


def test_explanations_follow_it_and_may_ask_for_another_scope(ssh: Version, anna: User) -> None:
    client, address = with_token(anna), reverse("api_policy_explain", args=[ssh.pk])

    def met(**more: str) -> str:
        given = {"connection": SSH | {"job": "SSHD1"}, **more}
        answer = client.post(address, given, content_type="application/json")
        return str(answer.json()["rule"])

    assert met() == "Rest"
    matched(anna, **EITHER)
    assert (met(), met(scope="all")) == ("Strong", "Strong")
    provider = SSH | {"job": "SSHD1"}
    provider["protections"] = [{**SSH["protections"][0], "source": "provider"}]  # type: ignore[index,dict-item]
    answer = client.post(address, {"connection": provider}, content_type="application/json")
    assert answer.json()["rule"] == "Rest"
    matched(anna, 1, scope="all recorded data", **EITHER)
    answer = client.post(address, {"connection": provider}, content_type="application/json")
    assert answer.json()["rule"] == "Strong"


@pytest.mark.usefixtures("filled")
def test_the_preview_begins_with_the_scope_of_the_site(draft: Version, anna: User) -> None:
    client = Client()
    client.force_login(anna)
    page = reverse("policy_review", args=[draft.pk])
    assert client.get(page).context["scope"] == "zos"
    matched(anna, scope="all recorded data")
    assert client.get(page).context["scope"] == "all"
    assert client.get(page, {"scope": "zos"}).context["scope"] == "zos"


def test_the_page_shows_and_takes_all_of_it(anna: User, roles: dict[str, Group]) -> None:
    client, page = Client(), reverse("policy_settings")
    client.force_login(anna)
    form = client.get(page).context["form"]
    assert set(CHOICES) <= set(form.fields)
    given = {name: next(iter(kind)).value for name, kind in CHOICES.items()} | EITHER
    assert client.post(page, {**given, "revision": "0"}).status_code == 302
    assert matching() == Settings(ssh_ways=Together.EITHER)
    stale = client.post(page, {**given, "revision": "0"})
    assert (stale.status_code, "changed by ANNA" in stale.content.decode()) == (409, True)
    assert client.post(page, {**given, "revision": "1", "scope": "x"}).status_code == 422
    viewer = User.objects.create(username="VERA")
    viewer.groups.add(roles["viewer"], roles["policy author"])
    client.force_login(viewer)
    text = client.get(page).content.decode()
    assert "<fieldset disabled>" in text
    assert client.post(page, {**given, "revision": "1"}).status_code == 403


def test_programs_read_and_choose(anna: User) -> None:
    client, address = with_token(anna), reverse("api_policy_settings")
    before = client.get(address).json()
    assert (before["revision"], before["dialect"]) == (0, "")
    assert {one["name"] for one in before["matching"]} == set(CHOICES)
    asked = {"revision": 0, "matching": EITHER}
    done = client.put(address, asked, content_type="application/json")
    assert done.status_code == 200
    values = {one["name"]: one["value"] for one in done.json()["matching"]}
    assert (values["ssh_ways"], values["scope"]) == ("either", "as z/OS")
    stale = client.put(address, asked, content_type="application/json")
    assert (stale.status_code, stale.json()["current"]["revision"]) == (409, 1)
    for wrong, status in (
        ({"matching": {"x": "y"}}, 400),
        ({"matching": {"scope": "y"}}, 400),
        ({"dialect": "none"}, 400),
        ({"groups": [{"id": 99, "dialect": ""}]}, 404),
    ):
        answer = client.put(address, {"revision": 1, **wrong}, content_type="application/json")
        assert answer.status_code == status
    only_author = with_token(anna, "policy")
    assert only_author.put(address, asked, content_type="application/json").status_code == 403


def test_it_is_taken_away_and_brought_back(ssh: Version, anna: User) -> None:
    matched(anna, **EITHER)
    kept = backup.take(by=anna, now=NOW)
    assert kept["site"] == {"dialect": "", "matching": EITHER}
    assert backup.restore(tree=kept, is_approver=True, by=anna, now=NOW).rule_sets == 0
    matched(anna, 1, ipsec_phases="either")
    with pytest.raises(backup.RestoreError, match="other policy settings"):
        backup.restore(tree=kept, is_approver=True, by=anna, now=NOW)
    PolicySite.objects.all().delete()
    backup.restore(tree=kept, is_approver=True, by=anna, now=NOW)
    assert matching() == Settings(ssh_ways=Together.EITHER)
