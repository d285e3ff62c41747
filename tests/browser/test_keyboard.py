"""Everything by keys alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

NAME = "document.activeElement.innerText.trim() || document.activeElement.id"
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def test_f_goes_to_the_filters_and_escape_returns(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("f")
    first = page.locator("details.filters [data-first]")
    expect(first).to_be_focused()
    expect(first).to_have_value("")
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(page.locator("details.filters > summary")).to_be_focused()


def test_the_filters_open_below_their_chip_which_stays_where_it_is(open_page: OpenPage) -> None:
    for size in ((1280, 900), (800, 1000)):
        page = open_page(size=size)
        page.goto("/report/servers/?job=TN3270&port=23,992")
        chip = page.locator("details.filters > summary")
        before = chip.bounding_box()
        chip.click()
        expect(page.locator(".filter-form")).to_be_visible()
        assert chip.bounding_box() == before


def test_slash_goes_to_the_search_which_opens_what_is_meant(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("SYSA")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=SYSA")
    expect(page.get_by_role("row").filter(has_text="System")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/**system=SYSA**")


def test_h_opens_the_help_of_the_page_at_its_side_and_escape_closes_it(page: Page) -> None:
    page.goto("/report/compare/")
    page.keyboard.press("h")
    side = page.get_by_role("complementary", name="Help")
    expect(side.get_by_role("heading", name="Compare")).to_be_visible()
    expect(side.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(page.get_by_role("link", name="Help", exact=True)).to_be_focused()
    assert page.url.endswith("/report/compare/")


def test_a_filter_is_set_and_a_session_reached_by_keys_alone(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("f")
    for _ in range(16):
        if page.evaluate("document.activeElement.name") == "job":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("TN3270")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/servers/?job=TN3270")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("TN3270 on")
    for title in ("Security session details", "with TN3270 on"):
        page.wait_for_load_state()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_j_k_and_arrows_walk_the_rows_and_stop_at_the_ends(page: Page) -> None:
    page.goto("/report/servers/")
    links = page.locator("main .row-link")
    for key, number in (("k", 0), ("j", 1), ("j", 2), ("ArrowDown", 3), ("ArrowUp", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(number)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("k")
    expect(links.first).to_be_focused()
    assert page.evaluate(OUTLINE)


def test_e_exports_and_letters_in_a_field_do_not(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("e")
    expect(page.get_by_label("Format")).to_be_focused()
    with page.expect_download() as started:
        page.get_by_role("button", name="Export", exact=True).press("Enter")
    assert started.value.suggested_filename.endswith(".csv")
    page.keyboard.press("f")
    page.get_by_role("textbox", name="Job name").focus()
    page.keyboard.type("ejk?/f")
    expect(page.get_by_role("textbox", name="Job name")).to_have_value("ejk?/f")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_list_of_keys_opens_and_closes(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("main .row-link").first).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_tab_goes_in_reading_order_with_the_focus_in_sight(page: Page) -> None:
    page.goto("/report/servers/")
    names = []
    for _ in range(20):
        page.keyboard.press("Tab")
        names.append(page.evaluate(NAME))
        assert page.evaluate(OUTLINE), names
    assert names == [
        "Skip to content",
        "Zertify",
        *("Overview", "Data Management", "Queries", "Report", "Policy", "Enforcement", "Settings"),
        *("search", "Help", "Dark", "analyst"),
        *("TCP Server Traffic", "TCP Client Traffic", "EE Peer Traffic"),
        *("Certificates", "Compare", "Baselines"),
        "Change filters",
    ]


def test_the_skip_link_leads_past_the_bars(page: Page) -> None:
    page.goto("/report/servers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Export"


def test_menus_open_by_enter_and_close_by_escape(page: Page) -> None:
    page.goto("/report/servers/")
    summary = page.locator("summary").filter(has_text="Columns")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Sysplex").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".picker")).to_be_hidden()
    expect(summary).to_be_focused()
