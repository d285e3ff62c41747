"""The stacks that the analyzer has records of, asked by the designer's own foreign key."""

from __future__ import annotations

from dataclasses import dataclass

from designer.content.labels import is_image
from designer.models import Stack


@dataclass(frozen=True, slots=True)
class RecordedStack:
    """A stack as its records name it, in the upper case of z/OS."""

    pk: int
    sysplex: str
    system: str
    stack: str

    @property
    def bears_image_names(self) -> bool:
        """Whether z/OS would take these names; a sysplex may be unknown."""
        names = (self.system, self.stack, *([self.sysplex] if self.sysplex else []))
        return all(is_image(name) for name in names)


def recorded_stacks() -> list[RecordedStack]:
    """Return all of them by name. The model is reached by the key that points at it."""
    model = Stack._meta.get_field("recorded").related_model
    rows = model._default_manager.order_by("sysplex", "system", "stack")
    found = rows.values_list("pk", "sysplex", "system", "stack")
    return [RecordedStack(pk, *(name.upper() for name in names)) for pk, *names in found]
