"""Names and texts that people give: one printable line each, no longer than their column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import IntegrityError, transaction

from designer.content.errors import ContentError, TakenError
from policy.errors import PolicyError
from policy.values.names import NAME_LIMIT, check_name, check_text

TEXT_LIMIT: Final = 500
OWNER_LIMIT: Final = 100
_IMAGE = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,7}")


def check_labels(name: str, *, description: str = "", owner: str = "", basis: str = "") -> None:
    """Raise ContentError with the faults of a name and the texts beside it."""
    faults = []
    for field, text, limit in (
        ("name", name, NAME_LIMIT),
        ("description", description, TEXT_LIMIT),
        ("owner", owner, OWNER_LIMIT),
        ("basis", basis, TEXT_LIMIT),
    ):
        if len(text) > limit:
            faults.append(("", field, f"`{text[:40]}` is longer than {limit} characters"))
            continue
        try:
            (check_name if field == "name" else check_text)(text)
        except PolicyError as error:
            faults.append(("", field, str(error)))
    if faults:
        raise ContentError(*faults)


def check_image(field: str, name: str) -> str:
    """Return the name of a sysplex, system or stack in upper case. Raises ContentError."""
    upper = name.strip().upper()
    if not is_image(upper):
        message = f"`{name}` is no name of 1 to 8 letters, digits, @ # or $"
        raise ContentError(("", field, message))
    return upper


def is_image(name: str) -> bool:
    """Whether a sysplex, system or stack can have this name."""
    return _IMAGE.fullmatch(name) is not None


@contextmanager
def taken_once(what: str, name: str) -> Iterator[None]:
    """The database decides on a name, also when two people save at once. Raises TakenError."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise TakenError(("", "name", f"there is {what} `{name}` already")) from error
