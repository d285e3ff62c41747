"""A site's dialect: listed with what it says of itself, confined to its directory."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from designer import dialects
from designer.content.errors import DesignerError
from tests.designer.site.conftest import OWN, spelled


def problems() -> dict[str, str]:
    return {one.file: one.problem for one in dialects.listed() if one.problem}


def test_without_a_directory_there_is_the_shipped_one(settings: Any) -> None:
    settings.DIALECTS = None
    (found,) = dialects.listed()
    assert (found.dialect_id, found.file, found.problem) == ("zpol-0", "", "")
    assert sum(found.marks.values()) > 50
    assert dialects.named("").dialect_id == dialects.named("zpol-0").dialect_id == "zpol-0"
    with pytest.raises(DesignerError, match="there is no dialect `our-book`, only zpol-0"):
        dialects.named(OWN)


def test_a_dialect_of_the_site_is_listed_with_its_label_and_marks(folder: Path) -> None:
    _, found = dialects.listed()
    assert (found.dialect_id, found.label) == (OWN, "from our copy of the book")
    assert (found.file, len(found.digest)) == ("ours.toml", 64)
    assert found.words.split(", ")[0].endswith("confirmed")
    assert dialects.named(OWN).statements["rule"].keyword == "ZertPolicyRule"
    assert (OWN, f"{OWN} (from our copy of the book)") in dialects.choices()


def test_a_corrected_file_is_read_again_and_an_unchanged_one_is_not(folder: Path) -> None:
    first = dialects.named(OWN)
    assert dialects.named(OWN) is first
    path = folder / "ours.toml"
    path.write_text(spelled(keyword="ZERTTheRule"), "utf-8")
    os.utime(path, (1, 1))
    assert dialects.named(OWN).statements["rule"].keyword == "ZERTTheRule"


def test_the_digest_is_of_the_bytes_that_are_used(folder: Path) -> None:
    """Also when the file is changed and its size and time are as before."""
    path = folder / "ours.toml"
    about, texts = path.stat(), {}
    for keyword in ("ZertPolicyRule", "ZertPolicyLaws"):
        path.write_text(spelled(keyword=keyword), "utf-8")
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
        texts[keyword] = sha256(path.read_bytes()).hexdigest()
        listed = dialects.listed()[1]
        assert listed.digest == texts[dialects.named(OWN).statements["rule"].keyword]
    assert len(set(texts.values())) == 2


def test_what_cannot_be_used_is_listed_with_the_reason(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text(spelled("outside"), "utf-8")
    (folder / "a-link.toml").symlink_to(tmp_path / "outside.toml")
    (folder / "broken.toml").write_text("id = ", "utf-8")
    (folder / "bytes.toml").write_bytes(b"\xff")
    (folder / "directory.toml").mkdir()
    (folder / "gone.toml").symlink_to(folder / "nowhere")
    (folder / "large.toml").write_text("#" * (dialects.MOST_BYTES + 1), "utf-8")
    (folder / "nameless.toml").write_text(spelled("<b>"), "utf-8")
    (folder / "shipped.toml").write_text(spelled("zpol-0"), "utf-8")
    (folder / "twice.toml").write_text(spelled(), "utf-8")
    (folder / "notes.txt").write_text("not looked at", "utf-8")
    found = problems()
    assert found.pop("broken.toml").startswith("the dialect is not TOML")
    assert found.pop("gone.toml") == "No such file or directory"
    assert found == {
        "a-link.toml": "it leads out of the directory",
        "bytes.toml": "it is no UTF-8",
        "directory.toml": "it is no file",
        "large.toml": "it is larger than 1,024 KiB",
        "nameless.toml": "its id is no name of letters, digits, . _ and -: `<b>`",
        "shipped.toml": "another dialect has the id `zpol-0`: give it its own",
        "twice.toml": f"another dialect has the id `{OWN}`: give it its own",
    }
    assert dialects.named(OWN)
    with pytest.raises(DesignerError, match=r"`outside`, only .*a-link.toml: it leads out"):
        dialects.named("outside")


def test_a_directory_that_is_not_there_has_no_dialects(settings: Any) -> None:
    settings.DIALECTS = Path("/nowhere/at/all")
    assert len(dialects.listed()) == 1


def test_more_files_than_are_read_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialects, "MOST_FILES", 1)
    (folder / "zz.toml").write_text(spelled("more"), "utf-8")
    assert problems() == {"zz.toml": "it is not read: 1 files are the most"}
