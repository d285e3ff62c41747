"""Environment variables, read once, typed and loud."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvironmentVariableError(Exception):
    """A setting has a value that its type does not allow, or is missing."""


def env_str(name: str, default: str = "") -> str:
    """The text of a variable; an empty one counts as not set."""
    return os.environ.get(name) or default


def env_bool(name: str, *, default: bool = False) -> bool:
    """Accepts 1/0, true/false, yes/no, on/off."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in TRUE | FALSE:
        raise EnvironmentVariableError(f"{name}: `{text}` is neither true nor false")
    return text in TRUE


def env_int(name: str, default: int, *, at_least: int = 0) -> int:
    """A whole number, not below `at_least`."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise EnvironmentVariableError(f"{name}: `{text}` is not a whole number") from None
    if value < at_least:
        raise EnvironmentVariableError(f"{name}: {value} is below {at_least}")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated parts, blanks dropped."""
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def env_path(name: str, default: Path) -> Path:
    """An absolute path; `~` is expanded."""
    text = os.environ.get(name, "").strip()
    return Path(text).expanduser().resolve() if text else default


def env_secret(name: str, default: str = "") -> str:
    """A secret from NAME, or from the file that NAME_FILE names (Docker and Kubernetes secrets)."""
    file_name = os.environ.get(f"{name}_FILE")
    if not file_name:
        return env_str(name, default)
    if os.environ.get(name):
        raise EnvironmentVariableError(f"{name} and {name}_FILE are both set")
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentVariableError(f"{name}_FILE: {error}") from error


def env_of_child(more: Mapping[str, str]) -> dict[str, str]:
    """The whole environment for a program that is started, with some variables set."""
    return {**os.environ, **more}


def make_directories(*paths: Path, variable: str) -> None:
    """Make directories that a variable places, closed to others."""
    for path in paths:
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise EnvironmentVariableError(f"{variable}: {path}: {error.strerror}") from error
