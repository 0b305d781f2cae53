"""The file adapter with names that are long, no text, or written alike."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from api.bank import BankRefused
from api.bank.files import FileBank
from tests.api.bank.folders import arrive, bank, refused, root, statement

__all__ = ["bank", "root"]

LONG = b"\xc3\xa4" * 120 + b".xml"
NAMES = {
    b"Kontoausz\xfcge.xml": "Kontoausz\ufffdge.xml",
    b"\xff" * 100 + b".xml": "\ufffd" * 48 + ".xml",
    LONG: "ä" * 73 + ".xml",
    b"a" * 251 + b".xml": "a" * 146 + ".xml",
    b"ordinary \xc3\xa4.xml": "ordinary ä.xml",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_long_or_no_text_is_written_shorter(
    bank: FileBank, root: Path, name: bytes
) -> None:
    """In the document's id, in the archive and beside a reason; the file itself is found by it."""
    arrive(root, name, statement(date(2026, 1, 5), 1))
    [document] = bank.collect()
    assert document.id[17:] == NAMES[name]
    assert len(document.id[17:].encode()) <= 150
    bank.acknowledge(document.id)
    bank.acknowledge(document.id)
    assert (root / "archive" / document.id).read_bytes() == document.content
    assert bank.collect() == []
    assert bank.balance().read_from == f"archive/{document.id}"
    arrive(root, name, b"no XML")
    assert bank.collect() == []
    [(kept, _)] = refused(root)
    assert kept.name[17:] == NAMES[name]
    assert list((root / "inbox").iterdir()) == []


def test_names_that_are_written_alike_are_found_by_their_content(
    bank: FileBank, root: Path
) -> None:
    """Each is acknowledged for itself, also one that has the short name by right."""
    names = (b"\xfc.xml", b"\xf6.xml", "\ufffd.xml".encode())
    for number, name in enumerate(names):
        arrive(root, name, statement(date(2026, 1, 5), number))
    documents = bank.collect()
    assert {document.id[17:] for document in documents} == {"\ufffd.xml"}
    for document in documents:
        bank.acknowledge(document.id)
        assert (root / "archive" / document.id).read_bytes() == document.content
    assert list((root / "inbox").iterdir()) == []


@pytest.mark.parametrize(
    "made",
    [
        "{digest}-../outside.xml",
        "{digest}-/{outside}",
        "../../{digest}-outside.xml",
        "../outside.xmlxxx/../../outside.xml",
        "{digest}-..",
        "{digest}-" + "a" * 300,
        "{digest}-\ud800.xml",
    ],
)
def test_an_id_names_no_file_elsewhere(bank: FileBank, root: Path, made: str) -> None:
    """Only what lies in the inbox or the archive itself can be acknowledged."""
    content = statement(date(2026, 1, 5), 1)
    outside = root / "outside.xml"
    outside.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()[:16]
    with pytest.raises(BankRefused, match="no such document"):
        bank.acknowledge(made.format(digest=digest, outside=outside))
    assert outside.read_bytes() == content
