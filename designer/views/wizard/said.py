"""What the page of a rule says of it: its sentence, what checks find, what does not fit."""

from __future__ import annotations

from dataclasses import replace

from designer import checking
from designer.content.errors import ContentError
from designer.forms.rules import RuleForm
from designer.forms.taken import sent
from designer.views.wizard.frame import Draft, resolved
from policy.model import RuleSet
from policy.words import sentence

Said = dict[str, object]


def of_stored(draft: Draft, name: str) -> Said:
    """A rule as it is stored."""
    checks = [one for one in draft.findings if one.place.rule == name]
    return {"sentence": _sentence(draft.rule_set, name), "checks": checks}


def of_offered(draft: Draft, form: RuleForm) -> Said:
    """A new rule with what its fields begin with, before anybody has typed."""
    given = sent({name: form[name].value() for name in form.fields})
    again = RuleForm(given, kind=form.kind, protocol=form.protocol, shelf=draft.shelf)
    again.is_valid()
    return of_typed(draft, again, "")


def of_typed(draft: Draft, form: RuleForm, was: str) -> Said:
    """A rule as it was sent; `form` knows already whether it is valid."""
    made = form.content()
    named = replace(made, name=made.name or "Unnamed rule")
    try:
        rule_set = resolved(draft, draft.content.put(named, was))
    except ContentError as error:
        return {"sentence": "", "faults": [message for _, _, message in error.faults]}
    found = checking.findings(rule_set, draft.around)
    checks = [one for one in found if one.place.rule == named.name]
    return {"sentence": _sentence(rule_set, named.name), "checks": checks}


def _sentence(rule_set: RuleSet, name: str) -> str:
    for place, one in enumerate(rule_set.rules()):
        if one.name == name:
            return sentence(one, rule_set.protocol, rule_set.kind(place))
    return ""
