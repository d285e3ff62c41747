"""What delivery raises."""

from __future__ import annotations


class AddressError(Exception):
    """An address of a syslog server can't be used; the message says why."""


class SpoolError(Exception):
    """A spool on disk is not what was left there; the message says where."""
