"""Where the parts of a JSON or YAML document stand in its text."""

from __future__ import annotations

import yaml

from policy.findings import Place

MOST_CHARACTERS = 2 << 20
"""Longer documents get no places: finding them takes seconds a megabyte."""


class Places:
    """Line and column of each part of a document by its path; JSON is read as YAML."""

    def __init__(self, text: str) -> None:
        self._root: yaml.Node | None = None
        if len(text) <= MOST_CHARACTERS:
            try:
                self._root = yaml.compose(text.replace("\t", " "), yaml.SafeLoader)
            except (yaml.YAMLError, ValueError, RecursionError):
                self._root = None

    def of(self, path: str) -> Place:
        """Return where `/rule_sets/0/name` stands, or the nearest part around it."""
        node = self._root
        for part in path.strip("/").split("/"):
            inner = _child(node, part)
            if inner is None:
                break
            node = inner
        mark = node.start_mark if node else None
        return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _child(node: yaml.Node | None, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        found: list[yaml.Node] = [value for key, value in node.value if key.value == part]
        return found[0] if found else None
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        member: yaml.Node = node.value[int(part)]
        return member
    return None


def has_comments(text: str) -> bool:
    """Return whether a YAML text holds comments, which no document keeps; raises `YAMLError`."""
    end = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        if "#" in text[end : token.start_mark.index]:
            return True
        end = max(end, token.end_mark.index)
    return "#" in text[end:]
