"""A site with one of everything, made through the API itself, and the keys of all of it.

Whoever asks an address with an `{id}` then reaches what lies behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client

from analyzer.models import (
    Certificate,
    Import,
    Prune,
    SavedQuery,
    SecuritySession,
    Server,
    StoredFile,
    SystemSettings,
)
from analyzer.models import Stack as RecordedStack
from enforcement.engine.choices import settings_tree
from enforcement.engine.settings import Settings
from enforcement.models import HistoryRun, Making, Run
from enforcement.queries import tables
from enforcement.queries.histories import tables as exact
from enforcement.queries.histories.files import FILES
from enforcement.runs import work
from tests.analyzer.standing.rows import watched
from tests.builders import store_rows
from tests.contract import bodies

_NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
_API: Final = "/api/v1/"
_NAME: Final = re.compile(r"\{(\w+)\}")
_DRAFT, _PUBLISHED, _WAITING, _OTHER = range(4)
_STATES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("publish", "reject", "withdraw"), _WAITING),
    **dict.fromkeys(("promote", "roll_back"), _PUBLISHED),
    "open": _OTHER,
}
"""Which version an operation on one is for, by the word that its name begins with."""
Keys = dict[str, list[Any]]


@dataclass
class Site:
    """The keys by the part of an address before `{id}`; `{id}` in that part is any of its own."""

    author: Client
    approver: Client
    keys: Keys = field(default_factory=dict)

    def post(self, path: str, body: object, *, by: Client | None = None) -> Any:
        """Send a body that must be taken."""
        answer = (by or self.author).post(
            f"{_API}{path}", json.dumps(body), content_type="application/json"
        )
        assert isinstance(answer, HttpResponse)
        assert answer.status_code < 300, (path, answer.content)
        return answer.json() if answer.content else None

    def make(self, path: str, *given: object) -> None:
        """Make things of a list, and keep their keys."""
        for body in given:
            self.keys.setdefault(path, []).append(self.post(path, body)["id"])

    def one(self, path: str, place: int = 0) -> Any:
        """The key of one of them."""
        return self.keys[path][place]

    def address(self, path: str, operation: str) -> str:
        """A path of the schema with keys of what is there."""
        verb = operation.rpartition("_policy_")[0]
        found, names = path, _NAME.findall(path)
        for _ in names:
            before, name, after = _NAME.split(found, maxsplit=1)
            under = f"{_NAME.sub('{id}', path[: path.index('{' + name)])}".removeprefix(_API)
            place = _STATES.get(verb, _DRAFT) if under == "policy/versions/" else 0
            found = f"{before}{self.one(under, place)}{after}"
        return found


def fill(author: Client, approver: Client, place: Path, settings: Any) -> Site:
    """Fill an empty store; `place` is a directory that dumps come from and exports go to."""
    allow(place, settings)
    store_rows.fill()
    site = Site(author, approver)
    _rows(site)
    _standing(site, place)
    _baselines(site)
    _people(site)
    _policies(site)
    return site


def administrator(roles: Mapping[str, Group], name: str) -> User:
    """Somebody who may do everything of the analyzer and of the designer."""
    rights = {"content_type__app_label": "designer", "content_type__model": "rights"}
    user = User.objects.create(username=name)
    user.groups.set([roles["administrator"]])
    user.user_permissions.set(Permission.objects.filter(**rights))
    return user


def allow(place: Path, settings: Any) -> None:
    """Let the site have hosts, domains and directories: without them nothing can be asked for."""
    settings.IMPORT_ROOTS = settings.EXPORT_ROOTS = [place.resolve()]
    settings.WEBHOOK_HOSTS = ["hooks.example"]
    settings.EMAIL_HOST = "127.0.0.1"
    (place / "first.smf").write_bytes(b"x" * 100)


def _rows(site: Site) -> None:
    """What no address makes."""
    stored = StoredFile.objects.create(sha256="0" * 64, name="x.smf", size_bytes=1, stored_at=_NOW)
    done = {"source": "api", "name": "x", "path": "/x", "submitted_at": _NOW}
    imports = [
        Import.objects.create(**done, state="complete", finished_at=_NOW, stored_file=stored),
        Import.objects.create(**done, state="pending"),
    ]
    prunes = [
        Prune.objects.create(kind="all", words="all data", submitted_at=_NOW),
        Prune.objects.create(
            kind="older", words="x", submitted_at=_NOW, state="complete", finished_at=_NOW
        ),
    ]
    certificates = [
        Certificate.objects.create(digest=bytes([one]), identity="names") for one in range(2)
    ]
    site.keys |= {
        "imports/": keys(imports),
        "prunes/": keys(prunes),
        "certificates/": keys(certificates),
        "sessions/": keys(SecuritySession.objects.order_by("pk")[:5]),
        "report/servers/": keys(Server.objects.order_by("pk")[:8]),
        "systems/": keys(SystemSettings.objects.order_by("pk")),
    }


def keys(rows: Iterable[Any]) -> list[int]:
    return [row.pk for row in rows]


def _standing(site: Site, place: Path) -> None:
    site.make("queries/", bodies.QUERY, bodies.QUERY | {"name": "Other", "shared": False})
    query = site.one("queries/")
    site.make("watches/", *(bodies.watch(query, f"Guard {one}") for one in range(3)))
    watch, _, delivery = watched(SavedQuery.objects.get(pk=query))
    site.keys["watches/"].insert(0, watch.pk)
    site.keys["watches/{id}/deliveries/"] = [delivery.pk]
    site.make(
        "export-schedules/", *(bodies.schedule(query, str(place), f"Nightly {i}") for i in range(3))
    )
    site.make("audit-packs/", {"query": query}, {"filters": {"port": ["992"]}, "title": "x"})
    site.make("watch-folders/", {"path": str(place)}, {"path": f"{place}/*.smf"})
    site.make("paths/", {"path": f"{place}/*"}, {"path": f"{place}/first.smf"})


def _baselines(site: Site) -> None:
    for name in ("Our own", "Another"):
        made = site.post("baselines/", {"copy_of": "pci-dss-4", "name": name})
        site.keys.setdefault("baselines/", []).append(made["key"])
        rule = site.post(f"baselines/{made['key']}/rules/", bodies.RULE)["rule"]["id"]
        site.keys["baselines/{id}/rules/"] = [rule, "unprotected"]
    site.keys["baselines/"].append("pci-dss-4")


def _people(site: Site) -> None:
    """Accounts that nobody of the test is."""
    given = ({"username": f"user-{number}", "role": "viewer"} for number in range(3))
    site.make("users/", *given)


def _policies(site: Site) -> None:
    """A published version on stacks, its successor as a draft, one that waits, objects."""
    site.make("policy/groups/", {"name": "PLEX"}, {"name": "Spare"})
    group = site.one("policy/groups/")
    site.make(
        "policy/systems/",
        {"group": group, "name": "SYSA", "sysplex": "PLEXA"},
        {"group": group, "name": "SYSZ"},
    )
    system = site.one("policy/systems/")
    site.make(
        "policy/stacks/",
        {"system": system, "name": "TCPIP"},
        {"system": system, "name": "TCP@#$", "tag": "TEST"},
        {"system": system, "name": "TCPPROD", "tag": "PROD"},
        {"system": site.one("policy/systems/", 1), "name": "SPARE"},
    )
    for kind, given in bodies.OBJECTS.items():
        site.make(f"policy/objects/{kind}/", *given)
    site.keys["policy/objects/"] = ["address-groups", *bodies.OBJECTS]
    site.keys["policy/objects/{id}/"] = site.keys["policy/objects/address-groups/"]
    site.keys["policy/stacks/{id}/assignments/"] = ["TLS"]
    published = _released(site, "Site TLS")
    draft = site.post(f"policy/versions/{published}/draft/", {})["id"]
    waiting = _submitted(site, "Waiting")
    other = _released(site, "Other")
    rule_sets = [one["id"] for one in site.author.get(f"{_API}policy/rule-sets/").json()]
    site.keys |= {
        "policy/versions/": [draft, published, waiting, other],
        "policy/rule-sets/": rule_sets,
        "policy/versions/{id}/diff/": [published, draft],
    }
    for stack in site.keys["policy/stacks/"][:2]:
        site.post(f"policy/stacks/{stack}/assignments/", {"version": published, "seen": None})
    installed = f"policy/stacks/{site.one('policy/stacks/')}"
    file = site.author.get(f"{_API}{installed}/files/").json()
    site.post(f"{installed}/installations/", {"digest": file["digest"], "comment": "x"})
    _runs(site, published)


def _runs(site: Site, version: int) -> None:
    """Runs of a version over the store; a worker has done the first."""
    asked = {"days": 30, "versions": [version]}
    site.make("enforcement/runs/", asked, asked, asked | {"mode": "recorded"})
    assert work.run(site.one("enforcement/runs/"))
    site.keys["enforcement/runs/{id}/"] = [*tables.TABLES]
    site.keys["enforcement/runs/{id}/sessions/"] = site.keys["sessions/"]
    _exact_runs(site, Run.objects.get(pk=site.one("enforcement/runs/")).parts)
    _makings(site)


def _exact_runs(site: Site, parts: Any) -> None:
    """Exact runs that wait; the store has no connection records that they could read."""
    stacks = keys(RecordedStack.objects.order_by("pk"))
    days = {"first": datetime(2026, 3, 1), "until": datetime(2026, 4, 1)}
    given = {"title": "x", "parts": parts, "choices": settings_tree(Settings()), "stacks": stacks}
    under = "enforcement/histories/{id}/"
    site.keys |= {
        "enforcement/histories/": keys(
            HistoryRun.objects.create(submitted_at=_NOW, **given, **days) for _ in range(3)
        ),
        f"{under}tables/": [*exact.TABLES],
        f"{under}files/": [*FILES],
        f"{under}connections/": stacks,
        f"{under}connections/{{id}}/": ["00000001"],
        f"{under}connections/{{id}}/{{id}}/": ["1772323200000000"],
    }


def _makings(site: Site) -> None:
    """Interval records that wait to be made; the store has nothing to make them of."""
    days = {"first": datetime(2026, 3, 1), "until": datetime(2026, 3, 2)}
    given = {"days": {"1": ["2026-03-01"]}, "interval_min": 30, "sync_min": 0, **days}
    site.keys["enforcement/intervals/"] = keys(
        Making.objects.create(submitted_at=_NOW, **given) for _ in range(3)
    )


def _submitted(site: Site, name: str) -> int:
    key = int(site.post("policy/rule-sets/", {"name": name, "protocol": "TLS"})["id"])
    for revision, rule in enumerate(bodies.RULES, start=1):
        site.post(f"policy/versions/{key}/rules/", {"revision": revision, "rule": rule})
    wanted = {"revision": len(bodies.RULES) + 1, "comment": "Asked for."}
    site.post(f"policy/versions/{key}/submit/", wanted)
    return key


def _released(site: Site, name: str) -> int:
    key, revision = _submitted(site, name), len(bodies.RULES) + 1
    seen = {"revision": revision, "stacks": []}
    site.post(f"policy/versions/{key}/publish/", seen, by=site.approver)
    return key
