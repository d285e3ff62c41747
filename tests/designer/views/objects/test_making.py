"""Objects of each kind are made: words, errors at their fields, hostile names."""

from __future__ import annotations

from html import escape

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer.models import (
    ActionDescriptor,
    SecurityDescriptor,
    Version,
)
from tests.analyzer.views import page as reader
from tests.designer.views.objects.conftest import MADE, address, errors

pytestmark = pytest.mark.django_db
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='x'>",
    "{{ form }} {% url %} ${7*7}",
    "../../objects/?a=b&c=d#e %2f%00",
    "naïve ☃ 名前",
)


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_made_and_said_in_words(kind: str, author: Client) -> None:
    model, given, content, said = MADE[kind]
    given = {"name": "Mine", "description": "for us", "basis": "REQ-7", **given}
    assert said in author.post(address("words", kind), given).content.decode()
    answer = author.post(address("new", kind), given, follow=True)
    row = model._default_manager.get()
    assert (row.name, row.description, row.basis) == ("Mine", "for us", "REQ-7")
    assert row.content == content
    page = answer.content.decode()
    assert said in page
    assert "is made: rules can choose it" in page
    (entry,) = AuditEntry.objects.filter(action__startswith="policy.", action__endswith=".make")
    assert (entry.user_name, entry.target) == ("ANNA", "Mine")


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_edited_without_a_change(kind: str, author: Client) -> None:
    model, given, content, _ = MADE[kind]
    author.post(address("new", kind), {"name": "Mine", **given})
    row = model._default_manager.get()
    form = author.get(address("edit", kind, row.pk)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value not in (None, "")}
    assert author.post(address("edit", kind, row.pk), sent).status_code == 302
    row.refresh_from_db()
    assert (row.content, row.revision) == (content, 2)


@pytest.mark.parametrize("protocol", ["TLS", "SSH", "IPsec"])
def test_a_security_descriptor_has_the_fields_of_its_protocol(
    protocol: str, author: Client
) -> None:
    new = f"{address('new', 'security')}?protocol={protocol}"
    form = author.get(new).context["form"]
    names = [name.removeprefix("want_") for name in form.wanted]
    assert ("encryption_in" in names, "phase1_encryption" in names) == (
        protocol == "SSH",
        protocol == "IPsec",
    )
    first = next(iter(form.wanted))
    choice = form.fields[first].choices[0][0]
    given = {"name": "Mine", "protocol": protocol, first: choice}
    assert author.post(new, given).status_code == 302
    assert SecurityDescriptor.objects.get().protocol == protocol
    assert author.post(address("words", "security"), given).status_code == 200


def test_there_are_no_other_protocols_and_kinds(author: Client) -> None:
    for text in ("None", "tls", "<b>"):
        assert author.get(address("new", "security"), {"protocol": text}).status_code == 404
        assert author.post(address("words", "security"), {"protocol": text}).status_code == 404
    assert author.get(address("new", "things")).status_code == 404
    assert author.get(address("edit", "actions", 4711)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "field", "typed", "said"),
    [
        ("address-groups", "members", "10.0.0.1\n10.0.0.1/8", "Line 2: `10.0.0.1/8` has bits set"),
        ("address-groups", "members", "10.0.0.1\n\n10.0.0.1", "stands in line 1 already"),
        ("address-groups", "members", " \n ", "needs an address"),
        ("address-groups", "members", "<b>", "`<b>` is not an IP address"),
        ("traffic", "local_ports", "992, 70000", "`70000` is not within 1 to 65535"),
        ("traffic", "remote_ports", "9-1", "ends before it begins"),
        ("traffic", "job", "A!", "`A!` is no job name"),
        ("traffic", "user", "TOO LONG USER", "at most 8 characters"),
        ("traffic", "direction", "Up", "Select a valid choice"),
        ("security", "want_version", "SSHv2", "Select a valid choice"),
        ("security", "min_key_bits", "0", "greater than or equal to 1"),
        ("actions", "syslog_level", "9", "Select a valid choice"),
        ("actions", "extras", "explode", "Select a valid choice"),
    ],
)
def test_an_error_stands_at_its_field_and_what_was_typed_stays(
    kind: str, field: str, typed: str, said: str, author: Client
) -> None:
    answer = author.post(address("new", kind), {"name": "Keep me", field: typed})
    assert answer.status_code == 422
    found = errors(answer)
    assert list(found) == [field]
    assert said in found[field][0]
    page = answer.content.decode()
    assert "1 field needs correction; what was typed is kept." in page
    assert f'id="id_{field}_error"' in page
    assert 'value="Keep me"' in page
    assert answer.context["form"][field].value() in (typed, [typed])
    words = author.post(address("words", kind), {"name": "Keep me", field: typed})
    assert escape(said) in reader.said(words)


def test_many_faults_are_counted_and_not_all_said(author: Client) -> None:
    lines = "\n".join(f"x{number}" for number in range(40))
    answer = author.post(address("new", "address-groups"), {"name": "A", "members": lines})
    found = errors(answer)["members"]
    assert (len(found), found[-1]) == (6, "35 more are wrong.")


@pytest.mark.parametrize("kind", ["traffic", "security"])
def test_an_object_without_a_condition_is_refused(kind: str, author: Client) -> None:
    answer = author.post(address("new", kind), {"name": "Empty"})
    assert answer.status_code == 422
    assert "needs a condition" in errors(answer)["__all__"][0]


def test_a_name_that_is_taken_is_said_at_the_name(shelf: None, author: Client) -> None:
    answer = author.post(address("new", "actions"), {"name": "allow"})
    assert answer.status_code == 422
    assert "already" in errors(answer)["name"][0]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", MADE)
def test_hostile_names_are_text_everywhere(
    kind: str, name: str, author: Client, draft: Version
) -> None:
    model, given, _, _ = MADE[kind]
    answer = author.post(address("new", kind), {"name": name, "description": name, **given})
    assert answer.status_code == 302
    row = model._default_manager.get(name=name)
    pages = [
        reverse("policy_objects"),
        address("", kind, row.pk),
        *(address(page, kind, row.pk) for page in ("edit", "copy", "delete")),
        reverse("policy_rule", args=[draft.pk]),
    ]
    for path in pages:
        page = author.get(path).content.decode()
        assert escape(name[:20]) in page, path
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    gone = author.post(
        address("delete", kind, row.pk), {"words": name, "revision": "1"}, follow=True
    )
    assert escape(name) in gone.content.decode()
    assert not model._default_manager.filter(name=name).exists()


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "a\x00b", "a\u2028b", "x" * 33, "   "])
def test_names_that_are_no_line_are_refused_at_the_name(name: str, author: Client) -> None:
    answer = author.post(address("new", "actions"), {"name": name, "extras": "audit"})
    assert answer.status_code == 422
    assert "name" in errors(answer)
    assert not ActionDescriptor.objects.exists()
