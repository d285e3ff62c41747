"""How many days the data of each system stay: as it is saved, or as somebody has it in mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analyzer.models import Retention, SystemSettings
from analyzer.queries.data.plan import Part, Plan, older_than


@dataclass(frozen=True, slots=True)
class Rules:
    """Days for all systems, and for those with a rule of their own; None: for ever."""

    default: int | None = None
    systems: Mapping[int, int | None] = field(default_factory=dict)

    def days(self) -> dict[int, int | None]:
        """Days that each system's data stay."""
        pks = SystemSettings.objects.values_list("pk", flat=True)
        return {pk: self.systems.get(pk, self.default) for pk in pks}


def saved() -> Rules:
    """The rules that hold; nothing ever goes by age until somebody has set some."""
    rows = {one.system_id: one.days for one in Retention.objects.order_by("system")}
    default = rows.pop(None, None)
    return Rules(default, {pk: days for pk, days in rows.items() if pk is not None})


def parts(rules: Rules, *, today: date) -> Plan:
    """What is past its days under the rules."""
    kept = rules.days()
    systems = SystemSettings.objects.order_by("sysplex", "system")
    return [
        Part(one.pk, str(one), None, older_than(days, today=today))
        for one in systems
        if (days := kept[one.pk]) is not None
    ]
