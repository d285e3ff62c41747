"""One feed and its engines: pieces in, outputs out, a snapshot from time to time."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

from enforcement.engine.outcome import Console, Outcome
from enforcement.live.engines import Engines
from enforcement.live.errors import StateError
from enforcement.live.journal import Journal, Kind
from enforcement.live.outputs import Outputs, Wanted
from enforcement.live.policies import Installed, from_trees, to_trees
from enforcement.live.snapshots import Snapshot
from enforcement.live.sources import Feed, Where
from enforcement.live.worked import Counts, Mark, Worked
from smf.framing import Framing
from smf.live import LiveBatch, LiveReader

CHECKPOINT_S = 5.0
LOOK_S = 0.02
_JOURNAL_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Beside:
    """What others do: say what is installed (None: as before), keep what was worked on."""

    look: Callable[[], list[Installed] | None] = list
    keep: Callable[[Worked], None] | None = None


class Following:
    """What goes on in a state directory, from where it was left.

    `digest` is that of policy and settings: a journal is worked off only by those that began it.
    Pieces and messages are numbered from 1 on in each `epoch`, which ends with the directory.
    """

    def __init__(
        self,
        directory: Path,
        digest: str,
        engines: Engines,
        wanted: Wanted,
        beside: Beside = Beside(),
    ) -> None:
        self.engines = engines
        self.rejects = 0
        self.where = self.kept_place = Where()
        self._feed: Feed | None = None
        self._digest, self._beside = digest, beside
        self._journal = Journal(directory)
        try:
            snapshot = self._journal.snapshot
            kept = snapshot.tree
            is_same = kept.get("digest", digest) == digest
            if not is_same and next(self._journal.entries(), None):
                raise StateError(
                    f"{directory} was not left in order, and under another policy or setting:"
                    " start once with those, and end it, before you change them"
                )
            self._recall(snapshot, is_same=is_same)
            self.outputs = Outputs(wanted, kept.get("outputs", {}), self.epoch)
        except BaseException:
            self._journal.close()
            raise

    @property
    def mark(self) -> Mark:
        """How far the directory is."""
        return Mark(self.epoch, self._piece, self._sequence, self._is_new)

    @property
    def place(self) -> Where:
        """Where the feed goes on behind everything that has come of it."""
        waiting = len(self._reader.waiting)
        return replace(self.where, offset=max(0, self.where.offset - waiting))

    def kept_segment(self) -> int:
        """Return the file of the spool in which a kill would go on."""
        return self.outputs.kept_segment

    def begin(
        self,
        open_feed: Callable[[Where], Feed],
        wake: Callable[[], None],
        start: Where | None = None,
    ) -> None:
        """Do again what a kill left undone; a new directory begins the feed at `start`.

        `wake` is called when the server gets messages.
        """
        self._wake = wake
        if self._is_new and start:
            self.where = start
        for kind, data, where in self._journal.entries():
            self.where = where
            self._apply(kind, data)
        self.checkpoint()
        wake()
        self._feed = open_feed(self.where)

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Work until stopped."""
        while not is_stopped():
            if not self.step():
                time.sleep(LOOK_S)
        self.end()

    def step(self) -> bool:
        """Do what there is to do now; whether there was anything."""
        did = self._installed()
        if not self.outputs.is_held:
            did = self._next() or did
        if self._journal.is_done():
            self._keep()
        if not self._journal.is_writing and self._is_due():
            self._begin_snapshot()
        return did

    def end(self) -> None:
        """Keep everything."""
        self.checkpoint()

    def checkpoint(self) -> None:
        """Keep what is known; the journal begins anew."""
        self._begin_snapshot()
        self._journal.finish()
        self._keep()

    def close(self) -> None:
        """Close all files, as they are."""
        if self._feed:
            self._feed.close()
        self._journal.close()
        self.outputs.close()

    def _begin_snapshot(self) -> None:
        """Have it written beside the work; only then it counts."""
        if self._journal.is_writing:
            self._journal.finish()
            self._keep()
        snapshot = self._snapshot()
        self._journal.begin(snapshot)
        self._begun = self.place, snapshot.tree["outputs"]
        self._saved_at = time.monotonic()

    def _keep(self) -> None:
        self.kept_place, outputs = self._begun
        self.outputs.kept(outputs)

    def _installed(self) -> bool:
        plan = self._beside.look()
        if plan is None or {one.stack: one for one in plan} == self.engines.plan:
            return False
        data = json.dumps(to_trees(plan)).encode()
        self._journal.add(Kind.INSTALL, data, self.where)
        self._apply(Kind.INSTALL, data)
        return True

    def _next(self) -> bool:
        piece = self._feed.next() if self._feed else None
        if piece is not None:
            kind = Kind.END if piece.is_end else Kind.WHOLE if piece.is_whole else Kind.DATA
            self._journal.add(kind, piece.data, piece.where)
            self.where, self._is_settled = piece.where, False
            self._apply(kind, piece.data)
            return True
        if self._is_settled:
            return False
        self._is_settled = True
        batch = self._reader.settle()
        if batch is not None and batch.records:
            self._journal.add(Kind.SETTLE, b"", self.where)
            self._work(batch)
        return False

    def _apply(self, kind: Kind, data: bytes) -> None:
        if kind is Kind.INSTALL:
            plan = from_trees(json.loads(data))
            self._put(self.engines.install(plan), None)
        elif kind in (Kind.DATA, Kind.WHOLE):
            self._work(self._reader.feed(data, is_whole=kind is Kind.WHOLE))
        else:
            settled = self._reader.settle() if kind is Kind.SETTLE else None
            self._work(settled or self._reader.end())

    def _work(self, batch: LiveBatch) -> None:
        self.rejects += batch.rejects
        self.outputs.keep(batch.data)
        self._put(self.engines.run(batch.connections, batch.coverage), batch)

    def _put(self, found: Iterable[Console | Outcome], batch: LiveBatch | None) -> None:
        """Bring what happens to the outputs; the server first, whoever keeps it last."""
        before = Counts.of(self.engines.tally)
        for one in found:
            if isinstance(one, Outcome):
                self.outputs.take(one)
            else:
                self.outputs.say(one)
        has_new, said = self.outputs.flush()
        if has_new:
            self._wake()
        self._piece += 1
        worked = Worked(self._piece, self._sequence, self.place, said)
        self._sequence += len(said)
        if batch:
            worked.records, worked.rejected = batch.records, batch.rejected
        worked.counts = Counts.of(self.engines.tally).since(before)
        if self._beside.keep:
            # Who counts a piece must find the same one again, whatever happens to the machine.
            self._journal.secure()
            self._beside.keep(worked)

    def _is_due(self) -> bool:
        is_late = time.monotonic() - self._saved_at >= CHECKPOINT_S
        is_large = self._journal.size >= _JOURNAL_BYTES or self.outputs.is_full
        is_new = bool(self._journal.size) and (is_late or is_large)
        return is_new or (is_late and self.outputs.ends_records)

    def _recall(self, snapshot: Snapshot, *, is_same: bool) -> None:
        kept = snapshot.tree
        self._saved_at = time.monotonic()
        # What waits in the snapshot or the journal may be whole: it is asked for, if nothing comes.
        self._is_settled, self._is_new = False, not kept
        self.epoch = str(kept.get("epoch") or uuid4().hex)
        self._piece, self._sequence = kept.get("piece", 0), kept.get("sequence", 0)
        self.where = Where(**kept.get("where", {}))
        waiting = base64.b64decode(kept.get("waiting", ""))
        end, offset = kept.get("block_end", 0), kept.get("offset", 0)
        self._reader = LiveReader(Framing.RDW, {}, waiting, end, offset)
        if kept:
            self.engines.recall(kept["engines"], snapshot.memories, is_same=is_same)

    def _snapshot(self) -> Snapshot:
        outputs, secure = self.outputs.mark()
        tree = {
            "digest": self._digest,
            "epoch": self.epoch,
            "piece": self._piece,
            "sequence": self._sequence,
            "outputs": outputs,
            "where": asdict(self.where),
            "waiting": base64.b64encode(self._reader.waiting).decode("ascii"),
            "block_end": self._reader.block_end,
            "offset": self._reader.offset,
            "engines": self.engines.memory(),
        }
        return Snapshot(tree, self.engines.memories(), secure)
