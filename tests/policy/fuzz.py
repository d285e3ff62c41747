"""Fuzzes the reader of policy files for a while: `python -m tests.policy.fuzz --minutes 10`.

Texts are golden files, written policies and earlier texts that found something new, each changed by
a few random edits. A text fails when reading raises, when a finding lies outside of it, when a text
without an error is not written and read back as the same, when laying out anew changes its meaning,
or when it takes too long. Ends with 1 at the first failure and leaves the text in `--keep`.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from policy.code_page import encode
from policy.errors import CodePageError, WriteError
from policy.parser import Parsed, parse
from policy.parser.image import read_image
from policy.sources import check_source, read
from policy.writer import reformat, write
from tests.policy.samples import ARTICLE, DATA

SLOW_S = 20.0
MOST_SEEDS = 2_000
SOUND = 3
"""The first seeds are without an error."""
MOST_CHARACTERS = 6_000
BITS = (
    *("{", "}", "\n", "\n{\n", "\n}\n", "#", "#@", " ", "\t", "\x00", "\x85", "\u2028", "é", "漢"),
    *("ZERTRule", "ZERTAction", "ZERTTLSCondition", "IpAddrGroup", "PortGroup", "Codepage"),
    *("0", "-1", "65536", "4294967296", "٣", "10.0.0.0/33", "::", "::1/128", "fe80::1%eth0", "1-"),
    *('#@ name "', '#@ expires "2027-02-30"', '#@ rule-set TLS "a" "b"', "\\ud800", '"' * 9),
    *(
        "9" * 5_000,
        "{" * 300,
        "x" * 600,
        "Jobname *",
        "Direction Both",
        "Priority 1",
        "None",
        "All",
    ),
)


def main() -> int:
    """Fuzz until the time is up; exit code 1 when something failed."""
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=4)
    arguments.add_argument("--keep", type=Path, default=Path("var/fuzz-failed.policy"))
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    seeds = [path.read_text("utf-8") for path in DATA.glob("*.policy")] + [write(ARTICLE)]
    kinds: set[str] = set()
    counts: Counter[str] = Counter()
    end = time.monotonic() + given.minutes * 60
    while time.monotonic() < end:
        text = changed(chance, seeds)
        try:
            found = held(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            given.keep.write_text(text, "utf-8", errors="surrogatepass")
            sys.stdout.write(f"failed after {counts.total()} texts: {error!r}; see {given.keep}\n")
            return 1
        counts["without an error" if found.ok else "with errors"] += 1
        kind = ",".join(sorted({one.code for one in found.findings}))
        if kind not in kinds and len(seeds) < MOST_SEEDS:
            kinds.add(kind)
            seeds.append(text)
    codes = {code for kind in kinds for code in kind.split(",") if code}
    sys.stdout.write(
        f"{counts.total()} texts in {time.process_time():.0f} s of processor time, "
        f"{counts['without an error']} without an error, "
        f"{len(kinds)} combinations of {len(codes)} codes, nothing failed\n"
    )
    return 0


def changed(chance: random.Random, seeds: list[str]) -> str:
    """A seed with a few random edits; half of the time one word or line for another."""
    if chance.random() < 0.5:
        return _gently(chance, seeds)
    text = chance.choice(seeds)
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(text))
        stop = min(len(text), start + chance.choice([0, 0, 1, 5, 40]))
        other = chance.choice(seeds)
        at = chance.randint(0, len(other))
        piece = chance.choice(["", chance.choice(BITS), other[at : at + 60], text[start:stop] * 2])
        text = text[:start] + piece + text[stop:]
    if chance.random() < 0.2:
        lines = text.split("\n")
        chance.shuffle(lines)
        text = "\n".join(lines)
    return text[:MOST_CHARACTERS]


def _gently(chance: random.Random, seeds: list[str]) -> str:
    lines = chance.choice(seeds[: chance.choice([SOUND, len(seeds)])]).split("\n")
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    words = lines[place].split()
    if words and chance.random() < 0.7:
        words[-1] = chance.choice([chance.choice(BITS), *lines[other].split()])
        lines[place] = " ".join(words)
    else:
        lines[place : place + chance.choice([0, 1])] = [lines[other]]
    return "\n".join(lines)[:MOST_CHARACTERS]


def held(text: str) -> Parsed:
    """What the reader says of a text; raises when it must not be so."""
    start = time.perf_counter()
    found = parse(text)
    lines = text.split("\n")
    for one in found.findings:
        place = one.place
        inside = place.line <= len(lines) and place.column <= len(lines[place.line - 1]) + 1
        _demand(inside, f"{one} lies outside of the text")
    again = reformat(text)
    _demand(reformat(again) == again, "laying out anew twice is not the same as once")
    if found.ok:
        _written(found)
        _demand(parse(again).policy == found.policy, "laying out anew changes the meaning")
    check_source(read(text.encode("utf-8", "replace")))
    read_image(text)
    with contextlib.suppress(CodePageError):
        read(encode(text))
    seconds = time.perf_counter() - start
    _demand(seconds < SLOW_S, f"it took {seconds:.1f} s")
    return found


def _written(found: Parsed) -> None:
    try:
        text = write(found.policy)
    except WriteError as error:
        _demand("longer than" in str(error), str(error))
        return
    _demand(parse(text).policy == found.policy, "it is not written as the same policy")


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)


if __name__ == "__main__":
    sys.exit(main())
