"""Text and address columns of many records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from smf.decode.sections import address
from smf.ebcdic import DEFAULT_CODE_PAGE, decode_rows, table

if TYPE_CHECKING:
    from numpy.typing import NDArray


class CodePages:
    """The code page of each system: `pages` maps (sysplex, system) to a codec's name.

    Raises `CodePageError` at once when a codec is not known.
    """

    def __init__(self, pages: Mapping[tuple[str, str], str]) -> None:
        for page in pages.values():
            table(page)
        self._pages = dict(pages)

    def of(self, ident: NDArray[np.void]) -> list[str]:
        """Return the code page of each identification section."""
        if not self._pages:
            return [DEFAULT_CODE_PAGE] * len(ident)
        # Names of systems use characters that are alike in every code page.
        systems = zip(decode_rows(ident["sysplex"]), decode_rows(ident["system"]), strict=True)
        return [self._pages.get(system, DEFAULT_CODE_PAGE) for system in systems]


def texts(column: NDArray[np.uint8], pages: list[str]) -> list[str]:
    """Return one text per row of an (n, width) column, each in its own code page."""
    distinct = set(pages)
    if len(distinct) <= 1:
        return decode_rows(column, next(iter(distinct), DEFAULT_CODE_PAGE))
    found = [""] * len(pages)
    for page in distinct:
        rows = [row for row, own in enumerate(pages) if own == page]
        for row, text in zip(rows, decode_rows(column[rows], page), strict=True):
            found[row] = text
    return found


def addresses(column: NDArray[np.uint8], ipv6: NDArray[np.bool_]) -> list[str]:
    """Return one address per row of an (n, 16) column."""
    found = [f"{a}.{b}.{c}.{d}" for a, b, c, d in column[:, :4].tolist()]
    for row in np.flatnonzero(ipv6).tolist():
        found[row] = address(column[row].tobytes(), ipv6=True)
    return found
