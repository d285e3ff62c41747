"""From the overview to what breaks a baseline, and to a baseline of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import column_on_screen

NAME = "Made here: ours"


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Page]:
    """An analyst's page; the baseline that the test makes goes with it."""
    page = open_page()
    yield page
    page.goto("/report/baselines/")
    while (links := page.get_by_role("link", name=NAME, exact=True)).count():
        links.first.click()
        page.get_by_role("link", name="Delete this baseline").click()
        page.get_by_role("button", name=f"Delete {NAME}").click()
        page.wait_for_url("**/report/baselines/")


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_from_the_overview_to_the_sessions_that_break_a_rule(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Baselines").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Baselines")
    expect(page.get_by_role("img", name=re.compile("^Score from"))).not_to_have_count(0)
    page.get_by_role("link", name="PCI DSS 4.0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("PCI DSS 4.0")
    finding = page.get_by_role("row").filter(has_text="No session without recognized protection")
    expect(finding).to_contain_text("Requirements 4.2.1 and 2.2.7")
    expect(finding).to_contain_text("recalled")
    connections = number(finding.get_by_role("cell").nth(2).inner_text())
    finding.get_by_role("link").first.click()
    page.wait_for_url("**/report/servers/?*baseline=pci-dss-4*")
    expect(page.locator(".sentence")).to_contain_text(
        "breaking PCI DSS 4.0, rule No session without recognized protection"
    )
    page.goto(f"{page.url}&columns=connections")
    assert sum(map(number, column_on_screen(page, "Total Conns"))) == connections > 0


def test_a_bar_of_the_score_leads_to_its_day(page: Page) -> None:
    page.goto("/report/baselines/pci-dss-4/?days=all")
    expect(page.locator("#worst .plot canvas")).to_have_count(1)
    plot = page.locator("#score .plot")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    expect(page.locator(".plot-tip")).to_contain_text("breaking")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    page.wait_for_url("**/report/servers/?*from=*baseline=pci-dss-4")


def test_a_baseline_of_ones_own_is_copied_switched_and_added_to(page: Page) -> None:
    page.goto("/report/baselines/strength-classes/")
    page.get_by_role("link", name="Copy as own").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(NAME)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text(f"The baseline {NAME} is yours to change.")).to_be_visible()
    page.get_by_role("button", name="Switch off Nothing weak").click()
    expect(page.get_by_text("The rule Nothing weak is switched off.")).to_be_visible()
    expect(page.get_by_role("heading", name="Switched off")).to_be_visible()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("What must be so").fill("No key below 3072 bits")
    page.get_by_label("It breaks the rule when").fill("tls_key_bits = <30x2")
    page.get_by_label("Clause", exact=True).fill("House standard 12")
    page.get_by_label("Why, in plain words").fill("Decided last year.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("tls_key_bits: <30x2 is not a number")).to_be_visible()
    expect(page.get_by_label("Clause", exact=True)).to_have_value("House standard 12")
    page.get_by_label("It breaks the rule when").fill("tls_key_bits = <3072")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rule No key below 3072 bits is kept.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="House standard 12")).to_have_count(1)
    versions = page.get_by_role("region", name="Versions").get_by_role("row")
    expect(versions).to_have_count(4)


def test_a_session_leads_to_the_baselines_that_it_breaks(page: Page) -> None:
    page.goto("/report/servers/?protocol=NONE")
    for _ in range(2):
        page.locator(".row-link").first.click()
    page.locator(".row-link").first.click()
    section = page.locator("#baselines")
    expect(section).to_contain_text("PCI DSS 4.0: breaks it")
    section.get_by_role("link", name="PCI DSS 4.0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("PCI DSS 4.0")


def test_without_script_every_number_is_there(open_page: OpenPage) -> None:
    page = open_page("viewer", script=False)
    page.goto("/report/baselines/pci-dss-4/")
    expect(page.locator("#score table")).to_be_visible()
    expect(page.get_by_role("link", name="Copy as own")).to_have_count(0)
