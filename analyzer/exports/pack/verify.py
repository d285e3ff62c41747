"""A pack made anew from the store, and what differs from the one at hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile

from django.conf import settings

from analyzer.exports.pack.archive import SUMS
from analyzer.exports.pack.contents import ABOUT, QUERY, Order, write_pack
from analyzer.queries.saved import filters_of

_BLOCK_BYTES: Final = 1 << 20
_MOST_BYTES: Final = 1 << 20
"""The members that are read as a whole are small."""


class NoPackError(ValueError):
    """The file is no audit pack, or a damaged one; the message says why."""


def differences(path: Path) -> list[str]:
    """Return what differs, a sentence each; none when the bytes are the same.

    Raises NoPackError, and OSError where the file can't be read.
    """
    try:
        with path.open("rb") as file, ZipFile(file) as given:
            return _compared(file, given)
    except (BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise NoPackError(f"it is no audit pack, or a damaged one: {error}") from error


def _compared(file: IO[bytes], given: ZipFile) -> list[str]:
    order, digests = _order_of(given), _digests_of(given)
    found = _against_own_sums(given, digests)
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as anew:
        made = write_pack(order, anew, told=lambda name, done, total: None)
        found += [
            f"`{name}` is not what the store says now"
            for name, digest in made.digests.items()
            if name != SUMS and digests.get(name) != digest
        ]
        found += [f"`{name}` is not in a pack" for name in digests.keys() - made.digests.keys()]
        if not found and _digest(anew) != _digest(file):
            found = ["the contents are the same, but the zip was packed otherwise"]
    return found


def _order_of(given: ZipFile) -> Order:
    about, query = _json(given, ABOUT), _json(given, QUERY)
    try:
        filters, errors = filters_of(query["filters"])
        moment = datetime.fromisoformat(about["made_at"])
        order = Order(query["title"], query["asked"], filters, moment, about["made_by"])
    except (KeyError, TypeError, ValueError) as error:
        raise NoPackError(f"`{QUERY}` or `{ABOUT}` does not say what was asked") from error
    if errors:
        raise NoPackError(f"the query can be asked no more: {'; '.join(errors.values())}")
    return order


def _json(given: ZipFile, name: str) -> dict[str, Any]:
    if given.getinfo(name).file_size > _MOST_BYTES:
        raise NoPackError(f"`{name}` is too large")
    try:
        found = json.loads(given.read(name))
    except ValueError as error:
        raise NoPackError(f"`{name}` is no JSON") from error
    if not isinstance(found, dict):
        raise NoPackError(f"`{name}` has another shape")
    return found


def _digests_of(given: ZipFile) -> Mapping[str, str]:
    """The digests of all members as they are."""
    found = {}
    for info in given.infolist():
        with given.open(info) as member:
            found[info.filename] = _hashed(member)
    return found


def _against_own_sums(given: ZipFile, digests: Mapping[str, str]) -> list[str]:
    if given.getinfo(SUMS).file_size > _MOST_BYTES:
        raise NoPackError(f"`{SUMS}` is too large")
    lines = given.read(SUMS).decode().splitlines()
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return [
        f"`{name}` was changed after the pack was made"
        for name, digest in digests.items()
        if name != SUMS and said.get(name) != digest
    ]


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return _hashed(file)


def _hashed(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()
