"""Web: the OpenAPI document as one page. Rendered here, loads nothing from anywhere.

A bank's network may have no way out, and a script from elsewhere could read an operator's token.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from api.web.openapi import PROBLEM_TYPES
from api.web.problem_types import PREFIX

__all__ = ["POLICY", "page"]

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #0b7285; }
@media (prefers-color-scheme: dark) { :root { --accent: #3bc9db } }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
code, .path { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0;
  padding: .5rem 1rem }
summary { cursor: pointer } summary .what { color: GrayText; margin-left: .8rem }
.verb { display: inline-block; min-width: 4rem; font-weight: 700; color: var(--accent) }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; min-width: 38rem; margin: .4rem 0 1rem }
td, th { text-align: left; padding: .25rem .6rem; vertical-align: top;
  border-top: 1px solid var(--line) }
td:first-child, th:first-child { width: 34% } td:nth-child(2), th:nth-child(2) { width: 18% }
th { font-weight: 600; background: var(--soft) } h4 { margin: .8rem 0 .2rem }
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'"
"""Content-Security-Policy of the page: its own style sheet and nothing else."""
_CODE: Final = re.compile(r"`([^`]+)`")
_PROBLEM: Final = "#/components/schemas/ProblemBody"


def page(openapi: Mapping[str, Any]) -> str:
    """The whole page, from the OpenAPI document of `FastAPI.openapi()`."""
    info = openapi["info"]
    title = escape(f"{info['title']} {info['version']}")
    groups: dict[str, list[str]] = {}
    for path, verbs in openapi["paths"].items():
        for verb, operation in verbs.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append(_operation(openapi, path, verb, operation))
    body = "".join(
        f"<section><h2>{escape(tag.capitalize())}</h2>{''.join(operations)}</section>"
        for tag, operations in groups.items()
    )
    errors = _table("".join(_rows(openapi, {"$ref": _PROBLEM}, ""))) + _problems(openapi)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><header><h1>{title}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p></header>'
        f"<main>{body}<section><h2>Errors</h2><p>Every error is an application/problem+json of "
        f"this shape.</p>{errors}</section></main></body></html>"
    )


def _operation(
    openapi: Mapping[str, Any], path: str, verb: str, operation: Mapping[str, Any]
) -> str:
    head = (
        f'<summary><span class="verb">{escape(verb.upper())}</span>'
        f'<span class="path">{escape(path)}</span>'
        f'<span class="what">{escape(operation.get("summary", ""))}</span></summary>'
    )
    parameters = "".join(
        _row(
            parameter["name"],
            f"{parameter['in']}, {_kind(parameter.get('schema', {}))}",
            _meaning(openapi, parameter.get("schema", {}), parameter.get("description", "")),
        )
        for parameter in operation.get("parameters", ())
    )
    parts = [_paragraph(operation.get("description", ""))]
    if operation.get("security"):
        parts.append("<p><strong>Needs the operator's token</strong> (Authorization: Bearer).</p>")
    if parameters:
        parts.append(f"<h4>Parameters</h4>{_table(parameters)}")
    parts += _content(openapi, "Body", operation.get("requestBody", {}))
    for status, response in operation.get("responses", {}).items():
        if status == "4XX":  # the same for all, shown once below
            continue
        parts += _content(openapi, f"Answer {escape(status)}", response)
    return f"<details>{head}{''.join(parts)}</details>"


def _content(openapi: Mapping[str, Any], title: str, holder: Mapping[str, Any]) -> Iterator[str]:
    for media, content in holder.get("content", {}).items():
        rows = "".join(_rows(openapi, content.get("schema", {}), ""))
        shape = _table(rows) if rows else _paragraph(holder.get("description", ""))
        yield f"<h4>{title} <code>{escape(media)}</code></h4>{shape}"


def _rows(openapi: Mapping[str, Any], schema: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """A row a field; the fields of inner objects follow under their dotted names."""
    resolved = _resolve(openapi, schema)
    for name, field in resolved.get("properties", {}).items():
        full = f"{prefix}{name}"
        yield _row(full, _kind(field), _meaning(openapi, field, field.get("description", "")))
        for choice in _choices(field):
            if "items" in choice:
                yield from _rows(openapi, choice["items"], f"{full}[].")
            else:
                yield from _rows(openapi, choice, f"{full}.")


def _choices(schema: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What a value may be: the branches of an anyOf, or the schema itself."""
    found: Sequence[Mapping[str, Any]] = schema.get("anyOf", (schema,))
    return found


def _meaning(openapi: Mapping[str, Any], schema: Mapping[str, Any], said: str) -> str:
    """The description, the values that there are, and what counts when none is given."""
    sentences = [said] if said else []
    for choice in _choices(schema):
        values = _resolve(openapi, choice.get("items", choice)).get("enum", ())
        if values:
            sentences.append(f"One of {', '.join(map(str, values))}")
    if "minimum" in schema and "maximum" in schema:
        sentences.append(f"{schema['minimum']} to {schema['maximum']}")
    if schema.get("default") is not None:
        sentences.append(f"Without it, {schema['default']}")
    return ". ".join(sentences)


def _problems(openapi: Mapping[str, Any]) -> str:
    """The types of problems, each with its statuses."""
    rows = "".join(
        _row(
            each["type"].removeprefix(PREFIX),
            " or ".join(map(str, each["status"])),
            each["meaning"],
        )
        for each in _resolve(openapi, {"$ref": _PROBLEM}).get(PROBLEM_TYPES, ())
    )
    if not rows:
        return ""
    return (
        f"<h3>Types of problems</h3><p>Each begins with <code>{PREFIX}</code>.</p>"
        f"{_table(rows, ('Type', 'Status', 'Meaning'))}"
    )


def _resolve(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = openapi
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    resolved: Mapping[str, Any] = found
    return resolved


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _paragraph(text: str) -> str:
    """Each paragraph of a docstring as one; nothing for no text."""
    parts = (part for part in text.split("\n\n") if part.strip())
    return "".join(f"<p>{_words(part)}</p>" for part in parts)


def _words(text: str) -> str:
    """Text as HTML: what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _table(rows: str, heads: Sequence[str] = ("Field", "Type", "Meaning")) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _row(name: str, kind: str, meaning: str) -> str:
    return (
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td>"
        f"<td>{_words(meaning)}</td></tr>"
    )
