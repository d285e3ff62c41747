"""Reusable objects in the browser: made by keyboard, used in a rule, met by two people."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import HOUSES, LOOKS, STICKING_OUT, begin, settle
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

NEW = {
    "traffic": ("Local ports", "992"),
    "security": ("Shortest key in bits", "128"),
    "actions": ("What it is for", "to be looked at by hand"),
    "address-groups": ("Addresses", "10.1.1.1\n10.2.0.0/16"),
}
MOST_TABS = 60
SHOWN = "edit-security"
"""The picture that the docs have."""


@pytest.fixture
def author(open_page: OpenPage) -> Page:
    return open_page("author")


def tab_to(page: Page, wanted: Locator, most: int = MOST_TABS) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {wanted}")


def make(page: Page, kind: str, name: str, query: str = "") -> None:
    """Make an object by its form; ends at its page."""
    label, text = NEW[kind]
    page.goto(f"/policy/objects/{kind}/new/{query}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label(label, exact=False).first.fill(text)
    settle(page)
    page.get_by_role("button", name="Make the").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def make_by_keys(tab: Page, name: str) -> None:
    """Make a security descriptor of TLS 1.2 and 1.3 without the mouse, and close its tab."""
    expect(tab.get_by_role("heading", level=1)).to_have_text("New security descriptor")
    tab_to(tab, tab.get_by_label("Name", exact=True))
    tab.keyboard.type(name)
    tab_to(tab, tab.get_by_label("Version", exact=True))
    tab.keyboard.press("End")
    tab.keyboard.press("Shift+ArrowUp")
    expect(tab.locator("#rule-words")).to_contain_text("TLS 1.2 or later.")
    tab_to(tab, tab.get_by_role("button", name="Make the security descriptor"))
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("is made: rules can choose it.")).to_be_visible()
    tab.close()


def test_a_security_descriptor_is_made_by_keyboard_and_used_in_a_rule(author: Page) -> None:
    page = author
    begin(page, "Tellers TLS")
    page.goto(page.url.replace("/general/", "/rules/edit/"))
    page.get_by_label("Name of the rule").focus()
    page.keyboard.type("Ours only")
    tab_to(page, page.get_by_role("link", name="New security descriptor"))
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    make_by_keys(opened.value, "TLS for tellers")
    choice = page.get_by_label("Protection")
    expect(choice.locator("option", has_text="TLS for tellers")).to_have_count(0)
    tab_to(page, page.get_by_role("button", name="Show new objects in the lists"))
    page.keyboard.press("Enter")
    expect(choice.locator("option", has_text="TLS for tellers")).to_have_count(1)
    expect(page.get_by_label("Name of the rule")).to_have_value("Ours only")
    page.get_by_label("Traffic", exact=True).select_option("TN3270 TLS port")
    choice.focus()
    page.keyboard.type("TLS for t")
    expect(choice).to_have_value("TLS for tellers")
    settle(page)
    page.get_by_label("Name of the rule").press("Enter")
    expect(page.get_by_text("servers on port 992 may use TLS 1.2 or later.")).to_be_visible()


def test_lists_have_the_new_object_when_the_tab_is_seen_again(
    author: Page, open_page: OpenPage
) -> None:
    page = author
    begin(page, "Printers TLS")
    page.goto(page.url.replace("/general/", "/rules/edit/"))
    page.get_by_label("Owner").fill("typed before")
    page.get_by_label("Action").select_option("Audit")
    settle(page)
    make(open_page("author"), "actions", "Watch closely")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("Action").locator("option", has_text="Watch closely")).to_have_count(1)
    expect(page.get_by_label("Action")).to_have_value("Audit")
    expect(page.get_by_label("Owner")).to_have_value("typed before")
    settle(page)


def test_objects_are_made_and_copied_without_script(open_page: OpenPage) -> None:
    page = open_page("author", script=False)
    for kind in NEW:
        make(page, kind, f"Branch {kind}")
    begin(page, "Branch clients TLS")
    page.goto(page.url.replace("/general/", "/rules/edit/"))
    page.get_by_label("Name of the rule").fill("Typed")
    page.get_by_role("button", name="Show new objects in the lists").click()
    expect(page.get_by_label("Name of the rule")).to_have_value("Typed")
    page.goto("/policy/objects/")
    page.get_by_role("link", name="TLS 1.3 only", exact=True).click()
    page.get_by_role("link", name="Copy and change").click()
    page.get_by_role("button", name="Make the security descriptor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("TLS 1.3 only copy")


def test_the_second_of_two_people_sees_both_and_saves(author: Page, open_page: OpenPage) -> None:
    page, other = author, open_page("author")
    make(page, "actions", "Look into it")
    path = page.url
    page.goto(f"{path}edit/")
    other.goto(f"{path}edit/")
    for one, box in ((other, "an audit record"), (page, "the connection is reset")):
        one.get_by_label(box).check()
        settle(one)
        one.get_by_role("button", name="Save", exact=True).click()
    conflict = page.get_by_role("alert").filter(has_text="Changed meanwhile")
    expect(conflict).to_contain_text("an audit record (SMF 119, subtype 11)")
    expect(page.get_by_label("the connection is reset")).to_be_checked()
    assert violations_in_every_look(page, "conflict") == []
    page.get_by_role("button", name="Save mine instead").click()
    expect(page.get_by_text("Action: reset the connection.")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_objects_are_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    size, theme = LOOKS[look]
    page = open_page("author", size=size, theme=theme)

    def seen(name: str) -> None:
        assert page.evaluate(STICKING_OUT) <= 0, name
        kept = album if f"{name}{look}" == SHOWN else tmp_path
        take(page, kept / f"policy-object-{name}{look}.png")

    for kind in NEW:
        make(page, kind, f"{HOUSES[look]} {kind}"[:32])
        if kind == "security":
            seen("page")
            path = page.url
        page.goto(f"{page.url}edit/")
        seen(f"edit-{kind}")
    page.goto(f"{path}delete/")
    seen("delete")
    page.goto("/policy/objects/address-groups/new/")
    page.get_by_label("Name", exact=True).fill("Warehouse hosts")
    page.get_by_label("Addresses").fill("10.1.1.1\n10.1.1.1/8\nhost.example")
    settle(page)
    page.get_by_role("button", name="Make the").click()
    expect(page.locator("#id_members_error").first).to_be_visible()
    seen("refused")


def test_pages_of_objects_are_accessible(author: Page) -> None:
    page, found = author, list[str]()
    for kind in NEW:
        page.goto(f"/policy/objects/{kind}/new/")
        found += violations_in_every_look(page, f"new {kind}")
    for query in ("SSH", "IPsec"):
        page.goto(f"/policy/objects/security/new/?protocol={query}")
        found += violations_in_every_look(page, query)
    make(page, "security", "Payments security")
    path = page.url
    for name in ("", "edit/", "copy/", "delete/"):
        page.goto(f"{path}{name}")
        found += violations_in_every_look(page, name or "object")
    page.goto(f"{path}delete/")
    page.get_by_label("To delete").fill("something else")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".error").first).to_be_visible()
    found += violations_in_every_look(page, "refused delete")
    assert found == []
