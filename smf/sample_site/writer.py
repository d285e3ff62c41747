"""The door of the room: a site in, its dump and counts out."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from smf.encode.framing import record_writer, write_records
from smf.sample_site import catalog
from smf.sample_site.options import SiteOptions, SiteSummary
from smf.sample_site.others import marker
from smf.sample_site.recorder import STREAMS, Recorder
from smf.sample_site.sessions import Population

_MARKERS = 2


def write_site(out: BinaryIO, options: SiteOptions) -> SiteSummary:
    """Write the dump of a sample site to `out` and return what is in it.

    Memory holds one interval of one stack, beside one record for each session.
    """
    first, *others = np.random.SeedSequence(options.seed).spawn(2)
    population = Population(options, catalog.load(), np.random.default_rng(first))
    stacks = population.stacks
    streams = [np.random.default_rng(seed) for seed in others[0].spawn(STREAMS * len(stacks))]
    recorders = [
        Recorder(stack, sessions, options, streams[number * STREAMS : (number + 1) * STREAMS])
        for number, (stack, sessions) in enumerate(zip(stacks, population.by_stack(), strict=True))
    ]
    end = options.first_moment + options.intervals * options.interval
    writer = record_writer(options.framing, out.write)
    write_records(writer, [marker(stacks[0], end, last=False)])
    for number in range(options.intervals):
        for recorder in recorders:
            recorder.record(number, writer)
    write_records(writer, [marker(stacks[0], end, last=True)])
    writer.close()
    return _summary(recorders)


def _summary(recorders: list[Recorder]) -> SiteSummary:
    counts = [recorder.counts for recorder in recorders]
    return SiteSummary(
        sessions=sum(recorder.sessions for recorder in recorders),
        interval_records=sum(one.intervals for one in counts),
        connection_records=sum(one.connections for one in counts),
        event_records=sum(one.events for one in counts),
        other_records=_MARKERS + sum(one.others for one in counts),
    )
