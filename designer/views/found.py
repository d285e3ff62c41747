"""What addresses name, or status 404; and what all pages of the designer show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest
from django.urls import reverse

from designer.models import APPROVE, AUTHOR, VIEW, RuleSet, Stack, Version, needed_for
from designer.queries import listing, stacks
from web.gate import require

__all__ = [
    "APPROVE",
    "AUTHOR",
    "VIEW",
    "Tab",
    "get_rule_set_or_404",
    "get_stack_or_404",
    "get_version_or_404",
    "number_of",
    "require_for",
    "tabs",
]

_PAGES: Final = (
    ("policy_rule_sets", "Rule sets"),
    ("policy_objects", "Objects"),
    ("policy_stacks", "Stacks"),
    ("policy_approvals", "Approvals"),
    ("policy_exceptions", "Exceptions"),
    ("policy_settings", "Settings"),
)

_MOST_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the section."""

    word: str
    href: str
    here: bool


def tabs(here: str) -> list[Tab]:
    """Return the pages of the section; `here` is the one in sight."""
    return [Tab(word, reverse(name), here=name == here) for name, word in _PAGES]


def number_of(text: str) -> int:
    """Return the revision that a form names; 0, which is none, for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS else 0


def require_for(request: HttpRequest, *tags: str) -> None:
    """Ask for an approver where PROD is among the tags, else for an author (status 403)."""
    require(request, needed_for(*tags))


def get_version_or_404(pk: int) -> Version:
    found = listing.version(pk)
    if found is None:
        raise Http404("there is no such version")
    return found


def get_rule_set_or_404(pk: int) -> RuleSet:
    found = listing.rule_set(pk)
    if found is None:
        raise Http404("there is no such rule set")
    return found


def get_stack_or_404(pk: int) -> Stack:
    found = stacks.stack(pk)
    if found is None:
        raise Http404("there is no such stack")
    return found
