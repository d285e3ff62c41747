"""What the stack says when a policy is installed that its profile makes mute.

IBM Docs z/OS 3.1.0, Steps for diagnosing the cause of missing zERT audit records.
"""

from __future__ import annotations

from enforcement.engine.lives import Stack
from enforcement.engine.messages import templates
from enforcement.engine.messages.writer import Writer
from enforcement.engine.outcome import Console
from enforcement.engine.settings import DEFAULTS, Settings
from policy.checks import Surroundings
from policy.model import Policy


def installed(
    policy: Policy, stack: Stack, around: Surroundings, settings: Settings = DEFAULTS
) -> tuple[Console, ...]:
    """Return EZZ8564I when zERT is off, EZZ8565I when nothing receives the audit records.

    What is not known of the stack says nothing.
    """
    writer = Writer(settings.wording)
    found = []
    if around.zert_is_on is False and policy.rule_sets:
        found.append(writer.about_stack(templates.ZERT_IS_OFF, stack))
    if audits_nowhere(around) and any(
        rule.action.audit for rule_set in policy.rule_sets for rule in rule_set.rules()
    ):
        found.append(writer.about_stack(templates.NO_AUDIT, stack))
    return tuple(found)


def audits_nowhere(around: Surroundings) -> bool:
    """Return whether neither ZERTDETAILBYPOLICY nor ZERTSERVICEBYPOLICY is on."""
    return around.audits_to_smf is False and around.audits_to_nmi is False
