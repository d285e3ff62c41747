"""What the store has recorded reaches the checks: as z/OS sees it, and only when there is any."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import Protection
from designer import drafts
from designer.bringing import plan, read_text
from designer.content.facts import OnRecord
from designer.content.rules import RuleContent
from designer.models import PolicySite, Version
from designer.queries.around import recorded
from policy.settings import Absent, Scope, Settings
from policy.vocabulary import Attribute, Protocol
from tests.analyzer.api.conftest import with_token
from tests.builders.protections import raw_ipsec, raw_none, raw_ssh, raw_tls
from tests.designer.conftest import NOW

pytestmark = pytest.mark.django_db
VERSION, NOT_KNOWN = (Protocol.TLS, Attribute.VERSION), 0
SSLV2 = RuleContent(
    "Ancient",
    inline_traffic={"job": "OLD*"},
    inline_security={"version": ["SSLv2"]},
    action="Allow",
)
FILE = """ZERTRule Ancient
{
  LocalPortRange 23
  SecurityProtocol TLS
  Priority 1
  ZERTTLSConditionRef old
  ZERTActionRef quiet
}
ZERTAction quiet
{
}
"""


def protect(number: int, raw: dict[str, object], *, failed: bool = False) -> None:
    Protection.objects.create(
        digest=number.to_bytes(16, "big"),
        protocol=raw["protocol"],
        raw=raw,
        tables_version="1",
        title=str(number),
        strength="strong",
        confidence="confirmed",
        failed_handshake=failed,
    )


@pytest.fixture
def store() -> None:
    """TLS 1.2 seen in the stream, TLS 1.3 known from a provider, TLS 1.1 that failed, SSH 2."""
    protect(1, raw_tls(version=0x0303, source=1))
    protect(2, raw_tls(version=0x0304, source=2))
    protect(3, raw_tls(version=0x0302, source=1), failed=True)
    protect(4, raw_ssh())
    protect(5, raw_ipsec())
    protect(6, raw_none())


def seen(how: Settings) -> dict[tuple[Protocol, Attribute], frozenset[int]]:
    found = recorded(how)
    assert found
    return dict(found.codes)


@pytest.mark.usefixtures("store")
def test_what_counts_is_what_z_os_sees() -> None:
    as_zos, everything = (seen(Settings(scope=scope)) for scope in Scope)
    assert as_zos[VERSION] == {0x0303, NOT_KNOWN}
    assert everything[VERSION] == {0x0303, 0x0304}
    assert as_zos[Protocol.SSH, Attribute.ENCRYPTION_IN] == {4}
    assert as_zos[Protocol.IPSEC, Attribute.PHASE1_ENCRYPTION] == {0x0E}


def test_an_empty_store_says_nothing_and_one_without_protection_says_that_there_is_none() -> None:
    assert recorded(Settings()) is None
    protect(1, raw_none())
    assert recorded(Settings()) == OnRecord()


def test_a_manual_tunnel_has_no_phase_1(store: None) -> None:
    known = recorded(Settings())
    assert known
    assert not known.has_manual
    protect(7, raw_ipsec(major=0, p1_enc=0x55))
    known = recorded(Settings())
    assert known
    assert known.has_manual
    assert dict(known.codes)[Protocol.IPSEC, Attribute.PHASE1_ENCRYPTION] == {0x0E}
    assert dict(known.codes)[Protocol.IPSEC, Attribute.PHASE2_ENCRYPTION] == {0x0E}


def with_sslv2(draft: Version, by: User) -> Version:
    return drafts.add_rule(version=draft, revision=1, rule=SSLV2, by=by, now=NOW)


def codes(client: Client, draft: Version) -> list[str]:
    answer = client.get(reverse("api_policy_checks", args=[draft.pk]))
    assert answer.status_code == 200
    return [one["code"] for one in answer.json()]


@pytest.mark.usefixtures("store")
def test_a_condition_that_nothing_meets_is_said_on_every_step_and_by_program(
    draft: Version, anna: User
) -> None:
    client = Client()
    client.force_login(anna)
    with_sslv2(draft, anna)
    said = "nothing on record has the version SSLv2"
    for page in ("policy_rules", "policy_review"):
        text = client.get(reverse(page, args=[draft.pk])).content.decode().lower()
        assert said.lower() in text
    step = reverse("policy_rule", args=[draft.pk])
    assert said.lower() in client.get(step, {"name": "Ancient"}).content.decode().lower()
    assert codes(client, draft).count("nothing-on-record") == 2  # TLS 1.1 alone has failed
    typed = {"name": "Typed", "was": "", "security": "~own", "want_version": ["SSLv2"]}
    typed |= {"revision": "2", "action": "Allow", "kind": "specific"}
    live = client.post(reverse("policy_rule_words", args=[draft.pk, "specific"]), typed)
    assert said.lower() in live.content.decode().lower()


def test_without_records_nobody_says_so(draft: Version, anna: User) -> None:
    client = Client()
    client.force_login(anna)
    with_sslv2(draft, anna)
    assert "nothing-on-record" not in codes(client, draft)


@pytest.mark.usefixtures("store")
def test_what_is_not_known_meets_a_condition_where_the_site_says_so(
    draft: Version, anna: User
) -> None:
    client = with_token(anna)
    with_sslv2(draft, anna)
    assert "nothing-on-record" in codes(client, draft)
    PolicySite.objects.create(matching={"unknown_attribute": Absent.FITS.value})
    assert "nothing-on-record" not in codes(client, draft)  # of a provider: not known


@pytest.mark.usefixtures("store")
def test_a_file_on_its_way_in_is_held_against_the_records(anna: User) -> None:
    text = FILE + "ZERTTLSCondition old\n{\n  Version SSLv2\n}\n"
    found = plan(read_text(text), by=anna, day=NOW.date()).preview.findings
    assert "nothing-on-record" in [one.code for one in found]
