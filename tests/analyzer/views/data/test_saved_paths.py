"""The saved list of server paths: add, remove, import what is ticked, only under the roots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, Import, ImportPath
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    found = tmp_path / "dumps"
    found.mkdir()
    for name in ("a.smf", "b.smf", "c.txt"):
        (found / name).write_bytes(b"x")
    settings.IMPORT_ROOTS = [found]
    return found


def add(client: Client, path: object, comment: str = "") -> Any:
    return client.post(reverse("data_path_add"), {"path": str(path), "comment": comment})


def run(client: Client, *lines: ImportPath, **given: str) -> Any:
    chosen = [line.pk for line in lines]
    return client.post(reverse("data_import_paths"), {"chosen": chosen, **given})


def shown(client: Client) -> Page:
    return Page(client.get(reverse("data_import")))


def test_a_line_is_saved_shown_and_removed(analyst: Client, root: Path) -> None:
    assert add(analyst, root / "*.smf", "weekly")["Location"] == reverse("data_import")
    page = shown(analyst)
    assert f"{root}/*.smf is in the list." in page.text
    (row,) = page.rows
    assert row[1:4] == [f"{root}/*.smf", "weekly", "analyst"]
    line = ImportPath.objects.get()
    analyst.post(reverse("data_path_remove", args=[line.pk]))
    page = shown(analyst)
    assert f"{root}/*.smf is no longer in the list." in page.text
    assert "The list is empty" in page.text
    actions = AuditEntry.objects.order_by("pk").values_list("action", "target")
    path = f"{root}/*.smf"
    assert list(actions) == [("path.save", path), ("path.remove", path)]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "outside the configured import roots"),
        ("/etc/*", "outside the configured import roots"),
        ("{root}/../secret.smf", "outside the configured import roots"),
        ("a.smf", "is not an absolute path"),
        ("*", "is not an absolute path"),
        ("", "This field is required"),
        ("{root}/a\0b", "Null characters are not allowed"),
        ("{root}/" + "x" * 1024, "at most 1024 characters"),
    ],
)
def test_a_path_outside_the_roots_is_refused_at_the_field(
    analyst: Client, root: Path, path: str, why: str
) -> None:
    answer = add(analyst, path.format(root=root), "kept")
    assert answer.status_code == 422
    page = Page(answer)
    assert why in page.text
    assert page.one("input", id="path-comment")["value"] == "kept"
    assert not ImportPath.objects.exists()


def test_a_line_is_there_once(analyst: Client, root: Path) -> None:
    add(analyst, root / "a.smf")
    answer = add(analyst, root / "a.smf")
    assert answer.status_code == 422
    assert "is in the list already" in Page(answer).text


def test_without_roots_no_path_is_taken(analyst: Client, settings: Any) -> None:
    settings.IMPORT_ROOTS = []
    assert "no import roots are configured" in Page(add(analyst, "/dumps/a.smf")).text


def test_ticked_lines_are_imported_all_their_files(analyst: Client, root: Path) -> None:
    for path in ("*.smf", "c.txt", "a.smf"):
        add(analyst, root / path)
    pattern, text, _ = ImportPath.objects.order_by("pk")
    answer = run(analyst, pattern, text, framing="rdw")
    assert answer["Location"] == reverse("data_history")
    taken = Import.objects.order_by("pk").values_list("name", "source", "forced_framing")
    assert list(taken) == [
        (f"{root}/{name}", "path", "rdw") for name in ("a.smf", "b.smf", "c.txt")
    ]
    assert AuditEntry.objects.filter(action="import.submit").count() == 3


def test_one_file_leads_to_its_import(analyst: Client, root: Path) -> None:
    add(analyst, root / "a.smf")
    answer = run(analyst, ImportPath.objects.get())
    assert answer["Location"] == reverse("data_import_detail", args=[Import.objects.get().pk])


def test_a_line_without_files_is_said_and_the_others_go_on(analyst: Client, root: Path) -> None:
    add(analyst, root / "a.smf")
    add(analyst, root / "none-*.smf")
    good, empty = ImportPath.objects.order_by("path")
    answer = run(analyst, good, empty)
    page = Page(analyst.get(answer["Location"]))
    assert f"no file matches `{root}/none-*.smf`" in page.text
    assert Import.objects.get().name == f"{root}/a.smf"
    assert run(analyst, empty)["Location"] == reverse("data_import")


def test_a_line_saved_before_the_roots_changed_is_refused(
    analyst: Client, root: Path, settings: Any
) -> None:
    add(analyst, root / "a.smf")
    settings.IMPORT_ROOTS = [root / "other"]
    answer = run(analyst, ImportPath.objects.get())
    page = Page(analyst.get(answer["Location"]))
    assert "outside the configured import roots" in page.text
    assert not Import.objects.exists()


@pytest.mark.parametrize("chosen", [[], ["999999"], ["x"], ["1\0"]])
def test_ticks_that_mean_nothing_are_refused(
    analyst: Client, root: Path, chosen: list[str]
) -> None:
    add(analyst, root / "a.smf")
    answer = analyst.post(reverse("data_import_paths"), {"chosen": chosen})
    assert answer.status_code == 422
    assert "1 field needs correction" in Page(answer).text
    if not chosen:
        assert "Tick at least one line of the list." in Page(answer).text


def test_a_line_that_is_gone_is_404(analyst: Client) -> None:
    assert analyst.post(reverse("data_path_remove", args=[1])).status_code == 404
