"""Names: of rules and objects, and patterns for job names and user IDs."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import Self

from policy.errors import ValueInvalidError

NAME_LIMIT = 32
"""Longest rule or action name in a file (IBM Docs z/OS 3.1.0, General syntax rules)."""
TEXT_LIMIT = 500
PATTERN_LIMIT = 8
BLANKS = string.whitespace
"""What does not count around a name on record."""
_PATTERN = re.compile(r"[A-Z0-9@#$_.-]*\*?")


def check_text(text: str) -> str:
    """Return `text` if it is one printable line, at most 500 characters; may be empty."""
    if len(text) > TEXT_LIMIT:
        raise ValueInvalidError(text[:40], f"is longer than {TEXT_LIMIT} characters")
    if not text.isprintable() or text != text.strip():
        raise ValueInvalidError(
            text[:40], "is not one line of printable text without blanks around it"
        )
    return text


def check_label(label: str) -> str:
    """Return `label` if it is a printable line, at most 500 characters; empty means unnamed.

    Labels are people's words and may be longer than a file's names: `file_name` derives those.
    """
    return check_text(label)


def check_name(name: str) -> str:
    """Return `name` if it is a label and not empty; raises `ValueInvalidError`."""
    if not name:
        raise ValueInvalidError(name, "is no name: it is empty")
    return check_label(name)


def check_comments(lines: tuple[str, ...]) -> None:
    """Check lines as they stand behind a `#`; raises `ValueInvalidError`."""
    for line in lines:
        if not check_text(line) or line[0] in "#@":
            raise ValueInvalidError(line, "is no comment: empty, or begins with # or @")


def file_name(label: str) -> str:
    """Return how a label is written as a name in a file: no blanks, braces, `#` or non-ASCII.

    The result can be longer than `NAME_LIMIT`; whoever writes must look.
    """
    return re.sub(r"[^!-~]|[#{}]", "_", label)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A job name or user ID, 1-8 characters with an optional `*` at its end, in upper case.

    `*` alone asks for nothing. Upper case because z/OS job names and user
    IDs are; the wildcard is AT-TLS syntax, recalled.
    """

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.upper())
        if not 1 <= len(self.text) <= PATTERN_LIMIT:
            raise ValueInvalidError(self.text, f"has not 1 to {PATTERN_LIMIT} characters")
        if self.text.startswith("#"):
            raise ValueInvalidError(self.text, "would begin a comment in a policy file")
        if not _PATTERN.fullmatch(self.text):
            raise ValueInvalidError(
                self.text, "is no job name or user ID", "letters, digits, @ # $ and a last `*`"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the pattern in `text`; raises `ValueInvalidError`."""
        return cls(text)

    @property
    def is_any(self) -> bool:
        """Whether everything fits, also what is not known."""
        return self.text == "*"

    @property
    def is_prefix(self) -> bool:
        """Whether it ends in `*`."""
        return self.text.endswith("*")

    @property
    def stem(self) -> str:
        """The characters before the `*`, all of them without one."""
        return self.text.removesuffix("*")

    def fits(self, name: str, *, exact: bool = False) -> bool:
        """Return whether `name`, blanks around it ignored, is one of those meant.

        `exact`: only in upper case, as the pattern is.
        """
        given = name.strip(BLANKS)
        given = given if exact else given.upper()
        return given.startswith(self.stem) if self.is_prefix else given == self.text

    def __str__(self) -> str:
        return self.text
