"""Policies as JSON and YAML: for interfaces, backups and version control.

The form is `schema-1.json` (JSON Schema 2020-12); `schema` in a document names its version.
"""

from __future__ import annotations

from policy.documents.connections import connection_from_tree, connection_to_tree
from policy.documents.read import from_json, from_tree, from_yaml
from policy.documents.schema import SCHEMA_NAME, schema
from policy.documents.write import part_to_tree, to_json, to_tree, to_yaml

__all__ = [
    "SCHEMA_NAME",
    "connection_from_tree",
    "connection_to_tree",
    "from_json",
    "from_tree",
    "from_yaml",
    "part_to_tree",
    "schema",
    "to_json",
    "to_tree",
    "to_yaml",
]
