"""The Export menu: formats, options, and what is remembered of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import polars
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.reading import export, heads_on_screen, rows_on_screen
from tests.browser.test_accessibility import violations_in_every_look
from tests.browser.test_screenshots import take

LOOKS = {
    "": ((1280, 800), "light"),
    "-dark": ((1280, 800), "dark"),
    "-narrow": ((800, 1000), "light"),
}
REPORT = "/report/servers/?days=all&columns=server_ip,port,job,tls"


def test_every_format_has_the_rows_of_the_screen(page: Page) -> None:
    page.goto(REPORT)
    shown = [row[:3] for row in rows_on_screen(page)]
    keys = ["server_ip", "port", "job"]
    assert len(heads_on_screen(page)) == 4
    lines = Path(export(page, "JSON lines").path()).read_text().splitlines()
    assert [[json.loads(line)[key] for key in keys] for line in lines][: len(shown)] == shown
    table = polars.read_parquet(Path(export(page, "Parquet").path()).read_bytes())
    assert [list(row) for row in table.select(keys).rows()][: len(shown)] == shown
    name = export(page, "Excel (XLSX)")
    book = openpyxl.load_workbook(io.BytesIO(Path(name.path()).read_bytes()))
    cells = [[cell.value or "" for cell in row[:3]] for row in book["Rows 1"].iter_rows(min_row=2)]
    assert cells[: len(shown)] == shown
    assert name.suggested_filename.endswith(".xlsx")


def test_the_options_of_csv_are_kept_for_the_next_time(page: Page) -> None:
    page.goto(REPORT)
    taken = export(page, Delimiter="Semicolon")
    with Path(taken.path()).open(newline="") as file:
        head, *_ = csv.reader(file, delimiter=";")
    assert head == ["server_ip", "port", "job", "tls"]
    page.goto("/report/certificates/?days=all")
    page.locator("summary", has_text="Export").click()
    expect(page.get_by_label("Delimiter")).to_have_value("semicolon")
    page.get_by_label("Delimiter").select_option("Own character")
    page.get_by_label("Own character").fill("^")
    with page.expect_download() as started:
        page.get_by_role("button", name="Export", exact=True).click()
    assert "name^issuer^" in Path(started.value.path()).read_text()
    expect(page.locator("details.export")).not_to_have_attribute("open", "")


def test_it_works_with_scripts_off(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto(REPORT)
    assert Path(export(page, "JSON lines").path()).read_text().startswith('{"server_ip":')


@pytest.mark.parametrize("look", LOOKS)
def test_the_menu_is_readable_in_every_look(
    open_page: OpenPage, album: Path, tmp_path: Path, look: str
) -> None:
    (size, theme), kept = LOOKS[look], tmp_path if look else album
    page = open_page(size=size, theme=theme)
    page.goto(REPORT)
    page.locator("summary", has_text="Export").click()
    take(page, kept / f"export-menu{look}.png")
    box = page.locator("details.export .menu-body").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    if not look:
        assert violations_in_every_look(page, "export menu") == []
