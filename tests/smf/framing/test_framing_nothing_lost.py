"""Whatever the bytes: no exception, no loop, and every byte is accounted for."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smf.framing import Framing, Window, walk
from tests.builders.dumps import FRAMED, segment
from tests.builders.extents import assert_nothing_is_lost

QUICK = settings(
    max_examples=150,
    suppress_health_check=list(HealthCheck),
)
WORDS = st.sampled_from(
    [b"\0\0", b"\xff\xff", b"\0\x12", b"\0\x04", b"\x80\0", b"\x01\0", b"\x02\0"]
)
PIECES = st.one_of(
    WORDS,
    st.binary(max_size=40),
    st.builds(segment, st.integers(0, 3), st.binary(min_size=1, max_size=80)),
    st.sampled_from([data for _, data in FRAMED.values()]).flatmap(
        lambda data: st.builds(
            lambda begin, size: data[begin : begin + size],
            st.integers(0, len(data)),
            st.integers(0, 900),
        )
    ),
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), PIECES), min_size=1, max_size=5)


@QUICK
@given(name=st.sampled_from(list(FRAMED)), edits=EDITS)
def test_every_byte_of_a_damaged_dump_is_in_one_part(
    name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    framing, data = FRAMED[name]
    for where, gone, put in edits:
        place = int(where * len(data))
        data = data[:place] + put + data[place + gone :]
    found = walk(Window(data, len(data), 0, eof=True), framing)
    assert_nothing_is_lost(data, framing, found)


@QUICK
@given(framing=st.sampled_from(list(Framing)), pieces=st.lists(PIECES, max_size=12))
def test_every_byte_of_anything_is_in_one_part(framing: Framing, pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    found = walk(Window(data, len(data), 0, eof=True), framing)
    assert_nothing_is_lost(data, framing, found)
