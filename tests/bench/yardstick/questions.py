"""Pages of the analyzer with varied questions, the same ones each time: as addresses."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from analyzer.models import Certificate, SecuritySession, Server
from tests.bench.yardstick.site import DAYS, FIRST

_FILTERS = (
    *("", "", "", "protocol=NONE", "protocol=TLS", "version=SSLv3,TLSv1.0,TLSv1.1", "port=992,443"),
    *("sysplex=PLEXA", "sysplex=PLEXC&system=SYSB", "job=TN*", "dn=example", "strength=weak"),
    *("client_ip=10.64.0.64/26", "client_ip=10.64.3.7", "connections=>=100", "quantum=vulnerable"),
    *("tls_encryption=3DES,RC4-128", "job=!FTPD1", "expiry=<=2026-12-31", "strength=deprecated"),
    *("failed=>=1", "protocol=SSH,IPSEC", "source=observed", "user=TCP*&protocol=NONE"),
)
_REPORT_SORTS = ("", "", "-connections", "-sessions", "clients", "-in_bytes", "server_ip", "-tls")
_LEVELS = ("servers", "servers", "clients", "peers")
_GRAINS = ("server", "service", "client", "protection")
_CUT_EVERY = 20
"""One period in so many begins or ends within a day."""

Make = Callable[[random.Random], str]


def pages(count: int, *, seed: int = 200) -> list[tuple[str, str]]:
    """The kind of a page and its address: each kind in turn, filters and periods by chance."""
    chance = random.Random(seed)
    kinds = list(_kinds().items())
    return [
        (name, make(chance)) for name, make in (kinds[one % len(kinds)] for one in range(count))
    ]


def overviews(count: int, *, seed: int = 500) -> list[str]:
    chance = random.Random(seed)
    return [f"/?{_asked(chance)}" for _ in range(count)]


def previews(count: int, *, seed: int = 100) -> list[str]:
    """What the builder asks for while somebody types."""
    chance = random.Random(seed)
    tabs = ("servers", "clients", "peers")
    return [f"tab={chance.choice(tabs)}&{_asked(chance)}" for _ in range(count)]


def _kinds() -> dict[str, Make]:
    servers = list(Server.objects.order_by("pk").values_list("pk", flat=True))
    sessions = list(SecuritySession.objects.order_by("pk").values_list("pk", flat=True))
    certificates = list(Certificate.objects.order_by("pk").values_list("pk", flat=True))

    def level(chance: random.Random) -> str:
        sort = chance.choice(_REPORT_SORTS)
        return f"/report/{chance.choice(_LEVELS)}/?{_asked(chance)}&sort={sort}"

    def server(chance: random.Random) -> str:
        return f"/report/servers/{chance.choice(servers)}/?{_asked(chance)}"

    def of_server(chance: random.Random) -> str:
        pk = chance.choice(servers)
        return f"/report/servers/{pk}/sessions/?protocol=TLS&days={chance.choice([7, 30, 90])}"

    def compare(chance: random.Random) -> str:
        days = chance.choice([1, 7, 14, 30, 45])
        grain = chance.choice(_GRAINS)
        return f"/report/compare/?by={grain}&days={days}&{chance.choice(_FILTERS)}"

    return {
        "level": level,
        "server": server,
        "sessions": of_server,
        "session": lambda chance: f"/report/sessions/{chance.choice(sessions)}/",
        "certificates": lambda chance: f"/report/certificates/?{_period(chance)}",
        "certificate": lambda chance: f"/report/certificates/{chance.choice(certificates)}/",
        "compare": compare,
        "others": lambda chance: chance.choice(
            ["/queries/", "/queries/new/", "/data/history/", "/data/database/", "/data/import/"]
        ),
    }


def _asked(chance: random.Random) -> str:
    return f"{_period(chance)}&{chance.choice(_FILTERS)}".strip("&")


def _period(chance: random.Random) -> str:
    """The usual ones, and any other."""
    usual = chance.choice(["", "", "days=7", "days=90", "days=all", "days=1", "any", "any"])
    if usual != "any":
        return usual
    first = FIRST + timedelta(days=chance.randrange(DAYS))
    last = min(first + timedelta(days=chance.randrange(60)), FIRST + timedelta(days=DAYS - 1))
    minute = "T08:30" if chance.randrange(_CUT_EVERY // 4) == 0 else ""
    return f"from={first}{minute}&to={last}"
