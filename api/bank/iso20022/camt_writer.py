"""Bank: writing camt.053 statements and camt.054 notifications, for the simulated bank.

What is written here reads back as the same records; the shapes follow the dialect asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import BinaryIO

from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.bank.iso20022.payments import account_element
from api.bank.iso20022.records import BookedLine, Direction, LineKind
from api.bank.iso20022.references import valid_reference
from api.bank.iso20022.xml_writer import XmlWriter
from api.kernel.money import Money

__all__ = ["Statement", "write_camt"]

_PLAIN = ("02", "03", "04", "06")
"""Versions that write status and party without an element of their own around them."""
_BARE = ("02", "03")
"""Versions whose details have no amount and no direction of their own."""
_CODES = {
    (LineKind.PAYMENT, True): ("PMNT", "RCDT", "OTHR"),
    (LineKind.PAYMENT, False): ("PMNT", "ICDT", "OTHR"),
    (LineKind.CHARGE, True): ("ACMT", "MCOP", "CHRG"),
    (LineKind.CHARGE, False): ("ACMT", "MDOP", "CHRG"),
    (LineKind.INTEREST, True): ("ACMT", "MCOP", "INTR"),
    (LineKind.INTEREST, False): ("ACMT", "MDOP", "INTR"),
}
"""Domain, family and sub-family (ISO 20022 external code list), by kind and whether a credit."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is on a statement besides its lines. `opening` and `closing` are for camt.053 only."""

    dialect: str
    """A key of `CAMT_LAYOUTS`, such as ``camt.053.001.08``."""
    message_id: str
    statement_id: str
    created_at: datetime
    account: str
    owner: str
    currency: str
    sequence: int | None = None
    legal_sequence: int | None = None
    period: tuple[date, date] | None = None
    """First and last day."""
    opening: tuple[Money, date] | None = None
    closing: tuple[Money, date] | None = None


def write_camt(out: BinaryIO, statement: Statement, lines: Iterable[BookedLine]) -> None:
    """Write one statement; every line's `bank_id` becomes its ``AcctSvcrRef``."""
    layout = CAMT_LAYOUTS[statement.dialect]
    xml = XmlWriter(out, layout.name)
    created = statement.created_at.astimezone(UTC).isoformat(timespec="seconds")
    version = layout.name[-2:]
    with xml.document(), xml.inside(layout.containers[2]):
        with xml.inside("GrpHdr"):
            xml.put("MsgId", statement.message_id)
            xml.put("CreDtTm", created)
        with xml.inside(layout.containers[3]):
            xml.put("Id", statement.statement_id)
            xml.put("ElctrncSeqNb", _number(statement.sequence))
            xml.put("LglSeqNb", _number(statement.legal_sequence))
            xml.put("CreDtTm", created)
            _put_period(xml, statement.period)
            with xml.inside("Acct"):
                xml.put(f"Id/{account_element(statement.account)}", statement.account)
                xml.put("Ccy", statement.currency)
                xml.put("Ownr/Nm", statement.owner)
            _put_balance(xml, "OPBD", statement.opening)
            _put_balance(xml, "CLBD", statement.closing)
            for line in lines:
                _put_entry(xml, line, version)


def _number(number: int | None) -> str | None:
    return None if number is None else str(number)


def _put_period(xml: XmlWriter, period: tuple[date, date] | None) -> None:
    if period is None:
        return
    first, last = period
    with xml.inside("FrToDt"):
        xml.put("FrDtTm", f"{first.isoformat()}T00:00:00Z")
        xml.put("ToDtTm", f"{last.isoformat()}T23:59:59Z")


def _put_balance(xml: XmlWriter, kind: str, balance: tuple[Money, date] | None) -> None:
    if balance is None:
        return
    money, on = balance
    with xml.inside("Bal"):
        xml.put("Tp/CdOrPrtry/Cd", kind)
        xml.put_amount("Amt", money)
        xml.put("CdtDbtInd", "CRDT" if money.minor >= 0 else "DBIT")
        xml.put("Dt/Dt", on.isoformat())


def _put_entry(xml: XmlWriter, line: BookedLine, version: str) -> None:
    credit = line.direction is Direction.CREDIT
    indicator = "CRDT" if credit else "DBIT"
    with xml.inside("Ntry"):
        xml.put_amount("Amt", line.amount)
        xml.put("CdtDbtInd", indicator)
        xml.put("RvslInd", "true" if line.reversal else None)
        xml.put("Sts" if version in _PLAIN else "Sts/Cd", "BOOK")
        xml.put("BookgDt/Dt", line.booked_on.isoformat())
        xml.put("ValDt/Dt", line.value_on.isoformat() if line.value_on else None)
        xml.put("AcctSvcrRef", line.bank_id)
        domain, family, sub_family = _CODES[line.kind, credit]
        with xml.inside("BkTxCd/Domn"):
            xml.put("Cd", domain)
            with xml.inside("Fmly"):
                xml.put("Cd", family)
                xml.put("SubFmlyCd", sub_family)
        with xml.inside("NtryDtls/TxDtls"):
            with xml.inside("Refs"):
                xml.put("AcctSvcrRef", line.original_reference)
                xml.put("EndToEndId", line.end_to_end_id or "NOTPROVIDED")
                xml.put("TxId", line.transaction_id)
            if version not in _BARE:
                xml.put_amount("Amt", line.amount)
                xml.put("CdtDbtInd", indicator)
            _put_details(xml, line, version)


def _put_details(xml: XmlWriter, line: BookedLine, version: str) -> None:
    party = "Nm" if version in _PLAIN else "Pty/Nm"
    if line.payer_name or line.payer_account or line.payee_account:
        with xml.inside("RltdPties"):
            xml.put(f"Dbtr/{party}", line.payer_name)
            _put_account(xml, "DbtrAcct", line.payer_account)
            _put_account(xml, "CdtrAcct", line.payee_account)
    # a reference that was found in the text is written where the payer wrote it: in the text
    structured = line.structured_reference
    if structured is not None and structured in (line.remittance or ""):
        structured = None
    if line.remittance or structured:
        with xml.inside("RmtInf"):
            xml.put("Ustrd", line.remittance)
            if structured:
                with xml.inside("Strd/CdtrRefInf"):
                    xml.put("Tp/CdOrPrtry/Cd", "SCOR" if valid_reference(structured) else None)
                    xml.put("Ref", structured)
    xml.put("RtrInf/Rsn/Cd", line.return_reason)


def _put_account(xml: XmlWriter, tag: str, account: str | None) -> None:
    if account is not None:
        xml.put(f"{tag}/Id/{account_element(account)}", account)
