"""What the sample site is made of, read from `site.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

UNPROTECTED = "none"
"""A protection's name in `site.toml` for connections without any."""


class Role(StrEnum):
    """What the local end of a connection is."""

    SERVER = "server"
    CLIENT = "client"
    PEER = "peer"


class How(StrEnum):
    """The story of a variant; `site.toml` says what each means."""

    STEADY = "steady"
    NEW = "new"
    GROWING = "growing"
    FADING = "fading"
    MIGRATES = "migrates"
    CLEARED = "cleared"
    BOTH = "both"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Stack:
    """One TCP/IP stack: `own`, `own6` are its first addresses; `release` a key of `RELEASES`."""

    number: int
    sysplex: str
    system: str
    stack: str
    release: str
    utc_offset_min: int
    own: str
    own6: str

    @property
    def place(self) -> str:
        """The name under which services ask for it."""
        return f"{self.system}.{self.stack}"


@dataclass(frozen=True, slots=True)
class Outage:
    """A stack's aggregation goes off for some hours, or the stack restarts (`kind`)."""

    place: str
    kind: str
    at_day: float
    hour: int
    hours: int


@dataclass(frozen=True, slots=True)
class Curve:
    """How busy the hours of a day are, and a weekend, in hundredths of the peak."""

    hours: tuple[int, ...]
    weekend: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What one security session of a service carries; units as in `site.toml`."""

    curve: str
    connections: float
    active: int
    in_bytes: int
    out_bytes: int
    short: float
    present: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a service is used; `weight` is its share of sessions."""

    weight: int
    protections: tuple[str, ...]
    how: How = How.STEADY


@dataclass(frozen=True, slots=True)
class Service:
    """What a job serves, or asks others for; equal hosts have equal numbers."""

    number: int
    host_number: int
    name: str
    host: str
    job: str
    user: str
    role: Role
    ports: tuple[int, int]
    usage: str
    peers: str
    ipv6: bool
    where: tuple[str, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The whole of `site.toml`."""

    stacks: tuple[Stack, ...]
    outages: tuple[Outage, ...]
    curves: dict[str, Curve]
    usages: dict[str, Usage]
    services: tuple[Service, ...]

    def offers(self, stack: Stack) -> list[Service]:
        """Return the services of a stack."""
        return [one for one in self.services if not one.where or stack.place in one.where]


def read_table(name: str) -> str:
    """Return the text of one of this package's tables."""
    return (resources.files("smf.sample_site") / name).read_text(encoding="utf-8")


@cache
def load() -> Catalog:
    """Return the catalog of this package, read once."""
    data = tomllib.loads(read_table("site.toml"))
    curves = {
        name: Curve(tuple(row["hours"]), row["weekend"]) for name, row in data["curves"].items()
    }
    hosts = list(dict.fromkeys(row["host"] for row in data["services"]))
    services = (
        Service(
            number=number,
            host_number=hosts.index(row["host"]),
            name=row["name"],
            host=row["host"],
            job=row["job"],
            user=row["user"],
            role=Role(row.get("role", Role.SERVER)),
            ports=(row["ports"][0], row["ports"][1]),
            usage=row["usage"],
            peers=row.get("peers", "10.64.0.1"),
            ipv6=row.get("ipv6", False),
            where=tuple(row.get("where", ())),
            variants=tuple(
                Variant(one["weight"], tuple(one["protections"]), How(one.get("how", How.STEADY)))
                for one in row["variants"]
            ),
        )
        for number, row in enumerate(data["services"])
    )
    return Catalog(
        stacks=tuple(Stack(number, **row) for number, row in enumerate(data["stacks"])),
        outages=tuple(Outage(**row) for row in data["outages"]),
        curves=curves,
        usages={name: Usage(**row) for name, row in data["usages"].items()},
        services=tuple(services),
    )
