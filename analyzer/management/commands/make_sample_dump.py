"""Write the dump of a site that does not exist: for demonstrations, tests and measurements."""

from __future__ import annotations

import gzip
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from smf.framing import Framing
from smf.sample_site.options import DEFAULT_SEED, MIX, RELEASES, SampleSiteError, SiteOptions
from smf.sample_site.writer import write_site

_GZIP_LEVEL = 3
"""Interval records repeat themselves: more effort saves little."""


class Command(BaseCommand):
    help = (
        "Write the SMF dump of a sample site: 2 sysplexes, 4 systems, servers and clients with "
        "every kind of protection, 30 days of history. Equal arguments give equal bytes. The name "
        "decides on the wrapper: .gz is gzip, .zst is zstd. A file of that name is replaced."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path)
        parser.add_argument("--sessions", type=int, default=400, help="security sessions")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument(
            "--end", default="", metavar="DATE", help="the last day, yesterday if not given"
        )
        parser.add_argument("--interval-minutes", type=int, default=30)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument(
            "--release",
            choices=[*RELEASES, MIX],
            default=MIX,
            help="what all systems run, instead of a mix of releases",
        )
        parser.add_argument(
            "--framing", choices=[one.value for one in Framing], default=Framing.RDW.value
        )
        parser.add_argument(
            "--detail", action="store_true", help="connection records (subtype 11) too"
        )
        parser.add_argument("--gzip", action="store_true", help="gzip, whatever the name")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        site = _site(options)
        try:
            with _replaced(path) as raw, _wrapped(raw, _wrapper(path, options)) as out:
                summary = write_site(out, site)
        except OSError as error:
            raise CommandError(f"the dump cannot be written: {error}") from error
        if options["verbosity"]:
            self.stdout.write(
                f"{path}: {summary.records} records, {path.stat().st_size >> 20} MB: "
                f"{summary.interval_records} intervals of {summary.sessions} security sessions, "
                f"{summary.connection_records} of connections, {summary.event_records} events, "
                f"{summary.other_records} others"
            )


def _site(options: dict[str, Any]) -> SiteOptions:
    try:
        return SiteOptions(
            end=_day(options["end"]),
            sessions=options["sessions"],
            days=options["days"],
            interval_minutes=options["interval_minutes"],
            seed=options["seed"],
            detail=options["detail"],
            framing=Framing(options["framing"]),
            release=options["release"],
        )
    except SampleSiteError as error:
        raise CommandError(str(error)) from error


def _day(text: str) -> date:
    if not text:
        return timezone.localdate() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"`{text}` is not a date like 2026-10-05") from error


def _wrapper(path: Path, options: dict[str, Any]) -> str:
    return ".gz" if options["gzip"] else path.suffix


@contextmanager
def _replaced(path: Path) -> Iterator[BinaryIO]:
    """A new file, which takes the place of `path` when it is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as raw:
            yield raw
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _wrapped(raw: BinaryIO, wrapper: str) -> Iterator[BinaryIO]:
    """What is written to it goes to `raw`, packed; without a name or time, so bytes stay equal."""
    if wrapper == ".gz":
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as packed:
            yield cast("BinaryIO", packed)
    elif wrapper == ".zst":
        with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as stream:
            yield cast("BinaryIO", stream)
    else:
        yield raw
