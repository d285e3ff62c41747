"""What `manage.py policy` reads: files, standard input, dialects, connections, facts, settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from designer import dialects as site_dialects
from designer.content.errors import DesignerError
from policy import dialects
from policy.attributes import Connection
from policy.checks import Surroundings
from policy.code_page import CodePage
from policy.dialects.dialect import Dialect
from policy.documents import connection_from_tree
from policy.errors import CodePageError, DialectError, DocumentError, ValueInvalidError
from policy.settings import Settings
from policy.settings import read as read_settings
from policy.sources import Form, Source, read
from policy.values.names import NAME_LIMIT

UNUSABLE = 2
STDIN = "-"
FACTS = {
    "zert": "zert_is_on",
    "audit-to-smf": "audits_to_smf",
    "audit-to-nmi": "audits_to_nmi",
    "trmd": "trmd_runs",
    "zos-3.2": "knows_failures",
}
"""Facts about the stack that checks can be told, and their names in `Surroundings`."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file as it was named, and what it says."""

    name: str
    data: bytes
    source: Source


def unusable(message: str) -> CommandError:
    """Return what ends the command with the code for wrong use and unreadable files."""
    return CommandError(message, returncode=UNUSABLE)


def read_bytes(name: str) -> bytes:
    """Return what a file or, for `-`, standard input holds."""
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise unusable(f"{name}: {error.strerror or error}") from error


def dialect_of(options: Mapping[str, Any]) -> Dialect | None:
    """Return the dialect of `--dialect`, None for the one that comes with the product.

    It is a file, or the id of a dialect that is shipped or in the site's directory.
    """
    path = options.get("dialect")
    if not path:
        return None
    try:
        if path != STDIN and not Path(path).exists():
            return site_dialects.named(path)
        return dialects.read(read_bytes(path).decode())
    except DesignerError as error:
        raise unusable(f"{path}: there is no such file, and {error}") from error
    except (DialectError, UnicodeDecodeError) as error:
        raise unusable(f"{path}: {error}") from error


def sources(options: Mapping[str, Any], dialect: Dialect | None) -> list[Named]:
    """Return what all files say, in their order."""
    names: list[str] = options["files"]
    if [*names, options.get("dialect")].count(STDIN) > 1:
        raise unusable("standard input can be read once")
    page = CodePage(options["page"]) if options["page"] else None
    form = Form(options["form"]) if options["form"] else None
    found = []
    for name in names:
        try:
            data = read_bytes(name)
            source = read(data, form=form, page=page, dialect=dialect)
        except CodePageError as error:
            raise unusable(f"{name}: {error}") from error
        found.append(Named("<stdin>" if name == STDIN else name, data, source))
    return found


def surroundings(
    options: Mapping[str, Any], today: date, dialect: Dialect | None = None
) -> Surroundings:
    """Return what `--today`, `--fact` and the dialect say; `today` where nothing does."""
    facts: dict[str, Any] = {}
    for text in options["facts"]:
        name, _, value = text.partition("=")
        if name not in FACTS or value not in {"yes", "no"}:
            known = ", ".join(FACTS)
            raise unusable(f"`{text}` is no fact; write NAME=yes or NAME=no with one of {known}")
        facts[FACTS[name]] = value == "yes"
    limit = dialect.name_limit if dialect else NAME_LIMIT
    return Surroundings(day=options["today"] or today, name_limit=limit, **facts)


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Return how to match, from `--setting`."""
    given = (text.partition("=") for text in options["settings_given"])
    try:
        return read_settings({name: value for name, _, value in given})
    except ValueInvalidError as error:
        raise unusable(str(error)) from error


def connections(options: Mapping[str, Any]) -> list[Connection]:
    """Return the connections of `--connection`: JSON, or `@FILE` with one or a list of them."""
    found: list[Connection] = []
    for text in options["connections"]:
        where = text[1:] if text.startswith("@") else "--connection"
        try:
            tree = json.loads(read_bytes(where) if text.startswith("@") else text)
        except (ValueError, RecursionError) as error:
            raise unusable(f"{where}: this is not JSON: {error}") from error
        for number, one in enumerate(tree if isinstance(tree, list) else [tree]):
            try:
                found.append(connection_from_tree(one))
            except DocumentError as error:
                raise unusable(f"{where}: connection {number + 1}: {error}") from error
    return found
