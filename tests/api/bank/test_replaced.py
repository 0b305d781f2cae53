"""Tests of a file whose name the bank uses again, or that is taken away, before it is archived."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.bank import files as files_module
from api.bank.files import FileBank
from api.kernel.money import Money
from tests.api.bank.contract.kit import RESERVE
from tests.api.bank.folders import bank, root, statement

__all__ = ["bank", "root"]


@pytest.mark.parametrize("again", [None, statement(date(2026, 1, 6), 2)])
def test_a_file_changed_after_it_was_collected_is_archived_as_it_was_read(
    bank: FileBank, root: Path, again: bytes | None
) -> None:
    """The bank uses the name again, or a person takes the file away: what was taken in is in the
    archive, where and as it would have been, and the other one is given next."""
    path, content = root / "inbox" / "a.xml", statement(date(2026, 1, 5), 1)
    path.write_bytes(content)
    path.chmod(0o640)
    os.utime(path, (1, 1))
    [document] = bank.collect()
    path.unlink()
    if again is not None:
        path.write_bytes(again)
    bank.acknowledge(document.id)
    bank.acknowledge(document.id)
    kept = root / "archive" / document.id
    assert kept.read_bytes() == content
    assert (kept.stat().st_mode & 0o777, kept.stat().st_mtime) == (0o640, 1)
    assert bank.balance().amount == Money(1, "EUR")
    assert [each.content for each in bank.collect()] == ([] if again is None else [again])


def test_a_file_is_replaced_while_its_balance_is_read(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one must not go into the archive in its place, read by nobody."""
    path, content = root / "inbox" / "a.xml", statement(date(2026, 1, 5), 1)
    path.write_bytes(content)
    [document] = bank.collect()
    real, again = files_module.closing_balance, statement(date(2026, 1, 6), 2)

    def slow(*given: Any) -> Any:
        path.with_suffix(".part").write_bytes(again)
        path.with_suffix(".part").replace(path)
        return real(*given)

    monkeypatch.setattr(files_module, "closing_balance", slow)
    bank.acknowledge(document.id)
    assert (root / "archive" / document.id).read_bytes() == content
    assert [each.content for each in bank.collect()] == [again]


@pytest.mark.parametrize("step", range(2))
def test_a_crash_while_a_replaced_file_is_archived(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """At either rename, the balance's and its own: nothing half written, and the other stays."""
    path, again = root / "inbox" / "a.xml", statement(date(2026, 1, 6), 2)
    path.write_bytes(statement(date(2026, 1, 5), 1))
    [document] = bank.collect()
    path.write_bytes(again)
    real, calls = files_module._move, []

    def dying(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == step + 1:
            raise KeyboardInterrupt  # as a kill: nothing of ours runs any more
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(files_module, "_move", dying)
        with pytest.raises(KeyboardInterrupt):
            bank.acknowledge(document.id)
    assert not (root / "archive" / document.id).exists()
    assert [each.content for each in FileBank(root, RESERVE).collect()] == [again]
    bank.acknowledge(document.id)
    assert (root / "archive" / document.id).read_bytes() == document.content
