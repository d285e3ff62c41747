"""Every page of Zertify by name, on the site that the ring made."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Page

Places = Mapping[str, str]

# Where the numbers in addresses play no part.
FIXED = {
    "overview": "/",
    "report": "/report/servers/",
    "client-traffic": "/report/clients/",
    "peers": "/report/peers/",
    "nothing-found": "/report/servers/?job=NOSUCH",
    "refused-filter": "/report/servers/?port=abc",
    "queries": "/queries/",
    "query": "/queries/new/",
    "import": "/data/import/",
    "history": "/data/history/",
    "database": "/data/database/",
    "systems": "/settings/systems/",
    "token": "/settings/token/",
    "users": "/settings/users/",
    "audit": "/settings/audit/",
    "password": "/accounts/password/",
    "not-found": "/nowhere/",
}
# What a store without records still shows.
EMPTY = (
    *("overview", "report", "client-traffic", "peers", "queries", "query", "import", "history"),
    *("database", "systems"),
)


def find_places(page: Page) -> Places:
    """Click from the first rows down; the names are those of the pictures too."""
    found = dict(FIXED)
    found |= _report_places(page)
    found |= _history_places(page)
    found |= _query_places(page)
    page.goto("/settings/systems/")
    page.locator(".row-link").first.click()
    return found | {"system": _here(page)}


def _report_places(page: Page) -> Places:
    """The server with most connections of TLS 1.2 has certificates and names to show."""
    page.goto("/report/servers/?version=TLSv1.2&sort=-tls")
    page.locator(".row-link").first.click()
    found = {"clients": _here(page)}
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="TLS", exact=False).first.click()
    page.wait_for_load_state()
    path = _here(page)
    mark = "&" if "?" in path else "?"
    found["sessions"] = path
    for detail in ("certificate", "dn", "traffic"):
        found[f"sessions-{detail}"] = f"{path}{mark}detail={detail}"
    page.locator(".row-link").first.click()
    found["session"] = _here(page)
    return found


def _query_places(page: Page) -> Places:
    found = {}
    for name, word in (("query-edit", "Edit"), ("query-delete", "Delete")):
        page.goto("/queries/")
        page.get_by_role("link", name=f"{word} TLS 1.1 and older").click()
        found[name] = _here(page)
    return found


def _history_places(page: Page) -> Places:
    found = {}
    for name, file in (
        ("import-detail", "plexa-november.smf"),
        ("import-damaged", "damaged.smf"),
        ("import-failed", "without-rdw.smf"),
    ):
        page.goto("/data/history/")
        page.get_by_role("row").filter(has_text=file).last.locator(".row-link").click()
        found[name] = _here(page)
    found["rejects"] = f"{found['import-damaged']}rejects/"
    page.goto(found["rejects"])
    page.locator(".row-link").first.click()
    return found | {"reject": _here(page)}


def _here(page: Page) -> str:
    page.wait_for_load_state()
    return page.evaluate("location.pathname + location.search")
