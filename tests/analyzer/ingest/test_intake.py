"""What is let in: uploads by digest, paths under the roots."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from analyzer.ingest import claims, intake, pipeline
from analyzer.ingest.errors import (
    FileTooLargeError,
    IntakeError,
    PathRefusedError,
    StoredFileMissingError,
)
from analyzer.ingest.load.batch import Loader
from analyzer.ingest.load.intervals import prepare
from analyzer.models import AuditEntry, Import, ImportPath, StoredFile
from smf.reader import DumpReader, ReadOptions
from tests.analyzer.ingest.conftest import SAMPLES

DUMP = (SAMPLES / "zos32.smf").read_bytes()


def upload(data: bytes = DUMP, name: str = "zos32.smf") -> Import:
    file = SimpleUploadedFile(name, data)
    return intake.submit_upload(file=file, name=name, by=None, now=timezone.now())


def submit(path: Path | str) -> list[Import]:
    return intake.submit_path(path=str(path), by=None, now=timezone.now())


@pytest.fixture
def root(store: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "dumps"
    root.mkdir()
    (root / "a.smf").write_bytes(DUMP)
    (root / "b.smf").write_bytes(DUMP)
    (tmp_path / "secret.smf").write_bytes(DUMP)
    monkeypatch.setattr(settings, "IMPORT_ROOTS", [root])
    return root


def test_an_upload_is_kept_by_digest_and_can_be_imported_and_fetched(store: None) -> None:
    imported = upload()
    digest = hashlib.sha256(DUMP).hexdigest()
    assert (settings.UPLOADS / digest).read_bytes() == DUMP
    assert [path.name for path in settings.UPLOADS.iterdir()] == [digest]
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.added) == (Import.State.COMPLETE, 258)
    assert imported.stored_file is not None
    with intake.open_stored(imported.stored_file) as file:
        assert file.read() == DUMP
    assert AuditEntry.objects.get(action="import.submit").target == "zos32.smf"


def test_each_import_has_the_digest_of_its_dump(root: Path) -> None:
    digest = hashlib.sha256(DUMP).hexdigest()
    assert upload().sha256 == digest  # known before anything is read
    (imported,) = submit(root / "a.smf")
    assert imported.sha256 == ""
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert imported.sha256 == digest


def test_an_import_that_goes_on_has_the_digest_of_the_whole_dump(root: Path) -> None:
    (root / "a.smf").write_bytes(DUMP * 40)
    (imported,) = submit(root / "a.smf")
    claimed = claims.claim(import_id=imported.pk, now=timezone.now())
    assert claimed is not None
    with DumpReader(root / "a.smf", ReadOptions(batch_bytes=100_000)) as reader:
        batch = next(iter(reader))
        ready = prepare(batch.activity)
        Loader(claimed).load(batch, ready, bytes_done=1, now=timezone.now())
    claims.hand_back(import_id=imported.pk, worker=claimed.worker, error="killed")
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert imported.state == Import.State.COMPLETE
    assert imported.sha256 == hashlib.sha256(DUMP * 40).hexdigest()


def test_a_dump_that_was_not_read_to_its_end_has_no_digest(root: Path) -> None:
    (root / "a.smf").write_bytes(b"no records")
    (imported,) = submit(root / "a.smf")
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.sha256) == (Import.State.FAILED, "")


def test_the_same_upload_twice_is_one_file(store: None) -> None:
    upload()
    upload(name="again.smf")
    assert StoredFile.objects.count() == 1
    assert Import.objects.count() == 2


def test_an_upload_over_the_limit_is_refused_and_leaves_nothing(
    store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", len(DUMP) - 1)
    with pytest.raises(FileTooLargeError, match="limit"):
        upload()
    assert list(settings.UPLOADS.iterdir()) == []
    assert not Import.objects.exists()


def test_the_name_of_an_upload_is_only_a_name(store: None) -> None:
    assert upload(name="../../etc/pass\nwd").name == "passwd"


def test_a_dropped_file_is_gone_but_not_while_an_import_needs_it(store: None) -> None:
    imported = upload()
    stored = imported.stored_file
    assert stored is not None
    with pytest.raises(IntakeError, match="not ended"):
        intake.drop_file(stored=stored, by=None, now=timezone.now())
    pipeline.run(imported.pk)
    intake.drop_file(stored=stored, by=None, now=timezone.now())
    stored.refresh_from_db()
    assert list(settings.UPLOADS.iterdir()) == []
    imported.refresh_from_db()
    with pytest.raises(StoredFileMissingError, match="dropped"):
        intake.resubmit(imported=imported, by=None, now=timezone.now())


def test_an_upload_is_found_where_the_state_has_been_moved(
    store: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = upload()
    moved = settings.UPLOADS.rename(tmp_path / "moved")
    monkeypatch.setattr(settings, "UPLOADS", moved)
    again = intake.resubmit(imported=imported, by=None, now=timezone.now())
    for one in (imported, again):
        pipeline.run(one.pk)
        one.refresh_from_db()
        assert one.state == Import.State.COMPLETE
    assert again.path.startswith(str(moved))


def test_what_a_killed_upload_left_is_removed_and_a_running_one_is_not(store: None) -> None:
    dead, running = (settings.UPLOADS / f".incoming-{n}" for n in ("dead", "running"))
    for path in (dead, running):
        path.write_bytes(DUMP)
    a_day_ago = timezone.now().timestamp() - 86_401
    os.utime(dead, (a_day_ago, a_day_ago))
    upload()
    assert not dead.exists()
    assert running.exists()


def test_a_file_that_is_dropped_while_it_is_uploaded_again_is_no_import_of_nothing(
    store: None,
) -> None:
    imported = upload()
    pipeline.run(imported.pk)
    stored = StoredFile.objects.get()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            StoredFile.objects.select_for_update().get(pk=stored.pk)
            second = pool.submit(upload_in_thread)
            wait_for_a_waiting_one()
            intake.drop_file(stored=stored, by=None, now=timezone.now())
        with pytest.raises(StoredFileMissingError, match="upload it again"):
            second.result(30)
    assert Import.objects.count() == 1


def upload_in_thread() -> None:
    try:
        upload()
    finally:
        connection.close()


def wait_for_a_waiting_one() -> None:
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < until
            time.sleep(0.005)


def test_a_pattern_names_every_file_under_the_root(root: Path) -> None:
    assert [Path(one.path).name for one in submit(root / "*.smf")] == ["a.smf", "b.smf"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("{root}/../secret.smf", "outside"),
        ("{root}/../*.smf", "outside"),
        ("{root}/link.smf", "outside"),
        ("{root}/l*.smf", "outside"),
        ("{root}/folder/secret.smf", "outside"),
        ("/etc/passwd", "outside"),
        ("/e*/passwd", "outside"),
        ("/no/such/file", "outside"),
        ("a.smf", "absolute"),
        ("{root}/none.smf", "not exist"),
        ("{root}/none*", "no file"),
        ("{root}", "not a file"),
        ("{root}/a.smf\0", "absolute"),
        ("{root}/*\0", "absolute"),
        ("{root}/" + "a" * 1024, "absolute"),
        ("{root}/\udce4.smf", "absolute"),
    ],
)
def test_a_path_outside_the_roots_is_refused(root: Path, given: str, why: str) -> None:
    (root / "link.smf").symlink_to(root.parent / "secret.smf")
    (root / "folder").symlink_to(root.parent)
    with pytest.raises(PathRefusedError, match=why):
        submit(given.format(root=root))
    assert not Import.objects.exists()


def test_a_link_that_is_bent_after_submission_is_refused_by_the_worker(root: Path) -> None:
    imported = submit(root / "a.smf")[0]
    (root / "a.smf").unlink()
    (root / "a.smf").symlink_to(root.parent / "secret.smf")
    pipeline.run(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.added) == (Import.State.FAILED, 0)
    assert "outside" in imported.error


def test_without_roots_no_path_can_be_imported(
    store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "IMPORT_ROOTS", [])
    with pytest.raises(PathRefusedError, match="off"):
        submit(SAMPLES / "zos32.smf")


def test_a_saved_path_is_confined_and_listed_once(root: Path) -> None:
    given: dict[str, Any] = {"by": None, "now": timezone.now(), "comment": "nightly"}
    saved = intake.save_path(path=f"{root}/*.smf", **given)
    with pytest.raises(IntakeError, match="already"):
        intake.save_path(path=f"{root}/*.smf", **given)
    with pytest.raises(PathRefusedError):
        intake.save_path(path="/etc/*", **given)
    with pytest.raises(PathRefusedError, match="absolute"):
        intake.save_path(path=f"{root}/a\0*", **given)
    intake.remove_path(saved=saved, by=None, now=timezone.now())
    assert not ImportPath.objects.exists()


def test_a_file_of_the_command_line_is_imported_again_only_under_the_roots(root: Path) -> None:
    outside = intake.submit_command(path=root.parent / "secret.smf", now=timezone.now())
    with pytest.raises(PathRefusedError, match="outside"):
        intake.resubmit(imported=outside, by=None, now=timezone.now())
    inside = intake.submit_command(path=root / "a.smf", now=timezone.now())
    again = intake.resubmit(imported=inside, by=None, now=timezone.now())
    assert (again.source, again.path) == (Import.Source.PATH, inside.path)
