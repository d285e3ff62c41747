"""Kill one process after the other: no message lost, none doubled in the store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.following.servers import Rsyslog, needs_rsyslogd
from tests.faults.live.site import Site, whole
from tests.live.service import records

pytestmark = [pytest.mark.faults, needs_rsyslogd]
EACH = 200
MESSAGES = "SELECT text FROM enforcement_livemessage WHERE kind = 'syslog' ORDER BY sequence"


def test_kills_of_every_process_lose_and_double_nothing(
    site: Site, server_of: Callable[[str], Rsyslog]
) -> None:
    syslog = server_of("tcp")
    site.environment["ZERTIFY_LIVE_SYSLOG"] = syslog.url
    site.start("web", "live", "worker", "forward")
    site.append(records(1, EACH))
    site.wait(lambda: site.worked_on() == EACH, "nothing is worked on")

    def forwarder_and_web() -> None:
        for name in ("web", "forward"):
            site.kill(name)
            site.append(records(EACH + 1, 0))
            site.start(name)

    def service() -> None:
        site.kill("live")
        site.start("live")

    def syslog_server() -> None:
        syslog.kill()
        syslog.start()

    kills = (
        service,
        site.servers.kill_database,
        syslog_server,
        forwarder_and_web,
        site.servers.kill_broker,
        service,
    )
    for turn, kill in enumerate(kills, 1):
        data = records(turn * EACH + 1, EACH)
        site.append(data[: len(data) // 3 + 5])
        site.wait(lambda turn=turn: site.worked_on() > turn * EACH, f"turn {turn}")
        site.append(data[len(data) // 3 + 5 : len(data) // 2])
        kill()
        site.append(data[len(data) // 2 :])
        site.wait(lambda turn=turn: site.worked_on() == (turn + 1) * EACH, f"turn {turn}")
    check(site, syslog, list(range(1, (len(kills) + 1) * EACH + 1)))


def check(site: Site, syslog: Rsyslog, everything: list[int]) -> None:
    """Each connection once in the store and the history, and all of them at the server."""
    assert whole(site.rows(MESSAGES)) == everything
    numbers = site.rows("SELECT sequence FROM enforcement_livemessage ORDER BY sequence")
    assert [one for (one,) in numbers] == list(range(1, len(numbers) + 1))
    assert site.one("SELECT sum(matches) FROM enforcement_ruleslot") == len(everything)
    assert site.one("SELECT sum(records) FROM enforcement_post") == len(everything)
    site.wait(lambda: syslog.connections() == everything, "the syslog server misses messages")
    site.wait(
        lambda: site.one("SELECT count(*) FROM analyzer_connection_event") == len(everything),
        "the history misses records",
        seconds=180,
    )
    assert site.rows("SELECT DISTINCT state FROM analyzer_import") == [("complete",)]


def test_counters_of_suppression_survive_a_kill(site: Site) -> None:
    site.environment["ZERTIFY_LIVE_SETTINGS"] = ""
    site.start("web", "live", "forward")
    site.append(records(1, 8))
    site.wait(lambda: site.worked_on() == 8, "nothing is worked on")
    site.kill("live")
    site.append(records(9, 12))
    site.start("live")
    site.wait(lambda: site.worked_on() == 20, "the rest is not worked on")
    assert len(site.rows(MESSAGES)) == 10
    assert site.one("SELECT suppressed FROM enforcement_progress") == 10
    site.append(records(40_000, 1))  # 400 seconds behind noon: another interval
    site.wait(lambda: site.worked_on() == 21, "the last is not worked on")
    (text,) = site.rows(MESSAGES)[-1]
    assert text.startswith("EZZ8585I")
    assert " 10 " in f"{text} "
