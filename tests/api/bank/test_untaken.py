"""The file adapter: what cannot be read, what is set aside, and which files are papers at all."""

from __future__ import annotations

import errno
import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.bank import BankUnreachable, Folders, Untaken
from api.bank.files import FileBank
from api.bank.signatures import Signers
from api.evidence.archive import read_archive
from api.overview import _untaken
from tests.api.bank.contract.kit import RESERVE
from tests.api.bank.folders import arrive, bank, root, statement

__all__ = ["bank", "root"]

GOOD = statement(date(2026, 1, 5), 1)
FORBIDDEN = "It cannot be read (Permission denied)."
NO_FILE = "It is no file, but a directory, a link or a device."
NAMES = {
    "a.xml": True,
    "b.XML": True,
    "c.txt": True,
    "d.json": True,
    "e": True,
    ".f.xml": False,
    "g.xml.part": False,
    "h.tmp": False,
    "i.xml.sig": False,
    "j.pending": False,
    "k.outgoing": False,
    "balance.json": False,
}
"""Names of files, each with whether such a file is a paper."""


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that this process may not read: the tests run as anybody, root too."""
    names: set[str] = set()
    plain = Path.open

    def opened(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name in names:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return plain(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", opened)
    return names


def test_what_cannot_be_read_holds_nothing_up(
    bank: FileBank, root: Path, forbidden: set[str]
) -> None:
    """The others are taken in, also one of the same bytes; it is named, and taken in later."""
    for name in (b"a.xml", b"b.xml"):
        arrive(root, name, GOOD)
    forbidden.add("a.xml")
    (root / "inbox" / "c.xml").mkdir()
    (root / "inbox" / "d.xml").symlink_to(root / "nowhere")
    assert bank.untaken() == [
        Untaken("a.xml", FORBIDDEN, refused=False),
        Untaken("c.xml", NO_FILE, refused=False),
        Untaken("d.xml", NO_FILE, refused=False),
    ]
    [document] = bank.collect()
    assert document.id.endswith("-b.xml")
    bank.acknowledge(document.id)
    assert len(bank.passed(set())) == 1
    forbidden.clear()
    [later] = bank.collect()
    bank.acknowledge(later.id)
    assert [each.id for each in bank.untaken()] == ["c.xml", "d.xml"]


def test_a_signature_that_cannot_be_read_holds_nothing_up(
    bank: FileBank, root: Path, forbidden: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is its file taken for an unsigned one."""

    def problem(_signers: Signers, file: Path, _content: bytes) -> str | None:
        file.with_name(f"{file.name}.sig").read_bytes()
        return None

    monkeypatch.setattr(Signers, "problem", problem)
    for name in (b"a.xml", b"a.xml.sig", b"b.xml", b"b.xml.sig"):
        arrive(root, name, GOOD)
    forbidden.add("a.xml.sig")
    assert [document.id[17:] for document in bank.collect()] == ["b.xml"]
    assert list((root / "refused").iterdir()) == []
    assert [(each.id, each.reason) for each in bank.untaken()] == [("a.xml.sig", FORBIDDEN)]


def test_an_archive_or_an_order_that_cannot_be_read_is_named(
    bank: FileBank, root: Path, forbidden: set[str]
) -> None:
    """What was taken in or given out must be known whole: nothing is judged without it."""
    arrive(root, b"a.xml", GOOD)
    [document] = bank.collect()
    bank.acknowledge(document.id)
    forbidden.add(document.id)
    with pytest.raises(BankUnreachable, match=f"{document.id} cannot be read"):
        bank.passed(set())
    forbidden.clear()
    (root / "sent" / "P-1.xml").write_bytes(GOOD)
    forbidden.add("P-1.xml")
    with pytest.raises(BankUnreachable, match=r"P-1\.xml cannot be read"):
        bank.passed(set())


def test_what_was_set_aside_is_told_with_its_reason(
    bank: FileBank, root: Path, forbidden: set[str]
) -> None:
    """Each once; a reason that is lost says so."""
    arrive(root, b"a.xml", b"no XML")
    assert bank.collect() == []
    [told] = bank.untaken()
    assert told.id == f"{hashlib.sha256(b'no XML').hexdigest()[:16]}-a.xml"
    assert told.refused
    assert "not well-formed" in told.reason
    forbidden.add(f"{told.id}.reason.txt")
    [told] = bank.untaken()
    assert told.reason == "Its reason cannot be read (Permission denied)."


def test_status_names_what_was_not_taken(
    bank: FileBank, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what a person can do; a bank that does not answer is told of, too."""
    arrive(root, b"a.xml", b"no XML")
    (root / "inbox" / "b.xml").mkdir()
    assert bank.collect() == []
    shown = _untaken(bank)
    assert shown["count"] == 2
    assert [(each["id"][-5:], each["way_out"][:4]) for each in shown["items"]] == [
        ("b.xml", "let "),
        ("a.xml", "take"),
    ]
    assert "not well-formed" in shown["items"][1]["reason"]
    monkeypatch.setattr(bank, "_root", root / "inbox" / "a" / "file")
    (root / "inbox" / "a").write_bytes(b"no directory")
    assert "cannot be used" in _untaken(bank)["problem"]


@pytest.mark.parametrize("name", NAMES)
def test_bridge_attestor_and_audit_read_the_same_files(
    bank: FileBank, root: Path, tmp_path: Path, name: str
) -> None:
    """By name, and no link: else books differ that are the same."""
    other = tmp_path / "other"
    other.mkdir()
    for folder in (root / "inbox", other):
        (folder / name).write_bytes(GOOD)
        (folder / "x.xml").write_bytes(statement(date(2026, 1, 6), 2))
        (folder / "link.xml").symlink_to(folder / name)
    expected = 1 + NAMES[name]
    assert len(bank.collect()) == expected
    assert len(Folders([other], Signers()).passed(set())) == expected
    assert len(read_archive([other], RESERVE.account, "EUR", _quiet).files) == expected


def _quiet(_told: str) -> None:
    """Nobody asks how far it is."""
