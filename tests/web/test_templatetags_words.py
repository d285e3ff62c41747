"""Names in sentences."""

from __future__ import annotations

import pytest

from web.templatetags.words import ended, named


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("nothing to name", "nothing to name"),
        (
            "`TN3270` is used by `A` & B",
            '<b class="named">TN3270</b> is used by <b class="named">A</b> &amp; B',
        ),
        (
            "`<script>x</script>` is no name",
            '<b class="named">&lt;script&gt;x&lt;/script&gt;</b> is no name',
        ),
        ("one ` alone", "one ` alone"),
        ("`` nothing", "`` nothing"),
        ("", ""),
    ],
)
def test_names_stand_out_and_bring_no_markup(sentence: str, html: str) -> None:
    assert named(sentence) == html


def test_a_sentence_that_asks_gets_no_full_stop() -> None:
    asked = "did you mean `Priority`?"
    assert [ended(one) for one in (asked, "leave it out", "Done.")] == [
        asked,
        "leave it out.",
        "Done.",
    ]
