"""Tests of the file adapter: statements, and how they lie in its directories."""

from __future__ import annotations

import io
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.bank.files import FileBank
from api.bank.iso20022 import Statement, write_camt
from api.kernel.money import Money
from tests.api.bank.contract.kit import RESERVE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the directories lie."""
    return tmp_path / "bank"


@pytest.fixture
def bank(root: Path) -> FileBank:
    """The adapter, its directories made."""
    adapter = FileBank(root, RESERVE)
    adapter.collect()
    return adapter


def statement(
    day: date, closing: int | None, account: str = RESERVE.account, closes: date | None = None
) -> bytes:
    """A camt.053 without lines; it closes the `day` on which it was made, or another one."""
    out = io.BytesIO()
    head = Statement(
        dialect="camt.053.001.08",
        message_id="M",
        statement_id=f"S-{day}-{closing}",
        created_at=datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
        account=account,
        owner="Reserve",
        currency="EUR",
        closing=None if closing is None else (Money(closing, "EUR"), closes or day),
    )
    write_camt(out, head, [])
    return out.getvalue()


def arrive(root: Path, name: bytes, content: bytes) -> None:
    """A file in the inbox, under any name that a file system takes."""
    (root / "inbox" / os.fsdecode(name)).write_bytes(content)


def refused(root: Path) -> list[tuple[Path, str]]:
    """Files that were set aside, each with its reason."""
    files = [path for path in (root / "refused").iterdir() if path.suffix != ".txt"]
    return [(path, path.with_name(f"{path.name}.reason.txt").read_text("utf-8")) for path in files]
