"""Settings: a time zone, a new user, a token."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.site import Site


def test_a_time_zone_is_set_and_stands_beside_the_times(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/settings/systems/")
    row = page.get_by_role("row").filter(has_text="PRD2")
    row.get_by_role("link").click()
    zone = page.get_by_label("Time zone")
    zone.fill("Europe/Nowhere")
    page.get_by_role("button", name="Save").click()
    expect(zone).to_have_value("Europe/Nowhere")
    expect(page.locator(".field .error")).to_be_visible()
    zone.fill("Europe/Berlin")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Systems")
    expect(row).to_contain_text("Europe/Berlin")
    page.goto("/report/servers/?system=PRD2")
    for _ in range(3):
        page.locator(".row-link").first.click()
        page.wait_for_load_state()
    expect(page.get_by_text("Europe/Berlin of the system's times")).to_be_visible()


def test_a_new_user_signs_in_with_the_password_shown_once(open_page: OpenPage) -> None:
    page = open_page("admin")
    page.goto("/settings/users/")
    page.get_by_label("User", exact=True).fill("auditor1")
    page.get_by_label("Role").last.select_option("viewer")
    page.get_by_role("button", name="Make the account").click()
    word = page.locator("#new-password").inner_text()
    page.reload()
    expect(page.locator("#new-password")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="auditor1")).to_contain_text("viewer")
    theirs = open_page("")
    sign_in(theirs, "auditor1", word)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Overview")
    theirs.goto("/report/servers/")
    expect(theirs.locator("summary", has_text="Export")).to_have_count(0)
    answer = theirs.goto("/settings/users/")
    assert answer is not None
    assert answer.status == 403
    expect(theirs.get_by_role("heading", level=1)).to_have_text("You may not see this page")
    page.goto("/settings/audit/")
    expect(page.get_by_role("row").filter(has_text="auditor1").first).to_be_visible()


def test_a_token_opens_the_api_until_it_is_revoked(open_page: OpenPage, site: Site) -> None:
    page = open_page("viewer")
    page.goto("/settings/token/")
    page.get_by_label("Name").fill("nightly")
    page.get_by_role("button", name="Make the token").click()
    token = page.get_by_role("status").locator(".mono").inner_text()
    request = Request(f"{site.full}/api/v1/report/servers/?sysplex=PLEXB")
    request.add_header("Authorization", f"Token {token}")
    with urlopen(request, timeout=30) as answer:
        assert {row["sysplex"] for row in json.load(answer)["rows"]} == {"PLEXB"}
    page.reload()
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("You have no token.")).to_be_visible()
