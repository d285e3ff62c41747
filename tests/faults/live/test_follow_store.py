"""`manage.py follow --installed --store`: kills of it and of the database, once in the store."""

from __future__ import annotations

import pytest

from tests.faults.live.site import Site, whole
from tests.faults.live.test_kills import EACH, MESSAGES
from tests.live.service import records

pytestmark = pytest.mark.faults


def test_a_followed_feed_is_stored_once(site: Site) -> None:
    site.start("follow")
    site.append(records(1, EACH))
    site.wait(lambda: site.worked_on() == EACH, "nothing is worked on")
    for turn, what in enumerate(("follow", "database", "follow"), 1):
        data = records(turn * EACH + 1, EACH)
        site.append(data[: len(data) // 2 + 3])
        site.wait(lambda turn=turn: site.worked_on() > turn * EACH, f"turn {turn}")
        if what == "database":
            site.servers.kill_database()
        else:
            site.kill(what)
            site.start(what)
        site.append(data[len(data) // 2 + 3 :])
        site.wait(lambda turn=turn: site.worked_on() == (turn + 1) * EACH, f"turn {turn}")
    everything = list(range(1, 4 * EACH + 1))
    assert whole(site.rows(MESSAGES)) == everything
    site.start("worker")
    counted = "SELECT count(*) FROM analyzer_connection_event"
    site.wait(lambda: site.one(counted) == len(everything), "not all in the history", 240)
    names = site.rows("SELECT DISTINCT split_part(name, ':', 1) FROM analyzer_import")
    assert names == [("live feed followed",)]
    (files,) = (site.place / "var" / "live").glob("*-followed/records")
    site.wait(lambda: len([*files.iterdir()]) == 1, "imported files stay", 60)
