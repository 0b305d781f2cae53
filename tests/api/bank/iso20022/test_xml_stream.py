"""Files that are refused as a whole: what XML can do to a reader, and what is no bank's file."""

from __future__ import annotations

import io

import pytest

from api.bank.errors import StatementRefused
from api.bank.iso20022 import read_camt
from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.bank.iso20022.xml_stream import MAX_DEPTH, MAX_UNIT_BYTES, open_document
from tests.api.bank.iso20022.camt import entry, read, statement, with_details

GOOD = statement(entry())
PART = '<Refs><EndToEndId>{1}</EndToEndId></Refs><Amt Ccy="EUR">{0}.00</Amt>'
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


class _InPieces(io.BytesIO):
    """A stream that gives so many bytes at a time, whatever is asked for."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, _size: int | None = -1, /) -> bytes:
        """The next piece."""
        return super().read(self._size)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 700])
def test_it_does_not_matter_where_the_pieces_of_a_file_end(size: int) -> None:
    """A unit is complete when it has ended, not when a piece of the file has."""
    payments = with_details(PART.format(4, "a"), PART.format(4, "b"), amount="8.00")
    several = statement(payments, entry(("REF-1", "REF-2")))
    for content in (GOOD, several + b"\n", GOOD.replace(b"<Sts>", b"<!-- booked --><Sts>")):
        assert list(read_camt(_InPieces(content, size))) == read(content)


@pytest.mark.parametrize("size", [3, 1 << 14])
@pytest.mark.parametrize("before", [b"<!-- a bank's greeting -->", b"<?style sheet?>\n" * 2_000])
def test_a_doctype_is_found_behind_anything_that_may_stand_before_it(
    before: bytes, size: int
) -> None:
    """However far from the file's beginning, and over however many pieces."""
    assert len(list(read_camt(_InPieces(before + GOOD, size)))) == 3
    doctype = b'<!DOCTYPE x [<!ENTITY b "ha">]>'
    with pytest.raises(StatementRefused, match="DOCTYPE"):
        list(read_camt(_InPieces(before + doctype + GOOD.replace(b"REF-1", b"&b;"), size)))


def test_a_doctype_inside_the_root_is_no_xml() -> None:
    """So whoever has seen the root's start tag need not look for one any more."""
    for inside in (b"<Sts>", b"</Document>"):
        with pytest.raises(StatementRefused, match="not well-formed"):
            read(GOOD.replace(inside, inside + b'<!DOCTYPE x [<!ENTITY b "ha">]>'))


def test_what_ended_before_the_fault_was_given() -> None:
    """The caller decides what to do with it."""
    records = read_camt(io.BytesIO(GOOD.replace(b"</Ntry>", b"</Ntry><Ntry><Amt</Ntry>")))
    given = []
    with pytest.raises(StatementRefused, match="not well-formed"):
        given.extend(records)
    assert given == read(GOOD)[:2]


def test_the_tree_is_taken_down_while_the_file_is_read() -> None:
    """Payments of a batch entry, too: memory does not grow with their number."""
    payments = with_details(*[PART.format(1, n) for n in range(2_000)], amount="2000.00")
    content = statement(payments, *[entry(("REF-1", f"E-{n}")) for n in range(2_000)])
    _, units = open_document(io.BytesIO(content), CAMT_LAYOUTS)
    sizes = {unit.path[-1]: len(list(unit.element.iter())) for unit in units}
    assert sizes["TxDtls"] == 4
    assert sizes["Ntry"] == 7
    assert sizes["Stmt"] == 1
