"""The parameters of one statement by role: each known, allowed that often, with a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from policy.dialects.dialect import Dialect, Param, Statement
from policy.errors import ValueInvalidError
from policy.lexer import Word
from policy.parser.report import Report, known_are
from policy.parser.tree import Node

Value = TypeVar("Value")
_PORTS = {"local_ports", "remote_ports"}


class Fields:
    """Values by role; whatever is wrong goes to the report once, when it is made."""

    def __init__(self, node: Node, statement: Statement, dialect: Dialect, report: Report) -> None:
        self.node = node
        self.statement = statement
        self.dialect = dialect
        self.report = report
        self._values: dict[str, list[Word]] = {}
        for words in node.params:
            self._take(words)
        for role, param in statement.params.items():
            if param.least and role not in self._values:
                report.error(node.keyword, "missing", f"`{param.keyword}` is missing", _add(param))

    def _take(self, words: tuple[Word, ...]) -> None:
        keyword = words[0]
        param = self.statement.param(keyword.text)
        if param is None:
            known = [one.keyword for one in self.statement.params.values()]
            message = f"`{keyword.text}` is no parameter of `{self.statement.keyword}`"
            hint = self.report.nearest(keyword.text, known) or known_are(known)
            self.report.error(keyword, "unknown-keyword", message, hint)
            return
        values = self._values.setdefault(param.role, [])
        if len(words) == 1:
            message = f"`{param.keyword}` has no value"
            self.report.error(keyword, "missing-value", message, "write it on the same line")
            return
        if values and param.most == 1:
            message = f"`{param.keyword}` is given a second time"
            self.report.error(keyword, "repeated", message, f"first on line {values[0].line}")
            return
        values.extend(self._of_line(param, words[1:]))

    def _of_line(self, param: Param, words: tuple[Word, ...]) -> list[Word]:
        first = words[0]
        if self.dialect.is_list and param.most is None:
            return list(words)
        is_port = param.role in _PORTS or self.statement.role == "ports"
        if is_port and len(words) > 1 and first.text.isdecimal() and words[1].text.isdecimal():
            first = Word(f"{first.text}-{words[1].text}", first.line, first.column)
            words = words[1:]
        if len(words) > 1:
            hint = "one value a line" if param.most is None else "it takes one value"
            message = f"`{words[1].text}` after the value is ignored"
            self.report.warning(words[1], "text-ignored", message, hint)
        return [first]

    def all(self, role: str) -> list[Word]:
        """Return the values given for a role."""
        return self._values.get(role, [])

    def one(self, role: str) -> Word | None:
        """Return the value of a role that has at most one."""
        return next(iter(self.all(role)), None)

    def read(self, word: Word, make: Callable[[str], Value], hint: str) -> Value | None:
        """Return `make` of a value; None, with an error at the value, when it refuses.

        `hint` stands where the refusal has none of its own.
        """
        try:
            return make(word.text)
        except ValueInvalidError as error:
            self.report.error(word, "value", f"`{word.text}` {error.message}", error.hint or hint)
        return None

    def flag(self, role: str) -> bool:
        """Return a switch; off when it is not given."""
        word = self.one(role)
        if word is None:
            return False
        choices = {self.dialect.yes.lower(): True, self.dialect.no.lower(): False}
        found = choices.get(word.text.lower())
        if found is None:
            hint = f"`{self.dialect.yes}` or `{self.dialect.no}`"
            self.report.error(word, "value", f"`{word.text}` is neither on nor off", hint)
        return bool(found)

    def number(self, role: str, lowest: int, highest: int) -> int | None:
        """Return a number; None when it is not given or wrong."""
        word = self.one(role)
        if word is None:
            return None
        text = word.text
        is_number = text.isascii() and text.isdecimal() and len(text) <= 10
        if not is_number or not lowest <= int(text) <= highest:
            message = f"`{text}` is no number from {lowest} to {highest}"
            self.report.error(word, "value", message, f"a whole number, such as {lowest}")
            return None
        return int(text)

    def check_name(self, name: Word) -> None:
        """Report a name that is too long or that no screen shows."""
        if not name.text.isprintable():
            message = "the name has characters that can't be printed"
            self.report.error(name, "value", message, "was the file read in its own code page?")
        limit = self.dialect.name_limit
        if len(name.text) > limit:
            message = f"`{name.text[:40]}` is longer than {limit} characters"
            self.report.error(name, "name-too-long", message, "a longer name is an error, not cut")


def _add(param: Param) -> str:
    return f"add a line `{param.keyword}` with its value between the braces"
