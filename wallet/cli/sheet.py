"""Wallet: a history as CSV (RFC 4180), for spreadsheets and accountants.

A text that a spreadsheet would run as a formula gets an apostrophe before it, as OWASP has it;
amounts carry no sign (`direction` says it), so they stay numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

COLUMNS: Final = (
    "time", "block", "kind", "direction", "amount", "currency", "fee", "counterparty", "contact",
    "reference", "note", "tx_hash", "log_index",
)  # fmt: skip
# The full-width ones count as formulas, too, where a spreadsheet is set to Chinese or Japanese.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def csv_text(entries: Iterable[Mapping[str, Any]]) -> str:
    """The whole file, with its header; lines end in CRLF."""
    import csv  # noqa: PLC0415  # only an export needs it

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = dict(entry)
        row["fee"] = entry["fee"]["amount"]
        if entry["time"] is not None:
            row["time"] = datetime.fromtimestamp(entry["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        writer.writerow([_harmless(row[column]) for column in COLUMNS])
    return out.getvalue()


def _harmless(value: object) -> str:
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text
