"""The JSON Schemas of the commands' answers, and checking an answer against its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.syntax import Line, parse
from wallet.errors import WalletError

DIRECTORY = Path(__file__).resolve().parents[2] / "docs" / "guide" / "json"
#: Schemas that belong to no single command.
SHARED = ("common", "error", "help", "version")


@cache
def schemas() -> dict[str, Any]:
    """Every schema by its name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in DIRECTORY.glob("*.json")}


@cache
def _registry() -> Registry[Any]:
    named = ((f"{name}.json", Resource.from_contents(each)) for name, each in schemas().items())
    return Registry().with_resources(named)


def check(name: str, answer: object) -> None:
    """Fail unless an answer is one of its schema."""
    validator = Draft202012Validator(schemas()[name], registry=_registry())
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]
    assert not faults, (name, faults, answer)


def check_run(arguments: list[str], out: str, err: str) -> str | None:
    """Check what a command line with --json gave out; the command, if it was understood."""
    try:
        line = parse(arguments, COMMANDS, COMMON)
    except WalletError:
        line = Line(None)
    if out:
        name = "version" if line.has("--version") else line.command
        name = "help" if name is None or line.has("--help") else name
        if name in schemas():  # that each has one, test_json.py says
            check(name, json.loads(out))
    if not out or '{\n  "error": {' in err:
        check("error", json.loads(err[err.index('{\n  "error"') :]))
    return line.command if out else None
