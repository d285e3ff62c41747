"""Which columns a user sees, in which order, how dense: chosen, kept for them, forgotten."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, Import, SecuritySession, TablePreference
from analyzer.tables.picked import PICKED
from analyzer.tables.report import SERVERS
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("filled", "db")
BACK = "/report/servers/?days=all&job=T*"


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def where(table: str) -> str:
    return reverse("table_columns", args=[table])


def keep(client: Client, *columns: str, table: str = "servers", **more: object) -> str:
    given = {"columns": columns, "order": columns, "next": BACK, "keep": "1", **more}
    answer = client.post(where(table), given)
    assert answer.status_code == 302
    return answer["Location"]


def head(client: Client, path: str = BACK) -> list[str]:
    return Page(client.get(path)).head


def boxes(page: Page) -> list[tuple[str, bool]]:
    found = page.all("input", name="columns", type="checkbox")
    return [(box["value"], "checked" in box) for box in found]


def test_a_choice_is_kept_in_its_order_and_leads_back(viewer: Client) -> None:
    assert keep(viewer, "tls", "job") == BACK
    assert head(viewer) == ["TLS Total Conns", "Job Name"]
    assert "Stack" in head(viewer, "/report/clients/?days=all")  # a table of its own
    kept = TablePreference.objects.get()
    assert (kept.user.username, kept.table, kept.columns) == ("viewer", "servers", ["tls", "job"])
    keep(viewer, "job")
    assert head(viewer) == ["Job Name"]
    assert TablePreference.objects.count() == 1


def test_nobody_else_sees_it_and_no_entry_is_left(viewer: Client, client_as: ClientAs) -> None:
    keep(viewer, "job")
    assert "Stack" in head(client_as("analyst"))
    assert not AuditEntry.objects.filter(action__startswith="table").exists()


def test_it_is_there_at_the_next_sign_in(viewer: Client) -> None:
    keep(viewer, "job", density="comfortable")
    other = Client()
    other.force_login(User.objects.get(username="viewer"))
    page = Page(other.get(BACK))
    assert page.head == ["Job Name"]
    assert "comfortable" in page.all("table")[0]["class"]


def test_as_delivered_forgets_it(viewer: Client) -> None:
    delivered = head(viewer)
    keep(viewer, "job")
    viewer.post(where("servers"), {"reset": "1", "next": BACK})
    assert head(viewer) == delivered
    assert not TablePreference.objects.exists()


def test_what_is_chosen_as_delivered_is_not_kept(viewer: Client) -> None:
    keep(viewer, *(column.key for column in SERVERS.columns if column.default_visible))
    assert not TablePreference.objects.exists()


def test_the_address_goes_before_what_is_kept(viewer: Client) -> None:
    keep(viewer, "job")
    assert head(viewer, f"{BACK}&columns=ssh,port") == ["SSH Total Conns", "Server Port"]
    assert "Stack" in head(viewer, f"{BACK}&columns=default")
    assert head(viewer) == ["Job Name"]


def test_no_column_at_all_is_refused_and_what_was_typed_stays(viewer: Client) -> None:
    given = {"order": ["tls", "job"], "density": "comfortable", "next": BACK, "keep": "1"}
    answer = viewer.post(where("servers"), given)
    assert answer.status_code == 422
    page = Page(answer)
    assert "Choose at least one column." in page.text
    assert [key for key, _ in boxes(page)][:2] == ["tls", "job"]
    assert "checked" in page.one("input", name="density", value="comfortable")
    assert not TablePreference.objects.exists()


def test_without_script_a_button_moves_a_column_and_nothing_is_kept_yet(viewer: Client) -> None:
    given = {"order": ["job", "tls", "ssh"], "columns": ["job", "ssh"], "next": BACK}
    for move, expected in [
        ("up:ssh", ["job", "ssh", "tls"]),
        ("down:job", ["tls", "job", "ssh"]),
        ("up:job", ["job", "tls", "ssh"]),
        ("up:nothing", ["job", "tls", "ssh"]),
        ("away:ssh", ["job", "tls", "ssh"]),
    ]:
        answer = viewer.post(where("servers"), {**given, "move": move})
        assert answer.status_code == 200
        page = Page(answer)
        assert [key for key, _ in boxes(page)][:3] == expected
        assert {key for key, ticked in boxes(page) if ticked} == {"job", "ssh"}
        assert page.one("input", name="next")["value"] == BACK
    assert not TablePreference.objects.exists()


def test_the_form_on_the_page_has_all_columns_the_shown_ones_first(viewer: Client) -> None:
    page = Page(viewer.get(f"{BACK}&columns=tls,job&sort=tls"))
    found = boxes(page)
    assert found[:2] == [("tls", True), ("job", True)]
    assert {key for key, _ in found} == set(SERVERS.by_key)
    assert not [key for key, ticked in found[2:] if ticked]
    assert page.one("input", name="next")["value"] == f"{BACK.replace('*', '%2A')}&sort=tls"
    link = parse_qs(page.one("a", **{"class": "share"})["href"][1:])
    assert link == {"days": ["all"], "job": ["T*"], "columns": ["tls,job"], "sort": ["tls"]}


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "x", "", "/\\evil"])
def test_it_leads_nowhere_else(viewer: Client, away: str) -> None:
    assert keep(viewer, "job", next=away) == "/"


def test_unknown_tables_and_columns(viewer: Client) -> None:
    assert viewer.get(where("nothing")).status_code == 404
    assert viewer.post(where("nothing"), {"columns": "x"}).status_code == 404
    keep(viewer, "nothing", "job", "<zz>", density="<zz>")
    assert TablePreference.objects.get().columns == ["job"]


def test_columns_that_a_later_release_lacks_are_left_out(viewer: Client) -> None:
    user = User.objects.get(username="viewer")
    kept = TablePreference.objects.create(
        user=user, table="servers", columns=["gone", "job"], changed_at=timezone.now()
    )
    assert head(viewer) == ["Job Name"]
    kept.columns = ["gone"]
    kept.save()
    assert "Stack" in head(viewer)


def test_files_have_the_columns_of_the_screen_in_their_order(client_as: ClientAs) -> None:
    analyst = client_as("analyst")
    keep(analyst, "tls", "job")
    link = Page(analyst.get(BACK)).export_address()
    assert parse_qs(link[1:])["columns"] == ["tls,job"]
    for path, expected in [
        (f"/report/servers/{link}", "tls,job"),
        (f"{BACK}&format=csv&columns=all", ",".join(SERVERS.by_key)),
    ]:
        first = analyst.get(path).getvalue().decode("utf-8-sig").splitlines()[0]
        assert first.replace('"', "") == expected


def statements(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        head(client, path)
    return [query["sql"] for query in found.captured_queries]


def test_hidden_columns_are_not_asked_of_the_database(viewer: Client) -> None:
    shown = statements(viewer, f"{BACK}&columns=job,in_bytes")
    assert [sql for sql in shown if 'AS "in_bytes"' in sql]
    keep(viewer, "job")
    hidden = statements(viewer, BACK)
    assert not [sql for sql in hidden if 'AS "in_bytes"' in sql]
    assert len([sql for sql in hidden if 'FROM "analyzer_tablepreference"' in sql]) == 1


def test_every_big_table_has_its_picker(client_as: ClientAs) -> None:
    session = SecuritySession.objects.filter(protection__protocol="TLS").earliest("pk")
    Import.objects.create(source="api", name="x", path="x", submitted_at=timezone.now())
    sessions = reverse("report_sessions", args=[session.server_id])
    pages = {
        "servers": "/report/servers/",
        "foreign_servers": "/report/clients/",
        "peers": "/report/peers/",
        "clients": reverse("report_server", args=[session.server_id]),
        **{
            f"sessions-tls-{detail}": f"{sessions}?show=TLS&detail={detail}"
            for detail in ("cryptographic", "certificate", "dn", "traffic")
        },
        "certificates": "/report/certificates/",
        **{
            f"compared-{grain}s": f"/report/compare/?by={grain}&days=all"
            for grain in ("server", "service", "client", "protection")
        },
        "history": "/data/history/",
    }
    client = client_as("administrator")
    for table, path in pages.items():
        page = Page(client.get(path))
        actions = [form.action for form in page.forms if "density" in form.fields]
        assert actions == [where(table)], path
    for table in PICKED:
        assert client.get(where(table)).status_code == 200


@pytest.mark.parametrize("wrong", [{"columns": []}, {"density": "airy"}])
def test_the_database_keeps_no_look_that_is_none(viewer: Client, wrong: dict[str, object]) -> None:
    user = User.objects.get(username="viewer")
    given = {"user": user, "table": "t", "columns": ["job"], "changed_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        TablePreference.objects.create(**(given | wrong))
    TablePreference.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        TablePreference.objects.create(**given)
