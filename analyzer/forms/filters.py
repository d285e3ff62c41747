"""The filter form: what it asks, what was typed, and what is wrong with it.

The meaning of each filter is in analyzer.queries.filters; this is only its face.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from analyzer.models import Protection

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: either an input with what was typed, or choices with their ticks."""

    name: str
    label: str
    error: str
    value: str = ""
    hint: str = ""
    kind: str = "text"
    mono: bool = False
    placeholder: str = ""
    first: bool = False
    choices: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the form: its words."""

    name: str
    label: str
    hint: str
    kind: str = "text"
    mono: bool = False
    placeholder: str = ""


TIME = (
    Input(
        "days",
        "Last days",
        "Counted back from the latest day in the store; or all.",
        placeholder="30",
    ),
    Input("from", "From", "First day; instead of Last days.", "date"),
    Input("to", "To", "Last day, included.", "date"),
)
ENDPOINTS = (
    Input(
        "server_ip", "Server IP", "Address, CIDR or range: 10.1.0.0/16,10.2.0.1-10.2.0.9", mono=True
    ),
    Input("client_ip", "Client IP", "The same forms; several with commas.", mono=True),
    Input("port", "Server port", "Ports and ranges: 992,8000-8080", mono=True),
)
OWNERS = (
    Input("job", "Job name", "With * and ?: TN3270*,CICS?1", mono=True),
    Input("user", "User ID", "With * and ?", mono=True),
    Input("dn", "Distinguished name", "A part of any name of any certificate: O=Example"),
)
PROTOCOLS: tuple[Choice, ...] = tuple((str(p.value), str(p.label)) for p in Protection.Protocol)
STRENGTHS: tuple[Choice, ...] = tuple((str(s.value), str(s.label)) for s in Protection.Strength)


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form filled with what was typed, right or wrong; `errors` go by parameter."""

    params: QueryDict
    errors: Mapping[str, str]

    def groups(
        self, *, stacks: Sequence[tuple[str, str, str]], versions: Sequence[str]
    ) -> list[Group]:
        """Return all fields; a choice without anything to choose from is left out."""
        sysplexes = dict.fromkeys(sysplex for sysplex, _, _ in stacks)
        systems = dict.fromkeys(system for _, system, _ in stacks)
        names = [".".join(parts) for parts in stacks]
        drawn = [
            Group("When", self._inputs(TIME)),
            Group("Endpoints", self._inputs(ENDPOINTS)),
            Group("Who", self._inputs(OWNERS)),
            Group(
                "Where",
                self._ticks("sysplex", "Sysplex", [(name, name) for name in sysplexes])
                + self._ticks("system", "System", [(name, name) for name in systems])
                + self._ticks("stack", "Stack", [(name, name) for name in names]),
            ),
            Group(
                "Protection",
                self._ticks("protocol", "Protocol", PROTOCOLS)
                + self._ticks("version", "Version", [(name, name) for name in versions]),
            ),
            Group("Strength", self._ticks("strength", "Class", STRENGTHS)),
        ]
        return [group for group in drawn if group.fields]

    def _inputs(self, inputs: Sequence[Input]) -> tuple[Field, ...]:
        return tuple(
            Field(
                name=one.name,
                label=one.label,
                value=self.params.get(one.name, ""),
                error=self.errors.get(one.name, ""),
                hint=one.hint,
                kind=one.kind,
                mono=one.mono,
                placeholder=one.placeholder,
                first=one is TIME[0],
            )
            for one in inputs
        )

    def _ticks(self, name: str, label: str, choices: Sequence[Choice]) -> tuple[Field, ...]:
        asked = self.params.getlist(name)
        known = {value for value, _ in choices}
        # A pattern or a name that the store does not hold stays, so that it can be taken away.
        others = [(value, value) for value in asked if value and value not in known]
        drawn = tuple((value, word, value in asked) for value, word in [*choices, *others])
        field = Field(
            name=name,
            label=label,
            error=self.errors.get(name, ""),
            choices=drawn,
        )
        return (field,) if drawn else ()
