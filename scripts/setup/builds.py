"""Setup: forget compiled contracts of which a source is gone, as after an update of the checkout.

Brownie compiles what changed, but stops with FileNotFoundError at what was removed or renamed.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from scripts.toolchain import CACHE, ROOT

BUILDS = CACHE / "contracts"


def missing_sources(builds: Path = BUILDS, root: Path = ROOT) -> set[str]:
    """Sources that compiled contracts name and that are not there; a garbled build names itself."""
    missing = set()
    for build in builds.glob("*/*.json"):
        try:
            named = json.loads(build.read_text("utf-8")).get("allSourcePaths") or {}
        except (ValueError, AttributeError):
            missing.add(str(build))
            continue
        missing |= {path for path in named.values() if not (root / path).exists()}
    return missing


def forget_stale(builds: Path = BUILDS, root: Path = ROOT) -> bool:
    """Remove all builds when one of them is of a source that is gone; whether that was so."""
    if not missing_sources(builds, root):
        return False
    shutil.rmtree(builds)
    return True
