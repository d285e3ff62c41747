"""What `manage.py policy format` makes of a file."""

from __future__ import annotations

import secrets
from pathlib import Path

import yaml

from designer.management.policy_inputs import STDIN, unusable
from policy.code_page import CodePage, encode
from policy.dialects.dialect import Dialect
from policy.documents import to_json, to_yaml
from policy.documents.places import has_comments
from policy.errors import CodePageError, WriteError
from policy.findings import Finding, Place, Severity, errors
from policy.sources import Form, Source
from policy.writer import reformat, write


def laid_out(
    source: Source, form: Form, dialect: Dialect | None
) -> tuple[str, tuple[Finding, ...]]:
    """Return a policy laid out in `form`, and what forbids it; then the text is as it was.

    A policy file that stays one is laid out whatever its faults; all else needs a sound policy.
    """
    if source.form is form is Form.POLICY:
        return reformat(source.text, dialect), ()
    faults = errors(source.findings) or tuple(_losses(source))
    if faults:
        return source.text, faults
    if form is Form.JSON:
        return to_json(source.policy), ()
    if form is Form.YAML:
        return to_yaml(source.policy), ()
    try:
        return write(source.policy, dialect), ()
    except WriteError as error:
        return source.text, (Finding("unwritable", Severity.ERROR, str(error), Place(1, 1)),)


def _losses(source: Source) -> list[Finding]:
    try:
        lost = source.form is Form.YAML and has_comments(source.text)
    except yaml.YAMLError:
        lost = False
    hint = "keep them as `comments` of rules"
    message = "the comments of this file would be lost"
    return [Finding("comment-lost", Severity.ERROR, message, Place(1, 1), hint)] if lost else []


def encoded(text: str, page: CodePage, name: str) -> bytes:
    """Return the bytes of a text in a code page."""
    try:
        return encode(text, page)
    except CodePageError as error:
        raise unusable(f"{name}: {error}") from error


def replace_file(name: str, data: bytes) -> None:
    """Put `data` in the place of a file: whole or not at all, with its mode."""
    if name == STDIN:
        raise unusable("standard input can't be written to")
    path = Path(name).resolve()
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        new.touch(mode=0o600)
        new.write_bytes(data)
        new.chmod(path.stat().st_mode & 0o7777)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise unusable(f"{name}: {error.strerror or error}") from error
