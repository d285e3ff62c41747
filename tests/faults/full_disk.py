"""Disks that are full: real writes that fail, where Zertify puts files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

WORDS = (
    "the server's disk is full: ask an administrator to make room there, then send the file again"
)


class OnFullDisk(TemporaryUploadedFile):
    """A file that takes no byte: every write to its device fails as one to a full disk does."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        with Path("/dev/full").open("wb", buffering=0) as full:
            os.dup2(full.fileno(), self.file.fileno())


def fill_incoming(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room where uploads arrive."""
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", OnFullDisk)


def fill_uploads(monkeypatch: pytest.MonkeyPatch, *, after: int = 0) -> None:
    """No room for the kept copies, once `after` of them are on the disk."""
    written, sync = [], os.fsync

    def fsync(descriptor: int) -> None:
        if len(written) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(descriptor)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
