"""By a file in a folder that the unit's own system empties. The same notice has the same name."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.outbox.undelivered import Undelivered


def drop_file(folder: Path, *, notice_id: UUID, body: Mapping[str, Any]) -> None:
    """Write one notice, whole or not at all, so that it survives a power cut. Raises Undelivered."""
    path = folder / f"{notice_id}.json"
    unfinished = folder / f".{notice_id}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(unfinished, "w", encoding="utf-8") as file:
            json.dump(body, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
        _settle(folder)
    except OSError as error:
        raise Undelivered("folder") from error


def _settle(folder: Path) -> None:
    """Make the new name itself survive."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
