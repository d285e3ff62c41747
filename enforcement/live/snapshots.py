"""What following knows at one moment, and how it is written while the feed goes on.

Its connections are many and come in lines of their own, so that whoever writes them can let others
work between two of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enforcement.delivery import atomic
from enforcement.engine.engine import Memory
from enforcement.engine.lives import StackRow

Tree = dict[str, Any]
_LINE = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tree of values, empty where there is nothing; what each engine remembers.

    `secure` brings to the disk what the tree speaks of.
    """

    tree: Tree = field(default_factory=dict)
    memories: list[Memory] = field(default_factory=list)
    secure: Callable[[], object] = bool


def save(path: Path, snapshot: Snapshot, rest: Callable[[], object]) -> None:
    """Write a snapshot in one step, with what it speaks of before; `rest` between two lines."""
    snapshot.secure()
    atomic.save_lines(path, _lines(snapshot, rest))


def load(path: Path) -> Snapshot:
    """Return what was saved, an empty one when nothing was. Raises ValueError."""
    lines = atomic.load_lines(path)
    tree: Tree = next(lines, {})
    memories: list[Memory] = tree.pop("memories", [])
    for engine, stack, numbers, lives in lines:
        row = memories[engine]["stacks"][stack]
        row[4].extend(numbers)
        row[5].extend(lives)
    return Snapshot(tree, memories)


def _lines(snapshot: Snapshot, rest: Callable[[], object]) -> Iterator[str]:
    heads = [
        {**one, "stacks": [(*row[:4], [], []) for row in one["stacks"]]}
        for one in snapshot.memories
    ]
    yield _text({**snapshot.tree, "memories": heads})
    for engine, memory in enumerate(snapshot.memories):
        for stack, row in enumerate(memory["stacks"]):
            for part in _parts(row):
                rest()
                yield _text((engine, stack, *part))


def _parts(row: StackRow) -> Iterator[tuple[object, object]]:
    *_, numbers, lives = row
    for at in range(0, len(numbers), _LINE):
        yield numbers[at : at + _LINE], lives[at : at + _LINE]


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
