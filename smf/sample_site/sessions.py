"""The security sessions of the sample site: who talks to whom, with which protection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from ipaddress import ip_address
from itertools import chain

import numpy as np

from smf.encode.summary import Protection
from smf.sample_site import profiles
from smf.sample_site.catalog import UNPROTECTED, Catalog, How, Role, Service, Stack
from smf.sample_site.options import MIX, NEWEST, SiteOptions
from smf.sample_site.profiles import Profile
from smf.sample_site.protections import PARTNERS, Ends, Expiry, failed, protect
from smf.sample_site.stories import Life, lives

_PEERS6 = "2001:db8:ffff::1"
_ID_BYTES = 20
_ID_LETTERS = {"TLS": "T", "SSH": "S", "IPSEC": "I", "NONE": "N"}


@dataclass(frozen=True, slots=True)
class Guard:
    """What protects a connection, or a part of it: no profile, no protection."""

    profile: Profile | None
    protection: Protection


_UNGUARDED = Guard(None, Protection())


@dataclass(frozen=True, slots=True)
class Session:
    """One security session; `wire` is all that its connections have been protected by."""

    ends: Ends
    guard: Guard
    life: Life
    how: How
    wire: tuple[Guard, ...]

    @property
    def server_ip(self) -> str:
        """The server's address; an EE peer's own one."""
        client = self.ends.service.role is Role.CLIENT
        return self.ends.remote if client else self.ends.local

    @property
    def client_ip(self) -> str:
        """The client's address; that of the other EE peer."""
        client = self.ends.service.role is Role.CLIENT
        return self.ends.local if client else self.ends.remote

    @property
    def session_id(self) -> str:
        """A letter for the protocol, and 40 hex digits that tell sessions apart."""
        stack, service = self.ends.stack, self.ends.service
        name = self.guard.profile.name if self.guard.profile else UNPROTECTED
        parts = (stack.sysplex, stack.place, service.name, self.ends.remote, name)
        digest = blake2b(" ".join(parts).encode(), digest_size=_ID_BYTES).hexdigest().upper()
        return f"{_ID_LETTERS[self.guard.protection.protocol]}-{digest}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A variant of a service on one stack."""

    stack: Stack
    service: Service
    variant: int

    @property
    def weight(self) -> int:
        return self.service.variants[self.variant].weight


class Population:
    """Makes up sessions, each of them once."""

    def __init__(self, options: SiteOptions, catalog: Catalog, random: np.random.Generator) -> None:
        self._options = options
        self._random = random
        self._profiles = profiles.load()
        self._expiry = Expiry(options.end, self._profiles.expiry_days)
        self._users: Counter[tuple[str, str]] = Counter()
        # An IPsec tunnel names its end points; other protections serve many sessions.
        self._guards: dict[tuple[str, str, str, How, int], Guard] = {}
        self.stacks = tuple(
            stack if options.release == MIX else replace(stack, release=options.release)
            for stack in catalog.stacks
        )
        self._kinds = [
            _Kind(stack, service, variant)
            for stack in self.stacks
            for service in catalog.offers(stack)
            for variant in range(len(service.variants))
        ]

    def by_stack(self) -> list[list[Session]]:
        """Return `options.sessions` sessions: each variant once, then by weight."""
        wanted = self._options.sessions
        found: list[list[Session]] = [[] for _ in self.stacks]
        first, drawn = self._one_of_each(), self._draw(wanted)
        made = chain(
            *(self._make(kind, lasting=True) for kind in first),
            chain.from_iterable(self._make(kind, lasting=False) for kind in drawn),
        )
        for session, _ in zip(made, range(wanted), strict=False):
            found[session.ends.stack.number].append(session)
        return found

    def _one_of_each(self) -> list[_Kind]:
        """Return one kind for each variant, on one stack after the other."""
        places: dict[tuple[int, int], list[_Kind]] = {}
        for kind in self._kinds:
            places.setdefault((kind.service.number, kind.variant), []).append(kind)
        return [kinds[sum(key) % len(kinds)] for key, kinds in sorted(places.items())]

    def _draw(self, count: int) -> Iterator[_Kind]:
        weights = np.array([kind.weight for kind in self._kinds], np.float64)
        chosen = self._random.choice(len(self._kinds), count, p=weights / weights.sum())
        return (self._kinds[number] for number in chosen.tolist())

    def _make(self, kind: _Kind, *, lasting: bool) -> Iterator[Session]:
        """Return the sessions of one more user of the kind: one for each protection."""
        ends, variant = self._ends(kind), kind.service.variants[kind.variant]
        wire = tuple(self._guard(name, ends, variant.how) for name in variant.protections)
        chance = float(self._random.random())
        life = lives(variant.how, self._options, chance, lasting=lasting)
        for guard, one in zip(wire, life, strict=True):
            seen = (guard,) if variant.how is How.MIGRATES else wire
            yield Session(ends, guard, one, variant.how, seen)

    def _guard(self, name: str, ends: Ends, how: How) -> Guard:
        if name == UNPROTECTED:
            return _UNGUARDED
        profile = self._profiles.recorded(name, ends.stack.release)
        if profile.protocol == "IPSEC":
            return Guard(profile, protect(profile, ends, self._expiry))
        named = profile.client is not None or ends.service.role is Role.CLIENT
        key = (ends.stack.place, ends.service.name, name, how, ends.partner % PARTNERS * named)
        if key not in self._guards:
            self._guards[key] = self._shared_guard(profile, ends, how)
        return self._guards[key]

    def _shared_guard(self, profile: Profile, ends: Ends, how: How) -> Guard:
        if how is How.FAILING:
            return Guard(profile, failed(profile, counted=ends.stack.release == NEWEST))
        return Guard(profile, protect(profile, ends, self._expiry))

    def _ends(self, kind: _Kind) -> Ends:
        stack, service = kind.stack, kind.service
        key = (stack.place, service.name)
        user = self._users[key]
        self._users[key] += 1
        own = ip_address(stack.own6 if service.ipv6 else stack.own)
        peers = ip_address(_PEERS6 if service.ipv6 else service.peers)
        served = 0 if service.role is Role.CLIENT else 1 + service.host_number
        return Ends(stack, service, str(own + served), str(peers + user), user)
