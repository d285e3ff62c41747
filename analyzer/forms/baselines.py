"""Forms of a site's own baselines: details, a rule with its conditions, a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from django import forms
from django.utils.text import slugify

from analyzer.baselines.profile import Asked, Profile, Rule
from analyzer.baselines.reading import ANSWERS, LONGEST, ProfileError, asked_text
from analyzer.models import Protection
from analyzer.own_baselines import LONGEST_NOTE
from analyzer.queries.profiles import compiled, known
from analyzer.queries.terms.period import PARAMS
from smf.tables import CONFIDENCES
from web.looks import dress
from web.revisions import RevisionField

_FORMAT: Final = (
    "A filter a line: <code>tls_key_bits = &lt;3072</code>. All lines of a block must hold; an"
    " empty line begins an alternative. The part of a report's address behind the question mark"
    " is taken as well."
)


class DetailsForm(forms.Form):
    """What the baseline is called and covers."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST["name"],
        error_messages={"required": "A baseline needs a name."},
    )
    document = forms.CharField(label="Document", max_length=LONGEST["document"], required=False)
    about = forms.CharField(
        label="About",
        max_length=LONGEST["about"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    covers = forms.MultipleChoiceField(
        label="Covers",
        choices=Protection.Protocol.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sessions of other protocols stand outside: they neither hold nor break.",
        error_messages={"required": "A baseline covers at least one protocol."},
    )
    note = forms.CharField(
        label="What changes, and why",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="Stands in the list of versions, so that a step in the score can be explained.",
    )
    revision = RevisionField()

    def __init__(self, *args: Any, key: str = "", **kwargs: Any) -> None:
        """`key` is that of the baseline that has the name already."""
        super().__init__(*args, **kwargs)
        self.key = key
        dress(self)
        self.fields["covers"].widget.attrs["class"] = "form-check-input"

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if known.has_name(name, but=self.key):
            raise forms.ValidationError(f"There is a baseline `{name}` already.")
        return name


class RuleForm(forms.Form):
    """One rule; an `unjudged` one has words alone."""

    title = forms.CharField(
        label="What must be so",
        max_length=LONGEST["title"],
        error_messages={"required": "A rule needs a title."},
    )
    severity = forms.ChoiceField(
        label="A session that breaks it",
        choices=[
            ("fails", "must not be: the rule decides the score"),
            ("advises", "should not be: counted beside the score"),
            ("unjudged", "is not in the records: words alone"),
        ],
    )
    breaks = forms.CharField(
        label="It breaks the rule when",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_FORMAT,
    )
    not_judged = forms.CharField(
        label="It cannot be judged when",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="The same form: tls_encryption = Unknown. What is unknown must never pass.",
    )
    passes = forms.CharField(
        label="Names that pass",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One block. Names of the attribute in none of the three fields are not judged.",
    )
    clause = forms.CharField(
        label="Clause",
        max_length=LONGEST["clause"],
        help_text="Document and section: House standard 12, section 4.",
        error_messages={"required": "A rule needs the place where it is written."},
    )
    confidence = forms.ChoiceField(
        label="How sure the clause is", choices=[(one, one) for one in CONFIDENCES[:-1]]
    )
    reason = forms.CharField(
        label="Why, in plain words",
        max_length=LONGEST["reason"],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "A rule needs a reason."},
    )
    note = forms.CharField(
        label="What changes, and why",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="Stands in the list of versions, so that a step in the score can be explained.",
    )
    revision = RevisionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for name in ("breaks", "not_judged", "passes"):
            self.fields[name].widget.attrs["class"] = "form-control mono"

    def clean_breaks(self) -> Sequence[Asked]:
        return _conditions(self.cleaned_data["breaks"])

    def clean_not_judged(self) -> Sequence[Asked]:
        return _conditions(self.cleaned_data["not_judged"])

    def clean_passes(self) -> Asked:
        found = _conditions(self.cleaned_data["passes"])
        if len(found) > 1:
            raise forms.ValidationError("Only one block: there are no alternatives here.")
        return found[0] if found else {}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        judged = given.get("severity") != "unjudged"
        if judged and "breaks" in given and not given["breaks"]:
            self.add_error("breaks", "A rule that is judged needs a condition.")
        if not judged and (given.get("breaks") or given.get("not_judged")):
            self.add_error("severity", "A rule with conditions is judged.")
        return given

    def rule(self, *, rule_id: str, on: bool) -> Rule:
        """The rule, once the form is valid."""
        given = self.cleaned_data
        return Rule(
            id=rule_id,
            title=given["title"],
            severity=given["severity"],
            clause=given["clause"],
            reason=given["reason"],
            confidence=given["confidence"],
            breaks=tuple(given["breaks"]),
            not_judged=tuple(given["not_judged"]),
            passes=given["passes"] or None,
            on=on,
        )


class ProfileFileForm(forms.Form):
    """An exported file on its way in."""

    file = forms.FileField(
        label="File of a baseline",
        help_text="A JSON file that Export profile has made here or on another Zertify.",
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


def rule_initial(rule: Rule) -> dict[str, Any]:
    """The fields of a rule that is there."""
    return {
        "title": rule.title,
        "severity": rule.severity,
        "breaks": conditions_text(rule.breaks),
        "not_judged": conditions_text(rule.not_judged),
        "passes": asked_text(rule.passes or {}),
        "clause": rule.clause,
        "confidence": rule.confidence,
        "reason": rule.reason,
    }


def query_initial(params: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[str]]:
    """The fields of a rule from the filters of a query, and the filters that no rule can have."""
    usable = {one.key for one in compiled.USABLE}
    asked = {key: ",".join(values) for key, values in params.items() if key in usable}
    left = [key for key in params if key not in usable and key not in PARAMS]
    return {"breaks": asked_text(asked), "severity": "fails", "confidence": "inferred"}, left


def free_id(profile: Profile, title: str) -> str:
    """An id for a new rule, made from its title."""
    words = slugify(title).replace("_", "-")[:30].strip("-") or "rule"
    taken = {*ANSWERS, *(rule.id for rule in profile.rules)}
    numbered = (words if number == 1 else f"{words}-{number}" for number in range(1, 1_000))
    return next(one for one in numbered if one not in taken)


def conditions_text(asked: Sequence[Asked]) -> str:
    return "\n\n".join(asked_text(one) for one in asked)


def _conditions(text: str) -> list[Asked]:
    """The alternatives of a text. Raises ValidationError with all that is wrong."""
    found, wrong = [], []
    for block in _blocks(text):
        try:
            asked = _asked(block)
            compiled.parse_asked(asked)
            found.append(asked)
        except ProfileError as error:
            wrong += [f"{reason[:1].upper()}{reason[1:]}." for reason in error.reasons]
    if wrong:
        raise forms.ValidationError(wrong)
    return found


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _asked(lines: Sequence[str]) -> Asked:
    found: dict[str, list[str]] = {}
    for line in lines:
        if "&" in line:
            pairs = parse_qsl(line.lstrip("?"))
        else:
            key, _, value = line.partition("=")
            pairs = [(key, value)]
        for key, value in pairs:
            if not value.strip():
                raise ProfileError(f"`{line[:60]}` is not name = value")
            found.setdefault(key.strip(), []).append(value.strip())
    return {key: ",".join(values) for key, values in found.items()}
