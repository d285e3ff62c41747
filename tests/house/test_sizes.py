"""Small rooms with doors that have names."""

from __future__ import annotations

from collections import Counter

from tests.house.tree import ROOT, code, files, functions

# The number of parameters is ruff's to count.
FILE_LINES, FUNCTION_LINES, FOLDER_FILES = 300, 40, 15
ATTICS = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"}


def test_no_file_is_longer_than_the_stop() -> None:
    looked_at = [*code(), *files(".html", ".js", ".css", ".mjs", below=("templates", "static"))]
    too_long = {
        str(path): lines
        for path in looked_at
        if (lines := len((ROOT / path).read_text().splitlines())) > FILE_LINES
    }
    assert len(looked_at) > 100
    assert not too_long


def test_no_function_is_longer_than_the_stop() -> None:
    too_long = {
        f"{path}:{found.lineno} {found.name}": lines
        for path in code()
        for found in functions(path)
        if (lines := (found.end_lineno or 0) - found.lineno + 1) > FUNCTION_LINES
    }
    assert not too_long


def test_no_folder_is_an_attic() -> None:
    counts = Counter(path.parent for path in code() if path.name != "__init__.py")
    assert not {str(folder): n for folder, n in counts.items() if n > FOLDER_FILES}


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert not [path for path in code() if {path.stem, *path.parts} & ATTICS]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in code()
        if (lines := (ROOT / path).read_text().splitlines()) and not lines[0].startswith('"""')
    ]
    assert not silent
