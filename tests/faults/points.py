"""Tests of faults: the kill points, listed from the code. Nobody has to remember to add one.

A point is a function of the bridge that makes something lasting: it commits a transaction, hands
signed bytes to a node or asks something of a bank. They are found in the syntax trees of `api`,
so a new step is a new point, and one that no story reaches fails the suite.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

from api.bank import Bank

__all__ = ["BANK_CALLS", "NODE_CALLS", "Point", "list_points", "place", "points_of"]

API = Path(__file__).resolve().parents[2] / "api"
NODE_CALLS = ("send", "send_many")
BANK_CALLS = frozenset(name for name in vars(Bank) if not name.startswith("_"))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, order=True, slots=True)
class Point:
    """Where something becomes lasting: `what` is «commit» or the port's call."""

    module: str
    function: str
    """Its qualified name, as Python says it."""
    what: str

    def __str__(self) -> str:
        return f"{self.what} in {self.module}:{self.function}"


@cache
def list_points() -> frozenset[Point]:
    """Every point of the bridge. The bank's adapters are the outside: they have their own books."""
    files = (file for file in sorted(API.rglob("*.py")) if API / "bank" not in file.parents)
    trees = {_module(file): ast.parse(file.read_text("utf-8")) for file in files}
    return frozenset(points_of(trees))


def points_of(trees: dict[str, ast.Module]) -> set[Point]:
    """The points of these modules.

    A context manager that yields inside a transaction only passes it on: whoever enters it is
    the point, under whatever name it has.
    """
    passing = {"transaction"}
    while grown := {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, _FUNCTIONS) and node.name not in passing and _passes_on(node, passing)
    }:
        passing |= grown
    return {
        Point(module, function, what)
        for module, tree in trees.items()
        for function, node in _functions(tree, "")
        if node.name not in passing
        for what in _effects(node, passing)
    }


def place(what: str) -> Point | None:
    """The point that is at work now, seen from inside it; None when a test itself is."""
    points = list_points()
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        point = Point(frame.f_globals.get("__name__", ""), frame.f_code.co_qualname, what)
        if point in points:
            return point
        frame = frame.f_back
    return None


def _module(file: Path) -> str:
    parts = file.relative_to(API.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _functions(tree: ast.AST, above: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function with its qualified name."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, _SCOPES):
            yield from _functions(node, above)
            continue
        name = f"{above}{node.name}"
        if isinstance(node, _FUNCTIONS):
            yield name, node  # type: ignore[misc]  # an async function has the same fields
            yield from _functions(node, f"{name}.<locals>.")
        else:
            yield from _functions(node, f"{name}.")


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, _SCOPES):
            yield node
            yield from _own(node)


def _effects(function: ast.AST, passing: set[str]) -> set[str]:
    return {what for node in _own(function) if (what := _effect(node, passing)) is not None}


def _effect(node: ast.AST, passing: set[str]) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    called, owner = node.func.attr, ast.unparse(node.func.value).rpartition(".")[2]
    if called in passing:
        return "commit"
    if called in NODE_CALLS and owner.strip("_").endswith(("node", "nodes")):
        return called
    if called in BANK_CALLS and owner.strip("_").endswith("bank"):
        return called
    return None


def _passes_on(function: ast.AST, passing: set[str]) -> bool:
    """Whether it yields from inside a transaction."""
    return any(
        isinstance(node, ast.With)
        and any(_effect(item.context_expr, passing) == "commit" for item in node.items)
        and any(isinstance(inner, ast.Yield) for inner in ast.walk(node))
        for node in _own(function)
    )
