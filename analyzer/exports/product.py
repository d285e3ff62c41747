"""Who made a file: the product and its version."""

from __future__ import annotations

from typing import Final

from smf.describe import TABLES_VERSION

NAME: Final = "Zertify"
VERSION: Final = "0.1.0"
TABLES: Final = TABLES_VERSION
"""Version of the tables of codes, names and classes: it changes what rows say."""
