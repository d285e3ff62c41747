"""The filter form: what it asks, what was typed, and what is wrong with it.

The meaning of each filter is in analyzer.queries.filters; this is only its face.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from analyzer.forms import inputs
from analyzer.forms.inputs import Choice, Input
from analyzer.queries.terms.term import NOT


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: either an input with what was typed, or choices with their ticks.

    `excepted` are the same choices to be taken away; `names` what an input can suggest.
    """

    name: str
    label: str
    error: str
    place: str = ""
    value: str = ""
    hint: str = ""
    kind: str = "text"
    mono: bool = False
    placeholder: str = ""
    first: bool = False
    choices: tuple[tuple[str, str, bool], ...] = ()
    excepted: tuple[tuple[str, str, bool], ...] = ()
    names: tuple[Choice, ...] = ()

    @property
    def excepts(self) -> bool:
        """Whether something is taken away."""
        return any(chosen for _, _, chosen in self.excepted)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; `security` tells which protection from which traffic."""

    title: str
    fields: tuple[Field, ...]
    security: bool = False


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form filled with what was typed, right or wrong; `errors` go by parameter."""

    params: QueryDict
    errors: Mapping[str, str]

    def groups(
        self,
        *,
        stacks: Sequence[tuple[str, str, str]],
        versions: Sequence[str],
        whole: bool = True,
    ) -> list[Group]:
        """Return all fields; a choice without anything to choose from is left out.

        Without `whole`, attributes of single protocols are there only where they are asked for.
        """
        drawn = [*self._scope(stacks), *self._security(versions, whole=whole)]
        return [group for group in drawn if group.fields]

    def _scope(self, stacks: Sequence[tuple[str, str, str]]) -> list[Group]:
        sysplexes = dict.fromkeys(sysplex for sysplex, _, _ in stacks)
        systems = dict.fromkeys(system for _, system, _ in stacks)
        names = [".".join(parts) for parts in stacks]
        return [
            Group("When", self._inputs(inputs.TIME)),
            Group(
                "Endpoints",
                self._ticks("role", "Role of z/OS", inputs.ROLES) + self._inputs(inputs.ENDPOINTS),
            ),
            Group("Who", self._inputs(inputs.OWNERS)),
            Group(
                "Where",
                self._ticks("sysplex", "Sysplex", [(name, name) for name in sysplexes])
                + self._ticks("system", "System", [(name, name) for name in systems])
                + self._ticks("stack", "Stack", [(name, name) for name in names]),
            ),
            Group("How much", self._inputs(inputs.AMOUNTS)),
        ]

    def _security(self, versions: Sequence[str], *, whole: bool) -> list[Group]:
        named = [(name, name) for name in versions]
        attributes = [
            Group(title, self._inputs(own, only_asked=not whole), security=True)
            for title, own in inputs.ATTRIBUTES.items()
        ]
        return [
            Group(
                "Protection",
                self._ticks("protocol", "Protocol", inputs.PROTOCOLS)
                + self._ticks("version", "Version", [*named, *inputs.OLDER]),
                security=True,
            ),
            *attributes,
            Group(
                "Strength",
                self._ticks("strength", "Class", inputs.STRENGTHS)
                + self._ticks("quantum", "Quantum readiness", inputs.QUANTUM)
                + self._ticks("source", "Source of what is known", inputs.SOURCES)
                + self._inputs(inputs.EXPIRY)
                + self._inputs(inputs.BASELINE),
                security=True,
            ),
        ]

    def _inputs(self, asked: Sequence[Input], *, only_asked: bool = False) -> tuple[Field, ...]:
        return tuple(
            self._input(one, value, number)
            for one in asked
            for number, value in enumerate(self._typed(one))
            if value or one.name in self.errors or not only_asked
        )

    def _typed(self, one: Input) -> list[str]:
        """What stands in its fields: one with all values, or one for each where commas don't part
        values.
        """
        texts = self.params.getlist(one.name)
        return (texts or [""]) if one.repeated else [", ".join(text for text in texts if text)]

    def _input(self, one: Input, value: str, number: int) -> Field:
        return Field(
            name=one.name,
            label=f"{one.label}, or" if number else one.label,
            place=f"{one.name}-{number + 1}" if number else one.name,
            value=value,
            error=self.errors.get(one.name, ""),
            hint=one.hint,
            kind=one.kind,
            mono=one.mono,
            placeholder=one.placeholder,
            first=one is inputs.TIME[0],
            names=one.names,
        )

    def _ticks(self, name: str, label: str, choices: Sequence[Choice]) -> tuple[Field, ...]:
        asked = self.params.getlist(name)
        negated = [(f"{NOT}{value}", word) for value, word in choices]
        known = {value for value, _ in [*choices, *negated]}
        # A pattern or a name that the store does not hold stays, so that it can be taken away.
        others = [(value, value) for value in asked if value and value not in known]
        drawn = tuple((value, word, value in asked) for value, word in [*choices, *others])
        field = Field(
            name=name,
            label=label,
            place=name,
            error=self.errors.get(name, ""),
            choices=drawn,
            excepted=tuple((value, word, value in asked) for value, word in negated),
        )
        return (field,) if drawn else ()
