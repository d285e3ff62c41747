"""Pages: days, zones, counts with a cap, what is cut, what is refused, and how many questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from analyzer.models import DailyActivity, Protection, Server
from analyzer.queries import choices, pages, report
from analyzer.queries.days import latest_day, span
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question, read_page
from analyzer.queries.relations import Relation
from analyzer.queries.terms.period import ALL, Period
from analyzer.queries.terms.term import Clause, Term
from analyzer.tables.columns import UnknownColumnError
from analyzer.tables.report import ALL_SESSIONS, SERVERS
from tests.analyzer.queries.conftest import filters
from web.paging import Page, PageKeyError

HOSTILE = (
    *("' OR '1'='1", "') OR 1=1 --", "x' UNION SELECT 1 --", "%", "_", "%%", "\\", "\\'", '"'),
    *("%s", "%(x)s", "{}", "$1", "; SELECT pg_sleep(9)", "\N{SNOWMAN}", "*' OR *'"),
)

SLEEPING = Term("x", "x", Clause("(SELECT pg_sleep(60)) IS NOT NULL"))


def ask(query: str = "", **given: Any) -> Page:
    return report.servers(filters(query), role="server", **given)


def everything(asked: Filters) -> list[Page]:
    """Every kind of page for the same filters."""
    server_id = Server.objects.filter(role="server").earliest("pk").pk
    return [
        *(report.servers(asked, role=str(role)) for role in Server.Role.values),
        report.clients(asked, server_id=server_id),
        report.sessions(asked, server_id=server_id, protocol="TLS", detail="dn"),
        report.all_sessions(asked),
    ]


def unsummed(question: Question) -> Question:
    """The same question, its rows only counted."""
    return replace(question, table=replace(question.table, sums=()))


def slow(*, rows: bool = False, ids: bool = False) -> Question:
    """All servers, but finding them or counting them takes far too long."""
    question = report.servers_question(filters("days=all"), role="server")
    relation = question.relation
    return replace(
        question,
        relation=Relation(
            _sleeping(relation.rows) if rows else relation.rows,
            _sleeping(relation.ids) if ids else relation.ids,
        ),
    )


def _sleeping(clause: Clause) -> Clause:
    return Clause(f"SELECT r.* FROM ({clause.sql}) r, pg_sleep(60)", clause.params)


@pytest.mark.usefixtures("filled", "db")
class TestInAFilledStore:
    def test_the_last_days_count_back_from_the_latest_day(self) -> None:
        latest = latest_day()
        assert latest == DailyActivity.objects.latest("day").day
        assert span(Period(days=1)) == (latest, latest)
        assert span(Period(days=30)) == (latest - timedelta(days=29), latest)
        assert span(Period(days=3660))[0] == latest - timedelta(days=3659)
        assert span(ALL) == (None, None)
        assert span(Period(last=date(2026, 3, 1))) == (None, date(2026, 3, 1))

    def test_times_are_in_the_zone_of_their_system(self) -> None:
        rows = report.all_sessions(filters("days=all")).rows
        assert {row["time_zone"] for row in rows} == {*("Europe/Berlin", "UTC", "America/New_York")}
        for row in rows:
            assert str(row["last_seen"].tzinfo) == row["time_zone"]
            session = DailyActivity.objects.filter(session_id=row["id"]).latest("last_end")
            assert row["last_seen"].replace(tzinfo=None) == session.last_end

    @pytest.mark.parametrize("key", ["job", "user", "dn", "system", "sysplex"])
    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_values_match_nothing(self, key: str, text: str) -> None:
        params = QueryDict(mutable=True)
        params[key], params["days"] = text, "all"
        asked, errors = Filters.from_params(params)
        literal = {"dn": {"%", "_", "\\"}, "user": {'"'}}  # one of the names has this very sign
        expected = bool(errors) or text in literal.get(key, set())
        for page in everything(asked):
            assert not page.rows or (expected and not errors)

    def test_a_filter_that_cannot_be_used_shows_nothing_and_says_so(self) -> None:
        asked, errors = Filters.from_params(QueryDict("port=x"))
        assert errors
        for page in everything(asked):
            assert (page.rows, page.total, page.cut) == ([], 0, pages.REFUSED)
        server = Server.objects.earliest("pk")
        assert report.protocols(asked, server_id=server.pk) == []

    def test_a_question_that_takes_too_long_is_cut_and_says_so(self, settings: Any) -> None:
        settings.TIME_LIMIT_PAGE_S = 0.05
        page = read_page(slow(rows=True), sort=None, after=None, limit=3)
        assert page.rows == []
        assert page.total_is_capped
        assert page.cut == (
            "The question took longer than 0.05 s and was stopped: ask for fewer days."
        )

    def test_protocols_that_take_too_long_are_none(self, settings: Any) -> None:
        settings.TIME_LIMIT_PAGE_S = 0.05
        asked = replace(filters("days=all"), terms={"job": (SLEEPING,)})
        assert report.protocols(asked, server_id=Server.objects.earliest("pk").pk) == []

    def test_a_count_that_takes_too_long_is_at_least_what_is_shown(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pages, "COUNT_LIMIT_S", 0.05)
        question = unsummed(slow(ids=True))
        first = read_page(question, sort=None, after=None, limit=3)
        page = read_page(question, sort=None, after=first.next, limit=3)
        assert len(page.rows) == 3
        assert (page.total, page.total_is_capped, page.cut) == (3, True, "")

    def test_the_first_page_is_counted_by_the_statement_that_reads_it(self) -> None:
        whole = ask("days=all")
        assert ask("days=all", limit=2).total == whole.total == len(whole.rows)
        assert "all rows" not in whole.rows[0]

    def test_a_count_stops_at_its_cap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        question = unsummed(report.servers_question(filters("days=all"), role="server"))
        whole = ask("days=all").total
        assert whole > 4
        for cap, expected in ((4, (4, True)), (whole, (whole, False))):
            monkeypatch.setattr(pages, "COUNT_CAP", cap)
            page = read_page(question, sort=None, after=None, limit=2)
            assert (page.total, page.total_is_capped) == expected
            page = read_page(question, sort=None, after=page.next, limit=2)
            assert (page.total, page.total_is_capped) == expected

    def test_what_is_summed_is_counted_to_the_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = ask("days=all")
        monkeypatch.setattr(pages, "COUNT_CAP", 4)
        page = ask("days=all", limit=2)
        assert (page.total, page.total_is_capped) == (whole.total, False)

    def test_nothing_found_comes_to_nothing(self) -> None:
        assert ask("job=NOSUCH").sums == {}

    def test_orders_and_keys_that_do_not_exist_are_refused(self) -> None:
        for sort in ("nonsense", "--tls", "id", "tls; DROP TABLE x", "-"):
            with pytest.raises(UnknownColumnError, match="is not a column to sort by"):
                ask(sort=sort)
        key = ask("days=all", limit=1).next
        with pytest.raises(PageKeyError):
            ask("days=all", after=key, sort="tls")
        with pytest.raises(PageKeyError):
            ask("days=all", after="x")

    def test_rows_carry_only_the_columns_asked_for_and_what_links_need(self) -> None:
        whole = ask("days=all", sort="job")
        some = ask("days=all", sort="job", columns=["tls", "job"])
        assert [set(row) for row in some.rows[:1]] == [{"id", "tls", "job", "time_zone", "doubt"}]
        assert some.rows == [{key: row[key] for key in some.rows[0]} for row in whole.rows]
        sessions = report.all_sessions(filters("days=all"), columns=["cipher"])
        assert {"cipher", "client_ip", "protocol", "reason", "doubt"} < set(sessions.rows[0])

    def test_choices_are_what_the_store_holds(self) -> None:
        assert choices.stacks() == [
            ("PLEXA", "SYSA", "TCPIP"),
            ("PLEXA", "SYSB", "TCPIP"),
            ("PLEXB", "SYSC", "tcpip2"),
        ]
        assert choices.versions() == [*("IKEv2", "SSHv2", "SSLv3", "TLSv1.2", "TLSv1.3", "Unknown")]

    def test_every_choice_can_be_asked(self) -> None:
        for stack in choices.stacks():
            assert report.all_sessions(filters(f"days=all&stack={'.'.join(stack)}")).rows
        for version in choices.versions():
            assert report.all_sessions(filters(f"days=all&version={version}")).rows

    def test_a_class_that_is_not_known_ranks_as_unknown(self) -> None:
        Protection.objects.filter(strength="weak").update(strength="novel")
        asked, found, after = filters("days=all"), [], None
        while not found or after:
            page = report.all_sessions(asked, sort="strength", after=after, limit=5)
            found += [row["strength"] for row in page.rows]
            after = page.next
        assert len(found) == page.total
        places = [number for number, name in enumerate(found) if name in {"novel", "unknown"}]
        assert "novel" in found
        assert places == list(range(places[0], places[-1] + 1))

    def test_one_server_is_found_with_its_stack(self) -> None:
        server = Server.objects.earliest("pk")
        found = report.server(server.pk)
        assert found == server
        with CaptureQueriesContext(connection) as asked:
            assert found.stack.settings.time_zone
        assert len(asked) == 0
        assert report.server(0) is None

    def test_no_table_has_a_key_twice(self) -> None:
        for table in (SERVERS, ALL_SESSIONS):
            assert len(table.by_key) == len(table.columns)
