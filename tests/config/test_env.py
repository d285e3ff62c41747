"""Environment variables are typed and loud."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.env import (
    EnvironmentVariableError,
    env_bool,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_str,
)


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("ON", True), (" yes ", True), ("0", False), ("False", False)]
)
def test_switch_words_are_understood(
    monkeypatch: pytest.MonkeyPatch, text: str, value: bool
) -> None:
    monkeypatch.setenv("ZERTIFY_X", text)
    assert env_bool("ZERTIFY_X", default=not value) is value


def test_empty_means_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERTIFY_X", "")
    assert env_bool("ZERTIFY_X", default=True) is True
    assert env_int("ZERTIFY_X", 7) == 7
    assert env_str("ZERTIFY_X", "seven") == "seven"
    assert env_list("ZERTIFY_X", "a,b") == ["a", "b"]
    assert env_path("ZERTIFY_X", Path("/somewhere")) == Path("/somewhere")


def test_an_unknown_switch_word_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERTIFY_X", "perhaps")
    with pytest.raises(EnvironmentVariableError, match="ZERTIFY_X: `perhaps`"):
        env_bool("ZERTIFY_X")


@pytest.mark.parametrize("text", ["eight", "8.5", "-1"])
def test_a_bad_number_names_the_variable(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("ZERTIFY_X", text)
    with pytest.raises(EnvironmentVariableError, match="ZERTIFY_X"):
        env_int("ZERTIFY_X", 1)


def test_lists_drop_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERTIFY_X", " a, ,b,")
    assert env_list("ZERTIFY_X") == ["a", "b"]


def test_a_relative_path_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERTIFY_X", "state")
    assert env_path("ZERTIFY_X", Path("/nowhere")) == Path.cwd() / "state"


def test_a_secret_comes_from_its_file_without_the_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("opensesame\n")
    monkeypatch.setenv("ZERTIFY_X_FILE", str(secret))
    assert env_secret("ZERTIFY_X") == "opensesame"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZERTIFY_X", "one")
    monkeypatch.setenv("ZERTIFY_X_FILE", str(tmp_path / "two"))
    with pytest.raises(EnvironmentVariableError, match="both set"):
        env_secret("ZERTIFY_X")


def test_a_missing_secret_file_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZERTIFY_X_FILE", str(tmp_path / "none"))
    with pytest.raises(EnvironmentVariableError, match="ZERTIFY_X_FILE"):
        env_secret("ZERTIFY_X")
