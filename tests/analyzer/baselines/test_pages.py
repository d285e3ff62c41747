"""The pages of baselines: every number is that of the report that its link opens."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.baselines import builtin
from analyzer.models import AuditEntry, SecuritySession
from tests.analyzer.views.page import Page, pages_from

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("coded")]
ClientAs = Callable[[str], Client]
ALL = {"days": "all"}
LIST = "/report/baselines/"


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def report_of(client: Client, href: str) -> tuple[int, int]:
    """Servers and connections of a report, all pages together."""
    path, _, query = href.partition("?")
    servers, connections = 0, 0
    for page in pages_from(client, f"{path}?{query}&columns=connections"):
        if not page.tables:
            break
        table = page.tables[0]
        places = [n for n, label in enumerate(table[0]) if "Total Conns" in label]
        servers += len(table) - 1
        connections += sum(number(row[place]) for row in table[1:] for place in places)
    return servers, connections


def findings_of(page: Page) -> list[list[str]]:
    (found,) = [table for table in page.tables if table and table[0][0] == "Rule"]
    return found[1:]


def test_the_list_has_a_line_for_each_profile_that_leads_to_it(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(LIST, ALL))
    assert [row[0] for row in page.rows] == [one.name for one in builtin.load().values()]
    assert page.row_links == [f"{LIST}{key}/?days=all" for key in builtin.ORDER]
    assert page.all("polyline")
    for row, key in zip(page.rows, builtin.ORDER, strict=True):
        own = Page(client_as("viewer").get(f"{LIST}{key}/", ALL))
        assert row[2] in own.text
        assert row[7] == "delivered"


@pytest.mark.parametrize("show", ["servers", "clients", "peers"])
@pytest.mark.parametrize("key", ["nist-sp-800-52r2", "pci-dss-4"])
def test_each_finding_is_the_report_behind_its_link(
    key: str, show: str, client_as: ClientAs
) -> None:
    client = client_as("viewer")
    page = Page(client.get(f"{LIST}{key}/", {**ALL, "show": show}))
    links = [href for href in page.links if f"baseline={key}%3A" in href and href[:8] == "/report/"]
    broken = [href for href in links if href.count("%3A") == 1 and "holds" not in href]
    lines = [row for row in findings_of(page) if number(row[2])]
    of_rules = [href for href in broken if not re.search("not-judged|outside", href)]
    assert len(lines) == len(of_rules) > 0
    for row, href in zip(lines, of_rules, strict=True):
        assert report_of(client, href) == (number(row[4]), number(row[3])), row[0]
        assert reverse(f"report_{show}") in href


def test_numbers_of_sessions_are_those_that_the_filter_finds(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(f"{LIST}pci-dss-4/", {**ALL, "show": "servers"}))
    program = client_as("viewer")
    for rule, row in zip(
        [one for one in builtin.load()["pci-dss-4"].rules if one.judged],
        findings_of(page),
        strict=True,
    ):
        for cell, text in ((row[2], ""), (row[5], ":not-judged")):
            asked = {**ALL, "role": "server", "baseline": f"pci-dss-4:{rule.id}{text}", "limit": 1}
            answer = program.get("/api/v1/sessions/", asked)
            assert answer.json()["total"] == number(cell), rule.id


def test_figures_and_days_lead_to_the_same_numbers(client_as: ClientAs) -> None:
    client = client_as("viewer")
    page = Page(client.get(f"{LIST}pci-dss-4/", ALL))
    days = next(table for table in page.tables if table[0][0] == "Day")
    links = [href for href in page.row_links if "from=" in href]
    assert len(days) - 1 == len(links) > 20
    for row, href in list(zip(days[1:], links, strict=True))[:6]:
        assert report_of(client, href)[1] == number(row[2])
        assert row[0] in href
    verdicts = [href for href in page.links if re.search(r"baseline=pci-dss-4(%3A|$|&)", href)]
    assert any("holds" in href for href in verdicts)
    servers = next(table for table in page.tables if table[0][0] == "Server")
    hrefs = [href for href in page.row_links if re.match(r"/report/servers/\d+/", href)]
    for row, href in zip(servers[1:], hrefs, strict=True):
        assert report_of(client, href)[1] == number(row[2])


def test_the_verdicts_part_all_sessions(client_as: ClientAs) -> None:
    client = client_as("viewer")

    def total(text: str) -> int:
        asked = {**ALL, "limit": 1, **({"baseline": text} if text else {})}
        return int(client.get("/api/v1/sessions/", asked).json()["total"])

    for key in builtin.ORDER:
        parts = [total(key), *(total(f"{key}:{one}") for one in ("holds", "not-judged", "outside"))]
        assert sum(parts) == total(""), key


def test_a_recalled_clause_is_marked_and_a_confirmed_one_is_not(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(f"{LIST}pci-dss-4/", ALL))
    profile = builtin.load()["pci-dss-4"]
    doubtful = [one for one in profile.rules if one.confidence != "confirmed"]
    marks = page.all("span", **{"class": "unverified clause"})
    assert len(marks) == len(doubtful) > 5
    assert all(one["title"] for one in marks)
    by_title = {row[0]: row[1] for row in findings_of(page)}
    key_length = next(words for title, words in by_title.items() if "RSA and DSA keys" in title)
    assert "recalled" not in key_length
    assert "Requirement 12.3.3" in page.text


def test_the_file_has_the_findings_and_leaves_an_entry(client_as: ClientAs) -> None:
    assert client_as("viewer").get(f"{LIST}pci-dss-4/?format=csv").status_code == 403
    answer = client_as("analyst").get(f"{LIST}pci-dss-4/?format=csv&days=all")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    page = Page(client_as("viewer").get(f"{LIST}pci-dss-4/", ALL))
    assert [row["sessions"] for row in rows] == [re.sub(r"\D", "", r[2]) for r in findings_of(page)]
    assert [row["rule"] for row in rows] == [
        one.id for one in builtin.load()["pci-dss-4"].rules if one.judged
    ]
    entries = AuditEntry.objects.order_by("-pk")[:2]
    assert [(entry.action, entry.target) for entry in entries] == [
        ("export.done", "baseline pci-dss-4"),
        ("export.csv", "baseline pci-dss-4"),
    ]
    assert "zertify_baseline-pci-dss-4_all-days" in answer["Content-Disposition"]


def test_a_wrong_filter_shows_nothing_and_gives_no_file(client_as: ClientAs) -> None:
    client = client_as("analyst")
    for path in (LIST, f"{LIST}pci-dss-4/"):
        answer = client.get(path, {"port": "x"})
        assert answer.status_code == 400
        assert "cannot be used" in answer.content.decode()
    assert client.get(f"{LIST}pci-dss-4/?format=csv&port=x").status_code == 400


def test_the_filter_baseline_has_no_effect_on_baselines(client_as: ClientAs) -> None:
    client = client_as("viewer")
    with_filter = Page(client.get(f"{LIST}cnsa-2/", {**ALL, "baseline": "pci-dss-4"}))
    assert "has no effect here" in with_filter.text
    assert findings_of(with_filter) == findings_of(Page(client.get(f"{LIST}cnsa-2/", ALL)))


def test_a_session_names_the_rules_that_it_breaks(client_as: ClientAs) -> None:
    client = client_as("viewer")
    one = SecuritySession.objects.filter(protection__protocol="NONE").earliest("pk")
    page = Page(client.get(reverse("report_session", args=[one.pk])))
    assert "PCI DSS 4.0 : breaks it" in page.text.replace("4.0:", "4.0 :")
    assert "Requirements 4.2.1 and 2.2.7" in page.text
    assert "NIST SP 800-52 Rev. 2" not in page.text  # it covers TLS alone


def test_thirty_rules_cost_as_many_queries_as_three(
    client_as: ClientAs, django_assert_max_num_queries: Any
) -> None:
    client = client_as("viewer")
    client.get(LIST, ALL)
    with django_assert_max_num_queries(26) as asked:
        client.get(f"{LIST}strength-classes/", ALL)
    number_of_few = len(asked)
    with django_assert_max_num_queries(number_of_few):
        client.get(f"{LIST}pci-dss-4/", ALL)


@pytest.mark.parametrize("path", ["nosuch/", "pci-dss-4/rules/", "pci-dss-4/edit/"])
def test_what_is_not_there_or_cannot_be_changed_is_404(path: str, client_as: ClientAs) -> None:
    assert client_as("administrator").get(f"{LIST}{path}").status_code == 404
