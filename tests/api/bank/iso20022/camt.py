"""Builds camt files for tests, in the shapes of the public samples; a test changes one thing."""

from __future__ import annotations

import io
from pathlib import Path

from api.bank.iso20022 import read_camt
from api.bank.iso20022.records import BadLine, BookedLine, StatementRecord

SAMPLES = Path(__file__).parents[3] / "vectors" / "bank-samples"
ACCOUNT = "NL26VAYB8060476890"
ENTRY = (
    '<Ntry><Amt Ccy="EUR">8.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
    "<BookgDt><Dt>2026-01-05</Dt></BookgDt><AcctSvcrRef>REF-1</AcctSvcrRef></Ntry>"
)


def entry(*changes: tuple[str, str]) -> str:
    """An entry with parts of its text replaced; each part must be there."""
    text = ENTRY
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def with_details(*details: str, **changes: str) -> str:
    """An entry with ``TxDtls`` elements; ``amount`` and ``reference`` may be changed."""
    inner = "".join(f"<TxDtls>{detail}</TxDtls>" for detail in details)
    reference = changes.get("reference", "<AcctSvcrRef>REF-1</AcctSvcrRef>")
    return entry(
        ("<AcctSvcrRef>REF-1</AcctSvcrRef>", f"{reference}<NtryDtls>{inner}</NtryDtls>"),
        ("8.85", changes.get("amount", "8.85")),
    )


def statement(*entries: str, message: str = "camt.053.001.02", balances: str = "") -> bytes:
    """A file with one statement of EUR that holds `entries`."""
    wrapper, inner = (
        ("BkToCstmrStmt", "Stmt")
        if message.startswith("camt.053")
        else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}"><{wrapper}>'
        "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-01-05T18:00:00</CreDtTm></GrpHdr>"
        f"<{inner}><Id>S-1</Id><ElctrncSeqNb>7</ElctrncSeqNb>"
        "<CreDtTm>2026-01-05T18:00:00+01:00</CreDtTm>"
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        f"{''.join(entries)}</{inner}></{wrapper}></Document>"
    ).encode()


def read(content: bytes, currency: str | None = None) -> list[StatementRecord]:
    """All records of a file."""
    return list(read_camt(io.BytesIO(content), currency))


def booked(content: bytes) -> list[BookedLine]:
    """The booked lines of a file."""
    return [record for record in read(content) if isinstance(record, BookedLine)]


def bad(content: bytes, currency: str | None = None) -> list[tuple[int, str, str]]:
    """Number, field and problem of each bad line of a file."""
    return [
        (record.number, record.field, record.problem)
        for record in read(content, currency)
        if isinstance(record, BadLine)
    ]
