"""An exact run in the browser: start it, read a decision, take files away, in every look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, picture
from tests.browser.policy.test_wizard import (
    LOOKS,
    STICKING_OUT,
    begin,
    build,
    fill_general,
    settle,
)
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

EVERY_LOOK = {**LOOKS, "-phone": ((390, 844), "light"), "-phone-dark": ((390, 844), "dark")}


def ask(page: Page, name: str) -> None:
    """Build a draft and take the records through it; ends at the page of the complete run."""
    build(page, name)
    start(page, name)


def start(page: Page, name: str) -> None:
    """Start a run over a draft; ends at the page of the complete run."""
    page.get_by_role("link", name="Enforcement", exact=True).click()
    page.get_by_role("link", name="New exact run").click()
    page.get_by_label("Rule sets").select_option("chosen")
    page.get_by_label("Judged").select_option("recorded")
    page.get_by_label("TLS", exact=True).select_option(label=f"{name} version 1, draft")
    page.get_by_text("Where IBM is silent").click()
    page.get_by_label("Log suppression: messages of a rule").fill("5")
    page.get_by_role("button", name="Start the exact run").click()
    expect(page.get_by_text("What it would have done")).to_be_visible(timeout=60_000)


def test_from_the_list_to_one_decision(open_page: OpenPage) -> None:
    page = open_page("author")
    ask(page, "Exact TLS")
    expect(page.locator("main")).to_contain_text("(chosen for this run)")
    act = page.locator("#acts tbody tr").first
    connection = act.locator("a").inner_text()
    act.locator("a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Connection {connection}")
    expect(page.locator("main")).to_contain_text(re.compile(r"TLS: .* rule .*"))
    expect(page.locator("main")).to_contain_text("ZERTRule (TLS): ")
    page.get_by_role("link", name="Exact TLS version 1").click()
    page.get_by_label("Find a connection by its ID").fill(connection)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Decisions").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Connection {connection}")
    page.get_by_role("link", name="Exact runs", exact=True).first.click()
    expect(page.get_by_role("link", name="Exact TLS version 1")).to_be_visible()


def test_a_hit_becomes_a_rule_and_the_next_run_shows_the_change(open_page: OpenPage) -> None:
    page = open_page("author")
    ask(page, "Exact hits TLS")
    hit = page.locator("#follow-up tbody tr").first
    job = hit.locator("td").nth(1).inner_text()
    hit.locator("a").first.click()
    expect(page.locator("main")).to_contain_text("catch-all rule Everything else matches")
    expect(page.get_by_role("link", name="Make a specific rule")).to_be_visible()
    page.go_back()
    hit.get_by_role("link", name="Make a specific rule").click()
    page.get_by_role("link", name="Make the rule in Exact hits TLS version 1").click()
    name = page.get_by_label("Name of the rule")
    expect(name).to_have_value(re.compile(re.escape(job)))
    made = f"{job} is known"
    name.fill(made)
    settle(page)
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_text(made).first).to_be_visible()
    start(page, "Exact hits TLS")
    page.locator("#rules").get_by_role("link", name="All rows").click()
    expect(page.locator("main tbody")).to_contain_text(made)


def test_the_pages_work_without_script(open_page: OpenPage) -> None:
    ask(open_page("author"), "Plain TLS")
    page = open_page("author", script=False)
    page.goto("/enforcement/")
    page.get_by_role("link", name="Exact runs", exact=True).first.click()
    page.get_by_role("link", name="Plain TLS version 1").first.click()
    page.locator("#acts").get_by_role("link", name="All rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What happened, in order")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    assert Path(started.value.path()).read_text().startswith("written_at,system,stack,connection,")
    page.get_by_role("link", name="Plain TLS version 1").first.click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Audit records (SMF dump)").click()
    record = Path(started.value.path()).read_bytes()
    assert record[5] == 119


CHANGES = {
    "": ((1280, 900), "light"),
    "-narrow": ((800, 1000), "light"),
    "-narrow-dark": ((800, 1000), "dark"),
}


@pytest.mark.parametrize("look", CHANGES)
def test_the_changes_of_a_comparison_fit_on_the_page(
    open_page: OpenPage, tmp_path: Path, look: str
) -> None:
    size, theme = CHANGES[look]
    page = open_page("author", size=size, theme=theme)
    begin(page, f"Wide{look} TLS")
    fill_general(page)
    page.get_by_role("button", name="Save and go on").click()
    build(page, f"Fits{look} TLS")
    for new, button in (("New exact run", "Start the exact run"), ("New run", "Start the run")):
        page.goto("/enforcement/")
        page.get_by_role("link", name=re.compile(f"^{new}")).click()
        page.get_by_label("Rule sets").select_option("chosen")
        page.get_by_label("Judged").select_option("recorded")
        page.get_by_label("TLS", exact=True).select_option(label=f"Fits{look} TLS version 1, draft")
        other = page.get_by_label("TLS, compared with")
        other.select_option(label=f"Wide{look} TLS version 1, draft")
        page.get_by_role("button", name=button).click()
        changes = page.locator("#changes")
        expect(changes.locator("tbody tr").first).to_be_visible(timeout=60_000)
        picture(changes, tmp_path / f"{button}{look}.png")
        hidden = changes.locator(".scroll").evaluate("e => e.scrollWidth - e.clientWidth")
        assert hidden <= 0, new


@pytest.mark.parametrize("look", EVERY_LOOK)
def test_its_pages_are_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    (size, theme), kept = EVERY_LOOK[look], album if look in LOOKS else tmp_path
    page = open_page("author", size=size, theme=theme)
    ask(page, f"Seen{look} TLS")
    run = page.url
    page.locator("#acts tbody tr").first.locator("a").click()
    pages = {
        "exact": run,
        "exact-messages": f"{run}tables/messages/",
        "exact-connection": page.url,
        "exact-find": f"{run}connections/?id=xyz",
        "exact-new": "/enforcement/histories/new/",
        "exact-runs": "/enforcement/histories/",
        "exact-agreement": "/enforcement/histories/agreement/?stack=",
    }
    found: list[str] = []
    for name, address in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if name != "exact-messages":  # a full table is more than a picture may weigh
            take(page, kept / f"{name}{look}.png")
        assert page.evaluate(STICKING_OUT) <= 0, name
        if not look:
            found += violations_in_every_look(page, name)
            page.set_viewport_size({"width": size[0], "height": size[1]})
    assert found == []
