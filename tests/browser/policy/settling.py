"""What a page has put off is done before it is left."""

from __future__ import annotations

from playwright.sync_api import Page, expect

SETTLE_MS = 900
SETTLED = "ms => typeof htmx === 'undefined' || new Promise(done => setTimeout(done, ms))"
"""Without scripts nothing is put off."""


def settle(page: Page) -> None:
    """Wait for the sentence: a page that is left meanwhile notes that in the console.

    The page's own clock is asked: what it put off for less has begun by then, however busy it is.
    """
    page.evaluate(SETTLED, SETTLE_MS)
    expect(page.locator(".htmx-request")).to_have_count(0)
