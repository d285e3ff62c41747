"""What stands on a page beside its table stands in the interface too, as the page reads it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.forms.queries import QueryForm
from analyzer.models import (
    Certificate,
    CoverageEvent,
    Import,
    Protection,
    ProtectionCertificate,
    SecuritySession,
    Stack,
    StackDay,
    StoredFile,
)
from analyzer.queries import saved
from analyzer.queries.baselines.sessions import judge_protection
from analyzer.queries.certificates.timeline import read_timeline
from analyzer.queries.data import database, sizes
from analyzer.queries.overview.coverage import coverage_map
from analyzer.views.queries.preview import build
from tests.analyzer.queries.conftest import filters
from tests.builders.saved_queries import slow

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn a count into none."""
    monkeypatch.setattr(saved, "COUNT_LIMIT_S", 20.0)


def fits(client: Client, path: str, body: Any) -> None:
    """The answer keeps to the schema of its address."""
    schema = client.get(reverse("api_schema")).json()
    answer = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    jsonschema.validate(body, {**answer["schema"], "components": schema["components"]})


def test_the_overview_has_the_coverage_of_its_page(analyst: Client) -> None:
    stack = Stack.objects.earliest("pk")
    days = sorted(StackDay.objects.filter(stack=stack).values_list("day", flat=True))
    StackDay.objects.filter(stack=stack, day=days[1]).delete()
    imported = Import.objects.create(source="api", name="x", path="x", submitted_at=timezone.now())
    for kind, hour in (("aggregation_disabled", 8), ("aggregation_enabled", 9)):
        at = datetime.combine(days[0], datetime.min.time()) + timedelta(hours=hour)
        CoverageEvent.objects.create(stack=stack, at=at, kind=kind, imported=imported)
    asked = {"from": str(days[0]), "to": str(days[3]), "sysplex": stack.sysplex}
    body = analyst.get(reverse("api_overview"), asked).json()
    fits(analyst, "/api/v1/overview/", body)
    page, found = coverage_map(filters(urlencode(asked))), body["coverage"]
    assert (found["first"], found["last"]) == (str(page.days[0]), str(page.days[-1]))
    assert found["cut"] is page.cut is False
    told = {(one["sysplex"], one["system"], one["stack"]): one for one in found["stacks"]}
    assert told.keys() == {(one.sysplex, one.system, one.stack) for one in page.stacks}
    for one in page.stacks:
        stands = told[one.sysplex, one.system, one.stack]
        assert stands["days"] == [str(day) for day in sorted(one.days)]
        assert stands["gaps"] == [
            {"first": str(first), "last": str(last)} for first, last in one.gaps(page.days)
        ]
    own = told[stack.sysplex, stack.system, stack.stack]
    assert own["gaps"] == [{"first": str(days[1]), "last": str(days[1])}]
    assert own["offs"] == [
        {"what": "Aggregation", "since": f"{days[0]}T08:00:00", "until": f"{days[0]}T09:00:00"}
    ]
    nothing = analyst.get(reverse("api_overview"), {"system": "NOWHERE"}).json()
    assert nothing["coverage"] == {"first": None, "last": None, "cut": False, "stacks": []}


def test_the_database_has_the_sizes_of_its_page(analyst: Client) -> None:
    StoredFile.objects.create(name="x", sha256="0", size_bytes=700, stored_at=timezone.now())
    before, grew = sizes.sizes(), sizes.growth_bytes(database.summary().by_day)
    body = analyst.get(reverse("api_database")).json()
    fits(analyst, "/api/v1/database/", body)
    page, found = sizes.sizes(), body["sizes"]
    assert page.systems
    assert found["systems"] == json.loads(
        json.dumps([asdict(one) for one in page.systems], default=str)
    )
    # The database may tidy a table between two reads: ours lies between the page's.
    ends = {one.words: [one.size_bytes] for one in before.families}
    for one in page.families:
        ends[one.words].append(one.size_bytes)
    sizes_of = {one["kind"]: one["size_bytes"] for one in found["families"]}
    assert sizes_of.keys() == ends.keys()
    assert all(min(ends[kind]) <= size <= max(ends[kind]) for kind, size in sizes_of.items())
    assert (found["files"], found["files_bytes"]) == (page.files, page.files_bytes) == (1, 700)
    assert found["free_bytes"] > 0
    growth = sizes.growth_bytes(database.summary().by_day)
    assert min(grew, growth) <= body["day_bytes"] <= max(grew, growth)


def test_the_certificates_have_the_timeline_of_their_page(analyst: Client) -> None:
    now = timezone.now()
    protections = SecuritySession.objects.values_list("protection", flat=True).distinct()
    for protection, days in zip(protections.order_by("protection"), (-3, 5, 20, 400), strict=False):
        made = Certificate.objects.create(
            digest=bytes([days % 251]) * 16,
            identity=Certificate.Identity.SERIAL if days < 300 else Certificate.Identity.NAMES,
            not_after=now + timedelta(days=days, hours=1),
        )
        ProtectionCertificate.objects.create(
            protection_id=protection, part="server", certificate=made
        )
    asked = {"days": "all", "expiry": "expired"}
    address = reverse("api_certificate_timeline")
    body = analyst.get(address, asked).json()
    fits(analyst, "/api/v1/certificates/timeline/", body)
    page = read_timeline(filters("days=all"), now=now)
    months = [(one["month"], one["certificates"]) for one in body["months"]]
    assert months == [(str(day), number) for day, number in page.months]
    assert tuple((one["expiry"], one["certificates"]) for one in body["within"]) == page.within
    for name in ("expired", "later", "unknown", "derived", "total"):
        assert body[name] == getattr(page, name)
    assert [number for _, number in page.within] == [1, 2, 2]
    assert (body["expired"], body["later"], body["total"]) == (1, 1, 4)
    assert analyst.get(address, {"nonsense": "1"}).status_code == 400


def test_a_session_has_the_verdicts_of_its_page(analyst: Client) -> None:
    verdicts, some_broken = set(), False
    for protection in Protection.objects.order_by("pk"):
        session = protection.sessions.earliest("pk")
        body = analyst.get(reverse("api_session", args=[session.pk])).json()
        fits(analyst, "/api/v1/sessions/{id}/", body)
        page = judge_protection(protection.pk)
        told = [(one["key"], one["name"], one["verdict"]) for one in body["baselines"]]
        assert told == [(one.profile.key, one.profile.name, one.verdict) for one in page]
        for said, one in zip(body["baselines"], page, strict=True):
            assert [rule["id"] for rule in said["broken"]] == [rule.id for rule in one.broken]
            assert [rule["title"] for rule in said["not_judged"]] == [
                rule.title for rule in one.not_judged
            ]
            verdicts.add(one.verdict)
            some_broken = some_broken or bool(one.broken)
    assert "breaks" in verdicts
    assert some_broken


@pytest.mark.parametrize("asked", ["days=all", "days=all&protocol=TLS&tab=clients", "tab=peers"])
def test_a_query_is_previewed_as_in_the_builder(analyst: Client, asked: str) -> None:
    body = analyst.get(f"{reverse('api_query_preview')}?{asked}").json()
    fits(analyst, "/api/v1/queries/preview/", body)
    given = QueryDict(asked, mutable=True)
    tab = {QueryForm(owner_id=None).add_prefix("tab"): given.pop("tab", ["servers"])[0]}
    page = build(given, form=QueryForm(tab, owner_id=None))
    assert f"{body['sentence']}." == page.sentence
    assert page.size == (
        f"{body['sessions']} security session{'' if body['sessions'] == 1 else 's'}."
    )
    assert (body["more"], body["not_counted"]) == (False, "")


def test_a_preview_says_why_it_has_not_counted(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("api_query_preview")
    monkeypatch.setattr(saved, "COUNT_CAP", 3)
    body = analyst.get(address, {"days": "all"}).json()
    assert (body["sessions"], body["more"]) == (3, True)

    monkeypatch.setattr(saved, "COUNT_LIMIT_S", 0.01)
    monkeypatch.setattr(saved, "sessions_of", slow)
    body = analyst.get(address, {"days": "all"}).json()
    assert (body["sessions"], body["more"]) == (None, False)
    assert body["not_counted"] == "Counting takes too long."
    wrong = analyst.get(address, {"port": "x", "tab": "y"})
    assert (wrong.status_code, wrong.json()["errors"].keys()) == (400, {"port", "tab"})
    assert analyst.get(address, {"sort": "job"}).status_code == 400
