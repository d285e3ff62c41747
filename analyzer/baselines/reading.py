"""From plain data (TOML that is delivered, JSON of a site) to a profile, with all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from analyzer.baselines.profile import SEVERITIES, Asked, Profile, Rule, Severity
from smf.tables import CONFIDENCES

PROTOCOLS: Final = ("NONE", "TLS", "SSH", "IPSEC")
ANSWERS: Final = ("not-judged", "holds", "outside")
"""What can be asked of a profile in the place of a rule's id."""
MOST_RULES: Final = 60
MOST_ALTERNATIVES: Final = 20
LONGEST: Final[Mapping[str, int]] = {
    "name": 80,
    "document": 200,
    "about": 1000,
    "basis": 40,
    "id": 40,
    "title": 120,
    "clause": 200,
    "reason": 600,
}
LONGEST_VALUE: Final = 2000
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_RULE: Final = frozenset(
    {
        *("id", "title", "severity", "clause", "reason", "confidence", "on"),
        *("breaks", "not_judged", "passes"),
    }
)
_PROFILE: Final = frozenset({"name", "document", "about", "covers", "basis", "rules"})
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


class ProfileError(ValueError):
    """The data are no profile; `reasons` are sentences, one for each thing that is wrong."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def read_profile(key: str, data: object, *, version: int = 0) -> Profile:
    """Return the profile. Raises ProfileError."""
    if not isinstance(data, Mapping):
        raise ProfileError("the profile is no object with names and values")
    reasons = [*_wrong_texts("the profile", data, _PROFILE), *_wrong_profile(data)]
    rules = data.get("rules") if isinstance(data.get("rules"), list) else []
    for number, one in enumerate(cast("list[Any]", rules), 1):
        reasons += _wrong_rule(f"rule {number}", one)
    if not reasons:
        reasons += _twice([one["id"] for one in cast("list[Any]", rules)])
    if reasons:
        raise ProfileError(*reasons[:20])
    return _profile(key, data, version)


def _profile(key: str, data: Mapping[str, Any], version: int) -> Profile:
    texts = {name: str(data.get(name, "")).strip() for name in ("name", "document", "about")}
    return Profile(
        key=key,
        covers=tuple(data["covers"]),
        rules=tuple(_rule(one) for one in data["rules"]),
        version=version,
        basis=str(data.get("basis", "")),
        **texts,
    )


def _rule(data: Mapping[str, Any]) -> Rule:
    texts = {name: str(data[name]).strip() for name in ("id", "title", "clause", "reason")}
    return Rule(
        severity=cast("Severity", data["severity"]),
        confidence=data["confidence"],
        breaks=tuple(dict(one) for one in data.get("breaks", ())),
        not_judged=tuple(dict(one) for one in data.get("not_judged", ())),
        passes=dict(data["passes"]) if data.get("passes") else None,
        on=data.get("on", True),
        **texts,
    )


def _wrong_texts(where: str, data: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for name, found in data.items():
        if name not in known:
            yield f"{where} has `{str(name)[:40]}`, which no such thing has"
        elif name in LONGEST and not isinstance(found, str):
            yield f"{where}: `{name}` is no text"
        elif name in LONGEST and (len(found) > LONGEST[name] or _UNSTORABLE.search(found)):
            yield f"{where}: `{name}` is longer than {LONGEST[name]} characters, or has one too odd"


def _wrong_profile(data: Mapping[str, Any]) -> Iterator[str]:
    if not str(data.get("name", "")).strip():
        yield "the profile needs a `name`"
    covers = data.get("covers")
    if not isinstance(covers, list) or not covers or not all(one in PROTOCOLS for one in covers):
        yield f"`covers` is no list of some of {', '.join(PROTOCOLS)}"
    rules = data.get("rules")
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        yield f"`rules` is no list of at most {MOST_RULES}"


def _wrong_rule(where: str, data: object) -> Iterator[str]:
    if not isinstance(data, Mapping):
        yield f"{where} is no object"
        return
    where = f"{where} (`{str(data.get('id', ''))[:40]}`)"
    yield from _wrong_texts(where, data, _RULE)
    for name in ("title", "clause", "reason"):
        if not str(data.get(name, "")).strip():
            yield f"{where} needs a `{name}`"
    yield from _wrong_id(where, data.get("id"))
    if data.get("severity") not in [*SEVERITIES]:
        yield f"{where}: `severity` is none of {', '.join(SEVERITIES)}"
    if data.get("confidence") not in CONFIDENCES[:-1]:
        yield f"{where}: `confidence` is none of {', '.join(CONFIDENCES[:-1])}"
    if not isinstance(data.get("on", True), bool):
        yield f"{where}: `on` is neither true nor false"
    yield from _wrong_conditions(where, data)


def _wrong_id(where: str, found: object) -> Iterator[str]:
    if not isinstance(found, str) or not _ID.fullmatch(found):
        yield f"{where}: `id` is not of small letters, digits and dashes"
    elif found in ANSWERS:
        yield f"{where}: `id` is one of {', '.join(ANSWERS)}, which are answers"


def _wrong_conditions(where: str, data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("breaks", "not_judged"):
        found = data.get(name, [])
        if not isinstance(found, list) or len(found) > MOST_ALTERNATIVES:
            yield f"{where}: `{name}` is no list of at most {MOST_ALTERNATIVES}"
        elif not all(one and _is_asked(one) for one in found):
            yield f"{where}: `{name}` has something else than filters with their values"
    if not _is_asked(data.get("passes", {})):
        yield f"{where}: `passes` has something else than filters with their values"
    judged = data.get("severity") != "unjudged"
    if judged and not data.get("breaks"):
        yield f"{where} needs a condition `breaks`"
    if not judged and (data.get("breaks") or data.get("not_judged")):
        yield f"{where} has a condition, so it is judged"


def _is_asked(found: object) -> bool:
    return isinstance(found, Mapping) and all(
        isinstance(key, str) and isinstance(one, str) and len(one) <= LONGEST_VALUE
        for key, one in found.items()
    )


def _twice(ids: list[str]) -> Iterator[str]:
    for one in dict.fromkeys(ids):
        if ids.count(one) > 1:
            yield f"two rules have the id `{one}`"


def asked_text(asked: Asked) -> str:
    """Return filters as a person writes them: `name = values` on a line each."""
    return "\n".join(f"{name} = {values}" for name, values in asked.items())
