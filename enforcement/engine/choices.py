"""Settings by name, as texts: for the command line, for forms, and kept with a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import get_type_hints

from enforcement.engine.errors import ChoiceError
from enforcement.engine.settings import DEFAULTS, Limits, Remembering, Settings, Wording
from policy import settings as matching

_GROUPS: dict[str, type[object]] = {
    "matching": matching.Settings,
    "": Settings,
    "limits": Limits,
    "wording": Wording,
    "remembering": Remembering,
}
_YES, _NO = "yes", "no"
_MOST, _DIGITS = 10**9, 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting; without `words` it is a whole number from 1."""

    name: str
    group: str
    kind: type[object]

    @property
    def words(self) -> tuple[str, ...]:
        """What may be chosen."""
        if issubclass(self.kind, StrEnum):
            return tuple(one.value for one in self.kind)
        return (_YES, _NO) if self.kind is bool else ()

    def value_of(self, text: str) -> object:
        """Return the value that a text means. Raises ChoiceError."""
        if self.words and text not in self.words:
            known = ", ".join(self.words)
            raise ChoiceError(f"`{text}` is no choice of {self.name}; there are {known}")
        if issubclass(self.kind, StrEnum):
            return self.kind(text)
        if self.kind is bool:
            return text == _YES
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:_DIGITS]) < _MOST):
            raise ChoiceError(f"`{text}` is no number for {self.name}; write a whole number from 1")
        return int(text)

    def text_of(self, settings: Settings) -> str:
        """Return its value in some settings."""
        value: object = getattr(
            getattr(settings, self.group) if self.group else settings, self.name
        )
        if isinstance(value, bool):
            return _YES if value else _NO
        return str(value)


def _choices() -> dict[str, Choice]:
    found = {}
    for group, holder in _GROUPS.items():
        for name, kind in get_type_hints(holder).items():
            if name not in _GROUPS:
                found[name] = Choice(name, group, kind)
    return found


CHOICES: Mapping[str, Choice] = _choices()
"""Every setting by its name, those of matching first."""


def settings_tree(settings: Settings) -> dict[str, str]:
    """Return every setting with its value."""
    return {name: choice.text_of(settings) for name, choice in CHOICES.items()}


def settings_from(tree: Mapping[str, str]) -> Settings:
    """Return settings from texts; what is not named is as by default. Raises ChoiceError."""
    found = DEFAULTS
    for name, text in tree.items():
        choice = CHOICES.get(name)
        if choice is None:
            raise ChoiceError(f"`{name}` is no setting; there are {', '.join(CHOICES)}")
        value = choice.value_of(text)
        if choice.group:
            part: Limits | Wording | Remembering | matching.Settings = getattr(found, choice.group)
            value = replace(part, **{name: value})  # type: ignore[arg-type]  # value_of checks it
        found = replace(found, **{choice.group or name: value})  # type: ignore[arg-type]
    return found
