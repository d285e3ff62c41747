"""Names with wildcards: `*` for any characters, `?` for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.term import Clause, FilterError, Term, checked, parts, shown

_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_WILD = str.maketrans({"*": "%", "?": "_"})
_ANY_NAME = "EXISTS (SELECT FROM string_to_table(p.dn_text, chr(10)) one WHERE one ILIKE %s)"


def is_wild(text: str) -> bool:
    """True when the text holds a wildcard."""
    return "*" in text or "?" in text


def like(text: str) -> str:
    """Return the LIKE pattern of a text with wildcards; LIKE's own signs are taken literally."""
    return text.translate(_ESCAPED).translate(_WILD)


def name_clause(column: str, text: str) -> Clause:
    """Return the condition that a column equals an upper-case name or fits its wildcards."""
    if is_wild(text):
        return Clause(f"upper({column}) LIKE %s", (like(text),))
    return Clause(f"upper({column}) = %s", (text,))


@dataclass(frozen=True, slots=True)
class NameFilter:
    """z/OS names in either case, eight characters at most; several with commas."""

    key: str
    label: str
    column: str
    scope: str = "server"
    longest: int = 8
    help: str = "With * and ?; several with commas."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return tuple(self._term(part.upper()) for part in checked(parts(texts), "names"))

    def _term(self, text: str) -> Term:
        if len(text.replace("*", "")) > self.longest:
            raise FilterError(f"{shown(text)} is longer than {self.longest} characters")
        return Term(text, text, name_clause(self.column, text))


@dataclass(frozen=True, slots=True)
class DistinguishedNameFilter:
    """A part of any distinguished name of any certificate, in either case; `*` for any name.

    Wildcards stay inside one name: the store keeps each on a line of its own. Commas belong to
    distinguished names: another value is another parameter, not another part.
    """

    key: str = "dn"
    label: str = "Distinguished name"
    scope: str = "session"
    help: str = "A part of any name of any certificate, in either case; with * and ?."
    longest: int = 1024

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        asked = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
        return tuple(self._term(text) for text in checked(asked, "distinguished names"))

    def _term(self, text: str) -> Term:
        if len(text) > self.longest:
            raise FilterError(f"the name is longer than {self.longest} characters")
        part = text.strip("*")
        if not part:
            return Term("*", "*", Clause("p.dn_text <> ''"))
        return Term(text, text, Clause(_ANY_NAME, (f"%{like(part)}%",)))
