"""Fragments are fragments, enhanced links are links, and nothing is inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

TEMPLATES = files(".html", below=("templates",))
TAG = re.compile(r"<[a-z][^<>]*>", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)
DJANGO = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
INLINE = re.compile(r"\s(on[a-z]+|style)\s*=", re.IGNORECASE)
DATA_SCRIPT = re.compile(r"type=\"application/json\"")


def source(path: Path) -> str:
    return COMMENT.sub("", (ROOT / path).read_text())


def tags(text: str) -> list[str]:
    """Opening tags, with template code taken out so that `>` inside it ends nothing."""
    return TAG.findall(DJANGO.sub("x", text))


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.name.startswith("_")], ids=str)
def test_a_fragment_never_extends(path: Path) -> None:
    assert "{% extends" not in source(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_an_enhanced_link_leads_somewhere_without_script(path: Path) -> None:
    for tag in tags(source(path)):
        if tag.startswith("<a") and re.search(r"\shx-(get|boost)", tag):
            assert re.search(r"\shref=", tag), tag


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_nothing_is_inline(path: Path) -> None:
    for tag in tags(source(path)):
        assert not INLINE.search(tag), tag
        if tag.startswith("<script"):
            assert " src=" in tag or DATA_SCRIPT.search(tag), tag
        assert not tag.startswith("<style"), tag
        assert "javascript:" not in tag, tag


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    for tag in tags(source(path)):
        if tag.startswith(("<script", "<link", "<img", "<iframe")):
            assert not re.search(r"(src|href)=\"(https?:)?//", tag), tag


def test_the_search_finds_what_is_planted() -> None:
    planted = '<a hx-get="{% if a > b %}" onclick="go()">'
    assert tags(planted) == ['<a hx-get="x" onclick="go()">']
    assert INLINE.search(tags(planted)[0])
