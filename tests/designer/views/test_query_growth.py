"""Twelve rule sets, stacks and rules cost as many queries as two, on every list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analyzer.models import SecuritySession, Server
from designer import approval, drafts, installing, objects, versions, workspace
from designer.models import ActionDescriptor, AddressGroup, SecurityDescriptor, Stack, Version
from designer.objects import Said
from designer.queries.contents import content_of
from policy.model import Kind
from tests.builders.store_rows import LAST_DAY, activity, fill, store_activity
from tests.designer.conftest import NOW, Release
from tests.designer.views.making.test_of_servers import protection

pytestmark = pytest.mark.django_db
PAGES = ("rule_sets", "bring", "objects", "stacks", "approvals", "exceptions", "settings")
FEW, MANY = 2, 12


def add(number: int, draft: Version, stack: Stack, release: Release, by: User) -> None:
    """A released rule set on a stack of its own, one that waits, one at work with an exception."""
    name = f"T{number}"
    workspace.make_system(group=stack.system.group, name=f"S{number}", by=by, now=NOW)
    for kind, tree in ((ActionDescriptor, {}), (AddressGroup, {"members": [f"10.0.0.{number}"]})):
        objects.make(kind=kind, said=Said(name, tree), by=by, now=NOW)
    versions.copy(version=draft, name=f"At work {number}", by=by, now=NOW)
    there = workspace.make_stack(system=stack.system, name=name, by=by, now=NOW)
    released = release(versions.copy(version=draft, name=f"Released {number}", by=by, now=NOW))
    installing.assign(version=released, stacks=[there], by=by, now=NOW)
    waits = versions.copy(version=draft, name=f"Waits {number}", by=by, now=NOW)
    approval.submit(version=waits, revision=1, comment="x", by=by, now=NOW)
    content = content_of(draft)
    rule = content.of_kind(Kind.SPECIFIC)[0]
    ends = replace(rule, name=f"Ends {number}", expires=timezone.localdate() + timedelta(days=3))
    draft.refresh_from_db()
    drafts.add_rule(version=draft, revision=draft.revision, rule=ends, by=by, now=NOW)


def test_lists_cost_the_same_whatever_their_length(
    draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    client = Client()
    client.force_login(anna)
    made, counts = 0, []
    paths = [reverse(f"policy_{page}") for page in PAGES]
    paths += [reverse(f"policy_{step}", args=[draft.pk]) for step in ("rules", "plan", "review")]
    first = release(versions.copy(version=draft, name="Site copy", by=anna, now=NOW))
    paths += [reverse("policy_place", args=[first.pk]), reverse("policy_stack_new")]
    paths += [
        reverse(f"policy_{page}", args=[key])
        for page, key in (
            ("group", stack.system.group_id),
            ("system", stack.system_id),
            ("group_delete", stack.system.group_id),
            ("system_delete", stack.system_id),
            ("assign", stack.pk),
        )
    ]
    used = ["security", SecurityDescriptor.objects.get(name="TLS 1.1").pk]
    paths += [reverse("policy_object", args=used), reverse("policy_object_new", args=["security"])]
    paths += [reverse(f"policy_object_{page}", args=used) for page in ("edit", "copy", "delete")]
    for number in (FEW, MANY):
        while made < number:
            add(made, draft, stack, release, anna)
            made += 1
        costs = {}
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(path).status_code == 200
            costs[path] = len(captured)
        counts.append(costs)
    assert counts[0] == counts[1]


def test_the_sessions_of_a_rule_cost_the_same_whatever_their_number(
    draft: Version, anna: User
) -> None:
    client = Client()
    client.force_login(anna)
    fill(sessions=6, records=12)
    server, used = Server.objects.earliest("pk"), protection(7, 0x303, 19)
    Server.objects.filter(pk=server.pk).update(role="server", ip_proto=6, port_start=992)
    made, costs = 0, set()
    for number in (FEW, MANY):
        while made < number:
            made += 1
            session = SecuritySession.objects.create(
                digest=f"met{made:013}".encode(),
                server=server,
                client_ip=f"10.9.0.{made}",
                protection=used,
                sa_flags=0,
            )
            store_activity([activity(session, LAST_DAY, connections=1)])
        address = reverse("policy_sessions", args=[draft.pk])
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address, {"rule": "Rest", "days": 90}).content.decode()
        assert len(set(re.findall(r"10\.9\.0\.\d+", page))) == number
        costs.add(len(captured))
    assert len(costs) == 1
