"""How the rule language is spelled in files: one TOML file a dialect, each keyword with its mark.

Readers and writers know roles (`rule`, `local_ports`); only a dialect knows keywords.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from policy.dialects.dialect import Dialect, parse
from policy.errors import DialectError

DEFAULT = "zpol-0"


def available() -> tuple[str, ...]:
    """Return the ids of the dialects that come with the product."""
    names = (entry.name for entry in resources.files("policy.dialects").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load(dialect_id: str = DEFAULT) -> Dialect:
    """Return a dialect that comes with the product; raises `DialectError`."""
    if dialect_id not in available():
        raise DialectError(f"there is no dialect `{dialect_id}`, only {', '.join(available())}")
    text = (resources.files("policy.dialects") / f"{dialect_id}.toml").read_text("utf-8")
    return read(text)


def read(text: str) -> Dialect:
    """Return the dialect that a site wrote; raises `DialectError`."""
    try:
        found: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DialectError(f"the dialect is not TOML: {error}") from error
    except RecursionError as error:
        raise DialectError("the dialect is nested too deeply") from error
    return parse(found)
