"""Baselines of the site are made, changed, dropped and taken away; each leaves an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from analyzer import audit
from analyzer.baselines.profile import Profile, Rule, plain
from analyzer.baselines.reading import ProfileError, read_profile
from analyzer.models import OwnBaseline, OwnBaselineVersion
from analyzer.queries.profiles import compiled, known
from web.revisions import ChangedMeanwhileError

LONGEST_NOTE: Final = 500
_LONGEST_KEY: Final = 30


class OwnBaselineError(ValueError):
    """What was asked cannot be done; the message says why."""


class UnusableError(OwnBaselineError):
    """What was given cannot be a baseline; `reasons` are sentences."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class OutdatedError(ChangedMeanwhileError, OwnBaselineError):
    """The version that was changed is no longer the current one."""

    word = "version"


@transaction.atomic
def make(*, profile: Profile, note: str, by: User, now: datetime) -> OwnBaseline:
    """Keep a profile as one of the site, under a key made from its name.

    Raises OwnBaselineError.
    """
    _usable(profile)
    with _name_of(profile):
        made = OwnBaseline.objects.create(
            key=_free_key(profile.name), name=profile.name, current=1, made_at=now
        )
    _version(made, profile, note, by, now)
    audit.record(by=by, action="baseline.make", target=made.name, data=_said(profile), now=now)
    return made


@transaction.atomic
def change(
    *, baseline: OwnBaseline, profile: Profile, note: str, by: User, now: datetime
) -> OwnBaseline:
    """Make what the profile says the current version; earlier ones stay to be read.

    `profile.version` is the one that was changed: who comes second is told. Raises
    OwnBaselineError, of which OutdatedError is one.
    """
    _usable(profile)
    row = OwnBaseline.objects.select_for_update().filter(pk=baseline.pk).first()
    if row is None:
        raise OwnBaselineError(f"`{baseline.name}` has been deleted meanwhile")
    if profile.version != row.current:
        raise _outdated(row)
    row.current, row.name = row.current + 1, profile.name
    with _name_of(profile):
        row.save(update_fields=["current", "name"])
    _version(row, profile, note, by, now)
    data = {"note": note, **_said(profile), "version": row.current}
    audit.record(by=by, action="baseline.change", target=row.name, data=data, now=now)
    return row


def require_unchanged(
    *, baseline: OwnBaseline, profile: Profile, version: int | None, rule_id: str = ""
) -> None:
    """Raise OutdatedError when a rule, or the details, said something else at that version.

    `profile` is what the baseline says now. None: no matter what they said.
    """
    if version is None or version == profile.version:
        return
    before = known.at(baseline, version)
    if before is None or _part(before, rule_id) != _part(profile, rule_id):
        raise _outdated(baseline)


@transaction.atomic
def switch_rule(*, baseline: OwnBaseline, rule_id: str, by: User, now: datetime) -> OwnBaseline:
    """Switch a rule on or off, as a version of its own. Raises OwnBaselineError."""
    profile, rule = _rule_of(baseline, rule_id)
    changed = replace(rule, on=not rule.on)
    note = f"Rule {rule.title} switched {'on' if changed.on else 'off'}."
    return put_rule(baseline=baseline, profile=profile, rule=changed, note=note, by=by, now=now)


@transaction.atomic
def put_rule(
    *, baseline: OwnBaseline, profile: Profile, rule: Rule, note: str, by: User, now: datetime
) -> OwnBaseline:
    """Add a rule, or put it in the place of the one with its id. Raises OwnBaselineError."""
    rules = [rule if one.id == rule.id else one for one in profile.rules]
    rules += [] if profile.rule(rule.id) else [rule]
    changed = replace(profile, rules=tuple(rules))
    return change(baseline=baseline, profile=changed, note=note, by=by, now=now)


@transaction.atomic
def drop_rule(*, baseline: OwnBaseline, rule_id: str, by: User, now: datetime) -> OwnBaseline:
    """Take a rule out of the current version; earlier ones keep it. Raises OwnBaselineError."""
    profile, rule = _rule_of(baseline, rule_id)
    rules = tuple(one for one in profile.rules if one.id != rule.id)
    return change(
        baseline=baseline,
        profile=replace(profile, rules=rules),
        note=f"Rule {rule.title} deleted.",
        by=by,
        now=now,
    )


@transaction.atomic
def delete(*, baseline: OwnBaseline, by: User, now: datetime) -> None:
    """Drop the baseline and its versions; the audit log keeps the last of them."""
    last = baseline.versions.filter(number=baseline.current).first()
    data = {"version": baseline.current, "content": last.content if last else {}}
    audit.record(by=by, action="baseline.delete", target=baseline.name, data=data, now=now)
    baseline.delete()


def note_export(*, profile: Profile, what: str, by: audit.Actor, now: datetime) -> None:
    """Leave an entry for a profile, or its findings, that is taken away."""
    data = {"baseline": profile.key, "version": profile.version}
    audit.record(by=by, action=f"baseline.{what}", target=profile.name, data=data, now=now)


def _part(profile: Profile, rule_id: str) -> object:
    if rule_id:
        return profile.rule(rule_id)
    return profile.name, profile.document, profile.about, profile.covers


def _outdated(row: OwnBaseline) -> OutdatedError:
    last = row.versions.select_related("made_by").filter(number=row.current).first()
    by = last.made_by.get_username() if last and last.made_by else ""
    return OutdatedError(row.name, number=row.current, by=by)


def _rule_of(baseline: OwnBaseline, rule_id: str) -> tuple[Profile, Rule]:
    profile = known.get(baseline.key)
    rule = profile.rule(rule_id) if profile else None
    if profile is None or rule is None:
        raise OwnBaselineError(f"`{baseline.name}` has no rule `{rule_id}` any more")
    return profile, rule


def _version(row: OwnBaseline, profile: Profile, note: str, by: User, now: datetime) -> None:
    OwnBaselineVersion.objects.create(
        baseline=row,
        number=row.current,
        content=plain(profile),
        note=note[:LONGEST_NOTE],
        made_by=by,
        made_at=now,
    )


def _usable(profile: Profile) -> None:
    """What is stored can be read again and compiled."""
    try:
        read_profile(profile.key, plain(profile), version=profile.version)
    except ProfileError as error:
        raise UnusableError(error.reasons) from error
    if wrong := compiled.check(profile):
        raise UnusableError(wrong)


@contextmanager
def _name_of(profile: Profile) -> Iterator[None]:
    """The database decides on the name, also when two people save at once."""
    taken = f"there is a baseline `{profile.name}` already"
    if known.has_name(profile.name, but=profile.key):
        raise OwnBaselineError(taken)
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise OwnBaselineError(taken) from error


def _free_key(name: str) -> str:
    taken = known.taken_keys()
    plain_key = slugify(name)[:_LONGEST_KEY].strip("-_").replace("_", "-") or "own"
    numbered = (
        plain_key if number == 1 else f"{plain_key}-{number}" for number in range(1, 10_000)
    )
    return next(key for key in numbered if key not in taken)


def _said(profile: Profile) -> dict[str, object]:
    return {
        "basis": profile.basis,
        "rules": [rule.id for rule in profile.rules if rule.on],
        "switched off": [rule.id for rule in profile.rules if not rule.on],
    }
