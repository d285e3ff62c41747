"""A directory with a dialect of the site: other keywords, and a value a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SHIPPED = Path("policy/dialects/zpol-0.toml")
OWN = "our-book"


def spelled(dialect_id: str = OWN, keyword: str = "ZertPolicyRule") -> str:
    """The shipped dialect with another id, label and one corrected keyword."""
    text = SHIPPED.read_text("utf-8")
    head = '[statements.rule]\nkeyword = "ZERTRule"\n'
    assert head in text
    text = text.replace(head, head.replace("ZERTRule", keyword))
    text = text.replace('id = "zpol-0"', f'id = "{dialect_id}"')
    return text.replace("not verified against IBM documentation", "from our copy of the book")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The site's directory with its dialect."""
    there = tmp_path / "dialects"
    there.mkdir()
    (there / "ours.toml").write_text(spelled(), "utf-8")
    settings.DIALECTS = there
    return there
