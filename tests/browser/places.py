"""Every page of Zertify by name, on the site that the ring made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

Places = Mapping[str, str]
EXPORTS = "exports"
"""The directory of scheduled exports, below that of the dumps."""

# Where the numbers in addresses play no part.
FIXED = {
    "overview": "/",
    "report": "/report/servers/",
    "client-traffic": "/report/clients/",
    "peers": "/report/peers/",
    "certificates": "/report/certificates/?days=all",
    "compare": "/report/compare/",
    "columns": "/tables/servers/columns/",
    "nothing-found": "/report/servers/?job=NOSUCH",
    "refused-filter": "/report/servers/?port=abc",
    "baselines": "/report/baselines/",
    "baseline": "/report/baselines/pci-dss-4/",
    "baseline-copy": "/report/baselines/pci-dss-4/copy/",
    "search": "/search/?q=TN*",
    "help": "/help/",
    "help-page": "/help/page/?of=/report/",
    "glossary": "/help/glossary/",
    "reference": "/help/pages/",
    "queries": "/queries/",
    "query": "/queries/new/",
    "watches": "/queries/watches/",
    "schedules": "/queries/exports/",
    "packs": "/queries/packs/",
    "pack-new": "/queries/packs/new/",
    "import": "/data/import/",
    "watch-folders": "/data/watch/",
    "retention": "/data/retention/",
    "prune": "/data/prune/",
    "prune-range": "/data/prune/?kind=range&first=2024-02-01&last=2024-02-01",
    "history": "/data/history/",
    "database": "/data/database/",
    "systems": "/settings/systems/",
    "token": "/settings/token/",
    "users": "/settings/users/",
    "audit": "/settings/audit/",
    "runs": "/enforcement/",
    "password": "/accounts/password/",
    "not-found": "/nowhere/",
}
# What a store without records still shows.
EMPTY = (
    *("overview", "report", "client-traffic", "peers", "queries", "query", "import", "history"),
    *("certificates", "compare", "database", "systems", "baselines", "baseline", "watches"),
    *("schedules", "packs", "watch-folders", "retention", "prune", "search"),
    "runs",
)


def find_places(page: Page, folder: Path) -> Places:
    """Click from the first rows down; the names are those of the pictures too.

    What the site does not come with is made by its form; `folder` is one that Zertify may read.
    """
    found = dict(FIXED)
    found |= _report_places(page)
    found |= _history_places(page)
    found |= _query_places(page)
    found |= _standing_places(page, folder)
    found["watch-folder"] = _watch_folder(page, folder)
    for name, listing in (("certificate", "certificates"), ("system", "systems")):
        page.goto(found[listing])
        page.locator(".row-link").first.click()
        found[name] = _here(page)
    return found


def _report_places(page: Page) -> Places:
    """The server with most connections of TLS 1.2 whose certificates have names to show."""
    page.goto("/report/servers/?version=TLSv1.2&dn=*&sort=-tls")
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


def _standing_places(page: Page, folder: Path) -> dict[str, str]:
    """A watch, a schedule and a pack of a shared query, each with its forms."""
    found = {}
    for name, forms, button in (
        ("watch", "watches", "Make the watch"),
        ("schedule", "exports", "Make the scheduled export"),
    ):
        found[f"{name}-new"] = f"/queries/{forms}/new/"
        page.goto(found[f"{name}-new"])
        page.get_by_label("Query", exact=True).select_option(label="TLS 1.1 and older")
        page.get_by_label("Name", exact=True).fill("TLS 1.1 and older")
        if name == "schedule":
            page.get_by_label("Directory", exact=True).fill(str(folder / EXPORTS))
        page.get_by_role("button", name=button).click()
        page.wait_for_url(re.compile(rf"/queries/{forms}/[0-9]+/$"))
        found[name] = _here(page)
        found |= {f"{name}-{form}": f"{found[name]}{form}/" for form in ("edit", "delete")}
    page.goto(FIXED["pack-new"])
    page.get_by_role("button", name="Make the pack").click()
    page.wait_for_url(re.compile("/queries/packs/[0-9]+/$"))
    return found | {"pack": _here(page)}


def _watch_folder(page: Page, folder: Path) -> str:
    """A folder that is watched, with nothing in it."""
    watched = folder / "transfers"
    watched.mkdir(exist_ok=True)
    page.goto("/data/watch/")
    page.get_by_label("Folder or pattern on the server").fill(str(watched))
    page.get_by_role("button", name="Watch", exact=True).click()
    page.get_by_role("link", name=str(watched)).click()
    return _here(page)


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
