"""Kernel: the log. One JSON object a line, made of names and ids: no secret, no personal data.

`note(log, "deposit issued", deposit=…, number=…)` is the one way to write: values are ids,
counts, states and reasons, never a name, an account number, a code or a key.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

__all__ = ["JsonLines", "configure", "note", "note_failure"]

_FIELDS = "jiaozi_fields"


class JsonLines(logging.Formatter):
    """One JSON object a line. Control characters cannot forge a line: JSON escapes them."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and event first, then the record's own fields."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        entry.update(getattr(record, _FIELDS, {}))
        if record.exc_info and record.exc_info[1] is not None:
            entry.update(describe(record.exc_info[1]))
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> logging.Logger:
    """Send every log of this process to `stream` (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    return logging.getLogger("jiaozi")


def note(log: logging.Logger, event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one event with its ids."""
    log.log(level, "%s", event, extra={_FIELDS: fields})


def note_failure(log: logging.Logger, event: str, error: BaseException, **fields: object) -> None:
    """Write an unforeseen error: its class and where it arose, never its words or its values.

    A driver's message may quote a row, and a row may hold a customer's name.
    """
    note(log, event, level=logging.ERROR, **fields, **describe(error))


def describe(error: BaseException) -> dict[str, object]:
    """An error's class and stack, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    kinds = [type(error).__name__]
    cause = error.__cause__ or error.__context__
    while cause is not None and len(kinds) < 5:  # noqa: PLR2004 - a chain of five tells enough
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return {
        "error": " < ".join(kinds),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
