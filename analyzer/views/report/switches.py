"""Switches above the session details: which protocol, which set of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from analyzer.models import Protection
from analyzer.tables.report import DETAILS
from analyzer.tables.sessions import details_of
from analyzer.views.sheet import address
from web.templatetags.figures import thin

WORDS = {str(value): str(words) for value, words in Protection.Protocol.choices}


@dataclass(frozen=True, slots=True)
class Option:
    word: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """One choice of several; each option is an address."""

    name: str
    options: Sequence[Option]


def protocol_switch(
    request: HttpRequest, present: Sequence[tuple[str, int]], chosen: str
) -> Switch:
    """The protocols that the sessions have, with how many have them."""
    return Switch(
        "Protocol",
        [
            Option(f"{WORDS[name]} ({thin(number)})", _href(request, show=name), name == chosen)
            for name, number in present
        ],
    )


def detail_switch(request: HttpRequest, protocol: str, chosen: str) -> Switch:
    """The sets of columns that sessions of a protocol have."""
    offered = details_of(protocol)
    return Switch(
        "Details",
        [
            Option(words, _href(request, detail=detail), detail == chosen)
            for detail, words in DETAILS
            if detail in offered
        ],
    )


def _href(request: HttpRequest, **changes: str | None) -> str:
    """Another table: its order, columns and pages are its own."""
    return address(request.GET, sort=None, after=None, columns=None, **changes)
