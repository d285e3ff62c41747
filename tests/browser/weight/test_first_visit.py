"""What a first visit transfers: every byte of every answer, heads included, with nothing kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import OpenPage
from tests.browser.places import Places

LIMIT_BYTES = 300_000
WITH_CHARTS = {"overview", "baseline"}
"""Only these load the charts."""


def weigh(page: Page, path: str) -> tuple[int, dict[str, int]]:
    """Bytes on the wire in all, and by address, of one visit with an empty store of files."""
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses: dict[str, str] = {}
    found: dict[str, int] = {}
    session.on(
        "Network.responseReceived",
        lambda event: addresses.update({event["requestId"]: event["response"]["url"]}),
    )
    session.on("Network.loadingFinished", _counting(addresses, found))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    session.detach()
    return sum(found.values()), found


def _counting(
    addresses: dict[str, str], found: dict[str, int]
) -> Callable[[dict[str, object]], None]:
    def count(event: dict[str, object]) -> None:
        address = addresses.get(str(event["requestId"]), "")
        found[address] = found.get(address, 0) + int(str(event["encodedDataLength"]).split(".")[0])

    return count


def test_no_page_weighs_more_than_300_kb(open_page: OpenPage, places: Places) -> None:
    page = open_page("admin")
    weights = {}
    for name, path in places.items():
        weights[name], parts = weigh(page, path)
        charts = [address for address in parts if "echarts" in address]
        assert bool(charts) == (name in WITH_CHARTS), name
    assert {name: n for name, n in weights.items() if n > LIMIT_BYTES} == {}
    assert min(weights.values()) > 50_000  # fonts alone are more: nothing came from a cache


def test_the_sign_in_page_is_light(open_page: OpenPage) -> None:
    total, parts = weigh(open_page(""), "/accounts/login/")
    assert len(parts) > 5
    assert total < LIMIT_BYTES / 2


@pytest.mark.parametrize("path", ["/", "/report/servers/"])
def test_pages_themselves_come_compressed(open_page: OpenPage, path: str) -> None:
    page = open_page("admin")
    answer = page.goto(path)
    assert answer is not None
    assert answer.header_value("content-encoding") == "gzip"
    weights = {}
    for kind in ("css", "js"):
        style = page.evaluate(
            "kind => performance.getEntriesByType('resource').map(one => one.name)"
            ".find(name => name.endsWith('.' + kind))",
            kind,
        )
        weights[kind] = page.request.get(style, headers={"Accept-Encoding": "gzip, br"})
        assert weights[kind].headers["content-encoding"] == "br"
