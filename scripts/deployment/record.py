"""Scripts: deployments/<chainId>.json, which the wallet and the bridge read."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from scripts.deployment import DeploymentError

__all__ = ["CONTRACTS", "RecordError", "forget_brownies_record", "read_record", "write_record"]

BROWNIES_OWN = Path(__file__).resolve().parents[2] / ".cache" / "contracts" / "deployments"

# The record's key of each contract → its name in the sources.
CONTRACTS = {"accessManager": "AccessManager", "token": "DepositToken", "teller": "Teller"}
NEEDED = (*CONTRACTS, "roles", "parameters", "chainId")


class RecordError(DeploymentError):
    """The record and the chain do not agree, or there is no record; the text says what to do."""


def forget_brownies_record() -> None:
    """Remove what brownie itself remembers of deployments: ours is the record.

    Brownie keeps every contract that it once saw on a live network, and refuses to connect when
    the chain no longer has one of them, as after a local chain was begun anew.
    """
    for chain in BROWNIES_OWN.glob("*/"):  # brownie makes the folder itself only when it compiles
        shutil.rmtree(chain)
    (BROWNIES_OWN / "map.json").unlink(missing_ok=True)


def read_record(path: Path) -> dict[str, Any] | None:
    """The recorded deployment, or None when there is none yet. Raises RecordError."""
    try:
        record = json.loads(path.read_text("utf-8"))
        missing = [
            name for name in (*CONTRACTS, "roles", "parameters", "chainId") if name not in record
        ]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as problem:
        raise RecordError(
            f"{path} cannot be read: {problem}. Restore it from a backup"
        ) from problem
    if missing:
        raise RecordError(f"{path} lacks {', '.join(missing)}: restore it from a backup")
    return dict(record)


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write it whole or not at all: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(record, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # nothing in it is secret, and other users read it
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
