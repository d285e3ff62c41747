"""The image file of a stack says where its zERT policy is."""

from __future__ import annotations

import pytest

from policy.parser.image import read_image
from policy.writer import image_line

IMAGE = """# image file of TCPIP
TTLSConfig /etc/pagent/TCPIP.ttls FLUSH PURGE
zertconfig /etc/pagent/TCPIP.zert %s # by hand
"""


@pytest.mark.parametrize(
    ("switches", "is_flushed", "is_purged"),
    [
        ("", None, None),
        ("FLUSH PURGE", True, True),
        ("NoFlush", False, None),
        ("PURGE NOFLUSH", False, True),
        ("NOPURGE", None, False),
    ],
)
def test_flush_and_purge_are_read(
    switches: str, is_flushed: bool | None, is_purged: bool | None
) -> None:
    found = read_image(IMAGE % switches)
    assert (found.path, found.line, found.findings) == ("/etc/pagent/TCPIP.zert", 3, ())
    assert (found.is_flushed, found.is_purged) == (is_flushed, is_purged)


def test_the_last_statement_counts() -> None:
    found = read_image("ZERTConfig /a\nZERTConfig /b\n")
    assert (found.path, found.line) == ("/b", 2)
    (warning,) = found.findings
    assert (warning.code, warning.place.line, warning.severity) == ("repeated", 1, "warning")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("ZERTConfig", "missing-value", 1),
        ("ZERTConfig FLUSH", "missing-value", 1),
        ("ZERTConfig /a FLUSH NOFLUSH", "repeated", 21),
        ("ZERTConfig /a 1800", "text-ignored", 15),
    ],
)
def test_what_is_odd_is_said_at_its_place(text: str, code: str, column: int) -> None:
    (found,) = read_image(text).findings
    assert (found.code, found.place.line, found.place.column) == (code, 1, column)


def test_what_is_written_is_read_and_nothing_is_nothing() -> None:
    assert read_image(image_line("/etc/z")).path == "/etc/z"
    assert read_image("TTLSConfig /x\n").path == ""
