"""Which framing a file has, from its first bytes; and what to say when it has none."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from smf.errors import FramingError
from smf.framing.blocks import block_size
from smf.framing.headers import good_headers, header_is_good
from smf.framing.kinds import MIN_RECORD_BYTES, PREFIX_BYTES, Framing
from smf.framing.walk import walk
from smf.framing.window import Window

HEAD_BYTES = 65_536
"""How much of the (unwrapped) stream is looked at."""

TRANSFER_ADVICE = (
    "transfer it again in binary with the record descriptor words kept: FTP `binary` and"
    " `quote site rdw` (`locsite rdw` when z/OS is the client), or pack it with AMATERSE first"
)
_FRAMINGS = (Framing.RDW, Framing.VBS, Framing.ZOSMF)
_NAMES = {
    Framing.RDW: "an RDW stream",
    Framing.VBS: "blocks with BDW and spanned segments (VBS)",
    Framing.BDW_RDW: "blocks with BDW and whole records",
    Framing.ZOSMF: "z/OSMF records behind a four-byte data length",
}
_STRANGERS = {
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"BZh": "compressed with bzip2: unpack it first",
    b"\xfd7zXZ\x00": "compressed with xz: unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it first",
    b"%PDF": "a PDF document",
}
_ASCII_WORDS = (b"TCPIP   ", b"STACK   ", b"SYSTCP")


@dataclass(frozen=True, slots=True)
class Detection:
    """The framing found and, in words, why it is believed."""

    framing: Framing
    why: str


@dataclass(frozen=True, slots=True)
class _Trial:
    framing: Framing
    good_bytes: int
    records: int
    gaps: int
    lost_bytes: int
    spanned: bool

    @property
    def rank(self) -> tuple[int, int]:
        return (self.good_bytes, -self.lost_bytes)


def detect(head: bytes, *, complete: bool) -> Detection:
    """Return the framing of a stream that begins with `head`.

    `complete` says that nothing follows `head`. Raises `FramingError` with a reason and an advice
    when no framing gives SMF records: `empty`, `rdw_lost`, `ascii_transfer`, `not_smf`.
    """
    if not head:
        raise FramingError("empty", "the file is empty", "transfer it again")
    best = max((_try(head, framing) for framing in _FRAMINGS), key=attrgetter("rank"))
    # Records without RDW may hold bytes that look like one, again and again.
    lost = _header_stands(head, -PREFIX_BYTES) and best.gaps * 2 >= best.records
    if best.good_bytes and not lost:
        return Detection(_name(best), _why(best, len(head)))
    for framing in _FRAMINGS:
        start = PREFIX_BYTES if framing.blocked else 0
        if complete and header_is_good(head, start, len(head)) and _length_fits(head, framing):
            return Detection(framing, f"{_NAMES[framing]}: one record, cut short")
    raise _refusal(head)


def _name(trial: _Trial) -> Framing:
    if trial.framing is Framing.VBS and not trial.spanned:
        return Framing.BDW_RDW
    return trial.framing


def _try(head: bytes, framing: Framing) -> _Trial:
    # As if the stream ended here: then nothing waits for bytes behind it.
    found = walk(Window(head, len(head), 0, eof=True), framing)
    good = good_headers(found.heads)
    return _Trial(
        framing=framing,
        good_bytes=int(found.lengths[good].sum()),
        records=int(good.sum()),
        gaps=len(found.rejects),
        lost_bytes=sum(one.length for one in found.rejects)
        + (found.tail.length if found.tail else 0),
        spanned=bool((found.starts >= len(head)).any()),
    )


def _why(trial: _Trial, size: int) -> str:
    chain = f", with {trial.gaps} unreadable stretches" if trial.gaps else ", one behind the other"
    found = f"{trial.records} SMF records in the first {size} bytes"
    return f"{_NAMES[_name(trial)]}: {found}{chain}"


def _length_fits(head: bytes, framing: Framing) -> bool:
    """Whether the only, truncated record has a length that this framing would write."""
    if framing.blocked:
        return block_size(head, 0, len(head)) is not None
    first = int.from_bytes(head[:2], "big")
    if framing is Framing.ZOSMF:
        return first == 0
    return first >= MIN_RECORD_BYTES and head[3] == 0 and head[2] <= 1


def _refusal(head: bytes) -> FramingError:
    for magic, what in _STRANGERS.items():
        if head.startswith(magic):
            return FramingError("not_smf", f"the file is {what.split(':')[0]}", what)
    # Without an RDW the header stands four bytes earlier than in a record.
    if _header_stands(head, -PREFIX_BYTES):
        return FramingError(
            "rdw_lost",
            "the records lost their record descriptor words, so their lengths are unknown",
            TRANSFER_ADVICE,
        )
    if _was_translated(head):
        return FramingError(
            "ascii_transfer",
            "the file was translated from EBCDIC to ASCII on its way, which destroys it",
            TRANSFER_ADVICE,
        )
    return FramingError("not_smf", "the file holds no SMF records", TRANSFER_ADVICE)


def _was_translated(head: bytes) -> bool:
    if any(word in head for word in _ASCII_WORDS):
        return True
    # Code page 037 is Latin-1 in another order; the pages differ in no byte of a header's date.
    original = head.decode("latin-1").encode("cp037")
    return _header_stands(original, 0) or _header_stands(original, -PREFIX_BYTES)


def _header_stands(head: bytes, position: int) -> bool:
    padded = bytes(PREFIX_BYTES) + head
    return header_is_good(padded, position + PREFIX_BYTES, len(padded))
