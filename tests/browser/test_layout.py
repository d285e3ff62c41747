"""Nothing sticks out, nothing jumps, rows are dense, figures stand at the right."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import Places

SIZES = [(1280, 900), (800, 1000), (390, 844)]
# A page may scroll down; sideways only tables do, in their own frame.
STICKING_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TABLE_OVERFLOW = (
    "[...document.querySelectorAll('main .scroll')]"
    ".reduce((most, box) => Math.max(most, box.scrollWidth - box.clientWidth), 0)"
)


def test_no_page_is_wider_than_the_window(open_page: OpenPage, places: Places) -> None:
    page = open_page("admin")
    wider = {}
    for name, path in places.items():
        page.goto(path)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if excess := page.evaluate(STICKING_OUT):
                wider[name, width] = excess
    assert wider == {}


def test_tables_as_delivered_fit_a_window_of_1280(open_page: OpenPage, places: Places) -> None:
    page = open_page("admin")
    cut = {}
    for name in (
        "report",
        "clients",
        "history",
        "rejects",
        "systems",
        "users",
        "audit",
        "queries",
        "session",
        "sessions",
        "baselines",
        "overview",
        "watches",
        "schedules",
        "packs",
        "peers",
        "client-traffic",
        "certificates",
        "compare",
    ):
        page.goto(places[name])
        if excess := page.evaluate(TABLE_OVERFLOW):
            cut[name] = excess
    assert cut == {}


def test_nothing_jumps_while_the_report_loads(page: Page, places: Places) -> None:
    for name in ("report", "clients", "sessions", "session"):
        page.goto(places[name])
        page.wait_for_load_state("networkidle")
        assert page.evaluate("shifts.reduce((sum, one) => sum + one, 0)") < 0.05, name


def test_rows_are_dense_heads_stay_and_figures_stand_at_the_right(page: Page) -> None:
    page.goto("/report/servers/")
    rows = page.locator("main table.rows tbody tr")
    heights = rows.evaluate_all("rows => [...new Set(rows.map(row => row.offsetHeight))]")
    assert heights == [32]
    align = rows.first.locator("td").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    )
    assert align == ["left"] * 7 + ["right"] * 4 + ["left"]
    head = page.get_by_role("columnheader", name="Sysplex")
    before = head.bounding_box()
    rows.last.scroll_into_view_if_needed()
    page.locator("main .scroll").evaluate("box => (box.scrollTop = box.scrollHeight)")
    expect(rows.last).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    assert head.bounding_box() == before


def test_the_bar_is_equally_high_on_every_page_and_marks_where_one_is(
    open_page: OpenPage, places: Places
) -> None:
    page = open_page("admin")
    found = set()
    for name in ("report", "session", "history", "query", "users"):
        page.goto(places[name])
        bar, mark = (page.locator(css).bounding_box() for css in (".topbar", ".topbar .active"))
        assert bar is not None
        assert mark is not None
        found.add((bar["height"], bar["y"] + bar["height"] - mark["y"] - mark["height"]))
    assert found == {(48, 0)}


def test_paper_has_the_rows_and_not_the_controls(page: Page) -> None:
    page.goto("/report/servers/")
    page.emulate_media(media="print")
    for css in (".topbar", ".subbar", ".filters", "main .actions"):
        expect(page.locator(css)).to_be_hidden()
    expect(page.get_by_text("Days: the last 30 days")).to_be_visible()
    box = page.locator("main .scroll")
    assert box.evaluate("box => getComputedStyle(box).maxHeight") == "none"
    assert page.evaluate(STICKING_OUT) == 0
