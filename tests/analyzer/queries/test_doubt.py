"""Which unprotected sessions are perhaps failed handshakes, and which are not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from analyzer.models import Protection, SecuritySession, Server, Stack, SystemSettings
from analyzer.queries import report
from tests.analyzer.queries.conftest import filters
from tests.builders.store_rows import activity, store_activity

pytestmark = pytest.mark.django_db
END = datetime(2026, 3, 1, 12)
# Ten connections, half of them short, 8192 bytes each: the last that is doubted.
DOUBTED: dict[str, Any] = {"connections": 10, "short": 5, "in_bytes": 81_920}
SPOKEN: dict[str, Any] = {"connections": 1}


class Site:
    """One stack; sessions are put on its servers with their records."""

    def __init__(self) -> None:
        settings = SystemSettings.objects.create(sysplex="P", system="S")
        self.stacks = [
            Stack.objects.create(sysplex="P", system="S", stack=name, settings=settings)
            for name in ("T1", "T2")
        ]
        self.protections = {
            name: Protection.objects.create(
                digest=name.encode(), protocol=name, raw={}, strength="none", confidence="confirmed"
            )
            for name in ("NONE", "TLS", "SSH", "IPSEC")
        }
        self.number = 0

    def session(self, protocol: str, counters: dict[str, Any], **server: Any) -> Server:
        where = {
            "stack": self.stacks[0],
            "role": "server",
            "ip_proto": 6,
            "server_ip": "10.0.0.1",
            "port_start": 443,
            "port_end": 443,
            "job": "J",
            "user": "U",
            **server,
        }
        found, _ = Server.objects.get_or_create(**where)
        self.number += 1
        session = SecuritySession.objects.create(
            digest=self.number.to_bytes(16, "big"),
            server=found,
            client_ip="10.9.9.9",
            protection=self.protections[protocol],
            sa_flags=0,
        )
        store_activity([activity(session, END, **counters)])
        return found


@pytest.fixture
def site(db: None) -> Site:
    return Site()


def doubt(server: Server) -> tuple[int, list[str]]:
    """What the server's row says, and its unprotected sessions."""
    page = report.servers(filters("days=all"), role=server.role)
    (row,) = [row for row in page.rows if row["id"] == server.pk]
    details = report.sessions(
        filters("days=all"), server_id=server.pk, protocol="NONE", detail="traffic"
    )
    assert bool(row["doubt"]) == bool(row["doubtful"])
    assert row["doubt"].startswith(f"{row['doubtful']} of these" if row["doubt"] else "")
    return row["doubtful"], sorted(row["doubt"] for row in details.rows)


@pytest.mark.parametrize("protocol", ["TLS", "SSH"])
@pytest.mark.parametrize("role", ["server", "client"])
def test_short_and_small_where_tls_or_ssh_is_spoken_is_doubted(
    site: Site, protocol: str, role: str
) -> None:
    site.session(protocol, SPOKEN, role=role)
    found = site.session("NONE", DOUBTED, role=role)
    assert doubt(found) == (10, ["perhaps a failed handshake"])


def test_another_job_at_the_same_port_may_speak_it(site: Site) -> None:
    site.session("TLS", SPOKEN, job="OTHER", user="OTHER", port_end=500)
    assert doubt(site.session("NONE", DOUBTED))[0] == 10


@pytest.mark.parametrize(
    "counters",
    [
        DOUBTED | {"short": 4},
        DOUBTED | {"in_bytes": 81_921},
        DOUBTED | {"in_bytes": 40_960, "out_bytes": 40_961},
        DOUBTED | {"failed": 0},
        DOUBTED | {"failed": 3},
        DOUBTED | {"connections": 0, "short": 0, "in_bytes": 0},
    ],
    ids=["mostly long", "many bytes", "both ways", "3.2 none failed", "3.2", "no connections"],
)
def test_other_traffic_is_not_doubted(site: Site, counters: dict[str, Any]) -> None:
    site.session("TLS", SPOKEN)
    assert doubt(site.session("NONE", counters)) == (0, [""])


@pytest.mark.parametrize(
    "elsewhere",
    [
        *({"server_ip": "10.0.0.2"}, {"port_start": 444, "port_end": 444}),
        *({"role": "client"}, {"ip_proto": 17}, {"stack": "T2"}),
    ],
    ids=str,
)
def test_tls_elsewhere_proves_nothing(site: Site, elsewhere: dict[str, Any]) -> None:
    if "stack" in elsewhere:
        elsewhere = {"stack": site.stacks[1]}
    site.session("TLS", SPOKEN, **elsewhere)
    assert doubt(site.session("NONE", DOUBTED)) == (0, [""])


def test_ipsec_at_the_port_proves_nothing(site: Site) -> None:
    site.session("IPSEC", SPOKEN)
    assert doubt(site.session("NONE", DOUBTED)) == (0, [""])


def test_peers_are_never_doubted(site: Site) -> None:
    site.session("TLS", SPOKEN, role="peer")
    assert doubt(site.session("NONE", DOUBTED, role="peer")) == (0, [""])


def test_only_the_doubted_sessions_are_counted(site: Site) -> None:
    site.session("TLS", SPOKEN)
    site.session("NONE", DOUBTED)
    found = site.session("NONE", DOUBTED | {"short": 0})
    assert doubt(found) == (10, ["", "perhaps a failed handshake"])
