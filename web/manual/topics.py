"""Which documents there are and which part of them explains which page: `docs/topics.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from web.manual.rendering import Document, Part, read

TOPICS: Final = "topics.toml"
SHORTEST: Final = 2
"""Fewer characters than this are found everywhere."""
MOST_FOUND: Final = 8
ANY: Final = "/"
"""The path whose topic explains what has none of its own."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of a document and its address inside the product."""

    document: str
    part: Part

    @property
    def href(self) -> str:
        return f"{reverse('help_document', args=[self.document])}#{self.part.anchor}"


def documents() -> Sequence[str]:
    """The names of the documents in the order in which they are offered."""
    names: list[str] = _topics()["documents"]
    return names


def pages() -> Mapping[str, str]:
    """Which part of which document explains the pages whose path begins so."""
    found: Mapping[str, str] = _topics()["pages"]
    return found


def document(name: str) -> Document:
    """Raises KeyError when it is not offered."""
    if name not in documents():
        raise KeyError(name)
    return read(_folder() / f"{name}.md")


def topic_of(path: str) -> Topic:
    """Return what explains the page at a path: that of the longest beginning of it."""
    known = pages()
    begun = max((one for one in known if path.startswith(one)), key=len, default=ANY)
    name, _, anchor = known[begun].partition("#")
    found = document(name).part(anchor)
    if found is None:
        raise LookupError(f"`{name}` has no part `{anchor}`")
    return Topic(name, found)


def find(text: str) -> list[Topic]:
    """Return the parts that have a text: those with it in their heading first."""
    wanted = " ".join(text.lower().split())
    if len(wanted) < SHORTEST:
        return []
    every = [Topic(name, part) for name in documents() for part in document(name).parts]
    found = [topic for topic in every if wanted in topic.part.text.lower()]
    found.sort(key=lambda topic: wanted not in topic.part.title.lower())
    return found[:MOST_FOUND]


def leads_from(name: str, href: str) -> str:
    """Where a link of a document leads inside the product; empty: it leads out of it."""
    if href.startswith("#"):
        return f"{reverse('help_document', args=[name])}{href}"
    if href.startswith(("https://", "http://")):
        return href
    target, _, anchor = href.partition("#")
    beside = target.removesuffix(".md")
    if beside not in documents():
        return ""
    return reverse("help_document", args=[beside]) + (f"#{anchor}" if anchor else "")


def _folder() -> Path:
    return Path(settings.DOCUMENTS)


@cache
def _topics() -> dict[str, Any]:
    return tomllib.loads((_folder() / TOPICS).read_text(encoding="utf-8"))
