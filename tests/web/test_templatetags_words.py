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


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("Drop it", "Drop it."),
        ("Did you mean `Addr`?", 'Did you mean <b class="named">Addr</b>?'),
        ("All is said.", "All is said."),
        ("<i>", "&lt;i&gt;."),
    ],
)
def test_a_sentence_ends_once(sentence: str, html: str) -> None:
    assert named(ended(sentence)) == html
