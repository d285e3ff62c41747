"""What is installed on each stack, asked for again and again."""

from __future__ import annotations

import time
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from designer import rulesets
from enforcement.live.policies import Installed

LOOK_S: Final = 1.0


class Plans:
    """The designer's installations; `look` says what they are when that has changed.

    While the database is gone, what was last known stays in force.
    """

    def __init__(self) -> None:
        self._looked_at = -LOOK_S
        self._mark: object = None

    def look(self) -> list[Installed] | None:
        """Return all installations, None when they are as before or were just looked at."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return None
        self._looked_at = now
        try:
            return self.read()
        except (OperationalError, InterfaceError):
            connection.close()
            return None

    def read(self) -> list[Installed] | None:
        """Return the same at once; database errors come out."""
        mark = rulesets.in_force_mark()
        if mark == self._mark:
            return None
        found = [
            Installed(
                one.name,
                one.digest,
                one.installed_at.isoformat(),
                one.document,
                one.facts,
                one.unclear,
            )
            for one in rulesets.in_force()
        ]
        self._mark = mark
        return found
