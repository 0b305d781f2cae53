"""Tidy: the project's own sources, read once and parsed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = {"node_modules", "build", "dist", "__pycache__"}  # beside every folder that starts with "."


@dataclass(frozen=True)
class Source:
    """A text file, named by its path from the checkout's root, with `/` between the parts."""

    path: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts: `("api", "bank", "port.py")`."""
        return tuple(self.path.split("/"))

    @property
    def is_public(self) -> bool:
        """Whether no part of its name says that it is private."""
        return not any(p.startswith("_") and not p.startswith("__") for p in self.parts)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python."""
        return ast.parse(self.text, self.path)


@cache
def files(suffix: str) -> tuple[Path, ...]:
    """Every file of ours with this suffix, as paths from the root."""
    found = (path.relative_to(ROOT) for path in ROOT.glob(f"*{suffix}"))
    deep = (
        path.relative_to(ROOT)
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in MADE
        for path in folder.rglob(f"*{suffix}")
    )
    return tuple(sorted(path for path in (*found, *deep) if not MADE.intersection(path.parts)))


@cache
def sources(suffix: str, *rooms: str) -> tuple[Source, ...]:
    """The sources with this suffix below the named top folders."""
    return tuple(
        Source(path.as_posix(), (ROOT / path).read_text())
        for path in files(suffix)
        if path.parts[0] in rooms
    )
