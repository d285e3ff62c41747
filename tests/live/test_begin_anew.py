"""A state directory that is gone, or another's: nothing lost, nothing double, or a clear reason."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from analyzer.models import AuditEntry, ConnectionEvent, Import
from enforcement.feeds import inbox
from enforcement.models import Feed, LiveMessage, Progress
from tests.conftest import ROOT
from tests.live.service import (
    LOGS,
    WITHOUT_LIMIT,
    Live,
    Poster,
    install,
    records,
    said,
    stack_named,
)

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(feed: str = "main") -> list[int]:
    """The connections that messages are about, in the order of their sequence."""
    rows = LiveMessage.objects.filter(feed__name=feed).order_by("sequence")
    assert [one.sequence for one in rows] == list(range(1, len(rows) + 1))
    return [int(text.split("connid= ")[1][:8], 16) for text in said(feed=feed)]


def worked_on(count: int, feed: str = "main") -> Callable[[], bool]:
    return lambda: Progress.objects.filter(feed__name=feed, records=count).exists()


def test_without_its_state_a_posted_feed_goes_on(
    live_of: Callable[..., Live],
    post: Poster,
    anna: User,
    celery_worker_process: object,
    tmp_path: Path,
) -> None:
    install(stack_named(anna), LOGS, anna)
    live = live_of(settings=WITHOUT_LIMIT, import_s=1)
    post(records(1, 6))
    live.wait(lambda: Import.objects.filter(state="complete").exists())
    folder = inbox.records_of(Feed.objects.get())
    live.wait(lambda: len([*folder.iterdir()]) == 1, seconds=30)
    live.environment["ZERTIFY_LIVE_IMPORT_S"] = "3600"  # what comes now is in no closed file
    live.end()
    live.start()
    post(records(7, 3))
    live.wait(worked_on(9))
    live.kill()
    shutil.rmtree(inbox.state_of(Feed.objects.get()))
    post(records(10, 4))
    live.environment["ZERTIFY_LIVE_IMPORT_S"] = "1"
    live.start()
    live.wait(worked_on(13))
    assert numbers() == list(range(1, 14))
    live.wait(lambda: ConnectionEvent.objects.count() == 13)
    live.wait(lambda: len([*folder.iterdir()]) == 1, seconds=30)
    paths = list(Import.objects.values_list("path", flat=True))
    assert len(set(paths)) == len(paths) == 3
    live.end()


def test_records_that_are_gone_are_told_and_left_out(
    live_of: Callable[..., Live], post: Poster, anna: User
) -> None:
    install(stack_named(anna), LOGS, anna)
    live = live_of(settings=WITHOUT_LIMIT)
    post(records(1, 2))
    live.wait(worked_on(2))
    live.end()
    post(records(3, 2))
    feed = Feed.objects.get()
    inbox.segment_path(feed, 0).unlink()
    post(records(5, 2))
    live.start()
    live.wait(lambda: "live --anew main" in Progress.objects.get().trouble)
    live.end()
    assert numbers() == [1, 2]
    with pytest.raises(CommandError, match="no feed that is posted"):
        call_command("live", "--anew", "other")
    told = StringIO()
    call_command("live", "--anew", "main", stdout=told)
    assert f"; {len(records(3, 2))} bytes of records" in told.getvalue()
    entry = AuditEntry.objects.get(action="feed.anew")
    assert entry.data["lost_bytes"] == len(records(3, 2))
    live.start()
    live.wait(worked_on(4))
    live.end()
    assert numbers() == [1, 2, 5, 6]


@pytest.fixture
def follow(
    process_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`manage.py follow --installed --store` with a state directory."""
    made = []

    def start(state: str, feed: str = "followed") -> subprocess.Popen[str]:
        (tmp_path / "zert").touch()
        given = ("--installed", "--store", feed, "--state", str(tmp_path / state))
        limits = ("--setting", "per_rule=1000000", "--setting", "over_all=1000000")
        made.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "follow", str(tmp_path / "zert"), *given, *limits],
                cwd=ROOT,
                env=process_environment,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return made[-1]

    yield start
    for one in made:
        one.kill()
        one.communicate()


def ended(process: subprocess.Popen[str]) -> str:
    """What a process said that could not be used."""
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 2, told
    return told


def test_two_state_directories_of_one_feed(
    transactional_db: None,
    follow: Callable[..., subprocess.Popen[str]],
    anna: User,
    tmp_path: Path,
) -> None:
    install(stack_named(anna), LOGS, anna)

    def append(first: int, count: int) -> None:
        with (tmp_path / "zert").open("ab") as file:
            file.write(records(first, count))

    first = follow("one")
    append(1, 3)
    wait(worked_on(3, "followed"), first)
    assert "another process, with another state directory" in ended(follow("two"))
    append(4, 2)
    wait(worked_on(5, "followed"), first)
    first.kill()
    first.wait()
    append(6, 1)
    second = follow("two")  # goes on behind what the store has
    wait(worked_on(6, "followed"), second)
    second.terminate()
    assert second.wait(60) == 0
    assert "knows another state directory" in ended(follow("one"))
    shutil.rmtree(tmp_path / "one")
    append(7, 2)
    third = follow("one")
    wait(worked_on(8, "followed"), third)
    third.kill()
    assert numbers("followed") == list(range(1, 9))


def wait(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    Live({}, Path(), process).wait(is_so)  # type: ignore[arg-type]
