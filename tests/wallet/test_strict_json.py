"""Tests of wallet.strict_json: no text, however nested, ends the process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.strict_json import read_json

_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
)


@given(_values)
def test_reads_what_json_reads(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


def test_brackets_in_strings_do_not_nest() -> None:
    value = ["[" * 100, '"[' * 100, "\\" + '"{' * 100]
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps([[]] * 5000).encode()) == [[]] * 5000


@pytest.mark.parametrize(
    "data", [b"[" * 65, b"[" * 100_000, b'{"a":' * 65, b'["x",' * 65, b'"' + b"[" * 99]
)
def test_deep_or_broken_texts_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(data)


def test_an_unended_string_takes_no_longer_than_its_length() -> None:
    """Looked at from each of a million quotes anew, this would take hours."""
    with pytest.raises(ValueError, match=r"."):
        read_json(b"[]" * 65 + b'"' + b'\\"' * 1_000_000)


@pytest.mark.parametrize("data", [b"NaN", b"Infinity", b"[-Infinity]", b"", b"\xff", b"{'a': 1}"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(data)


@given(st.text(alphabet='[]{}",:\\a', max_size=300))
def test_brackets_and_quotes_in_any_order(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        expected = ValueError
    try:
        found = read_json(text.encode())
    except ValueError:
        found = ValueError
    assert found == expected or found is ValueError


def test_it_holds_where_the_recursion_limit_was_raised() -> None:
    """The fault that this module is for: without it, this program dies of a signal."""
    program = (
        "import sys, json; sys.setrecursionlimit(100_000)\n"
        "from wallet.strict_json import read_json\n"
        "try: READ(b'[' * 100_000)\n"
        "except (ValueError, RecursionError): print('refused')"
    )
    ours = subprocess.run(
        [sys.executable, "-c", program.replace("READ", "read_json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ours.returncode, ours.stdout) == (0, "refused\n")
