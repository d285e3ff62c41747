"""Finding what is wrong with each record of a column: the first failed check counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smf.errors import HEAD_BYTES, Rejected

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one subtype, by column.

    `starts` are indices of their RDW in `data` (padded behind its end), `offsets` stream offsets,
    `numbers` record numbers from 1.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    offsets: NDArray[np.int64]
    numbers: NDArray[np.int64]
    subtype: int

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Records:
        """Return some of the records, by mask or by row."""
        if takes_all(which):
            return self
        return Records(
            self.data,
            self.starts[which],
            self.lengths[which],
            self.offsets[which],
            self.numbers[which],
            self.subtype,
        )


@dataclass(frozen=True, slots=True)
class _Fault:
    field: str
    reason: str
    message: str


def takes_all(which: NDArray[np.bool_] | NDArray[np.int64]) -> bool:
    """Tell whether a mask lets everything pass, as it mostly does: then nothing is copied."""
    return which.dtype == np.bool_ and bool(which.all())


class Checks:
    """Collects the first fault of each of `size` records."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, np.int32)
        self._faults: list[_Fault] = []

    @property
    def passed(self) -> NDArray[np.bool_]:
        """Which records have no fault so far."""
        passed: NDArray[np.bool_] = self._codes == 0
        return passed

    def fail(self, where: NDArray[np.bool_], field: str, reason: str, message: str) -> None:
        """Note a fault of the records in `where` that have none yet."""
        hit = where & (self._codes == 0)
        if hit.any():
            self._faults.append(_Fault(field, reason, message))
            self._codes[hit] = len(self._faults)

    def rejects(self, records: Records) -> list[Rejected]:
        """Return one reject per record with a fault."""
        found = []
        for row in np.flatnonzero(self._codes).tolist():
            fault = self._faults[self._codes[row] - 1]
            begin, length = int(records.starts[row]), int(records.lengths[row])
            head = records.data[begin : begin + min(length, HEAD_BYTES)].tobytes()
            found.append(
                Rejected(
                    offset=int(records.offsets[row]),
                    record_number=int(records.numbers[row]),
                    record_type=119,
                    subtype=records.subtype or None,
                    field=fault.field,
                    reason=fault.reason,
                    message=fault.message,
                    head=head,
                    length=length,
                )
            )
        return found
