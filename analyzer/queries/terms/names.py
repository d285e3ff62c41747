"""Names with wildcards: `*` for any characters, `?` for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.queries.terms.term import Clause, FilterError, Scope, Term, parts, read, shown

_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_WILD = str.maketrans({"*": "%", "?": "_"})
UNNAMED = Clause("(p.dn_text = '' AND p.protocol <> 'NONE')")
"""A protection of which no name was recorded; what is unprotected has none to record."""
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
    scope: Scope = "server"
    longest: int = 8
    help: str = "With * and ?; several with commas."

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        return read(parts(texts), "names", self._term)

    def _term(self, text: str) -> Term:
        name = text.upper()
        if len(name.replace("*", "")) > self.longest:
            raise FilterError(f"{shown(name)} is longer than {self.longest} characters")
        return Term(name, name, name_clause(self.column, name))


@dataclass(frozen=True, slots=True)
class DistinguishedNameFilter:
    """A part of any distinguished name of any certificate, in either case; `*` for any name.

    Wildcards stay inside one name: the store keeps each on a line of its own. Commas belong to
    distinguished names: another value is another parameter, not another part. A name that begins
    with `!` is asked for with `*` before it.
    """

    key: str = "dn"
    label: str = "Distinguished name"
    scope: Scope = "protection"
    help: str = "A part of any name of any certificate, in either case; with * and ?."
    longest: int = 1024

    def parse(self, texts: Sequence[str]) -> tuple[Term, ...]:
        asked = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
        return read(asked, "distinguished names", self._term, UNNAMED)

    def _term(self, text: str) -> Term:
        if len(text) > self.longest:
            raise FilterError(f"the name is longer than {self.longest} characters")
        part = text.strip("*")
        if not part:
            return Term("*", "*", Clause("p.dn_text <> ''"))
        return Term(text, text, Clause(_ANY_NAME, (f"%{like(part)}%",)))
