"""Bank: payment orders (pain.001.001.09), written for the bank and read by the simulated one.

The same batch is always the same bytes: resubmitting after a crash is then recognisable by the
file's hash, and the bank's own check of message ids sees the very same file.
"""

from __future__ import annotations

import io
from datetime import UTC
from typing import BinaryIO, Final, TypeVar
from xml.etree.ElementTree import Element

from api.bank.errors import StatementRefused
from api.bank.iso20022.fields import Fault, amount, child, day, identifier, instant, text
from api.bank.iso20022.payments import Debtor, account_element, check_batch
from api.bank.iso20022.references import valid_reference
from api.bank.iso20022.xml_stream import Layout, open_document
from api.bank.iso20022.xml_writer import XmlWriter
from api.bank.port import PayoutBatch, PayoutInstruction
from api.kernel.money import Money

__all__ = ["is_order", "read_pain001", "write_pain001"]

_NAME: Final = "pain.001.001.09"
_MESSAGE: Final = "CstmrCdtTrfInitn"
_LAYOUTS: Final = {_NAME: Layout(_NAME, {2: _MESSAGE, 3: "PmtInf"})}
_T = TypeVar("_T")


def write_pain001(batch: PayoutBatch, debtor: Debtor) -> bytes:
    """The order as a file, each payment to be booked on its own (``BtchBookg`` false).

    Raises `BankRefused` for what the message cannot carry.
    """
    check_batch(batch)
    out = io.BytesIO()
    xml = XmlWriter(out, _NAME)
    with xml.document(), xml.inside(_MESSAGE):
        with xml.inside("GrpHdr"):
            xml.put("MsgId", batch.message_id)
            xml.put("CreDtTm", batch.created_at.astimezone(UTC).isoformat(timespec="seconds"))
            _put_totals(xml, batch)
            xml.put("InitgPty/Nm", debtor.name)
        with xml.inside("PmtInf"):
            _put_debtor(xml, batch, debtor)
            for instruction in batch.instructions:
                _put_payment(xml, instruction)
    return out.getvalue()


def _put_totals(xml: XmlWriter, batch: PayoutBatch) -> None:
    currency = batch.instructions[0].amount.currency
    total = sum(instruction.amount.minor for instruction in batch.instructions)
    xml.put("NbOfTxs", str(len(batch.instructions)))
    xml.put("CtrlSum", Money(total, currency).decimal())


def _put_debtor(xml: XmlWriter, batch: PayoutBatch, debtor: Debtor) -> None:
    in_euro = batch.instructions[0].amount.currency == "EUR"
    xml.put("PmtInfId", batch.message_id)
    xml.put("PmtMtd", "TRF")
    xml.put("BtchBookg", "false")
    _put_totals(xml, batch)
    xml.put("PmtTpInf/SvcLvl/Cd", "SEPA" if in_euro else None)
    xml.put("ReqdExctnDt/Dt", batch.execution_date.isoformat())
    xml.put("Dbtr/Nm", debtor.name)
    xml.put(f"DbtrAcct/Id/{account_element(debtor.account)}", debtor.account)
    if debtor.bic:
        xml.put("DbtrAgt/FinInstnId/BICFI", debtor.bic)
    else:
        xml.put("DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    xml.put("ChrgBr", "SLEV" if in_euro else "SHAR")


def _put_payment(xml: XmlWriter, instruction: PayoutInstruction) -> None:
    with xml.inside("CdtTrfTxInf"):
        xml.put("PmtId/EndToEndId", instruction.end_to_end_id)
        with xml.inside("Amt"):
            xml.put_amount("InstdAmt", instruction.amount)
        xml.put("Cdtr/Nm", instruction.creditor_name)
        account = instruction.creditor_account
        xml.put(f"CdtrAcct/Id/{account_element(account)}", account)
        if valid_reference(instruction.reference) == instruction.reference:
            with xml.inside("RmtInf/Strd/CdtrRefInf"):
                xml.put("Tp/CdOrPrtry/Cd", "SCOR")
                xml.put("Ref", instruction.reference)
        else:
            xml.put("RmtInf/Ustrd", instruction.reference or None)


def is_order(beginning: bytes) -> bool:
    """Whether a file that begins so is a payment order, as `write_pain001` makes it."""
    return f"<{_MESSAGE}".encode() in beginning


def read_pain001(stream: BinaryIO) -> tuple[PayoutBatch, Debtor]:
    """An order with one ``PmtInf``, as `write_pain001` makes it; `StatementRefused` otherwise."""
    _, units = open_document(stream, _LAYOUTS)
    header: Element | None = None
    group: dict[str, Element] = {}
    payments: list[PayoutInstruction] = []
    groups = 0
    try:
        for unit in units:
            match unit.path[2:]:
                case ("GrpHdr",):
                    header = unit.element
                case ("PmtInf", "CdtTrfTxInf"):
                    payments.append(_read_payment(unit.element))
                case ("PmtInf", tag):
                    group[tag] = unit.element
                case ("PmtInf",):
                    groups += 1
        return _read_order(header, group, payments, groups)
    except Fault as fault:
        raise StatementRefused(
            f"The payment order cannot be carried out: {fault}.", "Write it again and submit it."
        ) from fault


def _read_order(
    header: Element | None,
    group: dict[str, Element],
    payments: list[PayoutInstruction],
    groups: int,
) -> tuple[PayoutBatch, Debtor]:
    if groups != 1:
        raise Fault("PmtInf", f"is given {groups} times instead of once")
    if text(header, "NbOfTxs") != str(len(payments)):
        raise Fault("GrpHdr/NbOfTxs", f"does not count the {len(payments)} payments")
    account = child(group.get("DbtrAcct"), "Id")
    debtor = Debtor(
        name=_required(text(group.get("Dbtr"), "Nm"), "Dbtr/Nm"),
        account=_required(
            identifier(account, "IBAN") or identifier(account, "Othr", "Id"), "DbtrAcct/Id"
        ),
        bic=text(group.get("DbtrAgt"), "FinInstnId", "BICFI"),
    )
    batch = PayoutBatch(
        message_id=_required(text(header, "MsgId"), "GrpHdr/MsgId"),
        created_at=_required(instant(header, "CreDtTm"), "GrpHdr/CreDtTm"),
        execution_date=_required(day(group.get("ReqdExctnDt")), "ReqdExctnDt"),
        instructions=tuple(payments),
    )
    return batch, debtor


def _read_payment(element: Element) -> PayoutInstruction:
    account = child(element, "CdtrAcct", "Id")
    return PayoutInstruction(
        end_to_end_id=_required(text(element, "PmtId", "EndToEndId"), "PmtId/EndToEndId"),
        creditor_account=_required(
            identifier(account, "IBAN") or identifier(account, "Othr", "Id"), "CdtrAcct/Id"
        ),
        creditor_name=_required(text(element, "Cdtr", "Nm"), "Cdtr/Nm"),
        amount=_required(amount(element, "Amt", "InstdAmt"), "Amt/InstdAmt"),
        reference=text(element, "RmtInf", "Strd", "CdtrRefInf", "Ref")
        or text(element, "RmtInf", "Ustrd")
        or "",
    )


def _required(value: _T | None, name: str) -> _T:
    if value is None:
        raise Fault(name, "is missing")
    return value
