"""A dialect in memory, and its checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policy.attributes import Direction
from policy.dialects.roles import ROLES
from policy.errors import DialectError
from policy.vocabulary import CONFIDENCES, Protocol
from policy.vocabulary import load as load_vocabulary

Table = Mapping[str, object]
OCCURS = {"1": (1, 1), "0..1": (0, 1), "0..n": (0, None)}
CHOICES = {"equal_priorities": ("name", "order"), "same_name": ("last", "first")}
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Param:
    """A keyword with a value; may stand `least` to `most` times, None = any number."""

    role: str
    keyword: str
    least: int
    most: int | None
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A keyword with a block; `parents` are roles of statements, or `file`."""

    role: str
    keyword: str
    parents: tuple[str, ...]
    params: dict[str, Param]
    confidence: str
    source: str

    def param(self, keyword: str) -> Param | None:
        """Return the parameter spelled `keyword` in any case."""
        lower = keyword.lower()
        return next((one for one in self.params.values() if one.keyword.lower() == lower), None)


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """One spelling of the language; `value_column` and `indent` count characters.

    `is_by_name`: equal priorities go by name, else as they stand. `is_last`: of two statements with
    one name the last counts, else the first.
    Two that were read apart are never equal: what is remembered for one is not for the other.
    """

    dialect_id: str
    label: str
    value_column: int
    indent: int
    name_limit: int
    is_list: bool
    yes: str
    no: str
    protocols: dict[Protocol, str]
    directions: dict[Direction, str]
    spelling: dict[tuple[str, str], str]
    statements: dict[str, Statement]
    is_by_name: bool
    is_last: bool
    config_keyword: str
    code_page_keyword: str
    code_page_confidence: str

    def statement(self, keyword: str) -> Statement | None:
        """Return the statement spelled `keyword` in any case."""
        lower = keyword.lower()
        return next((s for s in self.statements.values() if s.keyword.lower() == lower), None)

    def spelled(self, kind: str, name: str) -> str:
        """Return how a word of the vocabulary is spelled."""
        return self.spelling.get((kind, name), name)

    def unspelled(self, kind: str, text: str) -> str:
        """Return the word of the vocabulary that is spelled `text`, else `text`."""
        for (of_kind, name), written in self.spelling.items():
            if of_kind == kind and written.lower() == text.lower():
                return name
        return text


def parse(table: Table) -> Dialect:
    """Return the dialect in a TOML table; raises `DialectError` with the place."""
    form = _table(table, "format")
    statements = _table(table, "statements")
    _demand(set(statements) == set(ROLES), "statements are not those of the language", "statements")
    repetition = _text(form, "repetition")
    _demand(repetition in {"repeat", "list"}, f"`{repetition}` is no repetition", "format")
    equal, same = _choice(form, "equal_priorities"), _choice(form, "same_name")
    return Dialect(
        dialect_id=_text(table, "id"),
        label=_text(table, "label"),
        value_column=_number(form, "value_column"),
        indent=_number(form, "indent"),
        name_limit=_number(form, "name_limit"),
        is_list=repetition == "list",
        yes=_text(form, "yes"),
        no=_text(form, "no"),
        protocols={one: _text(_table(table, "protocols"), one.value) for one in Protocol},
        directions={one: _text(_table(table, "directions"), one.value) for one in Direction},
        spelling=_spelling(table),
        statements={role: _statement(role, _table(statements, role)) for role in ROLES},
        is_by_name=equal == "name",
        is_last=same == "last",
        config_keyword=_keyword(_table(_table(table, "outside"), "config")),
        code_page_keyword=_keyword(_table(_table(table, "outside"), "code_page")),
        code_page_confidence=_confidence(_table(_table(table, "outside"), "code_page")),
    )


def _choice(form: Table, key: str) -> str:
    """A choice that a dialect may leave out: then the first counts."""
    found = _text(form, key) if key in form else CHOICES[key][0]
    _demand(found in CHOICES[key], f"`{found}` is none of {', '.join(CHOICES[key])}", key)
    return found


def _statement(role: str, table: Table) -> Statement:
    params = _table(table, "params")
    _demand(set(params) == set(ROLES[role]), "parameters are not those of the language", role)
    found = {name: _param(name, _table(params, name)) for name in ROLES[role]}
    keywords = {one.keyword.lower() for one in found.values()}
    _demand(len(keywords) == len(found), "two parameters have one keyword", role)
    parents = table.get("parents")
    if not isinstance(parents, list) or not {str(one) for one in parents} <= {"file", *ROLES}:
        raise DialectError(f"`{role}`: parents are not roles of statements")
    return Statement(
        role, _keyword(table), tuple(map(str, parents)), found, _confidence(table),
        _text(table, "source"),
    )  # fmt: skip


def _param(role: str, table: Table) -> Param:
    occurs = _text(table, "occurs")
    _demand(occurs in OCCURS, f"`{occurs}` is none of {', '.join(OCCURS)}", role)
    least, most = OCCURS[occurs]
    confidence = _confidence(table)
    return Param(role, _keyword(table), least, most, confidence, _text(table, "source"))


def _spelling(table: Table) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    known = load_vocabulary().order
    given = table.get("spelling", {})
    if not isinstance(given, dict):
        raise DialectError("`spelling` is no table")
    for kind in given:
        words = _table(given, kind)
        for name in words:
            _demand((kind, name) in known, f"`{name}` is no word of the vocabulary", kind)
            found[kind, name] = _text(words, name)
    return found


def _keyword(table: Table) -> str:
    keyword = _text(table, "keyword")
    _demand(bool(_KEYWORD.fullmatch(keyword)), "is no keyword", keyword)
    return keyword


def _confidence(table: Table) -> str:
    confidence = _text(table, "confidence")
    _demand(confidence in CONFIDENCES, "is no confidence", confidence)
    return confidence


def _table(table: Table, key: str) -> Table:
    found = table.get(key)
    if not isinstance(found, dict):
        raise DialectError(f"there is no table `{key}`")
    return found


def _text(table: Table, key: str) -> str:
    found = table.get(key)
    if not isinstance(found, str) or not found:
        raise DialectError(f"`{key}` is no text")
    return found


def _number(table: Table, key: str) -> int:
    found = table.get(key)
    if not isinstance(found, int) or not 0 <= found <= 72:
        raise DialectError(f"`{key}` is no number from 0 to 72")
    return found


def _demand(holds: bool, message: str, place: str) -> None:
    if not holds:
        raise DialectError(f"`{place}`: {message}")
