"""When to start a program again that has ended, and when to give up."""

from __future__ import annotations

import time
from collections import deque


class Restarts:
    """Allows so many restarts within so many seconds; a program that can't live is left alone."""

    def __init__(self, most: int = 3, within_s: float = 60.0) -> None:
        self.most = most
        self.within_s = within_s
        self.times: deque[float] = deque()

    def allow(self) -> bool:
        """Count one restart, if it is not one too many."""
        now = time.monotonic()
        while self.times and now - self.times[0] > self.within_s:
            self.times.popleft()
        if len(self.times) >= self.most:
            return False
        self.times.append(now)
        return True
