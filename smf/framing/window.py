"""The stretch of the stream that is in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


PADDING_BYTES = 1_024
"""Bytes behind the last record, so that fixed-length sections can be gathered up to its end."""


@dataclass(frozen=True)
class Window:
    """`data[:end]` are the bytes of the stream from offset `base`; `eof`: nothing follows."""

    data: bytes | bytearray
    end: int
    base: int
    eof: bool

    @cached_property
    def array(self) -> NDArray[np.uint8]:
        """The bytes as an array that shares their memory."""
        return np.frombuffer(self.data, np.uint8, self.end)
