"""A site's own baselines: copied, switched, changed, added to, deleted, taken away, brought in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from analyzer import own_baselines as verbs
from analyzer.baselines import builtin
from analyzer.baselines.profile import Profile
from analyzer.models import AuditEntry, OwnBaseline, OwnBaselineVersion
from analyzer.queries.profiles import known
from tests.analyzer.queries.conftest import filters
from tests.analyzer.views.page import Page
from tests.builders.own_baselines import NOW, copied
from tests.builders.saved_queries import save

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
ClientAs = Callable[[str], Client]
LIST = "/report/baselines/"
RULE = {
    "title": "AES-256 for TLS",
    "severity": "fails",
    "breaks": "tls_encryption = *,!AES-256*",
    "not_judged": "tls_encryption = Unknown",
    "passes": "",
    "clause": "House standard 12, section 4",
    "confidence": "confirmed",
    "reason": "We say so.",
    "note": "Decided by the board.",
}


@pytest.fixture
def own(person: Person) -> OwnBaseline:
    return copied(person("analyst"))


def profile(own: OwnBaseline) -> Profile:
    found = known.get(own.key)
    assert found is not None
    return found


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_copy_says_the_same_and_has_a_key_of_its_own(own: OwnBaseline) -> None:
    basis = builtin.load()["pci-dss-4"]
    assert own.key == "our-own"
    assert profile(own).rules == basis.rules
    assert profile(own).basis == "pci-dss-4"
    assert not profile(own).built_in
    assert actions() == ["baseline.make"]


def test_names_and_keys_are_there_once(own: OwnBaseline, person: Person) -> None:
    for taken in ("our OWN", "PCI dss 4.0"):
        with pytest.raises(verbs.OwnBaselineError, match="already"):
            copied(person("analyst"), taken)
    assert copied(person("analyst"), "Our/own").key == "ourown"
    assert copied(person("analyst"), "Our  own").key == "our-own-2"
    assert copied(person("analyst"), "import").key == "import-2"
    assert copied(person("analyst"), "\N{SNOWMAN}").key == "own"


def test_the_database_holds_names_and_versions_as_well(own: OwnBaseline) -> None:
    for name, key in (("OUR OWN", "x"), ("", "y"), ("z", own.key), ("w", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnBaseline.objects.create(name=name, key=key, current=1, made_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnBaselineVersion.objects.create(baseline=own, number=1, content={}, note="", made_at=NOW)


def test_each_change_is_a_version_and_earlier_ones_stay(own: OwnBaseline, person: Person) -> None:
    analyst = person("analyst")
    verbs.switch_rule(baseline=own, rule_id="unprotected", by=analyst, now=NOW)
    assert profile(own).version == 2
    off = profile(own).rule("unprotected")
    assert off is not None
    assert not off.on
    verbs.drop_rule(baseline=own, rule_id="early-tls", by=analyst, now=NOW)
    own.refresh_from_db()
    found = known.versions(own)
    assert [one.number for one in found] == [3, 2, 1]
    assert found[0].note == "Rule No SSL, no TLS 1.0 deleted."
    assert found[1].note.endswith("switched off.")
    first = OwnBaselineVersion.objects.get(baseline=own, number=1)
    assert len(first.content["rules"]) == len(builtin.load()["pci-dss-4"].rules)
    assert actions() == ["baseline.make", "baseline.change", "baseline.change"]


def test_who_comes_second_is_told(own: OwnBaseline, person: Person) -> None:
    before = profile(own)
    verbs.switch_rule(baseline=own, rule_id="unprotected", by=person("analyst"), now=NOW)
    with pytest.raises(verbs.OwnBaselineError, match="at version 2 now"):
        verbs.change(baseline=own, profile=before, note="x", by=person("administrator"), now=NOW)
    own.delete()
    with pytest.raises(verbs.OwnBaselineError, match="deleted meanwhile"):
        verbs.change(baseline=own, profile=before, note="x", by=person("analyst"), now=NOW)


def test_what_cannot_be_used_is_not_stored(own: OwnBaseline, person: Person) -> None:
    broken = replace(profile(own).rules[0], breaks=({"job": "X"},))
    with pytest.raises(verbs.OwnBaselineError, match="`job` is no filter of the protection"):
        verbs.put_rule(
            baseline=own, profile=profile(own), rule=broken, note="", by=person("analyst"), now=NOW
        )
    assert profile(own).version == 1


def test_a_profile_that_can_be_read_no_more_is_left_out(own: OwnBaseline) -> None:
    OwnBaselineVersion.objects.filter(baseline=own).update(content={"name": "Our own"})
    assert known.get(own.key) is None
    assert set(known.known()) == set(builtin.ORDER)


@pytest.mark.usefixtures("coded")
def test_a_rule_that_is_off_decides_nothing_any_more(person: Person) -> None:
    own = copied(person("analyst"), basis="strength-classes")
    from_all = filters(f"days=all&baseline={own.key}").clause()
    verbs.switch_rule(baseline=own, rule_id="unprotected", by=person("analyst"), now=NOW)
    assert filters(f"days=all&baseline={own.key}").clause() != from_all
    asked = f"/report/servers/?days=all&baseline={own.key}:unprotected"
    client = Client()
    client.force_login(person("viewer"))
    assert client.get(asked).status_code == 400


def test_a_copy_is_made_in_the_browser(client_as: ClientAs) -> None:
    client = client_as("analyst")
    path = reverse("baseline_copy", args=["nist-sp-800-52r2"])
    page = Page(client.get(path))
    assert page.one("input", name="name")["value"] == "Copy of NIST SP 800-52 Rev. 2"
    answer = client.post(path, {"name": "Ours", "covers": ["TLS"], "about": "x"}, follow=True)
    assert "The baseline Ours is yours to change." in Page(answer).text
    assert known.get("ours") is not None
    again = client.post(path, {"name": "ours", "covers": []})
    assert again.status_code == 422
    assert "There is a baseline `ours` already." in Page(again).text
    assert "covers at least one protocol" in Page(again).text


def test_a_rule_is_added_changed_and_switched_in_the_browser(
    own: OwnBaseline, client_as: ClientAs
) -> None:
    client = client_as("analyst")
    add = reverse("baseline_rule_new", args=[own.key])
    page = Page(client.post(add, RULE, follow=True))
    assert "The rule AES-256 for TLS is kept." in page.text
    assert "Decided by the board." in page.text
    made = profile(own).rule("aes-256-for-tls")
    assert made is not None
    assert made.breaks == ({"tls_encryption": "*,!AES-256*"},)
    edit = reverse("baseline_rule", args=[own.key, made.id])
    assert "tls_encryption = *,!AES-256*" in client.get(edit).content.decode()
    two = "tls_key_bits = <3072\ntls_cert_key_type = RSA\n\nversion=TLSv1.1&version=TLSv1.0"
    client.post(edit, RULE | {"breaks": two})
    changed = profile(own).rule(made.id)
    assert changed is not None
    assert changed.breaks == (
        {"tls_key_bits": "<3072", "tls_cert_key_type": "RSA"},
        {"version": "TLSv1.1,TLSv1.0"},
    )
    client.post(reverse("baseline_rule_switch", args=[own.key, made.id]))
    assert "Switched off" in Page(client.get(f"{LIST}{own.key}/")).text
    client.post(reverse("baseline_rule_delete", args=[own.key, made.id]))
    assert profile(own).rule(made.id) is None
    assert profile(own).version == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"breaks": ""}, "A rule that is judged needs a condition."),
        ({"breaks": "job = X"}, "`job` is no filter of the protection itself."),
        ({"breaks": "tls_encryption = nosuch"}, "is no known TLS encryption"),
        ({"breaks": "tls_encryption"}, "is not name = value"),
        ({"severity": "unjudged"}, "A rule with conditions is judged."),
        ({"clause": ""}, "A rule needs the place where it is written."),
        ({"reason": ""}, "A rule needs a reason."),
        ({"passes": "tls_mac = AEAD\n\ntls_mac = None"}, "Only one block"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    changes: dict[str, str], said: str, own: OwnBaseline, client_as: ClientAs
) -> None:
    answer = client_as("analyst").post(reverse("baseline_rule_new", args=[own.key]), RULE | changes)
    assert answer.status_code == 422
    assert said in Page(answer).text
    assert Page(answer).one("input", name="title")["value"] == "AES-256 for TLS"
    assert profile(own).version == 1


def test_a_saved_query_begins_a_rule_and_what_no_rule_can_have_is_named(
    own: OwnBaseline, client_as: ClientAs, person: Person
) -> None:
    query = save(person("analyst"), "Old TLS", "version=TLSv1.0&job=CICS*&days=7")
    path = reverse("baseline_rule_new", args=[own.key])
    answer = client_as("analyst").get(path, {"query": query.pk})
    assert "version = TLSv1.0" in answer.content.decode()
    assert "Left out of the query" in Page(answer).text
    assert "job" in Page(answer).text
    other = save(person("administrator"), "Theirs", "version=TLSv1.1")
    hidden = client_as("analyst").get(path, {"query": other.pk})
    assert "TLSv1.1" not in hidden.content.decode()


def test_a_baseline_goes_out_as_a_file_and_comes_back_the_same(
    own: OwnBaseline, client_as: ClientAs
) -> None:
    client = client_as("analyst")
    answer = client.get(reverse("baseline_export", args=[own.key]))
    assert "zertify_baseline_our-own.json" in answer["Content-Disposition"]
    before = profile(own)
    client.post(reverse("baseline_delete", args=[own.key]))
    assert known.get(own.key) is None
    file = SimpleUploadedFile("x.json", answer.content)
    back = client.post(reverse("baseline_import"), {"file": file}, follow=True)
    assert "The baseline Our own is imported." in Page(back).text
    assert profile(own) == before
    assert actions()[-3:] == ["baseline.export", "baseline.delete", "baseline.make"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"{", "Line 1 is not JSON"),
        (b"{}", "not an export of a baseline"),
        (b'{"kind": "zertify baseline", "version": 9}', "other than 1"),
        (b'{"kind": "zertify baseline", "version": 1, "baseline": {}}', "needs a `name`"),
        (b"[" * 100_000, "that nobody writes"),
        (b" " * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_is_none_is_refused_with_reasons(
    content: bytes, said: str, client_as: ClientAs
) -> None:
    file = SimpleUploadedFile("x.json", content)
    answer = client_as("analyst").post(reverse("baseline_import"), {"file": file})
    assert answer.status_code == 422
    assert said in Page(answer).text
    assert not OwnBaseline.objects.exists()


def test_hostile_words_stay_words(client_as: ClientAs, person: Person) -> None:
    nasty = '<script>alert(1)</script>"=cmd'
    plain = json.loads(
        client_as("analyst").get(reverse("baseline_export", args=["strength-classes"])).content
    )
    plain["baseline"]["name"] = nasty[:60]
    plain["baseline"]["rules"][0] |= {"title": nasty, "clause": nasty, "reason": nasty}
    file = SimpleUploadedFile("x.json", json.dumps(plain).encode())
    answer = client_as("analyst").post(reverse("baseline_import"), {"file": file}, follow=True)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert "<script>alert" in Page(answer).text


def test_a_viewer_changes_nothing(own: OwnBaseline, client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(f"{LIST}{own.key}/"))
    assert not [form for form in page.forms if form.method == "post" and "baselines" in form.action]
    assert "Copy as own" not in page.text
