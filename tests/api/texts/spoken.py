"""Tests: every sentence that the bridge's sources say, by its English form."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter

from api.texts.catalogue import MODULES

API = Path(__file__).parents[3] / "api"


def pairs() -> list[tuple[str, str]]:
    """Every English form with its Chinese one, as the tables have them."""
    return [pair for name in MODULES for pair in import_module(f"api.texts.{name}_zh").TEXTS]


def plain(form: str) -> str:
    """A form whose places have no names, so that it can be compared with a source."""
    return "".join(
        literal + ("{}" if name is not None else "")
        for literal, name, _, _ in Formatter().parse(form)
    )


def plain_source(form: str) -> str:
    """The same of a form that was read from a source."""
    return form.replace("{{", "{").replace("}}", "}")


def places(form: str) -> set[str]:
    """The names of its places."""
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


def has_words(form: str) -> bool:
    """Whether there is anything in it to translate."""
    return re.search(r"[A-Za-z]{2}", plain(form).replace("{}", "")) is not None


@cache
def trees() -> dict[str, ast.Module]:
    """Every source of the bridge but the texts themselves, by its place."""
    return {
        path.relative_to(API).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(API.rglob("*.py"))
        if path.parent.name != "texts"
    }


def form_of(node: ast.expr) -> str | None:
    """A literal as a form; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("{", "{{").replace("}", "}}")
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{}" if isinstance(part, ast.FormattedValue) else form_of(part) or ""
            for part in node.values
        )
    return None


def literals() -> Iterator[str]:
    """Every literal, as a form without names; a name with blanks for its underscores, too."""
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and (form := form_of(node)) is not None:
                yield form
                yield form.replace("_", " ")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value if "{" not in node.value else _plain_or(node.value)
    source = ast.parse(inspect.getsource(argparse))
    for node in ast.walk(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"%(\(\w+\))?[rs]", "{}", node.value)


def _plain_or(text: str) -> str:
    try:
        return plain(text)
    except ValueError:  # braces that are no form: it is JSON, or a pattern
        return text


def told_forms() -> Iterator[tuple[str, str]]:
    """The form of every `text(…)` and `told(…)`, with its place."""
    for place, tree in trees().items():
        for node in ast.walk(tree) if _speaks(tree) else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("text", "told")
            ):
                yield f"{place}:{node.lineno}", _told_form(node.args[0], f"{place}:{node.lineno}")


def _speaks(tree: ast.Module) -> bool:
    return any(
        isinstance(each, ast.ImportFrom) and each.module == "api.texts" for each in tree.body
    )


def _told_form(node: ast.expr, place: str) -> str:
    """What is told must stand where it is told; only places may be strung together."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    own = "".join(str(n.value) for n in ast.walk(node) if isinstance(n, ast.Constant))
    assert not has_words(own.replace("state:said", "").replace(":said", "")), (
        f"{place} hides its form"
    )
    return ""


def errors() -> set[str]:
    """The names of the bridge's errors: the root's and all that are made of it."""
    found = {"BridgeError"}
    classes = [
        n for tree in trees().values() for n in ast.walk(tree) if isinstance(n, ast.ClassDef)
    ]
    while more := {
        each.name
        for each in classes
        if each.name not in found
        and any(isinstance(base, ast.Name) and base.id in found for base in each.bases)
    }:
        found |= more
    return found


def said_of_errors() -> Iterator[tuple[str, str]]:
    """Detail and remedy of every error that is raised, as forms without names, with the place."""
    names = errors()
    for place, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
                named = [each.value for each in node.keywords if each.arg in ("detail", "remedy")]
                for given in [*node.args, *named]:
                    for form in _branches(given):
                        # a field's name, or a sentence that was made elsewhere
                        if " " in form and has_words(form):
                            yield f"{place}:{node.lineno}", form


def _branches(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _branches(node.body)
        yield from _branches(node.orelse)
    elif (form := form_of(node)) is not None:
        yield form


def sentences(folder: str) -> Iterator[tuple[str, str]]:
    """Every literal of a folder's sources that has several words, but for docstrings."""
    for place, tree in trees().items():
        if not place.startswith(folder):
            continue
        inner = {
            id(each)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr | ast.Expr)
            for each in ast.iter_child_nodes(node)
            if isinstance(each, ast.Constant)
        }
        for node in ast.walk(tree):
            form = form_of(node) if isinstance(node, ast.expr) and id(node) not in inner else None
            if form is not None and re.search(r"[A-Za-z]{2,} .*[a-z]{2,}", form):
                yield f"{place}:{node.lineno}", form
