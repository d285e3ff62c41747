"""Markdown documents as HTML: a whole one, or one part of it with its heading.

HTML in a document is shown as text, never taken over; addresses that could run something are
dropped by the library. Links between documents lead to their pages here; pictures, and links to
what is not shown here, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

Leads = Callable[[str], str]
"""Where a link of a document leads: an address, or empty when there is nothing here."""
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")
_SCROLLS: Final = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}">'
_LINKS: Final = {"link_open", "link_close"}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what is under it, sub-headings too: tokens `start` to `end` of a document."""

    title: str
    anchor: str
    level: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as tokens; the first part is the whole of it when it begins with its title."""

    tokens: Sequence[Token]
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        return self.parts[0].title

    @property
    def opening(self) -> str:
        """Its first words, to tell documents apart."""
        lines = (token for token in self.tokens if token.type == "inline")
        return next((_words(line) for line in [*lines][1:]), "")

    def part(self, anchor: str) -> Part | None:
        return next((part for part in self.parts if part.anchor == anchor), None)

    def html(self, part: Part, leads: Leads) -> SafeString:
        """Return a part as HTML; its headings carry their anchors as ids."""
        tokens = self.tokens[part.start : part.end]
        # The library escapes all text and drops addresses with dangerous schemes.
        return SafeString(_parser().renderer.render(_led(tokens, leads), _parser().options, {}))


def read(path: Path) -> Document:
    """Return the document of a file, read again when the file has changed."""
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Document:
    tokens = _parser().parse(path.read_text(encoding="utf-8"))
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    parts = [_part(tokens, heads, place) for place in heads]
    for place, part in zip(heads, parts, strict=True):
        tokens[place].attrSet("id", part.anchor)
    return Document(tokens, parts)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _table_open(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
    number = sum(token.type == "table_open" for token in tokens[: place + 1])
    return f'{_SCROLLS.format(number)}<table class="listing">'


def _table_close(*_: object) -> str:
    return "</table></div>"


def _part(tokens: Sequence[Token], heads: Sequence[int], place: int) -> Part:
    level = int(tokens[place].tag[1])
    title = _words(tokens[place + 1])
    later = (one for one in heads if one > place and int(tokens[one].tag[1]) <= level)
    end = next(later, len(tokens))
    own_end = next((one for one in heads if one > place), len(tokens))
    text = " ".join(_words(token) for token in tokens[place:own_end] if token.type == "inline")
    return Part(title, _anchor(title), level, place, end, text)


def _words(inline: Token) -> str:
    """The text of a line without its marks."""
    return "".join(
        " " if one.type == "softbreak" else one.content
        for one in inline.children or ()
        if one.type in {"text", "code_inline", "softbreak"}
    )


def _anchor(title: str) -> str:
    """The anchor that code hosts give to a heading, so that links work there and here."""
    return _NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")


def _led(tokens: Sequence[Token], leads: Leads) -> Sequence[Token]:
    """The tokens with their links led, as copies: the document serves other pages as well."""
    return [
        token.copy(children=list(_inside(token.children, leads))) if token.children else token
        for token in tokens
    ]


def _inside(children: Sequence[Token], leads: Leads) -> Iterator[Token]:
    opened: list[bool] = []
    for one in children:
        if one.type == "image":
            continue
        if one.type not in _LINKS:
            yield one
        elif one.type == "link_open":
            href = leads(str(one.attrGet("href")))
            opened.append(bool(href))
            if href:
                yield one.copy(attrs={"href": href})
        elif opened.pop():
            yield one
