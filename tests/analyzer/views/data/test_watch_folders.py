"""Watch folders in the browser: added, changed, paused, removed, and what was seen in them."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analyzer.models import Import, WatchFolder
from analyzer.watching.look import look
from tests.analyzer.views.conftest import SAMPLES, ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def dumps(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "dumps"
    folder.mkdir()
    settings.IMPORT_ROOTS = [folder.resolve()]
    return folder


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


def add(client: Client, path: object, **more: str) -> Any:
    return client.post(reverse("data_watch"), {"path": str(path), "skip": "*.part", **more})


def test_an_empty_list_says_what_to_do_and_which_folders_are_allowed(
    analyst: Client, dumps: Path
) -> None:
    page = Page(analyst.get(reverse("data_watch")))
    assert "No folder is watched" in page.text
    assert str(dumps.resolve()) in page.text


def test_a_folder_is_added_and_shows_what_came_of_its_files(analyst: Client, dumps: Path) -> None:
    add(analyst, dumps, comment="of the night")
    for name in ("a.smf", "b.smf.part"):
        shutil.copyfile(SAMPLES / "overlap.smf", dumps / name)
        os.utime(dumps / name, (1, 1))
    folder = WatchFolder.objects.get()
    address = reverse("data_watch_folder", args=[folder.pk])
    assert "Nothing was seen yet" in Page(analyst.get(address)).text
    now = timezone.now()
    look(now=now)
    look(now=now + timedelta(seconds=61))
    page = Page(analyst.get(address))
    imported = Import.objects.get()
    assert page.column("State") == ["Waiting", "Imported"]
    assert page.column("What came of it") == [
        "Left alone: its name fits `*.part`",
        f"Import {imported.pk}: Pending",
    ]
    assert reverse("data_import_detail", args=[imported.pk]) in page.links
    rows = Page(analyst.get(reverse("data_watch")))
    assert (rows.column("Waiting"), rows.column("Imported")) == (["1"], ["1"])
    history = Page(analyst.get(reverse("data_history")))
    assert history.column("Way in") == ["Watch folder"]
    assert history.column("User") == ["analyst"]


@pytest.mark.parametrize("path", ["/etc", "etc", "/dumps/../etc/*"])
def test_a_folder_outside_the_allowed_ones_is_refused_at_its_field(
    analyst: Client, dumps: Path, path: str
) -> None:
    answer = add(analyst, path)
    assert answer.status_code == 422
    assert not WatchFolder.objects.exists()
    page = Page(answer)
    assert "is outside the" in page.text or "is not an absolute path" in page.text
    assert page.one("input", name="path")["value"] == path


def test_it_is_changed_paused_and_removed(analyst: Client, dumps: Path) -> None:
    add(analyst, dumps)
    assert add(analyst, dumps).status_code == 422  # watched already
    folder = WatchFolder.objects.get()
    address = reverse("data_watch_folder", args=[folder.pk])
    analyst.post(address, {"path": f"{dumps}/*.smf", "skip": "", "comment": "changed"})
    analyst.post(reverse("data_watch_switch", args=[folder.pk]))
    folder.refresh_from_db()
    assert (folder.path, folder.skip, folder.comment) == (f"{dumps}/*.smf", "", "changed")
    assert not folder.active
    page = Page(analyst.get(address))
    assert "The folder is paused" in page.text
    analyst.post(reverse("data_watch_remove", args=[folder.pk]))
    assert not WatchFolder.objects.exists()


def test_trouble_is_said_in_plain_words(analyst: Client, dumps: Path) -> None:
    add(analyst, dumps / "gone")
    look(now=timezone.now())
    page = Page(analyst.get(reverse("data_watch")))
    assert "The folder can't be read: no such file or directory" in page.text
    assert page.column("State") == ["Trouble"]


def test_script_gets_the_files_alone(analyst: Client, dumps: Path) -> None:
    add(analyst, dumps)
    address = reverse("data_watch_folder", args=[WatchFolder.objects.get().pk])
    part = Page(analyst.get(address, headers={"HX-Request": "true"}))
    assert [root["id"] for root in part.roots] == ["watched"]
