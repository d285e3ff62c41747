"""Walks from page to page as a user does: every kind of link that a page shows is followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.analyzer.views.page import Page

_OF_A_PAGE = ("sort", "columns", "after", "format", "days")  # parameters that make another kind


@dataclass
class Seen:
    """One answer: where from, the address, and the page when it is one."""

    role: str
    source: str
    address: str
    answer: Any
    page: Page | None


def crawl(client: Client, role: str, start: str) -> list[Seen]:
    """Every kind of page that can be reached from `start`, each with what was answered."""
    waiting, kinds, seen = [("", start)], {_kind(start)}, []
    while waiting:
        source, address = waiting.pop(0)
        answer = client.get(address)
        is_page = not answer.streaming and answer.get("Content-Type", "").startswith("text/html")
        page = Page(answer) if is_page and answer.content else None
        seen.append(Seen(role, source, address, answer, page))
        if answer.streaming:
            answer.getvalue()  # the test client ends the request with it
        found = [*(page.links if page else ()), answer.get("Location", "")]
        for target in [urldefrag(urljoin(address, href)).url for href in found if href]:
            if _kind(target) not in kinds:
                kinds.add(_kind(target))
                waiting.append((address, target))
    return seen


def _kind(address: str) -> object:
    parts = urlsplit(address)
    query = parse_qs(parts.query, keep_blank_values=True)
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        name = parts.path
    asked = frozenset(query) & frozenset(_OF_A_PAGE)
    return name, asked or tuple(query.get(key, [""])[0] for key in ("show", "detail"))
