"""Each line of an effect leads to its sessions: the very ones that the plain matcher finds."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import DailyActivity, SecuritySession
from designer import versions
from designer.content.taking import content_from
from designer.models import Version
from designer.queries.contents import shelf
from designer.queries.effect import met
from designer.versions import NewRuleSet
from policy.matcher import first_match, protocols
from policy.model import RuleSet
from policy.settings import DEFAULTS, Settings
from tests.analyzer.api.conftest import with_token
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, ingest, store
from tests.designer.conftest import NOW
from tests.designer.effect.test_against_matcher import (
    ALL,
    ARTICLE,
    NONE,
    add_rare_sessions,
    connections,
)

__all__ = ["ingest", "store"]  # fixtures of the neighbour
pytestmark = pytest.mark.django_db(transaction=True)
Found = dict[str, set[int]]


def expected(rule_set: RuleSet, how: Settings) -> Found:
    """Keys of sessions by what they meet, one session after the other."""
    found: Found = defaultdict(set)
    last = DailyActivity.objects.latest("day").day
    days = [row for row in DailyActivity.objects.all() if (last - row.day).days < 90]
    active = {row.session_id for row in days}
    for session in SecuritySession.objects.select_related("server", "protection"):
        seen = connections(session)
        if session.pk not in active or rule_set.protocol not in protocols(seen[0], how):
            continue
        places = {first_match(rule_set, one, how) for one in seen}
        names = {"~none" if one is None else rule_set.rules()[one].name for one in places}
        found[names.pop() if len(names) == 1 else "~undecided"].add(session.pk)
    return dict(found)


def by_page(client: Client, version: Version, scope: str) -> Found:
    """The same from the review by its links, page after page."""
    address = reverse("policy_review", args=[version.pk])
    page = client.get(address, {"days": 90, "scope": scope}).content.decode()
    links = re.findall(r'href="(/policy/versions/\d+/sessions/[^"]*)"', page)
    found: Found = {}
    for link in map(unescape, links):
        keys: list[int] = []
        at: str | None = link
        while at:
            shown = client.get(at).content.decode()
            keys += map(int, re.findall(r'href="/report/sessions/(\d+)/"', shown))
            more = re.search(r'href="([^"]*)">More sessions', shown)
            at = unescape(more[1]) if more else None
        (said,) = re.findall(r"<h1>Sessions that meet (.*?)</h1>", shown)
        assert len(keys) == len(set(keys))
        found[{"no rule": "~none"}.get(said, unescape(said))] = set(keys)
    return found


def by_program(client: Client, version: Version, rule_set: RuleSet, scope: str) -> Found:
    found: Found = {}
    asked = [{"rule": one.name} for one in rule_set.rules()]
    for one in (*asked, {"met": "none"}, {"met": "undecided"}):
        address, keys, after = reverse("api_policy_effect_sessions", args=[version.pk]), set(), 0
        while after is not None:
            query = {**one, "days": 90, "scope": scope, "after": after, "limit": 7}
            answer = client.get(address, query).json()
            keys |= {row["session_id"] for row in answer["rows"]}
            after = answer["next"]
        assert len(keys) == answer["total"]
        name = one.get("rule") or f"~{one['met']}"
        found |= {name: keys} if keys else {}
    return found


def test_the_sessions_of_each_line_are_the_stored_ones_in_both_modes(
    ingest: Ingest, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(SAMPLES / "site-vbs.smf")
    add_rare_sessions()
    monkeypatch.setattr(met.Asked.__init__, "__defaults__", ("", "", 0, 10))
    client = Client()
    client.force_login(anna)
    program = with_token(anna)
    sizes = set()
    for rule_set in (ARTICLE, NONE):
        head = NewRuleSet(rule_set.name, rule_set.protocol)
        content = content_from(rule_set, shelf())
        version = versions.make(head=head, by=anna, now=NOW, content=content)
        for scope, how in (("zos", DEFAULTS), ("all", ALL)):
            want = expected(rule_set, how)
            sizes.add(max(map(len, want.values())))
            assert by_program(program, version, rule_set, scope) == want
            shown = {name: keys for name, keys in want.items() if name != "~undecided"}
            assert by_page(client, version, scope) == shown
    assert max(sizes) > 20
    tls = [expected(ARTICLE, how) for how in (DEFAULTS, ALL)]
    assert tls[0] != tls[1]
