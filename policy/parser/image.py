"""Policy Agent's image file: where a stack's zERT policy file is.

`ZERTConfig path` (IBM Education Assistant z/OS V2R5, slide 52); FLUSH and PURGE after it by analogy
with `TTLSConfig`, our reading: Zertify reads them and does not write them.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy import dialects
from policy.dialects.dialect import Dialect
from policy.findings import Finding
from policy.lexer import Word, split
from policy.parser.report import Report

SWITCHES = {
    "FLUSH": ("is_flushed", True),
    "NOFLUSH": ("is_flushed", False),
    "PURGE": ("is_purged", True),
    "NOPURGE": ("is_purged", False),
}


@dataclass(frozen=True, slots=True)
class ImageFile:
    """What an image file says about zERT: no `path` when it names no file.

    `is_flushed` and `is_purged` are None where nothing is said.
    """

    path: str
    is_flushed: bool | None
    is_purged: bool | None
    line: int
    findings: tuple[Finding, ...]


def read_image(text: str, dialect: Dialect | None = None) -> ImageFile:
    """Return what the last `ZERTConfig` of an image file says; other statements are not read."""
    keyword = (dialect or dialects.load()).config_keyword
    report = Report()
    pieces = split(text)[0]
    found = [p.words for p in pieces if p.words and p.words[0].text.lower() == keyword.lower()]
    for words in found[:-1]:
        hint = f"the one on line {found[-1][0].line} counts"
        report.warning(words[0], "repeated", f"`{keyword}` is given again below", hint)
    path, switches, line = "", dict[str, bool](), 0
    if found:
        line = found[-1][0].line
        path, switches = _parts(found[-1], report)
    return ImageFile(
        path, switches.get("is_flushed"), switches.get("is_purged"), line, report.findings()
    )


def _parts(words: tuple[Word, ...], report: Report) -> tuple[str, dict[str, bool]]:
    path = ""
    switches: dict[str, bool] = {}
    for word in words[1:]:
        name, value = SWITCHES.get(word.text.upper(), ("", False))
        if not name and word is words[1]:
            path = word.text
        elif not name:
            hint = "one of " + ", ".join(SWITCHES)
            report.warning(word, "text-ignored", f"`{word.text}` is not understood", hint)
        elif name in switches:
            report.error(word, "repeated", f"`{word.text}` is decided a second time")
        else:
            switches[name] = value
    if not path:
        report.warning(words[0], "missing-value", "no policy file is named")
    return path, switches
