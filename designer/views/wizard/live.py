"""What a step says of the whole while it is filled in; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from designer import approval, rule_tests
from designer.content.errors import ContentError
from designer.content.rules import TestContent
from designer.content.spoken import connection_said
from designer.forms.comments import LinesForm
from designer.forms.samples import SampleForm
from designer.forms.start import HeadForm, StartForm
from designer.models import Tag, Version
from designer.queries.changes import Change
from designer.views.wizard.frame import Draft
from designer.views.wizard.merging import revision_of

INCOMPLETE = "The connection is tried as soon as its addresses and ports are there."


@dataclass(frozen=True, slots=True)
class Live:
    """Sentences about what was typed, and what is wrong with the whole of it."""

    said: Sequence[str] = ()
    wrong: Sequence[str] = ()


def of_new(form: StartForm) -> Live:
    """What the rule set begins with."""
    if not form.is_bound or "protocol" in form.errors:
        return Live(("Choose a protocol, give it a name; a template fills all steps.",))
    protocol = dict(form.fields["protocol"].choices)[form.cleaned_data["protocol"]]  # type: ignore[attr-defined]  # a choice
    template = form.templates.get(form.cleaned_data.get("template", ""))
    if template is None:
        return Live((f"A rule set for {protocol} that begins without a rule.",))
    number = len(template.rule_set.rules())
    rules = f"{number} rule{'' if number == 1 else 's'}"
    return Live((f"A rule set for {protocol} that begins with {rules} of {template.name}.",))


def of_head(form: HeadForm, protocol: str) -> Live:
    """What the rule set is called from now on."""
    given = form.cleaned_data if form.is_bound else form.initial
    name, owner = given.get("name"), given.get("owner")
    if not name:
        return Live((f"A rule set for {protocol} that has no name yet.",))
    return Live((f"The rule set {name} for {protocol}{f', owner {owner}' if owner else ''}.",))


def of_plan(version: Version, chosen: Sequence[Change]) -> Live:
    """What publishing would put where."""
    if not chosen:
        return Live((f"Publishing {version} puts it on no stack: it can be assigned later.",))
    number = len(chosen)
    said = [f"Publishing {version} puts it on {number} stack{'' if number == 1 else 's'}."]
    said += [
        f"{one.stack} has {one.has} now, which goes."
        for one in chosen
        if one.difference and one.has
    ]
    prod = [str(one.stack) for one in chosen if one.stack.tag == Tag.PROD]
    if prod:
        said.append(f"For production: {', '.join(prod)}.")
    return Live(said)


def of_submit(version: Version) -> Live:
    """What keeps a draft from being submitted."""
    wrong = approval.hindrances(version, timezone.localdate())
    if wrong:
        return Live(wrong=[f"{one[:1].upper()}{one[1:]}." for one in wrong])
    number = len(version.test_results)
    tests = (
        f"its {number} tests pass"
        if number > 1
        else "its test passes"
        if number
        else "it has no test"
    )
    return Live((f"It can be submitted: the checks find no error, and {tests}.",))


def of_lines(form: LinesForm) -> Live:
    """How many lines the file begins with."""
    given = form.cleaned_data if form.is_bound else form.initial
    lines = given.get("comments", "")
    number = len(lines.splitlines() if isinstance(lines, str) else lines)
    if not number:
        return Live(("Nothing stands above the rules in the policy file.",))
    many = "1 line stands" if number == 1 else f"{number:,} lines stand"
    return Live((f"{many} above the first rule in the policy file.",))


def of_test(draft: Draft, form: SampleForm) -> Live:
    """Which rule the connection meets as it is typed; its faults go to the form."""
    if not form.is_bound or not form.is_valid():
        return Live((INCOMPLETE,))
    made = form.content()
    try:
        (result,) = rule_tests.results(draft.rule_set, [made], draft.around.how)
    except ContentError as error:
        form.add_faults(error.faults)
        return Live((INCOMPLETE,))
    return _met(draft, made, result)


def _met(draft: Draft, made: TestContent, result: dict[str, object]) -> Live:
    said = connection_said(made.connection)
    met, wanted = result["met"] or "no rule", made.expected or "no rule"
    first = f"{said[:1].upper()}{said[1:]}."
    if result["passed"]:
        return Live((first, f"It meets {met}, as expected."))
    why = str(result["note"]) or rule_tests.why(draft.rule_set, made, draft.around.how)
    more = f" {why[:1].upper()}{why[1:]}." if why else ""
    return Live((first,), (f"It expects {wanted}, and meets {met}.{more}",))


def stale(request: HttpRequest, version: Version) -> list[str]:
    """What is said as soon as somebody else has saved the draft meanwhile."""
    if version.revision == revision_of(request):
        return []
    return [f"{version.edited_by_name} has saved this draft meanwhile: saving shows both sides."]
