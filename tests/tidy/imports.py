"""Tidy: who may import whom. A rule takes a source and gives its breaches, one line each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.tidy.sources import ROOT, Source

# These put the rooms together, so they may reach into them.
ASSEMBLY = {"cli", "migrations", "web"}
# Common ground, open to every room: the kernel, and what routes need to speak HTTP. Not the
# modules of web that know all rooms.
COMMON = {"kernel", "web"}
CLOSED = ("api.web.app", "api.web.service")


def imported(source: Source) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Every import, at any depth of the file: its line, the module, the names taken from it."""
    package = source.parts[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name, ()
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                base = package[: len(package) - node.level + 1]
                module = ".".join([*base, module] if module else base)
            yield node.lineno, module, tuple(name.name for name in node.names)


def _breaches(source: Source, *forbidden: str) -> list[str]:
    return [
        f"{source.path}:{line} imports {module}"
        for line, module, _ in imported(source)
        if module.split(".")[0] in forbidden
    ]


def wallet_knows_no_bridge(source: Source) -> list[str]:
    """The wallet works without the bank: it imports neither the bridge nor the scripts."""
    return _breaches(source, "api", "scripts") if source.parts[0] == "wallet" else []


def product_knows_no_build_tool(source: Source) -> list[str]:
    """The wallet and the bridge install and run without brownie, the compiler and the scripts."""
    if source.parts[0] not in ("wallet", "api"):
        return []
    return _breaches(source, "brownie", "solcx", "pytest", "hypothesis", "scripts", "tests")


def _room(module: str) -> str:
    """The room of the bridge that a module belongs to; empty for none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "api" else ""


def kernel_imports_no_room(source: Source) -> list[str]:
    """The kernel stands below every room: of the bridge it imports only itself."""
    if source.parts[:2] != ("api", "kernel"):
        return []
    return [
        f"{source.path}:{line} imports {module}"
        for line, module, names in imported(source)
        if _room(module) not in ("", "kernel")
        or (module == "api" and any(name != "kernel" for name in names))
    ]


def rooms_meet_at_their_faces(source: Source) -> list[str]:
    """A room imports another only from a package's face, never from a module inside it.

    `from api.bank import BankLine` and, of a package in the room, `from api.bank.iso20022 import
    read_camt`. The common ground is open to all.
    """
    parts = source.parts
    if parts[0] != "api" or len(parts) < 3 or parts[1] in ASSEMBLY:
        return []
    breaches = []
    for line, module, names in imported(source):
        other = _room(module)
        if {module, *(f"{module}.{name}" for name in names)}.intersection(CLOSED):
            breaches.append(f"{source.path}:{line} imports the assembly ({module})")
        if other in ("", parts[1]) or other in COMMON:
            continue
        inner = [name for name in names if _is_module(module, name)]
        if inner or (module.count(".") > 1 and not _is_package(module)):
            what = f"{module}: {', '.join(inner)}" if inner else module
            breaches.append(f"{source.path}:{line} reaches into the room {other} ({what})")
    return breaches


def _is_package(module: str) -> bool:
    return ROOT.joinpath(*module.split("."), "__init__.py").exists()


def _is_module(package: str, name: str) -> bool:
    """Whether a name taken from a package's face is in truth a module or package inside it."""
    place = ROOT.joinpath(*package.split("."))
    if not ((place / f"{name}.py").exists() or _is_package(f"{package}.{name}")):
        return False
    if not _is_package(package):
        return True
    path = place / "__init__.py"
    face = Source(path.relative_to(ROOT).as_posix(), path.read_text())
    return not any(name in names for _, _, names in imported(face))


RULES = (
    wallet_knows_no_bridge,
    product_knows_no_build_tool,
    kernel_imports_no_room,
    rooms_meet_at_their_faces,
)
