"""One run of `manage.py enforce`: dumps in, messages and records out, as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from designer.management.policy_inputs import unusable
from enforcement.delivery.parts import Installing, audit_records, console_text
from enforcement.engine.engine import Engine
from enforcement.engine.messages.writer import syslog_line, timestamp
from enforcement.engine.outcome import Console, Outcome
from enforcement.engine.settings import Settings
from enforcement.management.once import Once
from policy.checks import Surroundings
from policy.model import Policy
from smf.errors import SmfError
from smf.reader import Batch, DumpReader

OUTPUTS = ("syslog", "console", "audit", "resets")


@dataclass(slots=True)
class Dump:
    """What one dump gave; `duplicates` are records that came before, in this dump or another."""

    name: str
    framing: str = ""
    connections: int = 0
    duplicates: int = 0
    rejects: int = 0


@dataclass(slots=True)
class Run:
    """A policy on one engine, and what it came to so far."""

    policy: Policy
    settings: Settings
    around: Surroundings
    dumps: list[Dump] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    engine: Engine = field(init=False)
    _installing: Installing = field(init=False)
    _once: Once = field(default_factory=Once)

    def __post_init__(self) -> None:
        self.engine = Engine(self.policy, self.settings, self.around)
        self._installing = Installing(self.policy, self.around, self.settings)

    def read(self, names: Sequence[str], outputs: Outputs) -> None:
        """Take dumps, in their order."""
        with outputs:
            for name in names:
                self._read(name, outputs)

    def _read(self, name: str, outputs: Outputs) -> None:
        dump = Dump(name)
        self.dumps.append(dump)
        try:
            with DumpReader(Path(name)) as reader:
                dump.framing = reader.framing.value
                for batch in reader:
                    self._take(dump, batch, outputs)
        except (SmfError, OSError) as error:
            raise unusable(f"{name}: {getattr(error, 'strerror', '') or error}") from error

    def _take(self, dump: Dump, batch: Batch, outputs: Outputs) -> None:
        fresh, coverage = self._once.take(batch)
        dump.connections += len(fresh)
        dump.duplicates += len(batch.connections) - len(fresh)
        dump.rejects += len(batch.rejects) + (batch.tail is not None)
        for message in self._installing.meet(fresh):
            self.said += message.lines
            outputs.console(message)
        for outcome in self.engine.run(fresh, coverage):
            outputs.write(outcome)


class Outputs:
    """Files that what happens is written to; those not asked for are not made."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = {kind: str(names[kind]) for kind in OUTPUTS if names.get(kind)}
        self._files: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for kind, name in self._names.items():
                try:
                    self._files[kind] = stack.enter_context(Path(name).open("wb"))
                except OSError as error:
                    raise unusable(f"{name}: {error.strerror or error}") from error
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, outcome: Outcome) -> None:
        """Write what happens because of one record."""
        for message in outcome.syslog:
            self._line("syslog", syslog_line(message))
        for lines in outcome.console:
            self.console(lines)
        if "audit" in self._files:
            self._files["audit"].writelines(audit_records(outcome))
        if outcome.reset:
            event = outcome.event
            when = timestamp(event.local_time)
            self._line("resets", f"{when} {event.system} {outcome.reset}")

    def console(self, message: Console) -> None:
        """Write a console message, line by line."""
        if "console" in self._files:
            self._files["console"].write(console_text(message))

    def _line(self, kind: str, text: str) -> None:
        if kind in self._files:
            self._files[kind].write(text.encode() + b"\n")
