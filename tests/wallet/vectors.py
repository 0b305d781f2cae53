"""Where the official vectors lie, and how a test reads one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def load(name: str) -> Any:
    """A JSON vector file, by its path under tests/vectors."""
    return json.loads((VECTORS / name).read_text("utf-8"))
