"""The review: the very sessions behind each rule, in both modes, and nothing of it is cut."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.policy.test_wizard import OLD, STICKING_OUT, build
from tests.browser.reading import THIN
from tests.browser.test_screenshots import take
from tests.conftest import database_url

SITES = {"zos": "Claims desk", "all": "Treasury", "light": "Mobile", "dark": "Portal"}
WIDTHS = (390, 800, 1280, 1920)
CUT = "regions => regions.map(one => one.scrollWidth - one.clientWidth)"
OBSERVED = 1
RULES = ("TLS 1.2 or later", "TN3270", "Everything else")
# The sessions of the last 90 days, told apart by hand; failed handshakes are protected by nothing.
# z/OS knows the version only where zERT observed it (source 1), else nothing but the rest fits.
MET_SQL = """SELECT CASE
        WHEN NOT (%s OR (p.raw->'tls'->>'source')::int = %s) THEN 'Everything else'
        WHEN (p.raw->'tls'->>'version')::int IN (%s, %s) THEN 'TLS 1.2 or later'
        WHEN (p.raw->'tls'->>'version')::int = %s AND sv.role = 'server' AND sv.port_start = 992
            THEN 'TN3270'
        ELSE 'Everything else' END, array_agg(ss.id)
    FROM analyzer_securitysession ss
    JOIN analyzer_server sv ON sv.id = ss.server_id
    JOIN analyzer_protection p ON p.id = ss.protection_id
    WHERE p.protocol = 'TLS' AND NOT p.failed_handshake AND sv.ip_proto = 6
        AND EXISTS (SELECT FROM analyzer_daily_activity d
            WHERE d.session_id = ss.id AND d.day > %s::date - 90 AND d.day <= %s::date)
    GROUP BY 1"""


def stored(scope: str) -> dict[str, set[int]]:
    with psycopg.connect(database_url()) as direct:
        rows = direct.execute(MET_SQL, (scope == "all", OBSERVED, *OLD)).fetchall()
    return {name: set(keys) for name, keys in rows}


def shown(page: Page) -> set[int]:
    """The keys of the sessions on this page and on those behind it."""
    found: set[int] = set()
    while True:
        page.wait_for_load_state()
        links = page.locator("main .row-link").evaluate_all("all => all.map(one => one.href)")
        keys = {int(re.findall(r"/sessions/(\d+)/", one)[0]) for one in links}
        assert keys
        assert not keys & found
        found |= keys
        more = page.get_by_role("link", name="More sessions")
        if not more.count():
            return found
        more.click()


@pytest.mark.parametrize("scope", ["zos", "all"])
def test_the_sessions_of_each_rule_are_exactly_the_stored_ones(
    open_page: OpenPage, scope: str
) -> None:
    page = open_page("author")
    build(page, f"{SITES[scope]} TLS")
    review = f"{page.url}?days=90&scope={scope}"
    met = stored(scope)
    assert set(met) <= set(RULES)
    for name in RULES:
        page.goto(review)
        table = page.get_by_role("region", name="Rules and what they would have met")
        row = table.get_by_role("row").filter(has=page.get_by_role("cell", name=name, exact=True))
        count = row.get_by_role("cell").nth(2)
        if name not in met:
            expect(count).to_have_text("0")
            continue
        link = count.get_by_role("link", name=f"sessions of {name}")
        assert link.inner_text().replace(THIN, "").split()[0] == str(len(met[name]))
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Sessions that meet {name}")
        assert shown(page) == met[name]
    assert set(stored("all")) == set(RULES)
    assert stored("zos") != stored("all")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_of_the_review_is_cut(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    page = open_page("author", theme=theme)
    build(page, f"{SITES[theme]} TLS")
    page.goto(f"{page.url}?days=90")
    for number in range(page.locator("#effect details").count()):
        page.locator("#effect details > summary").nth(number).click()
    regions = page.locator("#effect .scroll")
    last = page.get_by_role("region", name="What falls through to the end").get_by_role("link").last
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate(STICKING_OUT) <= 0, width
        cut = regions.evaluate_all(CUT)
        assert len(cut) > 3
        if width >= 800:
            assert max(cut) <= 0, (width, cut)
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport(ratio=1)
        take(page, tmp_path / f"review-{theme}-{width}.png")
