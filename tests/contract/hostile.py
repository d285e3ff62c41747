"""What nobody sends on purpose: values that break programs, put into bodies that are taken."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

from analyzer.exports.formats.registry import FORMATS

THOROUGH: Final = os.environ.get("ZERTIFY_CONTRACT_THOROUGH") == "on"
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 10**40, 1.5, 1e308, -0.0),
    *("", " ", "\0", "a\0b", "\ud800", "a\udfffb", "\u202e", "😀" * 20, "\n", "a\tb", "\x7f"),
    *("x" * 33, "x" * 10_000, "%", "%s%n", "'; DROP TABLE x; --", "<b>", "../../etc/passwd", "/"),
    *("[", "{", "${x}", "{0.__class__}", "#", "@#$", "*", "!", "\\", "(a+)+$", "İ", "ß" * 32),
    *("2026-02-30", "0001-01-01", "9999-12-31", "24:00", "NaN", "1e9", "٣", "²", "-0", "+1"),
    *([], [None], [[]], ["x"] * 2_000, [1, 1], {}, {"\0": 1}, {"\ud800": 1}, {"": {}}, {"x": []}),
    *([{}, {"x": 1}], [{"name": "A"}, {}]),
)
TEXTS: Final[tuple[str, ...]] = tuple(
    value for value in VALUES if isinstance(value, str) and "\ud800" not in value
)
"""What an address can carry."""
RAW: Final[tuple[bytes, ...]] = (
    *(b"", b" ", b"null", b"[]", b"{}", b'""', b"0", b"true", b"NaN", b"Infinity", b"-Infinity"),
    *(
        b"1e400",
        b"9" * 5_000,
        b'{"name": 1e400}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b"{",
        b"\xff",
    ),
    *(b'{"name": "\xed\xa0\x80"}', b'{"\\ud800": 1}', b'{"name": "\\u0000"}', b'{"a": 1, "a": 2}'),
    *(
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"\xef\xbb\xbf{}",
        b"\xfe\xff{}",
    ),
    *(b'{"__proto__": {}}', b"[{}, {}]", b'{"": ""}'),
)
CHARSETS: Final = ("rot13", "zlib", "bz2", "utf-16", "idna", "undefined", "nothing", "base64")

FILE_TYPES: Final = tuple(form.media_type for form in FORMATS)
ACCEPTS: Final = (
    *("", "x", "/", "*/", "*/*;q=0", "*/*;q=x", "text/html", "application/xml", "text/csv;q=0.1"),
    *("application/json;version=9", "application/json; indent=99999999", "text/csv;;,,;", ","),
    *("a/b," * 2_000, "application/json;q=\xe9", "*/json", "application/*", "image/png, x/y;z"),
)
_PART: Final = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
FORMS: Final[tuple[tuple[str, bytes], ...]] = (
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=", b"--x--"),
    ("multipart/form-data; boundary=\xe9", b"--x--"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    *(
        ("multipart/form-data; boundary=x", body)
        for body in (
            *(b"", b"--x", b"--x--", b"--x\r\n\r\n--x--", b"--x\r\nnonsense\r\n\r\n--x--"),
            _PART % (b"file", b"", b"not a file") + b"--x--",
            _PART % (b"file", b'; filename=""', b"") + b"--x--",
            _PART % (b"file", b'; filename="../../a\\b"', b"\x00" * 40) + b"--x--",
            _PART % (b"file", b'; filename="' + b"x" * 900 + b'.smf"', b"\x00") + b"--x--",
            _PART % (b"file", b"; filename*=utf-8''%ED%A0%80%00", b"\x00") + b"--x--",
            _PART % (b"file", b'; filename="a"', b"\x00") * 3 + b"--x--",
            _PART % (b"\xff\xfe", b"", b"\xff") + b"--x--",
            _PART % (b"comment", b"", b"a\0b") + b"--x--",
            b"".join(_PART % (b"%d" % one, b"", b"") for one in range(1_500)) + b"--x--",
            _PART % (b"file", b'; filename="cut"', b"cut"),
        )
    ),
    *(
        ("application/x-www-form-urlencoded", body)
        for body in (b"", b"a=%00", b"%ED%A0%80=1", b"&".join([b"a=1"] * 1_500), b"a=\xff")
    ),
)
"""Bodies of forms, most of them broken, with their types."""


KEYS: Final = (
    "0",
    "2147483648",
    "9223372036854775808",
    "9" * 60,
    "%00",
    "x",
    "%ED%A0%80",
    "-1",
    "9" * 18,
    "-" + "9" * 18,
)
"""In the place of an id."""
_AT_ONCE: Final = 4


class Turns:
    """Gives out values by turns: every one comes up again and again, never all at one place."""

    def __init__(self, *, all_of_them: bool) -> None:
        self._all = all_of_them
        self._next = 0

    def take(self, values: Sequence[Any] = VALUES, *, most: int = _AT_ONCE) -> Iterator[Any]:
        """The next few of the values."""
        for _ in range(len(values) if self._all else most):
            yield values[self._next % len(values)]
            self._next += 1


def changed(body: Any, turns: Turns) -> Iterator[Any]:
    """A body again and again, with one part of it gone, doubled or hostile each time."""
    for path in _paths(body):
        for value in turns.take():
            yield _put(body, path, value)
        yield _without(body, path)
        yield from (_put(body, path, value) for value in _alike(_at(body, path)))
    if isinstance(body, dict):
        yield from (body | {name: 1} for name in ("", "\0", "\ud800", "id", "x" * 5_000))
    yield [body]


def _alike(value: Any) -> Iterator[Any]:
    """What is nearly the same: twice, the other way round, in other letters, the next one."""
    if isinstance(value, list) and value:
        yield from ([*value, *value], value[::-1], value[:1])
    elif isinstance(value, str) and value:
        yield from (value.swapcase(), f" {value} ")
    elif isinstance(value, int):
        yield value + 1


def _at(body: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


def sent(body: Any) -> bytes:
    """A body as bytes: halves of characters as escapes, which JSON allows."""
    return json.dumps(body).encode()


def _paths(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body below its top."""
    parts: Any = ()
    if isinstance(body, dict):
        parts = body.items()
    elif isinstance(body, list):
        parts = enumerate(body)
    for key, value in parts:
        yield (*at, key)
        yield from _paths(value, (*at, key))


def _put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    found = deepcopy(body)
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return found


def _without(body: Any, path: tuple[Any, ...]) -> Any:
    found = deepcopy(body)
    place = found
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return found
