"""The digest by which a policy's document is known."""

from __future__ import annotations

import json
from hashlib import sha256


def digest_of(document: object) -> str:
    """Return the SHA-256 of a document's canonical JSON, in hexadecimal."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()
