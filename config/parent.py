"""A child process that does not outlive its parent, however the parent ends (Linux)."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a child should do as little as possible.
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the signal when the parent is gone."""

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, number)

    return ask_kernel
