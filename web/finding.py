"""What the search box finds: each floor enters how it looks for a text among its own things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Choice:
    """What a text may be, how much of it there is or what it is called, and its page."""

    kind: str
    words: str
    href: str


Finder = Callable[[str, Any], list[Choice]]
"""Takes a text and the user who asks; returns nothing that the user may not see."""
finders: Final[list[Finder]] = []


def find(text: str, user: Any) -> list[Choice]:
    """Return what all finders have, in the order in which they were entered."""
    return [choice for finder in finders for choice in finder(text, user)]
