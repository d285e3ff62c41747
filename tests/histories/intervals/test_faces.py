"""Making interval records by the pages, by programs and from the command line."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analyzer.models import Import
from enforcement.api.intervals_urls import urlpatterns
from enforcement.interval_urls import urlpatterns as pages
from enforcement.intervals import work
from enforcement.models import Making
from tests.analyzer.api.conftest import rows_of, with_token
from tests.builders.enforcement.records import Connection
from tests.histories.checking.test_limits import slow
from tests.histories.conftest import Fill
from tests.histories.intervals.given import (
    DETAILS,
    OVER_NIGHT,
    asked,
    imported,
    started,
    totals,
)
from tests.histories.test_checking import SUMMARIES
from tests.histories.test_pages import author, plain, text
from tests.runs.asking import IN, READS, wrong_answers

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
SAME = {
    "interval_makings": {"api_makings", "api_making_plan", "api_making"},
    "interval_start": {"api_makings"},
    "interval_cancel": {"api_making_cancel"},
}
STACK = "PLEXA SYSA TCPIP"
NOT_TO_GET = (IN, 403, 403, 403, 405)
LATER = Connection(number=9).at(4, 24 * 3_600.0 + 60)


@pytest.fixture
def program(anna: User, roles: dict[str, Group]) -> Client:
    anna.groups.add(roles["analyst"])
    return with_token(anna)


def sent(client: Client, name: str = "api_makings", *args: object, **body: Any) -> Any:
    return client.post(reverse(name, args=args), body, content_type="application/json")


def here(*arguments: str) -> str:
    out = io.StringIO()
    call_command("aggregate", "--store", *arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("aggregate", *arguments, stdout=io.StringIO())
    assert caught.value.returncode == 2
    return str(caught.value)


def test_each_one_gets_what_they_may(roles: dict[str, Group], fill: Fill) -> None:
    expected = {
        "interval_makings": READS,
        "interval_start": (NOT_TO_GET, (IN, 403, 403, 403, 422)),
        "interval_cancel": (NOT_TO_GET, (IN, 403, 403, 403, 404)),
    }
    assert {pattern.name for pattern in pages} == set(expected) == set(SAME)

    def address(name: str) -> tuple[object, ...]:
        return (1,) if name == "interval_cancel" else ()

    assert not list(wrong_answers(expected, address, roles))


def test_every_page_has_its_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set.union(*SAME.values())


def test_from_the_plan_to_the_import_by_pages_alone(fill: Fill, author: Client) -> None:
    fill([*DETAILS, Connection(system="SYSB").at(4, 50), *SUMMARIES[:1]])
    assert "Nothing yet." in text(author, "interval_makings")
    page = text(author, "interval_makings", smf="15", stack=STACK)
    assert "Refused: has interval records already" in page
    assert "Make interval records</button>" not in page
    page = text(author, "interval_makings", smf="15")
    assert re.search(r"PLEXA SYSB TCPIP.*2026-01-15.*Interval records are made", page, re.DOTALL)
    assert '<input type="hidden" name="smf" value="15">' in page
    answer = author.post(reverse("interval_start"), {"smf": "15"})
    assert answer["Location"] == reverse("interval_makings")
    page = text(author, "interval_makings")
    assert "0 of 1" in page
    assert "Cancel" in page
    found = Making.objects.get()
    assert (found.interval_min, found.started_by_name) == (15, "ANNA")
    assert work.run(found.pk)
    found.refresh_from_db()
    link = reverse("data_import_detail", args=[found.imported_id])
    assert link in text(author, "interval_makings")
    assert imported(found).added == 1
    page = plain(author.get(link).content)
    assert "Zertify made these interval records" in page
    assert "Made of connection records, submitted" in page
    assert "not recorded by the stack" in page
    answer = author.post(reverse("interval_cancel", args=[found.pk]), follow=True)
    assert "It had ended before it could be canceled." in plain(answer.content)


def test_what_is_asked_wrongly_is_said_and_kept(fill: Fill, author: Client) -> None:
    fill(DETAILS)
    for given, said in (
        ({"smf": "7"}, "An interval of 7 minutes does not divide the day."),
        ({"smf": "61"}, "less than or equal to 60"),
        ({"intval": "5"}, "An interval of 300 minutes does not divide the day."),
        ({"intval": "4", "syncval": "8"}, "`8` is no time of day"),
        ({"syncval": "08:00"}, "SYNCVAL goes with INTVAL."),
        ({"from_day": "2026-01-02", "to_day": "2026-01-01"}, "is before"),
        ({"stack": "A B C"}, "Select a valid choice"),
    ):
        assert said.replace("`", "") in text(
            author, "interval_makings", status=422, **given
        ).replace("`", ""), said
        answer = author.post(reverse("interval_start"), given)
        assert answer.status_code == 422
    answer = author.post(reverse("interval_start"), {"from_day": "2026-03-01"})
    assert answer.status_code == 422
    said = "Nothing is made: the store has no connection records of these stacks and days."
    assert said in plain(answer.content)
    assert not Making.objects.exists()


def test_looking_that_takes_too_long_is_said(fill: Fill, author: Client, settings: Any) -> None:
    fill(DETAILS)
    settings.TIME_LIMIT_PAGE_S = 1e-9
    with slow(0.2):
        page = text(author, "interval_makings", status=503, smf="30")
    assert "Ask for fewer days or one stack" in page
    assert "manage.py aggregate --store" in page


def test_the_page_asks_the_store_as_often_for_many_rows_as_for_few(
    fill: Fill, author: Client
) -> None:
    fill([Connection(system=f"SY{number:02}").at(4, number) for number in range(30)])

    def asks() -> int:
        with CaptureQueriesContext(connection) as caught:
            page = text(author, "interval_makings", smf="30")
        assert "PLEXA SY29 TCPIP" in page
        return len(caught)

    for _ in range(3):
        started(asked(stacks=(("PLEXA", "SY00", "TCPIP"),)))
        Making.objects.update(state="canceled", finished_at=timezone.now())
    few = asks()
    row = Making.objects.latest("pk")
    for _ in range(27):
        row.pk = None
        row.save(force_insert=True)
    assert "2026-01-15" in text(author, "interval_makings")
    assert asks() == few


def test_programs_plan_make_look_and_cancel(fill: Fill, program: Client) -> None:
    fill([*DETAILS, LATER])
    planned = program.get(reverse("api_making_plan"), {"to_day": "2026-01-15"}).json()
    assert planned == {
        "connection_records": 4,
        "groups": [
            {
                "sysplex": "PLEXA",
                "system": "SYSA",
                "stack": "TCPIP",
                "refused": "",
                "days": ["2026-01-15"],
                "connection_records": 4,
            }
        ],
    }
    answer = sent(program, to_day="2026-01-15", stack=[STACK], smf=10)
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert (found["state"], found["interval_min"], found["records_total"]) == ("pending", 10, 4)
    (days,) = found["stack_days"].values()
    assert days == ["2026-01-15"]
    refused = sent(program, to_day="2026-01-15")
    assert refused.status_code == 409
    assert "are being made or imported" in refused.json()["error"]
    canceled = sent(program, "api_making_cancel", found["id"])
    assert canceled.json()["state"] == "canceled"
    assert sent(program, "api_making_cancel", found["id"]).status_code == 409
    again = sent(program, intval=24, syncval="08:00").json()
    assert work.run(again["id"])
    done = program.get(reverse("api_making", args=[again["id"]])).json()
    assert (done["state"], done["intervals"]) == ("complete", 3)
    assert Import.objects.get(pk=done["imported"]).source == "made"
    rows = rows_of(program, reverse("api_makings"))
    assert [one["id"] for one in rows] == [again["id"], found["id"]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"smf": 7}, "smf"),
        ({"stack": ["A B C"]}, "stack"),
        ({"syncval": "08:00"}, "syncval"),
        ({"intval": 4, "syncval": "0000"}, "syncval"),
        ({"from_day": "2026-01-02", "to_day": "2026-01-01"}, "to_day"),
    ],
)
def test_programs_are_told_what_is_wrong(
    fill: Fill, program: Client, given: dict[str, Any], field: str
) -> None:
    answer = sent(program, **given)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    answer = program.get(reverse("api_making_plan"), given)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_programs_need_the_right_to_import(fill: Fill, anna: User, roles: dict[str, Group]) -> None:
    fill(DETAILS)
    assert sent(with_token(anna)).status_code == 403
    anna.groups.set([])
    anna.user_permissions.add(*roles["analyst"].permissions.exclude(codename="view_policy"))
    assert sent(with_token(anna)).status_code == 403
    anna.groups.set([roles["analyst"]])
    assert sent(with_token(anna, "read")).status_code == 403
    assert sent(with_token(anna)).status_code == 201


def test_the_command_line_plans_and_makes(fill: Fill) -> None:
    fill(OVER_NIGHT)
    line = "PLEXA SYSA TCPIP, 2026-01-15 to 2026-01-16: 3 connection records; interval records"
    assert here("--dry-run") == f"{line} are made\n"
    assert not Making.objects.exists()
    assert "1 connection records" in here("--dry-run", "--to", "2026-01-15")
    assert here("--dry-run", "--stack", "X", "Y", "Z") == ""
    said = here("--smf", "60", "--stack", *STACK.lower().split())
    assert said.startswith(f"{line} are made\n3 interval records of 3 connection records: import 2")
    imported(Making.objects.get())
    assert totals()["connections"] == 2
    assert "refused: its interval records were made before" in here("--dry-run")
    assert refusal("--store").startswith("nothing is made: PLEXA SYSA TCPIP, 2026-01-15 to")


def test_the_command_line_says_what_cannot_be(fill: Fill, settings: Any) -> None:
    fill(DETAILS)
    settings.UPLOAD_MAX_BYTES = 100
    assert "larger than the limit" in refusal("--store")
    assert refusal("--store", "--from", "2026-01-02", "--to", "2026-01-01").endswith("2026-01-02")
    assert refusal("--store", "--out", "x") == "--store goes without --dump and --out"
    assert refusal("--dump", "x", "--out", "y", "--to", "2026-01-02").endswith("go with --store")
    assert refusal("--dump", "x") == "--dump and --out are needed, or --store"


def test_the_page_of_an_import_leads_there_where_interval_records_are_missing(
    fill: Fill, author: Client
) -> None:
    def link(found: Import) -> str:
        page = author.get(reverse("data_import_detail", args=[found.pk])).content.decode()
        return "".join(re.findall(r'href="([^"]*intervals/\?[^"]*)"', page)).replace("&amp;", "&")

    first = fill(DETAILS)
    address = link(first)
    page = plain(author.get(address).content)
    assert "Interval records are made" in page
    assert "2026-01-15" in page
    second = fill([*SUMMARIES, Connection(system="SYSB").at(4, 50)])
    assert link(first) == ""
    assert "stack=PLEXA%20SYSB%20TCPIP&" in link(second)
    assert link(fill([SUMMARIES[0]])) == ""


def test_an_empty_report_leads_there_where_the_store_has_connection_records_alone(
    fill: Fill, author: Client
) -> None:
    def empty() -> str:
        return author.get(reverse("report_servers"), {"days": "all"}).content.decode()

    fill(DETAILS)
    assert "The store has connection records alone" in empty()
    assert f'href="{reverse("interval_makings")}"' in empty()
    fill(SUMMARIES)
    assert "The store has connection records alone" not in empty()
