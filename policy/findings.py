"""What readers and checks say about a policy: a code, how bad it is, where it is, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`ERROR` forbids use, `WARNING` is likely not what was meant, `NOTE` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where: line and column from 1 in a text (0 = no text), or rule set, rule and field."""

    line: int = 0
    column: int = 0
    rule_set: str = ""
    rule: str = ""
    field: str = ""

    def __str__(self) -> str:
        if self.line:
            return f"line {self.line}, column {self.column}"
        return " / ".join(part for part in (self.rule_set, self.rule, self.field) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark; `code` is stable, `message` one sentence, `hint` the way out."""

    code: str
    severity: Severity
    message: str
    place: Place = Place()
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        return f"{where}{self.severity} {self.code}: {self.message}" + (
            f" ({self.hint})" if self.hint else ""
        )


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that forbid use."""
    return tuple(one for one in findings if one.severity is Severity.ERROR)
