"""The store does not depend on framing, wrapper or the order of imports."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from analyzer.models import Import
from tests.analyzer.ingest.conftest import (
    SAMPLES,
    Ingest,
    digest_of_store,
    empty_store,
    unzipped_site,
)


def test_vbs_rdw_and_gzip_give_identical_stores(ingest: Ingest, tmp_path: Path) -> None:
    sources = [SAMPLES / "site-vbs.smf", SAMPLES / "site-rdw.smf.gz", unzipped_site(tmp_path)]
    digests = []
    for path in sources:
        empty_store()
        assert ingest(path).added == 1609
        digests.append(digest_of_store())
    assert digests[0] == digests[1] == digests[2]


def test_the_order_of_imports_does_not_matter(ingest: Ingest) -> None:
    names = ["site-vbs.smf", "overlap.smf", "damaged.smf"]
    digests = []
    for order in permutations(names):
        empty_store()
        for name in order:
            assert ingest(SAMPLES / name).state == Import.State.COMPLETE
        digests.append(digest_of_store())
    assert all(digest == digests[0] for digest in digests)


def test_importing_again_changes_nothing_and_counts_duplicates(ingest: Ingest) -> None:
    for name, records in (("site-vbs.smf", 1609), ("detail-rdw.smf", 170)):
        ingest(SAMPLES / name)
        before = digest_of_store()
        again = ingest(SAMPLES / name)
        assert (again.added, again.duplicate) == (0, records)
        assert digest_of_store() == before


def test_copies_inside_one_dump_count_once(ingest: Ingest, tmp_path: Path) -> None:
    site = unzipped_site(tmp_path)
    twice = tmp_path / "twice.smf"
    twice.write_bytes(site.read_bytes() * 2)
    found = ingest(twice)
    assert (found.added, found.duplicate) == (1609, 1609)
    digest = digest_of_store()
    empty_store()
    ingest(site)
    assert digest_of_store() == digest
