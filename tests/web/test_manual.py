"""Documents inside the product: parts, anchors, links that lead, and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from web.checks import url_patterns
from web.manual import topics, views
from web.manual.rendering import Document, read

HOSTILE = """# Title

Opening `words`
of two lines.

## One & <b>two</b>

<script>alert(1)</script> [run](javascript:alert(1)) [out](https://example.com/ "t")
[gone](../README.md) [here](#one--btwob) [beside](other.md#part) ![picture](x.png)

### Under it

| a | b |
|---|---|
| 1 | <img src=x onerror=alert(1)> |

## Last

Text.
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "x.md"
    path.write_text(HOSTILE)
    return read(path)


def leads(href: str) -> str:
    return "" if href.startswith("..") else f"/led/{href}"


def test_a_part_ends_where_the_next_of_its_level_begins(document: Document) -> None:
    assert [(part.title, part.level) for part in document.parts] == [
        *(("Title", 1), ("One & <b>two</b>", 2), ("Under it", 3), ("Last", 2)),
    ]
    part = document.parts[1]
    text = document.html(part, leads)
    assert "Under it" in text
    assert "Last" not in text
    assert document.part(part.anchor) == part
    assert document.part("nowhere") is None
    assert (document.title, document.opening) == ("Title", "Opening words of two lines.")


def test_html_is_text_and_nothing_runs(document: Document) -> None:
    text = document.html(document.parts[0], leads)
    assert "&lt;script&gt;" in text
    tags = set(re.findall(r"<(\w+)", text))
    assert tags == {"h1", "h2", "h3", "p", "a", "code", "div", "table", "thead", "tbody"} | {
        *("tr", "th", "td"),
    }
    assert "javascript:" not in re.findall(r'href="([^"]*)"', text)
    assert not re.search(r"<[^>]*\son\w+=", text)


def test_links_lead_inside_or_are_words(document: Document) -> None:
    text = document.html(document.parts[1], leads)
    assert re.findall(r'<a href="([^"]*)">(\w+)</a>', text) == [
        ("/led/https://example.com/", "out"),
        ("/led/#one--btwob", "here"),
        ("/led/other.md#part", "beside"),
    ]
    assert "gone" in text
    assert "picture" not in text
    assert text == document.html(document.parts[1], leads)  # the document itself stays as it was


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("# One")
    assert read(path).title == "One"
    path.write_text("# Two things")
    assert read(path).title == "Two things"


def test_every_document_is_there_and_its_links_lead_to_parts() -> None:
    for name in topics.documents():
        found = topics.document(name)
        text = found.html(found.parts[0], lambda href, name=name: topics.leads_from(name, href))
        assert found.title
        for href in re.findall(r'href="([^"]+)"', text):
            path, _, anchor = href.partition("#")
            if not path.startswith("/help/"):
                assert href.startswith("https://"), href
                continue
            beside = path.removeprefix("/help/").strip("/")
            assert not anchor or topics.document(beside).part(anchor), (name, href)


def test_anchors_of_a_document_differ() -> None:
    for name in ("help", "glossary"):
        anchors = [part.anchor for part in topics.document(name).parts]
        assert len(anchors) == len(set(anchors))


def test_every_page_has_a_topic_of_its_own() -> None:
    """A page without a line in docs/topics.toml is explained by the overview's topic: add one."""
    silent = {
        path
        for path, pattern in url_patterns()
        if path and not path.startswith(("api/", "health/"))
        if topics.topic_of(f"/{path}").part.anchor == "overview"
    }
    assert silent == set()


def test_every_line_of_the_topics_is_for_an_address_that_there_is() -> None:
    paths = [f"/{path}" for path, _ in url_patterns()]
    for begun in topics.pages():
        assert any(path.startswith(begun) for path in paths), begun
        assert topics.topic_of(begun).part


def test_a_topic_without_its_part_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "pages", lambda: {"/": "help#nowhere"})
    with pytest.raises(LookupError, match="`help` has no part `nowhere`"):
        topics.topic_of("/")


def test_words_are_found_in_headings_first() -> None:
    found = topics.find("  cipher   SUITE ")
    assert found[0].href == f"{reverse('help_document', args=['glossary'])}#cipher-suite"
    assert len(found) > 1
    assert topics.find("x") == []
    assert topics.find("no such words anywhere") == []


def test_what_is_not_offered_is_not_there(rf: RequestFactory) -> None:
    with pytest.raises(KeyError):
        topics.document("../README")
    request = rf.get("/")
    request.user = type("Person", (), {"is_authenticated": True})()
    with pytest.raises(Http404):
        views.document(request, "secrets")
