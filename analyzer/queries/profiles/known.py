"""All profiles there are: those delivered, then those of the site."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzer.baselines import builtin
from analyzer.baselines.profile import Profile
from analyzer.baselines.reading import ProfileError, read_profile
from analyzer.models import OwnBaseline, OwnBaselineVersion


def known() -> Mapping[str, Profile]:
    """Return the profiles by key; one of the site that can't be read any more is left out."""
    return {**builtin.load(), **{one.key: one for one in _own()}}


def get(key: str) -> Profile | None:
    """Return one profile in its current version; None when there is none that can be used."""
    found = builtin.load().get(key)
    return found or next(iter(_own(key)), None)


def own(key: str) -> OwnBaseline | None:
    """Return the row of a profile of the site."""
    return OwnBaseline.objects.filter(key=key).first()


def versions(baseline: OwnBaseline) -> list[OwnBaselineVersion]:
    """Its versions, the latest first."""
    return list(baseline.versions.select_related("made_by").order_by("-number"))


def at(baseline: OwnBaseline, number: int) -> Profile | None:
    """What it said at a version; None when that cannot be read any more."""
    found = OwnBaselineVersion.objects.filter(baseline=baseline, number=number).first()
    try:
        return read_profile(baseline.key, _stored(found and found.content), version=number)
    except ProfileError:
        return None


def taken_keys() -> set[str]:
    """Keys that no new profile can have; one is an address beside theirs."""
    return {"import", *builtin.load(), *OwnBaseline.objects.values_list("key", flat=True)}


def has_name(name: str, *, but: str = "") -> bool:
    """True when another profile, delivered or of the site, is called so."""
    if any(one.name.lower() == name.lower() for one in builtin.load().values()):
        return True
    return OwnBaseline.objects.filter(name__iexact=name).exclude(key=but).exists()


def _own(key: str = "") -> list[Profile]:
    rows = OwnBaseline.objects.order_by("name").filter(**({"key": key} if key else {}))
    pairs = [(row.pk, row.current) for row in rows]
    latest = OwnBaselineVersion.objects.filter(baseline__in=[pk for pk, _ in pairs])
    contents = {
        (found, number): content
        for found, number, content in latest.values_list("baseline_id", "number", "content")
        if (found, number) in pairs
    }
    found = []
    for row in rows:
        try:
            content = _stored(contents.get((row.pk, row.current)))
            found.append(read_profile(row.key, content, version=row.current))
        except ProfileError:  # written by a release that knew more; its page says so
            continue
    return found


def _stored(content: object) -> object:
    return json.loads(content) if isinstance(content, str) else content
