"""Files that are refused as a whole: what XML can do to a reader, and what is no bank's file."""

from __future__ import annotations

import io

import pytest

from api.bank.errors import StatementRefused
from api.bank.iso20022 import read_camt
from api.bank.iso20022.xml_stream import MAX_DEPTH, MAX_UNIT_BYTES
from tests.api.bank.iso20022.camt import entry, read, statement

GOOD = statement(entry())
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    + GOOD.replace(b"REF-1", b"&b;")
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + GOOD.replace(b"REF-1", b"&e;")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "not well-formed"),
        (b"hello", "not well-formed"),
        (b"%PDF-1.7", "not well-formed"),
        (b"PK\x03\x04", "not well-formed"),
        (b'{"amount": 1}', "not well-formed"),
        (BILLION_LAUGHS, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (b"<!DOCTYPE Document>" + GOOD, "DOCTYPE"),
        (GOOD.replace(b"REF-1", b"&undefined;"), "not well-formed"),
        (b"<html/>", "not an ISO 20022 Document"),
        (GOOD.replace(b"Document", b"Dokument"), "not an ISO 20022 Document"),
        (GOOD.replace(b' xmlns="urn:iso', b' other="urn:iso'), "not an ISO 20022 Document"),
        (GOOD.replace(b"camt.053.001.02", b"camt.052.001.02"), "camt.052.001.02 message"),
        (GOOD.replace(b"camt.053.001.02", b"pain.001.001.09"), "pain.001.001.09 message"),
        (GOOD.replace(b"camt.053.001.02", b"camt.054.001.02"), "instead of BkToCstmrDbtCdtNtfctn"),
        (GOOD[:-20], "cut off"),
        (GOOD[: len(GOOD) // 2], "cut off"),
        (GOOD + b"<more/>", "not well-formed"),
        (GOOD.replace(b"REF-1", b"\xff\xfe"), "not well-formed"),
        (b'<?xml version="1.0" encoding="EBCDIC-9"?>' + GOOD, "encoding"),
        (b'<?xml version="1.0" encoding="gb2312"?>' + GOOD, "encoding"),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD, "not well-formed"),
        (GOOD.replace(b"REF-1", b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH), "nested"),
        (GOOD.replace(b"REF-1", b"x" * (2 * MAX_UNIT_BYTES)), "larger than"),
        (GOOD.replace(b"<Sts>", b"<X/>" * (MAX_UNIT_BYTES // 2) + b"<Sts>"), "larger than"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_a_remedy(
    content: bytes, reason: str
) -> None:
    """The reason is what an operator needs to know, the remedy what to do."""
    with pytest.raises(StatementRefused, match=reason) as caught:
        read(content)
    assert caught.value.remedy
    assert "passwd" not in str(caught.value)


def test_the_same_file_without_its_fault_is_read() -> None:
    """The control: nothing else in those files is refused."""
    assert len(read(GOOD)) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_common_encodings_are_read(encoding: str) -> None:
    """As declared in the file's first line."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + GOOD.decode().replace("REF-1", "Ä-1")
    line = read(text.encode(encoding))[1]
    assert getattr(line, "bank_id", None) == "Ä-1"


def test_a_stream_that_fails_is_not_taken_for_a_bad_file() -> None:
    """An error of the disk is the caller's; the file may be good."""

    class Failing(io.BytesIO):
        """A stream on a broken disk."""

        def read(self, _size: int | None = -1, /) -> bytes:
            """Never succeeds."""
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        list(read_camt(Failing()))
