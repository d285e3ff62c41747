"""Where what happens goes: the spool for the syslog server, console log, audit dump, records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from enforcement.delivery import atomic
from enforcement.delivery.atomic import Marked
from enforcement.delivery.formats import Form, write
from enforcement.delivery.parts import audit_records, console_text
from enforcement.delivery.rotating import RotatingFile
from enforcement.delivery.spool import Place, Spool, size_of
from enforcement.engine.outcome import Console, Outcome
from enforcement.live.worked import Said, said_of, said_of_stack

Tree = dict[str, Any]
_LOOK_S, _EPOCH_DIGITS = 0.5, 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which outputs there are; `spool` is the folder of messages for the server.

    `records` is the folder of the feed's own records, in files that each end after `records_s`
    seconds. Nothing more is worked on while the spool has `spool_bytes` (0: without limit).
    """

    spool: Path | None = None
    form: Form = Form.RFC5424
    console: Path | None = None
    audit: Path | None = None
    records: Path | None = None
    file_bytes: int = 64 << 20
    spool_bytes: int = 0
    records_s: float = 60.0


@dataclass(slots=True)
class _Gathered:
    syslog: list[bytes] = field(default_factory=list)
    console: list[bytes] = field(default_factory=list)
    audit: list[bytes] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


class Outputs:
    """Gathers the outputs of a piece, and writes them at once.

    Each epoch has names of its own for files of records: none is ever taken for one of before.
    """

    def __init__(self, wanted: Wanted, kept: Tree, epoch: str) -> None:
        self._wanted, self._kept = wanted, kept
        self.spool: Spool | None = None
        if wanted.spool:
            self.spool = Spool(wanted.spool, Place(**kept.get("spool", {})))
        if wanted.records:
            atomic.make_folder(wanted.records, 0o700)
        records = wanted.records / f"records-{epoch[:_EPOCH_DIGITS]}" if wanted.records else None
        names = {"console": wanted.console, "audit": wanted.audit, "records": records}
        self._files = {
            kind: RotatingFile(path, wanted.file_bytes, **kept.get(kind, {}).get(str(path), {}))
            for kind, path in names.items()
            if path
        }
        self._names = {kind: str(path) for kind, path in names.items()}
        self._new = _Gathered()
        self._records_since = time.monotonic()
        self._looked_at, self._is_held = -_LOOK_S, False

    @property
    def is_full(self) -> bool:
        """Whether a file has reached its size, or records wait for the end of theirs."""
        return any(one.is_full for one in self._files.values())

    @property
    def ends_records(self) -> bool:
        """Whether the file of records has been open for long enough."""
        found = self._files.get("records")
        is_late = time.monotonic() - self._records_since >= self._wanted.records_s
        return bool(found and found.size and is_late)

    @property
    def is_held(self) -> bool:
        """Whether the spool has all that it may have."""
        if not self.spool or not self._wanted.spool_bytes:
            return False
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            self._is_held = size_of(self.spool.directory) >= self._wanted.spool_bytes
        return self._is_held

    def closed_records(self) -> list[Path]:
        """Return the files of records that no kill begins again, those of earlier epochs first."""
        folder, found = self._wanted.records, self._files.get("records")
        if not folder or not found:
            return []
        name = self._names["records"]
        own, place = Path(name).name, self._kept.get("records", {}).get(name, {})
        return [
            *sorted(one for one in folder.iterdir() if not one.name.startswith(f"{own}.")),
            *found.closed(place.get("number", 0)),
        ]

    def say(self, message: Console) -> None:
        """Take what a stack says."""
        self._new.console.append(console_text(message))
        self._new.said.append(said_of_stack(message))

    def take(self, outcome: Outcome) -> None:
        """Take what happens because of one record."""
        number = None
        if self.spool:
            number = self.spool.place.sequence + 1 + len(self._new.syslog)
            self._new.syslog += [
                write(self._wanted.form, message, number + place)
                for place, message in enumerate(outcome.syslog)
            ]
        self._new.console += [console_text(lines) for lines in outcome.console]
        self._new.said += said_of(outcome, number)
        self._new.audit += audit_records(outcome)

    def keep(self, data: bytes) -> None:
        """Take the records themselves."""
        self._new.records.append(data)

    def flush(self) -> tuple[bool, list[Said]]:
        """Write what was taken; whether the server gets something, and all that was said."""
        new, self._new = self._new, _Gathered()
        for kind, file in self._files.items():
            if parts := getattr(new, kind):
                file.write(b"".join(parts))
        if self.spool and new.syslog:
            self.spool.put(new.syslog)
            return True, new.said
        return False, new.said

    def mark(self) -> tuple[Tree, Callable[[], None]]:
        """Return the places, for a snapshot, and what brings everything before them to the disk."""
        found = dict(self._kept)  # an output that is left out once goes on later
        marked: list[Marked] = []
        if self.spool:
            marked.append(self.spool.mark())
            found["spool"] = asdict(self.spool.place)
        ends = self.ends_records
        for kind, file in self._files.items():
            marked.append(file.mark(ends=ends and kind == "records"))
            place = {"number": file.number, "size": file.size}
            found[kind] = {**found.get(kind, {}), self._names[kind]: place}
        if ends or not self._is_recording:
            self._records_since = time.monotonic()

        def secure() -> None:
            for one in marked:
                one.secure()

        return found, secure

    def kept(self, places: Tree) -> None:
        """Go by these places: the snapshot that has them counts from now on."""
        self._kept = places

    @property
    def kept_segment(self) -> int:
        """The file of the spool in which a kill would go on."""
        return int(self._kept.get("spool", {}).get("segment", 0))

    @property
    def _is_recording(self) -> bool:
        found = self._files.get("records")
        return bool(found and found.size)

    def close(self) -> None:
        """Close all files."""
        for one in (self.spool, *self._files.values()):
            if one:
                one.close()
