"""Fields say what is wrong while they are filled in, to eyes and to ears; nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import begin, build, settle
from tests.browser.test_accessibility import violations_in_every_look


@pytest.fixture
def author(open_page: OpenPage) -> Page:
    return open_page("author")


def is_wrong(field: Locator, said: str) -> None:
    """The fault stands beside the field and belongs to it."""
    expect(field).to_have_accessible_description(said)
    expect(field).to_have_attribute("aria-invalid", "true")
    place = field.page.locator(f"#{field.get_attribute('id')}_said")
    expect(place).to_be_visible()
    box, below = field.bounding_box(), place.bounding_box()
    assert box
    assert below
    assert 0 < below["y"] - box["y"] < 200


def is_right(field: Locator) -> None:
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_new_rule_set_and_its_head_are_checked_while_they_are_typed(author: Page) -> None:
    page = author
    begin(page, "Gateway TLS")
    page.goto("/policy/new/")
    name = page.get_by_label("Name", exact=True)
    name.press_sequentially("gateway tls")
    limit = "At most 32 characters, the limit of a policy file."
    is_wrong(name, f"{limit} There is a rule set gateway tls already.")
    expect(page.locator("#id_owner_said .error")).to_have_count(0)
    assert violations_in_every_look(page, "a fault while typing") == []
    name.press_sequentially(" 2")
    is_right(name)
    page.get_by_label("Protocol").select_option("TLS")
    page.get_by_label("Begin with").select_option("tls-block-old")
    expect(page.locator("#live")).to_contain_text("begins with 3 rules of Block old TLS.")
    page.get_by_label("Protocol").select_option("SSH")
    is_wrong(
        page.get_by_label("Begin with"),
        "A template fills all steps; every part of it can be changed."
        " This template is for TLS: choose it above.",
    )
    page.get_by_label("Protocol").select_option("TLS")
    is_right(page.get_by_label("Begin with"))
    settle(page)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("navigation", name="Steps").get_by_role("button", name="1. Name").click()
    name.fill("")
    is_wrong(name, f"{limit} A rule set needs a name.")
    name.fill("Gateway TLS 3")
    is_right(name)
    expect(page.locator("#live")).to_contain_text("The rule set Gateway TLS 3 for TLS.")
    settle(page)


def test_the_review_follows_its_choices(author: Page) -> None:
    page = author
    build(page, "Reporting TLS")
    days = page.get_by_label("Last days")
    before = page.locator("#effect-words").inner_text()
    days.focus()
    days.select_option("7")
    expect(page.locator("#effect-words")).not_to_have_text(before)
    expect(page.locator("#effect-words")).to_contain_text("would have met")
    expect(days).to_be_focused()
    page.get_by_label("Judged").select_option("all")
    link = page.get_by_role("link", name="sessions of TLS 1.2 or later")
    expect(link).to_have_attribute("href", re.compile(r"days=7&scope=all$"))
    page.goto(f"{page.url.split('?')[0]}?days=8")
    is_wrong(
        page.get_by_label("Last days"),
        "8 days are not offered: take one of 7, 30, 90. Shown are 30.",
    )


def test_stacks_and_approval_say_what_follows_and_the_comment_stays(author: Page) -> None:
    page = author
    build(page, "Billing TLS")
    way = page.get_by_role("navigation", name="Steps")
    way.get_by_role("link", name="6. Stacks").click()
    page.get_by_role("button", name="Take the stacks from the records").click()
    expect(page.get_by_text("the records.").first).to_be_visible()
    expect(page.locator("#live")).to_contain_text("puts it on no stack")
    page.get_by_role("checkbox").first.check()
    expect(page.locator("#live")).to_contain_text("Billing TLS version 1 puts it on 1 stack.")
    settle(page)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#live")).to_contain_text("It can be submitted")
    comment = page.get_by_label("What changes, and why")
    comment.fill("x")
    comment.fill("")
    is_wrong(
        comment,
        "The approver reads it, and it stays with the version."
        " Say what changes and why: whoever approves needs it.",
    )
    comment.fill("The first of all,\nas agreed.")
    is_right(comment)
    settle(page)
    way.get_by_role("button", name="3. Specific rules").click()
    way.get_by_role("link", name="7. Approval").click()
    expect(comment).to_have_value("The first of all,\nas agreed.")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("The first of all, as agreed.")).to_be_visible()


def test_a_test_says_what_it_meets_while_it_is_typed(author: Page) -> None:
    page = author
    build(page, "Stock TLS")
    page.get_by_role("link", name="See and change them").click()
    page.get_by_role("link", name="Add a test").click()
    page.get_by_label("Name of the test").fill("Old clients")
    page.get_by_label("Rule that must match").select_option("TN3270")
    page.get_by_label("Local address").press_sequentially("10.1.1.999")
    expect(page.locator("#live")).to_contain_text("as soon as its addresses and ports are there")
    expect(page.locator("#id_remote_ip_said .error")).to_have_count(0)
    page.get_by_label("Local address").fill("10.1.1.1")
    page.get_by_label("Local port").fill("993")
    page.get_by_label("Remote address").fill("192.0.2.9")
    page.get_by_label("Remote port").fill("50000")
    page.get_by_label("Direction").select_option("Inbound")
    page.get_by_label("Version").select_option("TLSv1.1")
    expect(page.locator("#live")).to_contain_text("It expects TN3270, and meets Everything else.")
    page.get_by_label("Local address").fill("10.1.1.x")
    expect(page.locator("#id_local_ip_said")).to_contain_text("10.1.1.x")
    expect(page.get_by_label("Local address")).to_have_attribute("aria-invalid", "true")
    assert violations_in_every_look(page, "a test with a fault") == []
    page.get_by_label("Local address").fill("10.1.1.1")
    page.get_by_label("Local port").fill("992")
    expect(page.locator("#live")).to_contain_text("It meets TN3270, as expected.")
    settle(page)


def test_lines_above_the_rules_are_checked_while_they_are_typed(author: Page) -> None:
    page = author
    begin(page, "Archive TLS")
    page.get_by_role("navigation", name="Steps").get_by_role("button", name="3. Spec").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Specific rules")
    page.get_by_text("Comments above all rules in the policy file").click()
    lines = page.get_by_label("Lines above the rules")
    expect(page.locator("#live")).to_have_text("Nothing stands above the rules in the policy file.")
    lines.fill("Ask the help desk\n" + "x" * 501)
    is_wrong(
        lines,
        "Each stands behind a # above the first rule of the file."
        " Line 2 is longer than 500 characters.",
    )
    assert violations_in_every_look(page, "a line that is too long") == []
    lines.fill("Ask the help desk\nbefore any change")
    is_right(lines)
    expect(page.locator("#live")).to_have_text(
        "2 lines stand above the first rule in the policy file."
    )
    settle(page)
    page.get_by_role("button", name="Save the lines").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Specific rules")
    expect(lines).to_have_value("Ask the help desk\nbefore any change")
