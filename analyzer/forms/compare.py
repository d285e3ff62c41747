"""What the address of a comparison says, and the form of its two sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from analyzer.forms.filters import Field
from analyzer.queries.compare.sides import MARK, PLACES, Sides, read_sides
from analyzer.queries.terms.term import shown
from analyzer.tables.compare import BY_NAME, DIFFERENT, GRAINS, STATUSES

CHOICE: Final = ("by", "status")
"""Parameters that say which rows a comparison has."""
ALL: Final = "all"
_LABELS: Final = {
    "days": ("Last days", "A number, or leave it and say from and to.", "30"),
    "from": ("From", "A day 2026-10-05 or a minute 2026-10-05T08:30.", ""),
    "to": ("To", "Included.", ""),
    "sysplex": ("Sysplex", "Names with commas, * and ?.", ""),
    "system": ("System", "Names with commas, * and ?.", ""),
    "stack": ("Stack", "As PLEXA.SYSA.TCPIP, with * and ?.", ""),
}
_OF_B: Final = ("days", "from", "to", *PLACES)
_OF_A: Final = _OF_B[1:]
FIELDS: Final = frozenset([*_OF_B, *(f"{MARK}{name}" for name in _OF_A)])
Stacks = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`grain` is what a row is, `statuses` which rows; with errors the sides match nothing."""

    sides: Sides
    grain: str
    statuses: Sequence[str]
    errors: Mapping[str, str]


def read_comparison(params: QueryDict, *, also: Collection[str] = ()) -> Comparison:
    """Return what the parameters ask for, and the errors by parameter."""
    sides, errors = read_sides(params, also={*also, *CHOICE})
    grain = params.get("by") or GRAINS[0]
    if grain not in GRAINS:
        errors["by"] = f"{shown(grain)} is none of {', '.join(GRAINS)}"
        grain = GRAINS[0]
    asked = [one for text in params.getlist("status") for one in text.split(",") if one]
    unknown = [one for one in asked if one not in {*BY_NAME, ALL}]
    if unknown:
        known = ", ".join([*BY_NAME, ALL])
        errors["status"] = f"{shown(unknown[0])} is none of {known}"
    if errors:
        sides = replace(sides, a=replace(sides.a, refused=True), b=replace(sides.b, refused=True))
    return Comparison(sides, grain, _statuses(asked), errors)


def _statuses(asked: Sequence[str]) -> list[str]:
    """The statuses in their order; those that differ unless some are named."""
    if ALL in asked:
        return list(BY_NAME)
    return [one.name for one in STATUSES if one.name in (asked or DIFFERENT)]


def side_fields(params: QueryDict, errors: Mapping[str, str], stacks: Stacks) -> list[list[Field]]:
    """The fields of side A and those of side B, with what was typed."""
    names = {
        "sysplex": tuple(dict.fromkeys(sysplex for sysplex, _, _ in stacks)),
        "system": tuple(dict.fromkeys(system for _, system, _ in stacks)),
        "stack": tuple(".".join(parts) for parts in stacks),
    }
    sides = ((MARK, _OF_A), ("", _OF_B))
    return [
        [_field(f"{mark}{name}", name, params, errors, names.get(name, ())) for name in of_side]
        for mark, of_side in sides
    ]


def _field(
    key: str,
    name: str,
    params: QueryDict,
    errors: Mapping[str, str],
    names: Sequence[str],
) -> Field:
    label, hint, placeholder = _LABELS[name]
    return Field(
        name=key,
        label=label,
        place=f"side-{key}",
        value=", ".join(one for one in params.getlist(key) if one),
        hint=hint,
        placeholder=placeholder,
        error=errors.get(key, ""),
        names=tuple((one, "") for one in names),
    )
