"""A what-if in the browser: run a draft over the store, read why, promote a hit to a rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import HOUSES, LOOKS, STICKING_OUT, build, settle
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

TLS = "TLS"


def ask(page: Page, version: str, against: str = "") -> None:
    """Start a run by its form; ends at the page of the complete run."""
    page.get_by_role("link", name="Enforcement", exact=True).click()
    page.get_by_role("link", name="New run").first.click()
    page.get_by_label("Rule sets").select_option("chosen")
    page.get_by_label("Judged").select_option("recorded")
    page.get_by_label("Days", exact=True).select_option("90")
    page.get_by_label(TLS, exact=True).select_option(label=version)
    if against:
        page.get_by_label(f"{TLS}, compared with").select_option(label=against)
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_text("What it would have done")).to_be_visible(timeout=60_000)


def run_it(page: Page, name: str) -> None:
    """Build a draft and run it; ends at the page of the complete run."""
    build(page, name)
    ask(page, f"{name} version 1, draft")


def publish(page: Page, open_page: OpenPage, version: str) -> None:
    """From any step of the wizard: the author submits, somebody else publishes."""
    page.goto(re.sub(r"/versions/([0-9]+)/.*", r"/versions/\1/submit/", page.url))
    page.get_by_label("What changes, and why").fill("What the run has shown.")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.get_by_text("somebody else has to decide")).to_be_visible()
    other = open_page("approver")
    other.goto("/policy/approvals/")
    other.get_by_role("link", name=version).click()
    other.get_by_role("button", name="Publish").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("8. Policy file")


def test_a_hit_becomes_a_rule_that_is_published_and_the_next_run_shows_the_change(
    open_page: OpenPage, album: Path
) -> None:
    page = open_page("author")
    build(page, "Run TLS")
    publish(page, open_page, "Run TLS version 1")
    ask(page, "Run TLS version 1, published")
    hit = page.locator("#follow-up tbody tr").first
    expect(hit).to_contain_text("TLS")
    job = hit.locator("td").first.inner_text()
    hit.get_by_role("link", name="Why").click()
    expect(page.locator("main")).to_contain_text("catch-all rule Everything else matches")
    page.go_back()
    hit.get_by_role("link", name="Make a specific rule").click()
    expect(page.locator("#meant")).to_contain_text("It has no draft.")
    take(page, album / "run-make-rule.png")
    page.get_by_role("button", name="Begin the next version with this rule").click()
    name = page.get_by_label("Name of the rule")
    expect(name).to_have_value(re.compile(re.escape(job)))
    made = f"{job} is known"
    name.fill(made)
    settle(page)
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_text(made).first).to_be_visible()
    publish(page, open_page, "Run TLS version 2")
    ask(page, "Run TLS version 1, superseded", "Run TLS version 2, published")
    change = page.locator("#changes tbody tr").first
    expect(change).to_contain_text(re.compile(f"{job}.*Everything else.*{made}", re.DOTALL))
    take(page, album / "run-changes.png")
    change.get_by_role("link", name="Why").click()
    expect(page.get_by_text("Compared: Run TLS version 2")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"specific rule {made} matches")


def test_the_pages_work_without_script(open_page: OpenPage) -> None:
    run_it(open_page("author"), "Bare TLS")
    page = open_page("author", script=False)
    page.goto("/enforcement/")
    page.get_by_role("link", name="Bare TLS version 1").first.click()
    page.locator("#rules").get_by_role("link", name="All rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verdicts by rule")
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    assert (
        Path(started.value.path())
        .read_text()
        .startswith("protocol,version,rule_set,rule,kind,action,")
    )


@pytest.mark.parametrize("look", LOOKS)
def test_its_pages_are_readable_in_every_look(open_page: OpenPage, album: Path, look: str) -> None:
    size, theme = LOOKS[look]
    page = open_page("author", size=size, theme=theme)
    run_it(page, f"{HOUSES[look]} audit TLS")
    run = page.url
    table = f"{run}follow-up/"
    page.locator("#follow-up").get_by_role("link", name="Why").first.click()
    pages = {
        "run": run,
        "run-table": table,
        "run-why": page.url,
        "run-new": "/enforcement/new/",
        "runs": "/enforcement/",
    }
    found: list[str] = []
    for name, address in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if name != "run-table":  # a full table in the dark is more than a picture may weigh
            take(page, album / f"{name}{look}.png")
        assert page.evaluate(STICKING_OUT) <= 0, name
        if not look:
            found += violations_in_every_look(page, name)
            page.set_viewport_size({"width": size[0], "height": size[1]})
    assert found == []
