"""A baseline as a JSON file, to keep it or to take it to another Zertify."""

from __future__ import annotations

import json
from typing import Any, Final

from analyzer.baselines.profile import Profile, plain
from analyzer.baselines.reading import ProfileError, read_profile

KIND: Final = "zertify baseline"
VERSION: Final = 1
MOST_BYTES: Final = 1_000_000


def file_of(profile: Profile) -> str:
    """Return the text of a file with this profile."""
    return json.dumps(values_of(profile), ensure_ascii=False, indent=2) + "\n"


def values_of(profile: Profile) -> dict[str, Any]:
    """Return what such a file says; without versions and people."""
    return {"kind": KIND, "version": VERSION, "baseline": plain(profile)}


def profile_of(content: bytes) -> Profile:
    """Return the profile of a file. Raises ProfileError."""
    if len(content) > MOST_BYTES:
        raise ProfileError(f"the file is larger than {MOST_BYTES} bytes")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ProfileError("the file is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ProfileError(f"line {error.lineno} is not JSON: {error.msg.lower()}") from None
    except (ValueError, RecursionError):
        raise ProfileError("the file is JSON that nobody writes") from None
    return profile_in(found)


def profile_in(found: object) -> Profile:
    """Return the profile of such a file that has been read as JSON. Raises ProfileError."""
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise ProfileError(f"the file is not an export of a baseline: it has no `kind` `{KIND}`")
    version = found.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise ProfileError(f"the file has a `version` other than {VERSION}, the only one known")
    return read_profile("", found.get("baseline"))
