"""Many stretches of a chain of records at once, each by its own lane, in step.

A chain can only be followed from record to record. But where records begin can be guessed: the
date and the system of the last one stand in the next ones too. A lane starts at each guess, all
take their steps together, and a lane counts only when the lane before it arrives exactly at its
start. So the result is that of the plain loop, whatever the guesses were worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smf.framing.kinds import MIN_RECORD_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.framing.window import Window

_LANE_BYTES = 12 << 10
_SEARCH_BYTES = 8 << 10
_FEWEST = 8
"""With fewer lanes the plain loop is as fast."""
_USUAL_BYTES = 1 << 10
_MOST_STEPS = 256
_HINT = slice(10, 18)
"""Date and system in a record, counted from its RDW."""
_SEGMENT_MASK = 0xFFFF


def run_lanes(window: Window, position: int, cap: int) -> list[int]:
    """Return the starts of whole records behind an RDW from `position` on, at most `cap`.

    The last one is where the next record should begin, and not looked at; without a good guess
    there is only that one. Reading ends somewhere before the end of the window.
    """
    begins = _guesses(window, position, min(window.end, position + cap * _USUAL_BYTES))
    if len(begins) <= _FEWEST:
        return [position]
    steps, counts, arrived = _walk(window, begins[:-1], begins[1:])
    sound = len(arrived) if arrived.all() else int(arrived.argmin())
    taken = np.arange(len(steps)) < counts[:sound, None]
    starts: list[int] = steps.T[:sound][taken].tolist()
    return [*starts, int(begins[sound])][: cap + 1]


def _guesses(window: Window, position: int, end: int) -> NDArray[np.int64]:
    """Return `position` and places behind it where records may begin, in their order."""
    hint = bytes(window.data[position + _HINT.start : position + _HINT.stop])
    found = [position]
    for place in range(position + _LANE_BYTES, end - _SEARCH_BYTES, _LANE_BYTES):
        guess = window.data.find(hint, place, place + _SEARCH_BYTES)
        if guess >= 0:
            found.append(guess - _HINT.start)
    return np.array(found, np.int64)


def _walk(
    window: Window, begins: NDArray[np.int64], goals: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each lane stood (step, lane), how many steps it made, and which arrived."""
    words = np.ndarray((window.end - 3,), ">u4", window.data, strides=(1,))
    places, counts = begins.copy(), np.zeros(len(begins), np.int64)
    steps: list[NDArray[np.int64]] = []
    going = np.flatnonzero(places < goals)
    while len(going) and len(steps) < _MOST_STEPS:
        steps.append(places.copy())
        word = words[places[going]].astype(np.int64)
        length = word >> 16
        good = (word & _SEGMENT_MASK == 0) & (length >= MIN_RECORD_BYTES)
        going, length = going[good], length[good]
        counts[going] += 1
        places[going] += length
        going = going[places[going] < goals[going]]
    return np.array(steps), counts, places == goals
