"""A new person's way from nothing to a published file, timed; and all eight steps by keyboard."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from policy import documents, parser
from policy.attributes import Direction
from policy.model import Policy, Requirement, Rule, RuleSet, Traffic
from policy.values.actions import Action
from policy.values.ports import PortSet
from policy.vocabulary import Protocol
from tests.browser.conftest import OpenPage
from tests.browser.policy.test_objects import tab_to
from tests.browser.policy.test_wizard import build, settle
from tests.conftest import database_url

MOST_TABS = 400
"""The review has hundreds of links; Shift+Tab from its end would be shorter."""
MOST_DEEDS, MOST_S = 25, 180.0
"""Nobody has to do more than this, and not within less: reading and thinking take the most."""
TEMPLATE = "tls-1.2-tn3270-excepted"
FILES = {"Download": "Agents", "In IBM-1047": "Brokers"}
WHY = "First version, as the article has it."
TLS12 = Requirement.of(Protocol.TLS, "TLS 1.2 or later", version="TLSv1.2 TLSv1.3")
TLS11 = Requirement.of(Protocol.TLS, "TLS 1.1", version="TLSv1.1")


class Hands:
    """Counts what a person does with a page; all of it by what the page says."""

    def __init__(self) -> None:
        self.deeds = 0

    def click(self, what: Locator) -> None:
        self.deeds += 1
        what.click()

    def type(self, field: Locator, text: str) -> None:
        self.deeds += 1
        field.press_sequentially(text)

    def choose(self, field: Locator, option: str) -> None:
        self.deeds += 1
        field.select_option(option)


def stored(name: str) -> Policy:
    """What was approved: the document that was frozen when the version was submitted."""
    sql = """SELECT v.document FROM designer_version v
        JOIN designer_ruleset r ON r.id = v.rule_set_id WHERE r.name = %s"""
    with psycopg.connect(database_url()) as direct:
        (found,) = direct.execute(sql, (name,)).fetchall()
    return documents.from_tree(found[0])


def downloaded(page: Page, link: str = "Download") -> parser.Parsed:
    with page.expect_download() as started:
        page.get_by_role("link", name=link, exact=True).click()
    return parser.parse_bytes(Path(started.value.path()).read_bytes())


def make_by_template(page: Page, hands: Hands, name: str) -> None:
    """From the first page of policies to the approval of what a template says."""
    button = page.get_by_role("button", name="Save and go on")
    link = page.get_by_role("link", name="Go on", exact=True)
    hands.click(page.get_by_role("link", name="Policy"))
    hands.click(page.get_by_role("link", name="New rule set"))
    hands.choose(page.get_by_label("Protocol"), "TLS")
    hands.type(page.get_by_label("Name", exact=True), name)
    hands.choose(page.get_by_label("Begin with"), TEMPLATE)
    settle(page)
    for step in (button, button, link, button, link):
        hands.click(step)
    expect(page.get_by_role("heading", level=1)).to_have_text("6. Stacks")
    hands.click(button)
    hands.type(page.get_by_label("What changes, and why"), WHY)
    settle(page)
    hands.click(page.get_by_role("button", name="Submit for approval"))
    expect(page.get_by_text("somebody else has to decide")).to_be_visible()


def test_a_new_person_gets_a_template_published_in_under_three_minutes(
    open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    author, approver, hands = open_page("author"), open_page("approver"), Hands()
    author.goto("/")
    approver.goto("/")
    begun = time.monotonic()
    make_by_template(author, hands, "First TLS")
    hands.click(approver.get_by_role("link", name="Policy"))
    hands.click(approver.get_by_role("link", name="Approvals"))
    hands.click(approver.get_by_role("link", name="First TLS version 1"))
    hands.click(approver.get_by_role("button", name="Publish"))
    expect(approver.get_by_role("heading", level=1)).to_have_text("8. Policy file")
    found = downloaded(approver)
    taken_s = time.monotonic() - begun
    with capsys.disabled():
        sys.stdout.write(f"\n{hands.deeds + 1} deeds of two people in {taken_s:.1f} s\n")
    assert hands.deeds + 1 <= MOST_DEEDS
    assert taken_s < MOST_S
    assert found.ok
    assert found.policy == stored("First TLS")
    (rule_set,) = found.policy.rule_sets
    assert [rule.name for rule in rule_set.rules()] == [
        *("TLS 1.2 or later", "TN3270 with TLS 1.1", "Other TLS")
    ]


@pytest.mark.parametrize("link", ["Download", "In IBM-1047"])
def test_the_file_of_the_wizard_is_the_whole_rule_set(open_page: OpenPage, link: str) -> None:
    page, name = open_page("author"), f"{FILES[link]} TLS"
    build(page, name)
    page.goto(page.url.replace("/review/", "/submit/"))
    page.get_by_label("What changes, and why").fill(WHY)
    settle(page)
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_role("link", name="Policy file", exact=True).click()
    found = downloaded(page, link)
    assert not found.findings
    assert found.code_page == ("" if link == "Download" else "IBM-1047")
    ports = PortSet.parse("992", name="TN3270 TLS port")
    traffic = Traffic(local_ports=ports, direction=Direction.INBOUND)
    allow, audit = Action("Allow"), Action("Audit", audit=True)
    exception = Rule("TN3270", allow, traffic, TLS11, owner="Net team", expires=date(2027, 3, 31))
    wanted = RuleSet(
        name,
        Protocol.TLS,
        Rule("TLS 1.2 or later", allow, requirement=TLS12),
        (exception,),
        Rule("Everything else", audit),
        "TLS 1.2 or higher; TN3270 until its clients are updated",
    )
    assert found.policy == Policy((wanted,)) == stored(name)


def press(page: Page, wanted: Locator, keys: str = "Enter") -> None:
    """Go to an element by Tab alone and press keys there."""
    tab_to(page, wanted, MOST_TABS)
    page.keyboard.press(keys)


def write(page: Page, label: str, text: str) -> None:
    """Go to a field by Tab alone and type; a list takes the first that begins like that."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def on_step(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state()


def first_steps_by_keys(page: Page) -> None:
    """Steps 1 and 2."""
    save = page.get_by_role("button", name="Save and go on")
    press(page, page.get_by_role("link", name="New rule set"))
    on_step(page, "1. Name and protocol")
    write(page, "Protocol", "TLS")
    write(page, "Name", "Keyboard TLS")
    settle(page)
    press(page, save)
    on_step(page, "2. General rule")
    write(page, "Protection", "TLS 1.2 or")
    settle(page)
    press(page, save)


def rules_by_keys(page: Page) -> None:
    """Steps 3 and 4."""
    on_step(page, "3. Specific rules")
    for rule, protection in (("Old", "TLS 1.1"), ("Older", "TLS 1.0")):
        press(page, page.get_by_role("link", name="Add a rule"))
        write(page, "Name of the rule", rule)
        write(page, "Traffic", "TN3270 TLS")
        write(page, "Protection", protection)
        settle(page)
        press(page, page.get_by_role("button", name="Save the rule"))
    press(page, page.get_by_role("button", name="Move Older up"))
    expect(page.locator("[data-order] > li b:not(.named)")).to_have_text(["1. Older", "2. Old"])
    press(page, page.get_by_role("link", name="Go on", exact=True))
    on_step(page, "4. Catch-all rule")
    press(page, page.get_by_role("button", name="Save and go on"))


def last_steps_by_keys(page: Page) -> None:
    """Steps 5 to 7; ends at the file."""
    on_step(page, "5. Review")
    press(page, page.get_by_role("link", name="Go on", exact=True))
    on_step(page, "6. Stacks")
    if not page.get_by_role("checkbox").count():
        press(page, page.get_by_role("button", name="Take the stacks from the records"))
        expect(page.get_by_role("checkbox").first).to_be_visible()
        on_step(page, "6. Stacks")
    press(page, page.get_by_role("checkbox").first, "Space")
    settle(page)
    press(page, page.get_by_role("button", name="Save and go on"))
    on_step(page, "7. Approval")
    tab_to(page, page.get_by_label("What changes, and why"))
    page.keyboard.type(WHY)
    settle(page)
    press(page, page.get_by_role("button", name="Submit for approval"))
    expect(page.get_by_text("somebody else has to decide")).to_be_visible()
    press(page, page.get_by_role("link", name="Policy file", exact=True))
    on_step(page, "8. Policy file")


def test_all_eight_steps_are_done_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("author")
    page.goto("/policy/")
    first_steps_by_keys(page)
    rules_by_keys(page)
    last_steps_by_keys(page)
    tab_to(page, page.get_by_role("link", name="Download", exact=True))
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    found = parser.parse_bytes(Path(started.value.path()).read_bytes())
    assert found.policy == stored("Keyboard TLS")
    (rule_set,) = found.policy.rule_sets
    assert [rule.name for rule in rule_set.specific] == ["Older", "Old"]
    assert rule_set.specific[0].traffic.direction is Direction.INBOUND
