"""The article's scenario in the browser, from nothing to an installed file, by two people."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from policy import parser
from policy.values.actions import ALLOW, Action
from policy.vocabulary import Attribute
from tests.browser.conftest import OpenPage
from tests.browser.policy.settling import settle
from tests.browser.reading import THIN
from tests.browser.site import LAST_DAY
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take
from tests.conftest import database_url

STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = {
    "": ((1280, 900), "light"),
    "-dark": ((1280, 900), "dark"),
    "-narrow": ((800, 1000), "light"),
}
HOUSES = {"": "Company", "-dark": "Affiliate", "-narrow": "Warehouse"}
"""Whose policies each look is of: pictures show what else is there too."""
# The sessions of the last 90 days, sorted by hand: failed handshakes are protected by nothing.
EXPECTED_SQL = """SELECT CASE
        WHEN (p.raw->'tls'->>'version')::int IN (%s, %s) THEN 'TLS 1.2 or later'
        WHEN (p.raw->'tls'->>'version')::int = %s AND sv.role = 'server' AND sv.port_start = 992
            THEN 'TN3270'
        ELSE 'Everything else' END, count(*)
    FROM analyzer_securitysession ss
    JOIN analyzer_server sv ON sv.id = ss.server_id
    JOIN analyzer_protection p ON p.id = ss.protection_id
    WHERE p.protocol = 'TLS' AND NOT p.failed_handshake AND sv.ip_proto = 6
        AND EXISTS (SELECT FROM analyzer_daily_activity d
            WHERE d.session_id = ss.id AND d.day > %s::date - 90 AND d.day <= %s::date)
    GROUP BY 1"""
OLD = (0x0303, 0x0304, 0x0302, LAST_DAY, LAST_DAY)


def begin(page: Page, name: str) -> None:
    page.goto("/policy/")
    page.get_by_role("link", name="New rule set").click()
    page.get_by_label("Protocol").select_option("TLS")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Purpose").fill("TLS 1.2 or higher; TN3270 until its clients are updated")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2. General rule")


def fill_general(page: Page) -> None:
    page.get_by_label("Name of the rule").fill("TLS 1.2 or later")
    page.get_by_label("Protection").select_option("TLS 1.2 or later")
    settle(page)


def fill_exception(page: Page) -> None:
    page.get_by_label("Name of the rule").fill("TN3270")
    page.get_by_label("Traffic", exact=True).select_option("TN3270 TLS port")
    page.get_by_label("Protection").select_option("TLS 1.1")
    page.get_by_label("Exception until").fill("2027-03-31")
    page.get_by_label("Owner").fill("Net team")
    settle(page)


def build(page: Page, name: str) -> None:
    """Steps 1 to 4; ends at the review."""
    begin(page, name)
    fill_general(page)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Add a rule").click()
    fill_exception(page)
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Specific rules")
    page.get_by_role("link", name="Go on", exact=True).click()
    expect(page.get_by_label("Action")).to_have_value("Audit")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5. Review")


def assert_says_the_article(text: str) -> None:
    read = parser.parse(text)
    assert not read.findings
    (found,) = read.policy.rule_sets
    versions = [
        rule.requirement.words(Attribute.VERSION) if rule.requirement else ()
        for rule in found.rules()
    ]
    assert versions == [("TLSv1.2", "TLSv1.3"), ("TLSv1.1",), ()]
    ports = [str(rule.traffic.local_ports or "") for rule in found.rules()]
    assert ports == ["", "992", ""]
    does = [rule.action.effect for rule in found.rules()]
    assert does == [ALLOW.effect, ALLOW.effect, Action(audit=True).effect]


@pytest.fixture
def author(open_page: OpenPage) -> Page:
    return open_page("author")


def test_two_people_bring_the_articles_rule_set_to_a_file(
    author: Page, open_page: OpenPage
) -> None:
    page = author
    build(page, "Article TLS")
    expect(page.get_by_text("TN3270 TLS port servers on port 992").first).to_be_visible()
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_role("button", name="Take the stacks from the records").click()
    taken = re.compile("taken from the records|Nothing new is in the records")
    expect(page.get_by_text(taken)).to_be_visible()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("What changes, and why").fill("First version, as the article has it.")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("somebody else has to decide")).to_be_visible()
    other = open_page("approver")
    other.goto("/policy/approvals/")
    other.get_by_role("link", name="Article TLS version 1").click()
    other.get_by_role("button", name="Publish").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("8. Policy file")
    with other.expect_download() as started:
        other.get_by_role("link", name="Download").click()
    text = Path(started.value.path()).read_text("utf-8")
    assert_says_the_article(text)
    page.goto(other.url)
    page.get_by_role("link", name="Its files and installations").click()
    page.get_by_label("In UTF-8").check()
    page.get_by_role("button", name="The file is in force").click()
    expect(page.get_by_text("is written down.")).to_be_visible()


def test_the_preview_names_exactly_the_right_sessions(author: Page) -> None:
    page = author
    build(page, "Overseas TLS")
    page.get_by_label("Last days").select_option("90")
    page.get_by_label("Judged").select_option("all")
    settle(page)
    page.get_by_role("button", name="Show", exact=True).click()
    with psycopg.connect(database_url()) as direct:
        met = dict(direct.execute(EXPECTED_SQL, OLD).fetchall())
    assert set(met) == {"TLS 1.2 or later", "TN3270", "Everything else"}
    table = page.get_by_role("region", name="Rules and what they would have met")
    for name, number in met.items():
        row = table.get_by_role("row").filter(has=page.get_by_role("cell", name=name, exact=True))
        figure = f"{number:,}".replace(",", THIN)
        expect(row.get_by_role("cell").nth(2)).to_have_text(re.compile(rf"^\s*{figure}\s"))


def test_a_rule_reads_as_a_sentence_while_it_is_typed(author: Page) -> None:
    page = author
    begin(page, "Vendors TLS")
    page.goto(page.url.replace("/general/", "/rules/edit/"))
    fill_exception(page)
    said = page.get_by_text("TN3270 TLS port servers on port 992 may use TLS 1.1 until 2027-03-31.")
    expect(said).to_be_visible()
    page.get_by_text("Ports, job, user, addresses of this rule alone").click()
    page.get_by_label("Remote ports").fill("70000")
    expect(page.locator("#rule-words")).to_contain_text("70000")
    settle(page)


def test_order_changes_by_drag_and_by_keyboard(author: Page) -> None:
    page = author
    begin(page, "Suppliers TLS")
    rules = page.url.replace("/general/", "/rules/")
    for name in ("First", "Second", "Third"):
        page.goto(f"{rules}edit/")
        page.get_by_label("Name of the rule").fill(name)
        page.get_by_label("Traffic", exact=True).select_option("TN3270 TLS port")
        settle(page)
        page.get_by_role("button", name="Save the rule").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("3. Specific rules")
    items = page.locator("[data-order] > li b:not(.named)")
    expect(items).to_have_text(["1. First", "2. Second", "3. Third"])
    page.get_by_role("button", name="Move Third up").press("Enter")
    expect(items).to_have_text(["1. First", "2. Third", "3. Second"])
    page.locator("[data-name=Second]").drag_to(
        page.locator("[data-name=First]"), target_position={"x": 40, "y": 4}
    )
    expect(items).to_have_text(["1. Second", "2. First", "3. Third"])


def test_a_session_of_the_report_becomes_a_rule(author: Page) -> None:
    page = author
    begin(page, "Consoles TLS")
    page.goto("/report/servers/?version=TLSv1.1&port=992&days=all")
    page.locator(".row-link").first.click()
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="TLS", exact=False).first.click()
    page.locator(".row-link").first.click()
    expect(page.locator("#in-words")).to_be_visible()
    page.get_by_role("link", name="Make a rule").click()
    page.get_by_role("link", name="Add the rule to it (Consoles TLS version 1)").click()
    expect(page.get_by_label("Name of the rule")).to_have_value("TN3270 992")
    page.get_by_role("button", name="Save the rule").click()
    expect(
        page.get_by_text("Inbound connections of servers on port 992 of job TN3270")
    ).to_be_visible()


def test_the_wizard_works_without_script(open_page: OpenPage) -> None:
    build(open_page("author", script=False), "Offices TLS")


@pytest.mark.parametrize("look", LOOKS)
def test_each_step_is_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page("author", size=size, theme=theme)

    def seen(name: str, title: str = "") -> None:
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        page.wait_for_load_state()
        assert page.evaluate(STICKING_OUT) <= 0, name
        take(page, kept / f"policy-{name}{look}.png")

    page.goto("/policy/new/")
    seen("1-start")
    begin(page, f"{HOUSES[look]} TLS")
    fill_general(page)
    expect(page.get_by_text("All connections may use TLS 1.2 or later.")).to_be_visible()
    seen("2-general")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Add a rule").click()
    fill_exception(page)
    expect(page.locator("#rule-words")).to_contain_text("until 2027-03-31")
    seen("3-rule")
    page.get_by_role("button", name="Save the rule").click()
    seen("3-rules", "3. Specific rules")
    page.get_by_role("link", name="Go on", exact=True).click()
    seen("4-rest", "4. Catch-all rule")
    page.get_by_role("button", name="Save and go on").click()
    seen("5-review", "5. Review")
    page.locator("#effect").scroll_into_view_if_needed()
    seen("5-effect")
    steps = (("6-stacks", "stacks"), ("7-approval", "submit"), ("8-file", "file"))
    rest = ("objects", "stacks", "approvals", "exceptions")
    for name, path in (
        *((name, page.url.replace("/review/", f"/{place}/")) for name, place in steps),
        ("rule-sets", "/policy/"),
        *((name, f"/policy/{name}/") for name in rest),
    ):
        page.goto(path)
        seen(name)


def test_every_step_is_accessible(author: Page) -> None:
    page = author
    build(page, "Payroll TLS")
    review, found = page.url, list[str]()
    steps = (
        "start",
        "general",
        "rules",
        "rules/edit",
        "rest",
        "review",
        "stacks",
        "submit",
        "file",
    )
    for step in steps:
        page.goto(review.replace("/review/", f"/{step}/"))
        found += violations_in_every_look(page, step)
    for name in ("", "new/", "objects/", "stacks/", "approvals/", "exceptions/"):
        page.goto(f"/policy/{name}")
        found += violations_in_every_look(page, name or "rule sets")
    page.get_by_role("link", name="Rule sets", exact=True).click()
    page.locator(".row-link").first.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    assert found + violations_in_every_look(page, "rule set") == []


def test_what_was_typed_is_there_after_back_and_the_steps(author: Page) -> None:
    page = author
    begin(page, "Customers TLS")
    page.get_by_label("Name of the rule").fill("Known customers")
    settle(page)
    page.get_by_role("button", name="Back", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1. Name and protocol")
    page.get_by_label("Owner").fill("Net team")
    way = page.get_by_role("navigation", name="Steps")
    way.get_by_role("button", name="2. General rule").click()
    expect(page.get_by_label("Name of the rule")).to_have_value("Known customers")
    page.get_by_label("Name of the rule").fill("")
    settle(page)
    way.get_by_role("button", name="1. Name and protocol").click()
    page.get_by_role("link", name="without saving").click()
    expect(page.get_by_label("Owner")).to_have_value("Net team")
    page.get_by_label("Owner").press("Enter")
    expect(page.get_by_label("Name of the rule")).to_have_value("Known customers")
