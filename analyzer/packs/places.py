"""Where the files of packs are. Names are made of the row's id and of nothing that was typed."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

from analyzer.models import AuditPack


def place(pack_id: int) -> Path:
    """The file of a pack."""
    return Path(settings.PACKS) / f"{int(pack_id)}.zip"


def new_part(pack_id: int) -> Path:
    """A file to write a pack to; one that a killed worker left behind goes."""
    for left in _parts(pack_id):
        left.unlink(missing_ok=True)
    return Path(settings.PACKS) / f".{int(pack_id)}-{secrets.token_hex(4)}.part"


def drop(pack_id: int) -> None:
    """Remove all that there is of a pack."""
    for path in (place(pack_id), *_parts(pack_id)):
        path.unlink(missing_ok=True)


def file_name(pack: AuditPack) -> str:
    """What the pack is called when it is taken away."""
    return f"zertify_audit-pack-{pack.pk}_{pack.as_of:%Y-%m-%dT%H%MZ}.zip"


def _parts(pack_id: int) -> list[Path]:
    return list(Path(settings.PACKS).glob(f".{int(pack_id)}-*.part"))
