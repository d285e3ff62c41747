"""A page as a test reads it: its tags, links, forms and the cells of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.test import Client

_VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "use"})
_CELLS = frozenset({"td", "th", "dt", "dd"})


def said(answer: Any) -> str:
    """The HTML of an answer; names that stand out stand between backticks again."""
    return re.sub(r'<b class="named">(.*?)</b>', r"`\1`", answer.content.decode())


def pages_from(client: Client, path: str, **query: str) -> Iterator[Page]:
    """The page and all that follow it by their `next` links, none of them twice."""
    answer, asked = client.get(path, query), set[str]()
    while True:
        page = Page(answer)
        yield page
        following = page.all("a", rel="next")
        if not following:
            return
        href = following[0]["href"]
        assert href not in asked, "the pages go round in a circle"
        asked.add(href)
        answer = client.get(path + href)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """`tags` in their order as (name, attributes); in texts each run of blanks is one.

    `tables` are rows of cells, `titles` their hovers, `facts` the pairs of all lists of facts.
    """

    def __init__(self, answer: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.tables: list[list[list[str]]] = []
        self.forms: list[Form] = []
        self.depth = 0
        self.roots: list[dict[str, str]] = []
        self.titles: list[list[list[str]]] = []
        self.facts: dict[str, str] = {}
        self._words: list[str] = []
        self._label = ""
        self._cell: list[str] | None = None
        self.feed(said(answer))

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the first table, its head left out."""
        return self.tables[0][1:]

    @property
    def head(self) -> list[str]:
        return [label.rstrip("\u2191\u2193") for label in self.tables[0][0]]

    def all(self, name: str, /, **wanted: str) -> list[dict[str, str]]:
        """The attributes of all tags of a name that have these attributes."""
        return [
            found
            for tag, found in self.tags
            if tag == name and all(found.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str, /, **wanted: str) -> dict[str, str]:
        (found,) = self.all(name, **wanted)
        return found

    @property
    def links(self) -> list[str]:
        return [found["href"] for found in self.all("a")]

    @property
    def export_forms(self) -> list[Form]:
        """The Export menu of the table, where there is one."""
        return [form for form in self.forms if "own_delimiter" in form.fields]

    def export_address(self, **chosen: str) -> str:
        """What the Export menu asks for: CSV unless chosen otherwise."""
        (form,) = self.export_forms
        return f"?{urlencode({**form.fields, 'format': 'csv', **chosen}, doseq=True)}"

    @property
    def row_links(self) -> list[str]:
        return [found["href"] for found in self.all("a") if found.get("class") == "row-link"]

    def column(self, label: str, table: int = 0) -> list[str]:
        """The cells under a label."""
        head, *rows = self.tables[table]
        place = [name.rstrip("\u2191\u2193") for name in head].index(label)
        return [row[place] for row in rows]

    def title(self, label: str) -> list[str]:
        """What shows on hover over the cells under a label."""
        place = self.head.index(label)
        return [row[place] for row in self.titles[0][1:]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if self.depth == 0:
            self.roots.append(found)
        if tag not in _VOID:
            self.depth += 1
        self._open(tag, found)

    def _open(self, tag: str, found: dict[str, str]) -> None:
        if tag == "table":
            self.tables.append([])
            self.titles.append([])
        elif tag == "tr":
            self.tables[-1].append([])
            self.titles[-1].append([])
        elif tag in _CELLS:
            self._cell = []
            if tag in {"td", "th"}:
                self.titles[-1][-1].append(found.get("title", ""))
        elif tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        elif tag == "input" and self.forms and "name" in found and _is_sent(found):
            self.forms[-1].fields.setdefault(found["name"], []).append(found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.depth -= 1
        if tag in _CELLS and self._cell is not None:
            self._keep(tag, " ".join("".join(self._cell).split()))
            self._cell = None

    def _keep(self, tag: str, text: str) -> None:
        if tag in {"td", "th"}:
            self.tables[-1][-1].append(text)
        elif tag == "dt":
            self._label = text
        else:
            self.facts[self._label] = text

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._cell is not None:
            self._cell.append(data)


def _is_sent(found: dict[str, str]) -> bool:
    """A box without its tick sends nothing."""
    return found.get("type") != "checkbox" or "checked" in found
