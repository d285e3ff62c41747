"""The profiles that are delivered: one file each in `data`, the file's name is the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from analyzer.baselines.profile import Profile
from analyzer.baselines.reading import ProfileError, read_profile

ORDER = ("nist-sp-800-52r2", "pci-dss-4", "cnsa-1", "cnsa-2", "strength-classes")


@cache
def load() -> Mapping[str, Profile]:
    """Return them by key in the order of the pages, read once. Raises ProfileError."""
    return {key: _read(key) for key in ORDER}


def _read(key: str) -> Profile:
    try:
        text = (resources.files("analyzer.baselines") / "data" / f"{key}.toml").read_text("utf-8")
        return read_profile(key, tomllib.loads(text))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"the profile `{key}` cannot be read: {error}") from error
    except ProfileError as error:
        raise ProfileError(*(f"{key}: {reason}" for reason in error.reasons)) from error
