"""Words -> statements with their parameters; braces that are missing are put back and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from policy.code_page import CodePage
from policy.dialects.dialect import Dialect, Statement
from policy.lexer import CLOSE, OPEN, Piece, Word, split
from policy.parser.report import Report, known_are

FILE = "file"
NOTE, HEADER = "#@", "##"
RULE_SET_NOTE = f"{NOTE} rule-set"
END_OF_HEADER = f"{HEADER} End of"
ELSEWHERE = {
    "tcpimage": "main",
    "pepinstance": "main",
    "ttlsconfig": "image",
    "ipsecconfig": "image",
    "idsconfig": "image",
}
"""Statements of Policy Agent's other files, in lower case, with the file they belong to."""


@dataclass(slots=True)
class Node:
    """A statement: `words` are its keyword and what follows on the line."""

    words: tuple[Word, ...]
    statement: Statement | None
    params: list[tuple[Word, ...]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    comments: tuple[Word, ...] = ()
    inner: list[Word] = field(default_factory=list)
    """Comments within its braces; only statements of the file itself collect them."""

    @property
    def keyword(self) -> Word:
        """The word it begins with."""
        return self.words[0]

    @property
    def name(self) -> Word | None:
        """The name after the keyword, None when there is none."""
        return self.words[1] if len(self.words) > 1 else None


@dataclass(slots=True)
class Tree:
    """The statements of a file and all its comments; `loose` are those of no statement."""

    nodes: list[Node]
    comments: list[Word]
    code_page: str = ""
    loose: list[Word] = field(default_factory=list)


def build(text: str, dialect: Dialect, report: Report) -> Tree:
    """Return the statements of a text; faults go to `report`."""
    pieces, findings = split(text)
    report.add(*findings)
    builder = _Builder(dialect, report, _end_of_header(pieces))
    words = [piece for piece in pieces if not piece.comment]
    followers = iter([*words[1:], None])
    for piece in pieces:
        if piece.comment:
            builder.comment(piece.comment)
        else:
            builder.take(piece, next(followers))
    return builder.finish()


class _Builder:
    """Open statements are a stack; nothing recurses, so that depth costs nothing."""

    def __init__(self, dialect: Dialect, report: Report, end_of_header: int) -> None:
        self._dialect = dialect
        self._report = report
        self._end_of_header = end_of_header
        self._tree = Tree([], [])
        self._stack: list[Node] = []
        self._pending: list[Word] = []
        self._header: Node | None = None

    def comment(self, comment: Word) -> None:
        """Keep a comment; it belongs to the statement that follows."""
        self._tree.comments.append(comment)
        if comment.line > self._end_of_header:
            self._pending.append(comment)

    def take(self, piece: Piece, following: Piece | None) -> None:
        """Take words or a brace; `following` is what comes after it."""
        if piece.brace == OPEN:
            self._open(piece.words[0])
        elif piece.brace == CLOSE:
            self._close(piece.words[0])
        else:
            self._words(piece.words, is_header=following is not None and following.brace == OPEN)

    def finish(self) -> Tree:
        """Return the tree; statements that are still open are reported."""
        for node in self._stack:
            self._report.error(
                node.keyword, "brace-missing", f"`{node.keyword.text}` is never closed", "add a `}`"
            )
        self._put_away()
        return self._tree

    def _put_away(self) -> None:
        """Comments that no statement follows belong to the one around them, if there is one."""
        (self._stack[0].inner if self._stack else self._tree.loose).extend(self._pending)
        self._pending.clear()

    def _words(self, words: tuple[Word, ...], *, is_header: bool) -> None:
        statement = self._dialect.statement(words[0].text)
        param = self._stack[-1].statement if self._stack else None
        is_param = bool(param and param.param(words[0].text))
        if is_header or (statement and not is_param):
            self._begin(words, statement, is_header=is_header)
        elif self._stack:
            self._stack[-1].params.append(words)
            self._put_away()
        else:
            self._outside(words)

    def _begin(
        self, words: tuple[Word, ...], statement: Statement | None, *, is_header: bool
    ) -> None:
        self._close_what_was_left_open(words[0], statement)
        parent = self._stack[-1] if self._stack else None
        above = len(self._pending) if parent else self._apart(words[0])
        node = Node(words, statement, comments=tuple(self._pending[-above:] if above else ()))
        if not parent:
            del self._pending[len(self._pending) - above :]
        self._put_away()
        if statement is None:
            self._unknown(words[0], parent)
        elif _role(parent) not in statement.parents:
            self._misplaced(words[0], parent)
            node.statement = None
        (parent.nodes if parent else self._tree.nodes).append(node)
        self._stack.append(node)
        if is_header:
            self._header = node
        else:
            self._report.error(
                words[0],
                "brace-missing",
                f"`{words[0].text}` is not followed by `{{`",
                "put a `{` on the line below",
            )

    def _apart(self, word: Word) -> int:
        """How many of the comments above a statement are its own.

        What stands above a `#@ rule-set`, or above a blank line over the first statement, is said
        of more than that. Other annotations never are.
        """
        lines = [*(one.line for one in self._pending), word.line]
        for place in range(len(self._pending) - 1, -1, -1):
            text = self._pending[place].text
            is_gap = not self._tree.nodes and lines[place + 1] > lines[place] + 1
            if text.startswith(RULE_SET_NOTE) or (is_gap and not text.startswith(NOTE)):
                return len(self._pending) - place - 1
        return len(self._pending)

    def _close_what_was_left_open(self, word: Word, statement: Statement | None) -> None:
        if statement is None or not self._stack or FILE not in statement.parents:
            return
        if any(one.statement is None for one in self._stack):
            return
        if _role(self._stack[-1]) not in statement.parents:
            message = f"`{self._stack[0].keyword.text}` of line {self._stack[0].keyword.line}"
            self._report.error(word, "brace-missing", f"{message} is not closed", "add a `}` above")
            self._stack.clear()

    def _unknown(self, word: Word, parent: Node | None) -> None:
        if parent and parent.statement is None:
            return
        known = [one.keyword for one in self._dialect.statements.values()]
        self._report.error(
            word,
            "unknown-statement",
            f"`{word.text}` is no statement of dialect {self._dialect.dialect_id}",
            self._report.nearest(word.text, known) or known_are(known),
        )

    def _misplaced(self, word: Word, parent: Node | None) -> None:
        if parent is None or parent.statement:
            hint = "close the statement above with a `}`" if parent else "put it inside of a rule"
            where = f"inside `{parent.keyword.text}`" if parent else "outside of a statement"
            self._report.error(word, "misplaced", f"`{word.text}` can't stand {where}", hint)

    def _outside(self, words: Sequence[Word]) -> None:
        self._put_away()
        keyword = words[0].text.lower()
        if keyword == self._dialect.code_page_keyword.lower():
            self._code_page(words)
            return
        elsewhere = {**ELSEWHERE, self._dialect.config_keyword.lower(): "image"}.get(keyword)
        self._report.error(
            words[0],
            "outside-statement",
            f"`{words[0].text}` stands outside of a statement",
            f"it belongs to the {elsewhere} file of Policy Agent"
            if elsewhere
            else "a `}` too many above, or a `{` missing?",
        )

    def _code_page(self, words: Sequence[Word]) -> None:
        if len(words) == 1:
            message = f"`{words[0].text}` has no value"
            self._report.error(words[0], "missing-value", message, "IBM-1047 or UTF-8")
            return
        if self._tree.code_page:
            message = f"`{words[0].text}` is given a second time"
            self._report.error(words[0], "repeated", message, "leave one of them")
            return
        self._tree.code_page = words[1].text
        if words[1].text.upper() not in {page.value for page in CodePage}:
            message = f"the code page `{words[1].text}` is not read here"
            self._report.error(words[1], "value", message, "IBM-1047 or UTF-8")

    def _open(self, brace: Word) -> None:
        if self._header is None:
            self._report.error(
                brace,
                "stray-brace",
                "`{` follows no statement",
                "put the statement above, or leave it out",
            )
        self._header = None

    def _close(self, brace: Word) -> None:
        self._put_away()
        if self._stack:
            self._stack.pop()
        else:
            self._report.error(
                brace,
                "stray-brace",
                "`}` closes nothing",
                "leave it out, or a `{` above is missing",
            )


def _end_of_header(pieces: Sequence[Piece]) -> int:
    """The last line of the block at the top that a program wrote; 0 without one."""
    block = takewhile(lambda one: one.comment and one.comment.text.startswith(HEADER), pieces)
    comments = [one.comment for one in block if one.comment]
    is_written = any(one.text.startswith(END_OF_HEADER) for one in comments)
    return comments[-1].line if is_written else 0


def _role(node: Node | None) -> str:
    if node is None:
        return FILE
    return node.statement.role if node.statement else ""
