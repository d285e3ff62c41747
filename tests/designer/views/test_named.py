"""Names in messages are shown as names: no page shows the backticks that messages have."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from designer.models import SecurityDescriptor, Stack, Version
from tests.house.tree import ROOT

TEMPLATES = sorted((ROOT / "templates").glob("**/*.html"))
SHOWN = re.compile(r"(?<!\")\{\{\s*([a-z_.]+)((?:\|[^}]*)?)\s*\}\}")
MESSAGES = {"error", "why", "why_not", "note", "reason", "message", "hint", "fault", "problem"}
"""What variables are called that hold messages; `wrong` is a number on one page."""
EVERYWHERE = {"error", "why", "why_not", "trouble"}
SAYS = "`TN<3270` is no port"
NAMED = '<b class="named">TN&lt;3270</b>'
WAY = {"ways": [("take", SAYS), ("leave", SAYS)], "field": "f", "id": "i", "wrong": SAYS}
PARTIALS: dict[str, dict[str, Any]] = {
    "_live_said": {"live": {"said": [SAYS], "wrong": [SAYS]}},
    "_live_answer": {"live": {"said": [SAYS]}, "fields": [(SimpleNamespace(auto_id="i"), [SAYS])]},
    "_field_errors": {"errors": [SAYS]},
    "_bring_ways": {"one": WAY},
    "_said": {"faults": [SAYS], "checks": [{"message": SAYS, "hint": SAYS}]},
    "_difference": {"difference": {"unfinished": "not all"}},
    "_rule_line": {"line": {"rule": {"name": "R"}, "sentence": SAYS}},
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_message_goes_through_the_filter(path: Any) -> None:
    found = SHOWN.findall(path.read_text("utf-8"))
    messages = MESSAGES | EVERYWHERE if "designer" in path.parts else EVERYWHERE
    bare = [
        name
        for name, filters in found
        if name.split(".")[-1] in messages and "named" not in filters
    ]
    assert bare == []


@pytest.mark.parametrize("name", PARTIALS)
def test_no_part_shows_a_backtick(name: str) -> None:
    text = render_to_string(f"designer/{name}.html", PARTIALS[name])
    assert "`" not in text
    assert "TN<3270" not in text
    assert name == "_difference" or NAMED in text


@pytest.mark.django_db
def test_no_page_that_refuses_shows_a_backtick(
    draft: Version, stack: Stack, anna: User, bert: User
) -> None:
    client = Client()
    client.force_login(bert)
    security = SecurityDescriptor.objects.earliest("pk")
    rules = reverse("policy_rule", args=[draft.pk])
    given = {"name": "X", "action": "Allow", "local_ports": "80x", "remote_ips": "1.2"}
    answers = [
        client.post(
            reverse("policy_object_delete", args=["security", security.pk]), {"words": "x"}
        ),
        client.post(reverse("policy_stack_delete", args=[stack.pk]), {"name": "x"}),
        client.post(rules, {**given, "revision": draft.revision}),
        client.post(reverse("policy_rule_words", args=[draft.pk, "specific"]), given),
        client.post(reverse("policy_bring"), {"text": "ZERTRule a\n{\n  Jobnam X\n}\n"}),
        client.post(
            reverse("policy_object_new", args=["address-groups"]), {"name": "X", "members": "1.2"}
        ),
        client.get(reverse("policy_review", args=[draft.pk])),
        client.get(reverse("policy_sessions", args=[draft.pk]), {"rule": "Good", "days": "x"}),
    ]
    for number, answer in enumerate(answers):
        text = answer.content.decode()
        shown = re.sub(r"<(textarea|script|pre)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        assert answer.status_code in (200, 302, 422), number
        assert "`" not in shown, (number, re.findall(r".{0,80}`.{0,80}", shown))
