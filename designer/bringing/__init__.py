"""Bringing a policy in: the file is read, held against what is there, decided upon, and taken."""

from designer.bringing.doing import ChangedMeanwhileError, bring_in
from designer.bringing.plan import MODELS, Item, Plan, Way, plan
from designer.bringing.preview import (
    FoundObject,
    FoundRuleSet,
    ObjectKind,
    Preview,
    Standing,
    There,
    preview,
)
from designer.bringing.reading import MOST_BYTES, MOST_RULES, FileError, read_file, read_text

__all__ = [
    "MODELS",
    "MOST_BYTES",
    "MOST_RULES",
    "ChangedMeanwhileError",
    "FileError",
    "FoundObject",
    "FoundRuleSet",
    "Item",
    "ObjectKind",
    "Plan",
    "Preview",
    "Standing",
    "There",
    "Way",
    "bring_in",
    "plan",
    "preview",
    "read_file",
    "read_text",
]
