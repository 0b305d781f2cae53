"""Tests of the API document and its page: nothing on it goes without a word of explanation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

import api
from api.web.docs_page import page
from api.web.openapi import PROBLEM_TYPES
from api.web.problem_types import PREFIX, TYPES

SOURCES = Path(api.__file__).parent
# What never reaches an asker: the worker's, the attestor's and the command's own, base classes,
# and broken invariants, which are told as internal-error.
INSIDE = {
    "attestation-not-mined",
    "attestation-not-newer",
    "attestation-not-taken",
    "attestation-refused",
    "bank-error",
    "bank-silent",
    "block-not-final",
    "books-behind",
    "books-differ",
    "bridge-behind",
    "call-reverted",
    "chain-differs",
    "chain-moved",
    "count-doubtful",
    "error",
    "events-missing",
    "fee-above-ceiling",
    "holders-differ",
    "illegal-transition",
    "invariant-broken",
    "journal-changed",
    "lane-halted",
    "lease-lost",
    "ledger-below-zero",
    "ledger-event-mismatch",
    "ledger-imbalance",
    "misconfigured",
    "node-behind",
    "nodes-disagree",
    "nothing-final",
    "older-than-the-chain",
    "paid-back-already",
    "proof-not-mined",
    "proving-elsewhere",
    "receipt-missing",
    "supply-differs",
    "too-much-gas",
    "transaction-lost",
    "transaction-missing",
    "transaction-not-taken",
}
# Phrases of HTTP, which the framework's errors are named by, and names that are computed.
COMPUTED = {"bad-request", "method-not-allowed"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tested here does not differ between the stores."""
    return sqlite_url


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    return app.openapi()


def test_every_field_says_what_it_means(document: dict[str, Any]) -> None:
    """Of each body, answer and parameter."""
    silent = [
        f"{schema}.{name}"
        for schema, shape in document["components"]["schemas"].items()
        for name, field in shape.get("properties", {}).items()
        if not field.get("description", "").strip()
    ]
    silent += [
        f"{verb} {path} {parameter['name']}"
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        for parameter in operation["parameters"]
        if not parameter.get("description", "").strip()
    ]
    assert silent == []
    assert len(document["components"]["schemas"]) > 20


def test_no_row_of_the_page_is_without_meaning(document: dict[str, Any]) -> None:
    """The page shows what the document says."""
    assert "<td></td>" not in page(document)


def test_the_page_prints_every_value_and_inner_field(document: dict[str, Any]) -> None:
    """States, lists that may be missing, limits and defaults."""
    shown = page(document)
    for schema in document["components"]["schemas"].values():
        for value in schema.get("enum", ()):
            assert value in shown
    assert "<code>fields[].problem</code>" in shown
    assert "<code>deposits[].amount.currency</code>" in shown
    assert "Longest page. 1 to 500. Without it, 100" in shown
    assert "One of backing, bucket" in shown
    assert "<code>waiting_for</code> says why one stays queued" in shown


def test_the_page_lists_the_problem_types(document: dict[str, Any]) -> None:
    """And so does the document, for programs."""
    listed = document["components"]["schemas"]["ProblemBody"][PROBLEM_TYPES]
    assert [each["type"] for each in listed] == [f"{PREFIX}{slug}" for slug in TYPES]
    shown = page(document)
    assert f"<code>{PREFIX}</code>" in shown
    for slug, (_, meaning) in TYPES.items():
        assert f"<code>{slug}</code>" in shown
        assert meaning


def test_every_problem_type_is_known_and_real() -> None:
    """What the sources name is listed or stays inside; what is listed is somewhere named."""
    sources = (file for file in SOURCES.rglob("*.py") if file.name != "problem_types.py")
    named = {slug for file in sources for slug in _slugs(file)}
    assert named - INSIDE - TYPES.keys() == set()
    assert TYPES.keys() - COMPUTED - named == set()
    assert named >= INSIDE
    assert not INSIDE & TYPES.keys()


def _slugs(file: Path) -> Iterator[str]:
    """Every slug that a source writes down."""
    for node in ast.walk(ast.parse(file.read_text())):
        for found in _places(node):
            # in capitals: codes of ISO 20022 stand in tables, too
            if (
                isinstance(found, ast.Constant)
                and isinstance(found.value, str)
                and found.value == found.value.lower()
            ):
                yield found.value


def _places(node: ast.AST) -> list[ast.expr]:
    """`slug = "…"`, `slug="…"`, the third part of `problem(…)`, tables of `(slug, …)`."""
    match node:
        case ast.keyword(arg="slug", value=value) | ast.Assign([ast.Name("slug")], value):
            return [value]
        case ast.Call(ast.Name("problem"), [_, _, slug, *_]):
            return [slug]
        case ast.Dict(values=values):
            return [value.elts[0] for value in values if isinstance(value, ast.Tuple)]
    return []
