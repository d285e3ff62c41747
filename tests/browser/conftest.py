"""One site and one browser for the whole ring; each test has pages of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    Error,
    Locator,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from config.env import env_str
from tests.browser import site as sites
from tests.browser.places import Places, find_places
from tests.browser.watch import Watch
from tests.conftest import ROOT

RESULTS = ROOT / "test-results"
# The shell makes a context in a third of the time; where it is not installed, the whole browser.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FAILED = pytest.StashKey[bool]()
BEFORE = pytest.StashKey[dict[str, int]]()
WAIT_MS = 30_000
"""How long anything may take to come; Playwright's own 5 s are too few for a busy worker."""
expect.set_options(timeout=WAIT_MS)
# What Chromium says when it has no frame to give at that moment, and how often it is asked.
NO_FRAME = "Unable to capture screenshot"
ASKED = 4


class OpenPage(Protocol):
    """Opens a page: `open_page("viewer", theme="dark")`; nobody is signed in as `""`."""

    def __call__(
        self,
        name: str = "analyst",
        *,
        size: tuple[int, int] = (1280, 900),
        theme: str = "light",
        script: bool = True,
        empty: bool = False,
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def site(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sites.Site]:
    with django_db_blocker.unblock(), sites.running(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="package")
def browser(site: sites.Site) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Sessions:
    """Signs each person in once, by the form, and remembers the cookies."""

    browser: Browser
    known: dict[tuple[str, str], StorageState] = field(default_factory=dict)

    def of(self, name: str, address: str) -> StorageState:
        if (name, address) not in self.known:
            with self.browser.new_context(base_url=address) as context:
                page = context.new_page()
                sign_in(page, name, sites.password(name))
                page.wait_for_url("**/")
                page.get_by_role("heading", name="Overview", exact=True).wait_for()
                self.known[name, address] = context.storage_state()
        return self.known[name, address]


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="package")
def sessions(browser: Browser) -> Sessions:
    return Sessions(browser)


@pytest.fixture
def open_page(
    browser: Browser, site: sites.Site, sessions: Sessions, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    opened: list[tuple[Page, Watch]] = []

    def open_one(
        name: str = "analyst",
        *,
        size: tuple[int, int] = (1280, 900),
        theme: str = "light",
        script: bool = True,
        empty: bool = False,
    ) -> Page:
        address = site.empty if empty else site.full
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            storage_state=sessions.of(name, address) if name else None,
        )
        context.set_default_timeout(WAIT_MS)
        context.add_cookies([{"name": "theme", "value": theme, "url": address}])
        page = context.new_page()
        opened.append((page, Watch(page, address)))
        return page

    yield open_one
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, [page for page, _ in opened])
    for page, _ in opened:
        page.context.close()
    assert [wrong for _, watch in opened for wrong in watch.wrongs] == []


@pytest.fixture(autouse=True)
def first_of_its_names(site: sites.Site, request: pytest.FixtureRequest) -> None:
    """What a first try has made does not stand in the way of a second one."""
    before = request.node.stash.setdefault(BEFORE, sites.last_keys())
    if getattr(request.node, "execution_count", 1) > 1:
        sites.rename_later(before)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An analyst's page."""
    return open_page()


@pytest.fixture(scope="package")
def places(browser: Browser, site: sites.Site, sessions: Sessions) -> Places:
    """The address of every page, found by clicking through."""
    state = sessions.of("admin", site.full)
    with browser.new_context(base_url=site.full, storage_state=state) as context:
        return find_places(context.new_page(), site.folder)


def _keep_pictures(test: str, pages: list[Page]) -> None:
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test)
    for number, page in enumerate(pages, start=1):
        picture(page, RESULTS / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where pictures go: `ZERTIFY_SCREENSHOTS` of the project, else away with the test."""
    asked = env_str("ZERTIFY_SCREENSHOTS")
    found = ROOT / asked if asked else tmp_path / "album"
    found.mkdir(parents=True, exist_ok=True)
    return found


def picture(seen: Page | Locator, path: Path, **options: Any) -> None:
    """What is seen, once nothing moves."""
    page = seen if isinstance(seen, Page) else seen.page
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    for left in reversed(range(ASKED)):
        try:
            seen.screenshot(path=path, animations="disabled", **options)
            return
        except Error as error:
            if NO_FRAME not in error.message or not left:
                raise
            page.wait_for_timeout(500)
