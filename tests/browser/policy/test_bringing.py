"""Policies come in by the browser: a file with a fault, and a saved query that proposes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import HOUSES, LOOKS, STICKING_OUT
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take
from tests.conftest import ROOT

KEPT = ("bring", "bring-faults", "proposal")
"""Pictures of docs/pages.md."""
ARTICLE = (ROOT / "tests/data/policy/article.policy").read_text()


def named(name: str) -> str:
    """The article's policy under another name, with an address group of that name."""
    return ARTICLE.replace("Company TLS", name).replace('#@ name ""', f'#@ name "{name} hosts"')


@pytest.fixture
def author(open_page: OpenPage) -> Page:
    return open_page("author")


def paste(page: Page, text: str) -> None:
    page.goto("/policy/")
    page.get_by_role("link", name="Bring in a policy file").click()
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("button", name="Look again")).to_be_visible()


def bring_the_article(page: Page, name: str) -> None:
    wrong = named(name).replace("Inbound", "Up")
    paste(page, wrong)
    number = wrong[: wrong.index("Up")].count("\n") + 1
    expect(page.get_by_text(f"Line {number}, column 35")).to_be_visible()
    expect(page.locator("#findings mark")).to_have_text("Up")
    expect(page.get_by_role("button", name="Bring it in")).to_have_count(0)
    page.get_by_label("Text", exact=True).fill(named(name))
    page.get_by_role("button", name="Look again").click()
    decide(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5. Review")
    expect(page.get_by_text(f"{name} version 1").first).to_be_visible()


def decide(page: Page) -> None:
    """Objects that other tests made are there with other content: take the free name."""
    expect(page.get_by_role("button", name="Bring it in")).to_be_visible()
    page.wait_for_load_state()
    for one in page.get_by_role("radio", name="Make it as").all():
        one.check()


def test_the_articles_policy_is_mended_and_brought_in(author: Page) -> None:
    bring_the_article(author, "Data centre TLS")
    expect(author.get_by_text("until 2027-03-31").first).to_be_visible()


def test_it_works_without_script(open_page: OpenPage) -> None:
    bring_the_article(open_page("author", script=False), "Branch TLS")


def test_a_file_is_uploaded(author: Page, tmp_path: Path) -> None:
    file = tmp_path / "site.policy"
    file.write_text(named("Partner TLS"))
    author.goto("/policy/bring/")
    author.get_by_label("File", exact=True).set_input_files(file)
    author.get_by_role("button", name="Look at it").click()
    expect(author.get_by_label("Text", exact=True)).to_have_value(named("Partner TLS"))
    expect(author.get_by_role("heading", name="Partner TLS")).to_be_visible()


def save_query(page: Page, name: str) -> None:
    page.goto("/queries/new/?days=all")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"The query {name} is saved.")).to_be_visible()


def propose(page: Page, query: str, name: str) -> None:
    page.goto("/queries/")
    page.get_by_role("link", name=f"Propose a rule set from {query}", exact=True).click()
    page.get_by_label("Name of the rule set").fill(name)
    page.get_by_role("button", name="Show the proposal").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_saved_query_becomes_a_draft(author: Page) -> None:
    save_query(author, "All sessions")
    propose(author, "All sessions", "Accepted TLS")
    table = author.get_by_role("region", name="Proposed rules")
    expect(table.get_by_text("Inbound connections of servers on port").first).to_be_visible()
    author.wait_for_load_state()
    rules = table.get_by_role("row").count() - 1
    author.get_by_role("button", name="Take as a draft").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("5. Review")
    expect(author.locator("main ol.rule-list > li")).to_have_count(rules)


def test_a_row_of_clients_becomes_a_rule(author: Page) -> None:
    paste(author, named("Terminals TLS"))
    decide(author)
    author.get_by_role("button", name="Bring it in").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("5. Review")
    author.goto("/report/servers/?version=TLSv1.1&port=992&days=all")
    author.locator(".row-link").first.click()
    author.get_by_role("link", name="Make a rule from client").first.click()
    author.get_by_role("link", name="Add the rule to it (Terminals TLS version 1)").click()
    expect(author.get_by_label("Name of the rule")).to_have_value("TN3270 992")
    expect(author.get_by_label("Protection", exact=True)).to_have_value("~own")
    author.get_by_label("Name of the rule").fill("One client")
    author.get_by_role("button", name="Save the rule").click()
    expect(author.get_by_text("may use TLS 1.1").first).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_each_page_is_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    size, theme = LOOKS[look]
    page = open_page("author", size=size, theme=theme)

    def seen(name: str) -> None:
        assert page.evaluate(STICKING_OUT) <= 0, name
        kept = album if name in KEPT and not look else tmp_path
        take(page, kept / f"policy-{name}{look}.png")

    page.goto("/policy/bring/")
    seen("bring-empty")
    paste(page, named(f"{HOUSES[look]} partners").replace("Inbound", "Up").replace("992", "99299"))
    seen("bring-faults")
    paste(page, named(f"{HOUSES[look]} partners"))
    seen("bring")
    save_query(page, f"{HOUSES[look]} sessions")
    propose(page, f"{HOUSES[look]} sessions", f"{HOUSES[look]} TLS as it is")
    seen("proposal")
    page.goto("/report/servers/?days=all&protocol=TLS")
    seen("rule-rows")
    page.get_by_role("link", name="Make a rule from").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a rule from this server")
    seen("rule-from-server")


def test_the_pages_are_accessible(author: Page) -> None:
    found = list[str]()
    author.goto("/policy/bring/")
    found += violations_in_every_look(author, "empty")
    paste(author, named("Payments TLS").replace("Inbound", "Up"))
    found += violations_in_every_look(author, "faults")
    paste(author, named("Payments TLS"))
    found += violations_in_every_look(author, "plan")
    save_query(author, "Payment sessions")
    propose(author, "Payment sessions", "Payments TLS")
    found += violations_in_every_look(author, "proposal")
    author.goto("/report/servers/?days=all")
    found += violations_in_every_look(author, "rows")
    author.get_by_role("link", name="Make a rule from").first.click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Make a rule from this server")
    assert found + violations_in_every_look(author, "server") == []
