"""Lines of a policy file in the columns of generated ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from policy.dialects.dialect import Dialect, Statement


class Params:
    """The body of one statement."""

    def __init__(self, page: Page, statement: Statement, depth: int) -> None:
        self._page = page
        self._statement = statement
        self._depth = depth

    def add(self, role: str, *values: str) -> None:
        """Write a parameter, once a value or all values on its line, as the dialect has it."""
        keyword = self._statement.params[role].keyword
        lines = [" ".join(values)] if self._page.dialect.is_list and values else list(values)
        for line in lines:
            self._page.line(self._depth, keyword, line)

    @contextmanager
    def block(self, role: str) -> Iterator[Params]:
        """Write a statement inside this one."""
        with self._page.block(role, "", self._depth) as params:
            yield params


class Page:
    """Collects lines."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._lines: list[str] = []

    def raw(self, *lines: str) -> None:
        """Take lines as they are."""
        self._lines.extend(lines)

    def line(self, depth: int, keyword: str, value: str = "") -> None:
        """Take a keyword with its value in the value column (counted from 0)."""
        start = " " * (self.dialect.indent * depth) + keyword
        gap = max(self.dialect.value_column - len(start), 1)
        self._lines.append(start + " " * gap + value if value else start)

    @contextmanager
    def block(self, role: str, name: str, depth: int = 0) -> Iterator[Params]:
        """Write a statement with its braces."""
        statement = self.dialect.statements[role]
        self.line(depth, statement.keyword, name)
        self.line(depth, "{")
        yield Params(self, statement, depth + 1)
        self.line(depth, "}")

    def text(self) -> str:
        """Return all lines."""
        return "\n".join((*self._lines, ""))
