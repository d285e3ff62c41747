"""The line of figures at the top: one number for each question, with a link to what is behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analyzer.queries.overview import news
from analyzer.queries.overview.certificates import NAME, bands
from analyzer.queries.overview.protections import WEAK
from analyzer.views.overview.card import Shown, share
from web.templatetags.figures import DASH, thin

_SOON = ("1", "2")


@dataclass(frozen=True, slots=True)
class Figure:
    """`icon` and `tone` are those of a class of protection; empty for a bare number."""

    label: str
    value: str
    note: str
    href: str
    icon: str = ""
    tone: str = ""


def figures(shown: Shown, today: date) -> list[Figure]:
    """Return the figures in the order of the cards."""
    return [
        _unprotected(shown),
        _weak(shown),
        _failed(shown),
        *_ends(shown, today),
        _new(shown),
        _quantum(shown),
    ]


def _unprotected(shown: Shown) -> Figure:
    part = sum(one.unprotected for one in shown.facts.of("classes"))
    note = f"{share(part, shown.connections)} of {thin(shown.connections)} connections"
    href = shown.links.report(strength="none")
    return Figure("Unprotected*", thin(part), note, href, "lock-open", "red" if part else "")


def _weak(shown: Shown) -> Figure:
    part = sum(one.connections for one in shown.facts.of("classes") if one.keys[0] in WEAK)
    href = shown.links.report(strength=",".join(WEAK))
    note = f"{share(part, shown.connections)} of all connections"
    tone = "orange" if part else ""
    return Figure("Deprecated or weak", thin(part), note, href, "shield-cracked", tone)


def _failed(shown: Shown) -> Figure:
    (one,) = shown.facts.of("uncounted")
    href = shown.links.report(failed=">=1")
    if one.failed is None:
        return Figure("Failed handshakes", DASH, "not recorded before z/OS 3.2", href)
    note = f"not counted in {thin(one.things)} sessions" if one.things else "in all sessions"
    return Figure("Failed handshakes", thin(one.failed), note, href)


def _ends(shown: Shown, today: date) -> list[Figure]:
    found = {one.keys[0]: one for one in shown.facts.of(NAME)}
    expired = found["0"].things if "0" in found else 0
    soon = sum(found[key].things for key in _SOON if key in found)
    known = bands(today)
    ended = Figure(
        "Certificates expired",
        thin(expired),
        "still in use",
        shown.links.report(expiry=known[0].filter_text),
    )
    ahead = f"{known[1].first}..{known[2].last}"
    ending = Figure(
        "Certificates ending",
        thin(soon),
        "within 30 days",
        shown.links.report(expiry=ahead),
    )
    return [ended, ending]


def _new(shown: Shown) -> Figure:
    if shown.facts.compared_from is None:
        return Figure("New servers", DASH, "no earlier days to compare", "#new-servers")
    found = shown.facts.of(news.SERVERS)
    note = f"since {shown.facts.compared_from}"
    return Figure("New servers", thin(found[0].things if found else 0), note, "#new-servers")


def _quantum(shown: Shown) -> Figure:
    found = {one.keys[0]: one.connections for one in shown.facts.of("quantum")}
    part, whole = found.get("vulnerable", 0), sum(found.values())
    href = shown.links.report(quantum="vulnerable")
    return Figure("Quantum-vulnerable", share(part, whole), "of protected connections", href)
