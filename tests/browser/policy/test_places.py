"""Stacks by hand, promotion by two people, tests that block: in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import HOUSES, LOOKS, STICKING_OUT, build, settle
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is saved.")).to_be_visible()


def make_stacks(page: Page, group: str, system: str) -> None:
    """A group with a system and a stack each for DEV and TEST."""
    page.goto("/policy/stacks/")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill(group)
    page.get_by_label("Description").fill("Made by hand")
    save(page)
    page.get_by_role("link", name="New system").click()
    page.get_by_label("z/OS group").select_option(label=group)
    page.get_by_label("System", exact=True).fill(system)
    save(page)
    for name, tag in (("DEVST", "development"), ("TESTST", "test"), ("PRODST", "test")):
        page.get_by_role("link", name="New stack").click()
        page.get_by_label("System").select_option(label=f"{system} ({group})")
        page.get_by_label("Stack", exact=True).fill(name)
        page.get_by_label("What it is for").select_option(label=tag)
        save(page)


def publish(author: Page, approver: Page, name: str) -> None:
    """From the review of a draft to its publication by another person."""
    author.goto(author.url.replace("/review/", "/submit/"))
    author.get_by_label("What changes, and why").fill("As agreed.")
    author.get_by_role("button", name="Submit for approval").click()
    expect(author.get_by_text("somebody else has to decide")).to_be_visible()
    approver.goto("/policy/approvals/")
    approver.get_by_role("link", name=f"{name} version 1").click()
    approver.get_by_role("button", name="Publish").click()
    expect(approver.get_by_role("heading", level=1)).to_have_text("8. Policy file")


def open_stack(page: Page, group: str, stack: str) -> None:
    page.goto("/policy/stacks/")
    page.get_by_role("region", name=f"Stacks of {group}").get_by_role("link", name=stack).click()


def assign(page: Page, group: str, version: str) -> None:
    """Give the development stack a version; what changes is said before."""
    open_stack(page, group, "DEVST")
    page.get_by_role("link", name="Assign a version").click()
    page.get_by_label("Published version").select_option(label=f"{version} (published)")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("It has nothing for TLS and would have")).to_be_visible()
    said = "Everything else meets then (write an audit record)"
    expect(page.get_by_text(said).first).to_be_visible()


def test_a_version_goes_from_development_to_production(open_page: OpenPage) -> None:
    author, approver = open_page("author"), open_page("approver")
    group, version = "Main hall", "Intranet TLS version 1"
    make_stacks(author, group, "MAIN")
    open_stack(approver, group, "PRODST")
    expect(approver.get_by_role("link", name="Assign a version")).to_have_count(0)
    approver.goto(f"{approver.url}edit/")
    approver.get_by_label("What it is for").select_option(label="production")
    save(approver)
    build(author, "Intranet TLS")
    publish(author, approver, "Intranet TLS")
    assign(author, group, version)
    author.get_by_role("button", name=f"Assign {version}").click()
    author.get_by_role("link", name="Promote to TEST").click()
    expect(author.get_by_text("PROD stacks are a policy approver's to change.")).to_be_visible()
    author.get_by_role("region", name="Stacks for test").get_by_label("MAIN TESTST").check()
    author.get_by_role("button", name="Promote to TEST").click()
    expect(author.get_by_text(f"{version} is on MAIN TESTST.")).to_be_visible()
    expect(author.get_by_role("button", name="Promote to PROD")).to_have_count(0)
    approver.goto(author.url)
    prod = approver.get_by_role("region", name="Stacks for production")
    prod.get_by_label("MAIN PRODST").check()
    approver.get_by_role("button", name="Promote to PROD").click()
    expect(approver.get_by_text(f"{version} is on MAIN PRODST.")).to_be_visible()
    open_stack(author, group, "PRODST")
    expect(author.get_by_text("what it has is a policy approver's to change")).to_be_visible()
    expect(author.get_by_role("link", name="Take away")).to_have_count(0)


def test_a_version_is_taken_away_again(open_page: OpenPage) -> None:
    author, approver = open_page("author"), open_page("approver")
    make_stacks(author, "Old hall", "OLDS")
    build(author, "Former TLS")
    publish(author, approver, "Former TLS")
    assign(author, "Old hall", "Former TLS version 1")
    author.get_by_role("button", name="Assign Former TLS").click()
    author.get_by_role("link", name="Take away").click()
    author.get_by_role("button", name="Take it away").click()
    expect(author.get_by_text("is taken from OLDS DEVST.")).to_be_visible()


def fill_test(page: Page, *, port: str) -> None:
    page.get_by_label("Name of the test").fill("Old TN3270 client")
    page.get_by_label("Rule that must match").select_option("TN3270")
    page.get_by_label("Local address").fill("10.1.1.1")
    page.get_by_label("Local port").fill(port)
    page.get_by_label("Remote address").fill("192.0.2.9")
    page.get_by_label("Remote port").fill("50000")
    page.get_by_label("Direction").select_option(label="inbound: the stack is the server")
    page.get_by_label("Version").select_option("TLSv1.1")
    page.get_by_role("button", name="Save the test").click()


@pytest.mark.parametrize("script", [True, False])
def test_a_failing_test_blocks_and_then_lets_publish(open_page: OpenPage, *, script: bool) -> None:
    author, approver = open_page("author", script=script), open_page("approver")
    name = f"{'Claims' if script else 'Loans'} TLS"
    build(author, name)
    review = author.url
    author.get_by_role("link", name="See and change them").click()
    author.get_by_role("link", name="Add a test").click()
    fill_test(author, port="993")
    expect(author.get_by_text("Expects TN3270, meets Everything else.")).to_be_visible()
    expect(author.get_by_text("local port: wants 992, is 993")).to_be_visible()
    author.goto(review.replace("/review/", "/submit/"))
    author.get_by_label("What changes, and why").fill("As agreed.")
    author.get_by_role("button", name="Submit for approval").click()
    expect(author.get_by_text("The test Old TN3270 client fails")).to_be_visible()
    author.get_by_role("link", name="see the tests").click()
    author.get_by_role("link", name="Edit Old TN3270 client").click()
    fill_test(author, port="992")
    expect(author.get_by_text("Meets TN3270, as expected.")).to_be_visible()
    author.goto(review)
    publish(author, approver, name)


def test_a_recorded_session_is_taken_as_a_test(open_page: OpenPage) -> None:
    page = open_page("author")
    build(page, "Recorded TLS")
    page.get_by_label("Last days").select_option("90")
    settle(page)  # what comes by itself would close again what is opened
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_load_state()
    page.get_by_text("Servers and jobs of").first.click()
    page.get_by_role("link", name="Make a test").first.click()
    expect(page.get_by_text("Filled from the recorded session.")).to_be_visible()
    expect(page.get_by_label("Local port")).not_to_have_value("")
    page.get_by_role("button", name="Save the test").click()
    expect(page.get_by_text("is saved and passes.")).to_be_visible()


def test_the_policy_file_is_copied(open_page: OpenPage) -> None:
    page = open_page("author")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    build(page, "Clip TLS")
    page.goto(page.url.replace("/review/", "/file/"))
    page.get_by_role("button", name="Copy the policy file").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    shown = page.get_by_role("region", name="Policy file").text_content()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    plain = open_page("author", script=False)
    plain.goto(page.url)
    expect(plain.get_by_role("button", name="Copy the policy file")).to_have_count(0)
    expect(plain.get_by_role("region", name="Policy file")).to_be_visible()


def conflict(page: Page, other: Page) -> None:
    """Two people change the catch-all rule of one draft."""
    rest = page.url.replace("/review/", "/rest/")
    page.goto(rest)
    other.goto(rest)
    other.get_by_label("Action").select_option("Log")
    other.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Action").select_option("Allow")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else saved this draft")


def test_a_conflict_is_decided_in_words(open_page: OpenPage) -> None:
    page, other = open_page("author"), open_page("author")
    build(page, "Shared TLS")
    conflict(page, other)
    expect(page.get_by_role("heading", name="The rule Everything else: action")).to_be_visible()
    page.get_by_role("radio", name="You (author)").check()
    page.get_by_role("button", name="Save both").click()
    expect(page.get_by_text("Both changes are saved.")).to_be_visible()


class Seen:
    """Looks at pages as they come: nothing sticks out, each has its picture, axe is content."""

    def __init__(self, look: str, folder: Path) -> None:
        self.look, self.folder = look, folder
        self.size, self.theme = LOOKS[look]
        self.found: list[str] = []

    def __call__(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(STICKING_OUT) <= 0, name
        take(page, self.folder / f"policy-{name}{self.look}.png")
        if not self.look:
            self.found += violations_in_every_look(page, name)
            page.set_viewport_size({"width": self.size[0], "height": self.size[1]})

    def places(self, page: Page, group: str, system: str) -> None:
        make_stacks(page, group, system)
        self(page, "stacks-by-hand")
        page.get_by_role("link", name=f"Edit the group {group}").click()
        self(page, "group")
        page.get_by_role("link", name="Delete").click()
        self(page, "group-delete")
        page.get_by_role("link", name=f"The system {system}").click()
        self(page, "system")

    def tests(self, page: Page) -> None:
        page.get_by_role("link", name="See and change them").click()
        self(page, "tests-none")
        page.get_by_role("link", name="Add a test").click()
        self(page, "test")
        fill_test(page, port="993")
        self(page, "tests")
        page.get_by_role("link", name="Edit Old").click()
        fill_test(page, port="992")
        page.get_by_role("link", name="Review", exact=True).click()

    def versions(self, page: Page, group: str, rule_set: str) -> None:
        assign(page, group, f"{rule_set} version 1")
        self(page, "assign")
        page.get_by_role("button", name=f"Assign {rule_set}").click()
        self(page, "stack")
        page.get_by_role("link", name="Promote to TEST").click()
        page.locator("details > summary").filter(has_text="treated otherwise").first.click()
        self(page, "promote")
        open_stack(page, group, "DEVST")
        page.get_by_role("link", name="Take away").click()
        self(page, "take-away")
        page.get_by_role("link", name="Cancel").click()
        page.get_by_role("link", name="Name and tag").click()
        self(page, "stack-edit")


@pytest.mark.parametrize("look", LOOKS)
def test_each_page_is_readable_and_accessible(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    seen = Seen(look, tmp_path if look else album)
    page, approver = (
        open_page(name, size=seen.size, theme=seen.theme) for name in ("author", "approver")
    )
    group, rule_set = f"{HOUSES[look]} plex", f"{HOUSES[look]} hosts TLS"
    seen.places(page, group, f"SY{len(look)}")
    build(page, rule_set)
    seen.tests(page)
    publish(page, approver, rule_set)
    seen(approver, "file-copy")
    seen.versions(page, group, rule_set)
    other = open_page("author")
    build(page, f"{HOUSES[look]} web TLS")
    conflict(page, other)
    seen(page, "conflict")
    assert seen.found == []
