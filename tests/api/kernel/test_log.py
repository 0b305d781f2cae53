"""Tests of the log: a line is one JSON object, and an error's own words stay out of it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from api.kernel.log import configure, note, note_failure


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the process's log goes for one test."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    """What was written, parsed."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail() -> None:
    """Raise an error whose words, and its cause's, hold personal data."""
    cause = ValueError("Key (account)=(DE89370400440532013000)")
    raise RuntimeError("Ada Lovelace") from cause


def test_one_line_of_json_with_ids(out: io.StringIO) -> None:
    """Names first, then the event's own fields."""
    note(logging.getLogger("jiaozi"), "deposit issued", deposit="deposit_1", number=7)
    [line] = lines(out)
    assert (line["event"], line["deposit"], line["number"]) == ("deposit issued", "deposit_1", 7)
    assert line["level"] == "info"


def test_a_value_cannot_forge_a_line(out: io.StringIO) -> None:
    """Line ends are escaped."""
    note(logging.getLogger("jiaozi"), "x", reason='no"}\n{"event": "forged"}')
    assert [line["event"] for line in lines(out)] == ["x"]


def test_a_failure_tells_class_and_place_only(out: io.StringIO) -> None:
    """The words of a driver may quote a customer's row, also those of its cause."""
    try:
        fail()
    except RuntimeError as error:
        note_failure(logging.getLogger("jiaozi"), "failed", error, request="request_1")
        logging.getLogger("other").exception("also through the library's own way")
    first, second = lines(out)
    assert first["error"] == second["error"] == "RuntimeError < ValueError"
    assert "test_a_failure" in str(first["at"])
    assert "Ada" not in out.getvalue()
    assert "DE89" not in out.getvalue()
