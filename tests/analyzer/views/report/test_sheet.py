"""Tables on pages: order, columns, pages of rows, the part that script asks for."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from analyzer.models import SecuritySession
from analyzer.queries import report as reads
from analyzer.tables.report import CLIENTS, SERVERS, SESSIONS
from analyzer.views.report import traffic
from analyzer.views.sheet import Empty, make_sheet
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page
from web.paging import Page as PageOfRows
from web.templatetags.figures import thin

pytestmark = pytest.mark.usefixtures("filled", "db")
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def servers(client: Client, **query: str) -> Page:
    return Page(client.get(reverse("report_servers"), {"days": "all", **query}))


def levels() -> dict[str, list[str]]:
    """An address of each level with the columns of its table."""
    session = SecuritySession.objects.filter(protection__protocol="TLS").earliest("pk")
    sessions = reverse("report_sessions", args=[session.server_id])
    found = {
        reverse("report_servers"): SERVERS,
        reverse("report_server", args=[session.server_id]): CLIENTS,
        f"{sessions}?show=TLS&detail=certificate": SESSIONS["TLS", "certificate"],
    }
    return {path: [column.key for column in table.columns] for path, table in found.items()}


def test_every_column_of_every_level_sorts(viewer: Client) -> None:
    for path, keys in levels().items():
        asked = f"{path}{'&' if '?' in path else '?'}days=all&columns={','.join(keys)}"
        heads = Page(viewer.get(asked)).all("a", **{"class": "sort"})
        assert len(heads) == len(keys)
        for href in (found["href"] for found in heads):
            page = Page(viewer.get(path.partition("?")[0] + href))
            assert len(page.head) == len(keys)
            assert len(page.rows) > 1
            assert len([one for one in page.all("th") if "aria-sort" in one]) == 1


def test_a_head_sorts_and_turns_round(viewer: Client) -> None:
    def leads(page: Page, sort: str) -> list[dict[str, list[str]]]:
        heads = [parse_qs(found["href"][1:]) for found in page.all("a", **{"class": "sort"})]
        return [query for query in heads if query["sort"] == [sort]]

    assert leads(servers(viewer, job="T*"), "system")
    page = servers(viewer, job="T*", sort="system")
    assert not leads(page, "system")
    assert leads(page, "-system") == [{"days": ["all"], "job": ["T*"], "sort": ["-system"]}]
    (sorted_by,) = [one for one in page.all("th") if "aria-sort" in one]
    assert sorted_by["aria-sort"] == "ascending"
    systems = page.column("System")
    assert systems == sorted(systems)
    falling = servers(viewer, job="T*", sort="-system").column("System")
    assert falling == sorted(falling, reverse=True)


def test_numbers_sort_as_numbers_the_most_first(viewer: Client) -> None:
    counts = [int(cell.replace(" ", "")) for cell in servers(viewer).column("TLS Total Conns")]
    assert counts != sorted(counts)
    page = servers(viewer, sort="-tls")
    counts = [int(cell.replace(" ", "")) for cell in page.column("TLS Total Conns")]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("sort", ["nothing", "-nothing", "\0", "--tls", "tls;DROP", "role"])
def test_an_order_that_is_none_is_said_and_the_own_one_is_kept(viewer: Client, sort: str) -> None:
    page = servers(viewer, sort=sort)
    assert page.rows == servers(viewer).rows
    assert f"`{sort}` is not a column to sort by here" in page.text.replace("\ufffd", "\0")
    assert "is not a column to sort by" not in servers(viewer, sort="tls").text


def test_an_address_names_columns_in_its_own_order_and_for_once(viewer: Client) -> None:
    assert "Stack" in servers(viewer).head
    assert servers(viewer, columns="tls,job").head == ["TLS Total Conns", "Job Name"]
    assert "Stack" in servers(viewer).head
    assert len(servers(viewer, columns="all").head) == len(SERVERS.columns)


@pytest.mark.parametrize("columns", ["nothing", "nothing,job", "", ",", "\0", "<script>"])
def test_columns_that_are_none_are_left_out(viewer: Client, columns: str) -> None:
    page = servers(viewer, columns=columns)
    assert page.head == (["Job Name"] if "job" in columns else servers(viewer).head)


def test_script_gets_one_part_with_an_id_and_the_whole_page_has_the_same_rows(
    viewer: Client,
) -> None:
    for path in levels():
        whole = Page(viewer.get(path))
        answer = viewer.get(path, headers=SCRIPT)
        part = Page(answer)
        assert [root["id"] for root in part.roots] == ["report"]
        assert not part.all("html")
        assert part.rows == whole.rows
        assert whole.all("div", id="report")
        assert "HX-Request" in answer["Vary"]
        restored = viewer.get(path, headers={**SCRIPT, "HX-History-Restore-Request": "true"})
        assert Page(restored).all("html")


def test_only_who_may_export_is_offered_the_file_of_what_is_seen(client_as: ClientAs) -> None:
    assert not servers(client_as("viewer")).export_forms
    page = servers(client_as("analyst"), columns="job,tls", sort="-tls", job="T*")
    query = parse_qs(page.export_address()[1:])
    assert query == {
        "days": ["all"],
        "job": ["T*"],
        "sort": ["-tls"],
        "columns": ["job,tls"],
        "format": ["csv"],
    }


def test_a_question_that_takes_too_long_is_cut_and_says_so(viewer: Client, settings: Any) -> None:
    settings.TIME_LIMIT_PAGE_S = 0.001
    answer = viewer.get(reverse("report_servers"), {"days": "all"})
    assert answer.status_code == 200
    page = Page(answer)
    assert "took longer than 0.001 s and was stopped" in page.text
    assert "More than 0" not in page.text
    assert "No such traffic" not in page.text


@pytest.mark.parametrize(
    ("total", "capped", "words"),
    [
        (0, False, "0 servers"),
        (1, False, "1 server"),
        (1234, False, "1\u202f234 servers"),
        (10_000, True, "More than 10\u202f000 servers"),
    ],
)
def test_a_count_says_when_it_stopped_counting(
    rf: RequestFactory, total: int, capped: bool, words: str
) -> None:
    page = PageOfRows(total=total, total_is_capped=capped)
    empty = Empty(icon="x", title="x", why="x")
    sheet = make_sheet(rf.get("/"), table=SERVERS, page=page, empty=empty)
    assert sheet.count_words == words


def test_the_totals_above_a_table_are_those_of_all_pages(viewer: Client, monkeypatch: Any) -> None:
    columns = "connections,in_bytes,out_bytes,sessions"
    whole = servers(viewer, columns=columns)
    assert len(whole.rows) > 4

    def bar(page: Page) -> str:
        return page.text.partition("Columns")[0].rpartition("servers")[2]

    def total(name: str) -> str:
        cells = [cell.replace("\u202f", "").replace("\u2013", "0") for cell in whole.column(name)]
        return thin(sum(int(cell) for cell in cells))

    assert f"{total('Sessions')} security sessions" in whole.text
    assert f"{total('Total Conns')} connections" in whole.text
    monkeypatch.setattr(traffic.reads, "servers", partial(reads.servers, limit=3))
    first = servers(viewer, columns=columns)
    assert len(first.rows) == 3
    (href,) = [found["href"] for found in first.all("a", id="next-page")]
    second = Page(viewer.get(reverse("report_servers") + href))
    (back,) = [found["href"] for found in second.all("a", id="previous-page")]
    again = Page(viewer.get(reverse("report_servers") + back))
    assert again.rows == first.rows
    assert not again.all("a", id="previous-page")
    assert bar(first) == bar(second) == bar(again)
    assert f"{total('Total Conns')} connections" in second.text


def test_times_carry_the_offset_of_their_system(viewer: Client) -> None:
    page = servers(viewer, columns="system,last_seen,time_zone")
    zones = {"SYSA": {"+01:00", "+02:00"}, "SYSB": {"Z"}, "SYSC": {"-04:00", "-05:00"}}
    for system, time in zip(page.column("System"), page.column("Last seen"), strict=True):
        assert any(time.endswith(zone) for zone in zones[system]), (system, time)
    assert set(page.column("Time zone")) == {"Europe/Berlin", "UTC", "America/New_York"}
