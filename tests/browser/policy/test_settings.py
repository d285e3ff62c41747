"""Facts of a stack, and the settings of all policies: in the browser, in every look."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_places import assign, make_stacks, open_stack, publish
from tests.browser.policy.test_wizard import LOOKS, STICKING_OUT, build
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

TALL = (1280, 1300)


def test_what_is_told_of_a_stack_is_checked(open_page: OpenPage, album: Path) -> None:
    author, approver = open_page("author", size=TALL), open_page("approver")
    make_stacks(author, "Hall of facts", "FACT")
    build(author, "Told TLS")
    publish(author, approver, "Told TLS")
    assign(author, "Hall of facts", "Told TLS version 1")
    author.get_by_role("button", name="Assign Told TLS").click()
    note = "it is not told whether zERT is on nor where audit records go"
    expect(author.get_by_text(note)).to_be_visible()
    assert violations_in_every_look(author, "stack") == []
    author.set_viewport_size({"width": TALL[0], "height": TALL[1]})
    author.get_by_role("link", name="Tell").click()
    author.get_by_label("zERT is on").select_option(label="yes")
    author.get_by_label("Audit records go to SMF").select_option(label="no")
    author.get_by_label("Audit records go to the network").select_option(label="no")
    author.get_by_label("Release of z/OS").select_option(label="z/OS 3.1")
    take(author, album / "policy-stack-facts.png")
    assert violations_in_every_look(author, "facts") == []
    author.get_by_role("button", name="Save").click()
    expect(author.get_by_text("on FACT DEVST: nothing receives the audit records")).to_be_visible()
    author.set_viewport_size({"width": TALL[0], "height": TALL[1]})
    take(author, album / "policy-stack-checks.png")
    tell_that_audit_records_arrive(author)
    open_stack(approver, "Hall of facts", "DEVST")
    expect(approver.get_by_role("link", name="Tell")).to_have_count(0)


def tell_that_audit_records_arrive(author: Page) -> None:
    """Others take the first stack that there is, which must not be mute."""
    author.get_by_role("link", name="Tell").click()
    author.get_by_label("Audit records go to SMF").select_option(label="yes")
    author.get_by_role("button", name="Save").click()
    expect(author.get_by_text("nothing receives the audit records")).to_have_count(0)


def test_an_approver_chooses_how_rules_match(open_page: OpenPage, album: Path) -> None:
    approver, author = open_page("approver", size=TALL), open_page("author")
    author.goto("/policy/settings/")
    expect(author.get_by_label("Inbound against outbound")).to_be_disabled()
    expect(author.get_by_text("A policy approver changes them.")).to_be_visible()
    assert violations_in_every_look(author, "settings, seen") == []
    approver.goto("/policy/settings/")
    take(approver, album / "policy-settings.png")
    assert violations_in_every_look(approver, "settings") == []
    for (width, height), _ in LOOKS.values():
        approver.set_viewport_size({"width": width, "height": height})
        assert approver.evaluate(STICKING_OUT) <= 0
    subject = approver.get_by_label("Inbound against outbound")
    for value, message in (("either", "are saved"), ("both", "are saved")):
        subject.select_option(value)
        approver.get_by_role("button", name="Save").click()
        expect(approver.get_by_text(message)).to_be_visible()
        expect(subject).to_have_value(value)


def test_an_administrator_takes_everything_and_brings_it_back(open_page: OpenPage) -> None:
    admin = open_page("admin")
    admin.goto("/policy/settings/")
    admin.get_by_role("link", name="Backup", exact=True).click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Backup of policies")
    assert violations_in_every_look(admin, "backup") == []
    with admin.expect_download() as started:
        admin.get_by_role("link", name="Download everything").click()
    file = started.value
    assert file.suggested_filename.startswith("zertify-designer-")
    for (width, height), _ in LOOKS.values():
        admin.set_viewport_size({"width": width, "height": height})
        assert admin.evaluate(STICKING_OUT) <= 0
    admin.get_by_label("The document").set_input_files(file.path())
    admin.get_by_role("button", name="Bring it back").click()
    expect(admin.get_by_text("Brought back: 0 objects, 0 rule sets, 0 stacks")).to_be_visible()
