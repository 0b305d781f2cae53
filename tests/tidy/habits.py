"""Tidy: size, money, time and docstrings. A rule takes a source and gives its breaches."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.tidy.sources import Source

FUNCTION_LINES = 70
MODULE_LINES = 399

# Where amounts live: there, a float is a wrong amount waiting.
MONEY = (
    "wallet/money.py",
    "wallet/typed_data.py",
    "wallet/token",
    "api/kernel/money.py",
    "api/ledger/",
    "api/statements/",
    "api/deposits/",
    "api/redemptions/",
    "api/transfers/",
    "api/reserve/",
    "api/bank/",
)
# Where the operating system is asked for the time; everywhere else the time is passed in.
CLOCKS = {
    "api/kernel/clock.py": "the bridge's one clock",
    "wallet/clock.py": "the wallet's one clock",
}
NOW = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
ROOMS = {"wallet": "Wallet", "api": "Bridge", "scripts": "Scripts"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_are_short(source: Source) -> list[str]:
    """No function is longer than a screen and a half."""
    return [
        f"{source.path}:{node.lineno} {node.name} has {_length(node)} lines"
        for node in ast.walk(source.tree)
        if isinstance(node, Function) and _length(node) > FUNCTION_LINES
    ]


def _length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def modules_are_short(source: Source) -> list[str]:
    """A file of this length holds more than one idea."""
    count = len(source.text.splitlines())
    return [f"{source.path} has {count} lines"] if count > MODULE_LINES else []


def money_is_never_a_float(source: Source) -> list[str]:
    """Where amounts live there is no float: no literal, no conversion, no annotation."""
    if not source.path.startswith(MONEY):
        return []
    breaches = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            breaches.append(f"{source.path}:{node.lineno} has the float {node.value}")
        elif isinstance(node, ast.Name) and node.id == "float":
            breaches.append(f"{source.path}:{node.lineno} uses float")
    return breaches


def time_is_passed_in(source: Source) -> list[str]:
    """Only a clock asks for the time, so that a test can say what time it is."""
    if source.parts[0] not in ("wallet", "api") or source.path in CLOCKS:
        return []
    breaches = [
        f"{source.path}:{node.lineno} asks for the time ({ast.unparse(node)})"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in NOW
    ]
    taken = [
        f"{source.path}:{node.lineno} takes time's own functions"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and any((node.module, name.name) in NOW for name in node.names)
    ]
    return breaches + taken


def _last(node: ast.expr) -> str:
    """The last name of `a.b.c`, so that `datetime.datetime.now` is seen too."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def public_names_are_documented(source: Source) -> list[str]:
    """Every public module, class, function and method has a docstring."""
    if source.parts[0] not in ("wallet", "api", "scripts") or not source.is_public:
        return []
    missing = [] if ast.get_docstring(source.tree) else [f"{source.path} has no docstring"]
    return missing + [
        f"{source.path}:{node.lineno} {name} has no docstring"
        for name, node in _public(source.tree)
        if not ast.get_docstring(node)
    ]


def _public(
    parent: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Public definitions that a reader can reach by name; a body documents its overloads."""
    for node in parent.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(_last(decorator) in ("overload", "override") for decorator in node.decorator_list):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node, f"{prefix}{node.name}.")


def modules_name_their_room(source: Source) -> list[str]:
    """A module's first line says which room it stands in: `Bank: …`, `Wallet: …`."""
    rooms = _room_names(source.parts)
    first = (ast.get_docstring(source.tree) or "").partition("\n")[0]
    if first.lower().startswith(tuple(f"{room.lower()}: " for room in rooms)):
        return []
    return [f"{source.path} should begin with a docstring “{rooms[0]}: …”"]


def _room_names(parts: tuple[str, ...]) -> tuple[str, ...]:
    """`api/bank/x.py` stands in Bank, `api/x.py` in Bridge, `wallet/cli/x.py` in Wallet.

    A folder of scripts may have a name of its own.
    """
    top, folder = ROOMS[parts[0]], parts[1].capitalize()
    if len(parts) < 3 or parts[0] == "wallet":
        return (top,)
    return (folder,) if parts[0] == "api" else (top, folder)


RULES = (
    functions_are_short,
    modules_are_short,
    money_is_never_a_float,
    time_is_passed_in,
    public_names_are_documented,
    modules_name_their_room,
)
