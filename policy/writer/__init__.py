"""Policy -> what goes to z/OS, as text."""

from __future__ import annotations

from policy.writer.header import Header
from policy.writer.pasearch import pasearch_view
from policy.writer.policy_file import write
from policy.writer.reformat import reformat
from policy.writer.stack_files import image_line, profile_statements, syslogd_rule

__all__ = [
    "Header",
    "image_line",
    "pasearch_view",
    "profile_statements",
    "reformat",
    "syslogd_rule",
    "write",
]
