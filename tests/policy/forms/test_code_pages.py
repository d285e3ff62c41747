"""Files are read in the code page that they are in, whatever characters stand for blanks there."""

from __future__ import annotations

import pytest

from policy.code_page import CodePage, decode, detect, encode
from policy.errors import CodePageError

RULE = "ZERTRule a\n{\n  Priority 1\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"owner":"net@example.com","address":"a@b"}',
        f"# {'@' * 60}\n# {'%' * 60}\n{RULE}",
        RULE,
        "# Правила\nZERTRule a { Priority 1 }\n",
        "",
    ],
)
def test_what_is_utf_8_is_read_as_that(text: str) -> None:
    assert detect(text.encode()) is CodePage.UTF_8
    assert decode(text.encode()) == text


@pytest.mark.parametrize("text", [RULE, "1", "  \n", RULE.replace("\n", " "), f"# @@@ %%%\n{RULE}"])
def test_what_is_ebcdic_is_read_as_that(text: str) -> None:
    assert detect(encode(text)) is CodePage.IBM_1047
    assert decode(encode(text)) == text


@pytest.mark.parametrize(
    "data", [b'{"owner":"net@\xff@example.com"}', b"\xff\xff", b"\xef\xbb\xbf\xff"]
)
def test_what_is_neither_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(CodePageError, match=r"byte \d+ is neither UTF-8 nor IBM-1047 text"):
        detect(data)
