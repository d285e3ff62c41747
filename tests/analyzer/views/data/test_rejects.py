"""Rejected records: where and why, and their bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.ingest.load import notes
from analyzer.models import Import, Reject
from analyzer.views.data.hexview import hex_lines
from analyzer.views.data.rejects import KEPT
from tests.analyzer.views.conftest import SAMPLES, ClientAs, imported, taken_back
from tests.analyzer.views.page import Page, pages_from

pytestmark = pytest.mark.usefixtures("damaged", "db")


@pytest.fixture(scope="module")
def damaged(django_db_setup: None, django_db_blocker: Any) -> Iterator[Import]:
    with django_db_blocker.unblock(), taken_back():
        yield imported("damaged.smf")


@pytest.fixture
def viewer(client_as: ClientAs) -> Client:
    return client_as("viewer")


def listed(client: Client, damaged: Import, **query: str) -> Page:
    return Page(client.get(reverse("data_rejects", args=[damaged.pk]), query))


def test_all_rejected_records_are_listed_in_the_order_of_the_file(
    viewer: Client, damaged: Import
) -> None:
    expected = json.loads((SAMPLES / "damaged.smf.expected.json").read_text())
    page = listed(viewer, damaged)
    kept = list(Reject.objects.filter(imported=damaged).order_by("offset"))
    assert sum(not one.is_tail for one in kept) == expected["rejected"] == 4
    assert expected["truncated_tail"]
    assert page.column("Offset") == [f"{one.offset:,}".replace(",", " ") for one in kept]
    assert page.column("Reason") == [one.reason for one in kept]
    assert page.row_links == [reverse("data_reject", args=[damaged.pk, one.pk]) for one in kept]


def test_the_cut_off_end_is_a_line_that_is_not_counted(viewer: Client, damaged: Import) -> None:
    page = listed(viewer, damaged)
    last = Reject.objects.filter(imported=damaged).latest("offset")
    assert last.is_tail
    assert len(page.row_links) == 5
    assert page.row_links[-1] == reverse("data_reject", args=[damaged.pk, last.pk])
    words = "the last line of all is the cut-off end of the file, which is not counted"
    assert f"4 rejected records \u00b7 {words}" in page.text


def test_without_a_cut_off_end_nothing_is_said_of_one(viewer: Client, damaged: Import) -> None:
    first = Reject.objects.filter(imported=damaged).earliest("offset")
    Reject.objects.exclude(pk=first.pk).delete()
    Import.objects.update(truncated_tail=False, rejected=1)
    page = listed(viewer, damaged)
    assert len(page.row_links) == 1
    assert "1 rejected record " in page.text
    assert "end of the file" not in page.text


@pytest.mark.parametrize(("rejected", "said"), [(100_000, False), (100_001, True)])
def test_more_rejects_than_are_kept_are_said(
    viewer: Client, damaged: Import, rejected: int, said: bool
) -> None:
    Import.objects.update(rejected=rejected)
    number = f"{rejected:,}".replace(",", "\u202f")
    text = viewer.get(reverse("data_rejects", args=[damaged.pk])).content.decode()
    assert f">{number} rejected records<" in text
    words = f"The list ends after 100\u202f000 of {number} rejected records."
    assert (words in text) is said
    detail = Page(viewer.get(reverse("data_import_detail", args=[damaged.pk])))
    assert ("100 000 kept" in detail.facts["Rejected"]) is said


def test_the_page_knows_how_many_the_loader_keeps() -> None:
    assert KEPT == notes.KEPT_REJECTS


def test_a_record_shows_place_reason_and_its_first_bytes(viewer: Client, damaged: Import) -> None:
    one = Reject.objects.filter(imported=damaged, is_tail=False).earliest("offset")
    page = Page(viewer.get(reverse("data_reject", args=[damaged.pk, one.pk])))
    data = (SAMPLES / "damaged.smf").read_bytes()[one.offset : one.offset + 16]
    first = f"000000 {data[:8].hex(' ').upper()} {data[8:].hex(' ').upper()}"
    assert first in page.text
    assert one.reason in page.text
    assert f"first {len(one.head)} of" in page.text
    assert reverse("data_rejects", args=[damaged.pk]) in page.links


def test_the_end_of_a_cut_file_is_shown_as_that(viewer: Client, damaged: Import) -> None:
    tail = Reject.objects.get(imported=damaged, is_tail=True)
    page = Page(viewer.get(reverse("data_reject", args=[damaged.pk, tail.pk])))
    assert "The end of the file" in page.text


def test_a_record_of_another_import_is_404(viewer: Client, damaged: Import) -> None:
    one = Reject.objects.earliest("pk")
    path = reverse("data_reject", args=[damaged.pk + 1, one.pk])
    assert viewer.get(path).status_code == 404
    other = Import.objects.create(
        source="path", name="x", path="/x", submitted_at=damaged.submitted_at
    )
    assert viewer.get(reverse("data_reject", args=[other.pk, one.pk])).status_code == 404


def test_pages_show_every_reject_once(viewer: Client, damaged: Import) -> None:
    Reject.objects.bulk_create(
        Reject(
            imported=damaged,
            offset=10**6 + number // 2,
            record_number=number,
            field="x",
            reason=f"r{number}",
            message="m",
            length=4,
            head=b"abcd",
        )
        for number in range(200)
    )
    pages = pages_from(viewer, reverse("data_rejects", args=[damaged.pk]))
    seen = [href for page in pages for href in page.row_links]
    assert len(seen) == len(set(seen)) == Reject.objects.count() == 205


def test_a_damaged_key_is_said(viewer: Client, damaged: Import) -> None:
    path = reverse("data_rejects", args=[damaged.pk])
    answer = viewer.get(path, {"after": "nonsense"})
    assert answer.status_code == 400
    assert "start again at the first page" in Page(answer).text
    assert "No record was rejected" not in Page(answer).text


def test_an_import_without_rejects_says_so(viewer: Client, damaged: Import) -> None:
    Reject.objects.all().delete()
    assert "No record was rejected" in listed(viewer, damaged).text


def test_hex_lines_show_offset_bytes_and_ebcdic_text() -> None:
    lines = list(hex_lines(bytes.fromhex("c1c2c3f1f2f3405b") + b"\x00\x01\x41\x4a" + b"\xff" * 5))
    assert [line.offset for line in lines] == ["000000", "000010"]
    assert lines[0].left == "C1 C2 C3 F1 F2 F3 40 5B"
    assert lines[0].right == "00 01 41 4A FF FF FF FF"
    assert lines[0].text == "ABC123 $\u00b7\u00b7\u00b7\u00a2" + "\u00b7" * 4
    assert (lines[1].left, lines[1].right) == ("FF".ljust(23), " " * 23)


def test_no_bytes_are_no_lines() -> None:
    assert list(hex_lines(b"")) == []
