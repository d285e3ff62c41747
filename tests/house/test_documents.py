"""Documents speak of the product and lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, text

DOCUMENTS = sorted(
    path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)
# Whoever mirrors packages or images uses other addresses: a document that names one is wrong there.
HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|docker\.io|ghcr\.io|quay\.io|index-url|--registry",
    re.IGNORECASE,
)
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_no_document_names_a_registry_host(path: Path) -> None:
    assert not HOSTS.search(text(str(path)))


def test_nor_does_a_file_that_installs() -> None:
    names = ("requirements.txt", "constraints.txt", "package.json", "Dockerfile", "Makefile")
    assert not [name for name in (*names, "docker-compose.yml") if HOSTS.search(text(name))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text(str(path))):
        assert (ROOT / path.parent / target).exists(), target


def test_the_changelog_has_an_unreleased_part_with_known_kinds() -> None:
    changelog = text("CHANGELOG.md")
    assert "\n## Unreleased\n" in changelog
    assert set(re.findall(r"^### (.+)$", changelog, re.MULTILINE)) <= CHANGES


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_licence_is_there() -> None:
    assert "Apache License" in text("LICENSE")
