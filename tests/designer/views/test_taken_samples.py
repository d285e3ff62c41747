"""A recorded session becomes the test of a draft, or says why it can't."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import Protection, SecuritySession, Server
from designer.models import Version
from tests.analyzer.views.conftest import filled

__all__ = ["filled"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def test_a_recorded_session_becomes_a_test_that_passes(
    client: Client, draft: Version, filled: None
) -> None:
    session = (
        SecuritySession.objects.filter(
            protection__version__startswith="TLSv1", dailyactivity__isnull=False
        )
        .exclude(protection__failed_handshake=True)
        .earliest("pk")
    )
    raw = {"tls": {"version": 0x0302, "enc": 14, "source": 1, "kex": 0xFFFE}}
    Protection.objects.filter(pk=session.protection_id).update(raw=raw)
    address = reverse("policy_test", args=[draft.pk])
    server = Server.objects.filter(pk=session.server_id)
    server.update(ip_proto=17)
    page = client.get(address, {"session": session.pk}).content.decode()
    assert "No rule set is held against this session: rules apply to TCP only." in page
    server.update(ip_proto=6)
    for asked in (str(session.pk), f"/report/sessions/{session.pk}/"):
        page = client.get(address, {"session": asked})
        form = page.context["form"]
        assert page.context["why_not"] == ""
        assert form["local_ip"].value()
        assert form["is_version"].value() == "TLSv1.1"
        assert form["is_key_exchange"].value() == "0xFFFE"
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", False)}
    answer = client.post(f"{address}?session={session.pk}", {"revision": 1, **typed})
    assert answer.status_code == 302, answer.context["form"].errors
    draft.refresh_from_db()
    assert [one["passed"] for one in draft.test_results] == [True]
    for asked, said in (("999999999", "no such session"), ("x", "no such session")):
        assert said in client.get(address, {"session": asked}).content.decode()


def test_a_session_of_another_protocol_is_refused_with_the_reason(
    client: Client, draft: Version, filled: None
) -> None:
    session = SecuritySession.objects.filter(
        protection__protocol="NONE", dailyactivity__isnull=False
    ).earliest("pk")
    page = client.get(reverse("policy_test", args=[draft.pk]), {"session": session.pk})
    assert "This session has no recognized protection; the rule set looks at TLS." in (
        page.content.decode()
    )
