"""Lines for other files of a stack: Policy Agent's image file, the TCPIP profile, syslogd."""

from __future__ import annotations

from policy import dialects
from policy.dialects.dialect import Dialect
from policy.errors import WriteError
from policy.model import Policy, Rule
from policy.values.actions import LEVELS

FACILITY = "local5"


def image_line(path: str, dialect: Dialect | None = None) -> str:
    """Return the image file's line that names the policy file; raises `WriteError`.

    `ZERTConfig path`: IBM Education Assistant z/OS V2R5, slide 52.
    """
    if not path or not path.isprintable() or " " in path or "#" in path:
        raise WriteError(f"`{path}` can't stand in an image file: blanks and # are not possible")
    return f"{(dialect or dialects.load()).config_keyword} {path}"


def profile_statements(policy: Policy, *, to_smf: bool = True, to_nmi: bool = False) -> str:
    """Return the TCPIP profile statements that this policy needs, with the reason above each.

    `to_smf` and `to_nmi` choose where audit records go (IBM Education Assistant z/OS V2R5, slide
    51); without one, EZZ8565I would follow.
    """
    lines = ["; zERT discovery: without it no policy is enforced (EZZ8564I)", "GLOBALCONFIG ZERT"]
    if any(one.action.audit for one in _rules(policy)):
        if to_smf:
            lines += ["; audit records to SMF", "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY"]
        if to_nmi:
            lines += ["; audit records to SYSTCPER", "NETMONITOR ZERTSERVICEBYPOLICY"]
        if not (to_smf or to_nmi):
            lines.append("; no destination for audit records: EZZ8565I will follow")
    return "\n".join((*lines, ""))


def syslogd_rule(policy: Policy, path: str) -> str:
    """Return the syslogd.conf line for the messages of this policy, empty when it sends none.

    Facility local5 (IBM Z Hot Topics); the priority is the least urgent that a rule uses. TRMD
    must run for the stack. Raises `WriteError`.
    """
    if not path.startswith("/") or not path.isprintable() or " " in path:
        raise WriteError(f"`{path}` is no absolute path that syslogd takes")
    levels = [one.action.syslog_level for one in _rules(policy)]
    used = [level for level in levels if level is not None]
    words = {"emergency": "emerg", "critical": "crit", "error": "err"}
    if not used:
        return ""
    level = LEVELS[max(used)]
    return f"{FACILITY}.{words.get(level, level)}    {path}\n"


def _rules(policy: Policy) -> list[Rule]:
    return [rule for rule_set in policy.rule_sets for rule in rule_set.rules()]
