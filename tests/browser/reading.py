"""Rows as a person sees them, in the words of the CSV file."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Download, Page

THIN = "\u202f"
# On screen an icon stands beside the word; a file has the plain key.
KEYS = {"\u2013": "", "unprotected*": "none", "Unprotected*": "NONE", "IPsec": "IPSEC"}
CELLS = """rows => rows.map(row => [...row.cells].map(cell => {
  const seen = cell.cloneNode(true);
  seen.querySelectorAll(".visually-hidden").forEach(one => one.remove());
  return [seen.textContent.trim(), cell.title];
}))"""


def rows_on_screen(page: Page) -> list[list[str]]:
    """The rows of the page's table, each value as a file would give it."""
    page.wait_for_load_state()
    found = page.locator("main table.rows tbody tr").evaluate_all(CELLS)
    return [[_exported(text, title) for text, title in row] for row in found]


def column_on_screen(page: Page, label: str) -> list[str]:
    """The values under one head."""
    heads = [head.rstrip("\u2191\u2193") for head in heads_on_screen(page)]
    return [row[heads.index(label)] for row in rows_on_screen(page)]


def heads_on_screen(page: Page) -> list[str]:
    page.wait_for_load_state()
    return page.locator("main table.rows thead th").all_inner_texts()


def export(page: Page, form: str = "CSV", **options: str) -> Download:
    """Take the rows away by the Export menu; `options` are its fields by their labels."""
    page.locator("summary", has_text="Export").click()
    page.get_by_label("Format").select_option(form)
    for label, choice in options.items():
        page.get_by_label(label).select_option(choice)
    with page.expect_download() as started:
        page.get_by_role("button", name="Export", exact=True).click()
    return started.value


def rows_of(download: Download) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a CSV file that the browser saved."""
    with Path(download.path()).open(newline="", encoding="utf-8-sig") as file:
        head, *rows = list(csv.reader(file))
    return head, rows


def _exported(text: str, title: str) -> str:
    exact = title.removesuffix(" bytes") if title.endswith(" bytes") else text
    plain = exact.replace(THIN, "")
    return KEYS.get(plain, plain)
