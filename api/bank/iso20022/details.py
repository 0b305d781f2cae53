"""Bank: one ``TxDtls`` element of a camt entry: who paid whom, why, and under which references."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.bank.iso20022.bank_ids import own_reference
from api.bank.iso20022.fields import Fault, amount, child, choice, identifier, text
from api.bank.iso20022.records import Direction, LineKind
from api.bank.iso20022.references import find_reference, valid_reference
from api.kernel.money import Money

__all__ = ["Detail", "code_of", "direction_of", "kind_of", "read_detail"]

_DIRECTIONS = {"CRDT": Direction.CREDIT, "DBIT": Direction.DEBIT}


# ISO 20022 external code list, sub-families: they mean the same in every family
_CHARGES = frozenset({"CHRG", "COMM", "COMT", "FEES", "TAXE"})
_INTEREST = "INTR"


@dataclass(frozen=True, slots=True)
class Detail:
    """What a transaction inside an entry says. Every field may be missing."""

    amount: Money | Fault | None = None
    """A Fault matters only in a batch: an entry with one detail books its own amount."""
    direction: Direction | None = None
    servicer_reference: str | None = None
    transaction_id: str | None = None
    """The clearing's id, else the UETR."""
    end_to_end_id: str | None = None
    structured_reference: str | None = None
    remittance: str | None = None
    payer_account: str | None = None
    payer_name: str | None = None
    payee_account: str | None = None
    return_reason: str | None = None
    code: str | None = None
    """The bank's transaction code, see `kind_of`; it stands on the entry or here."""

    @property
    def own_id(self) -> str | None:
        """The most telling reference of this transaction alone."""
        return self.servicer_reference or self.transaction_id or self.end_to_end_id


def direction_of(element: Element) -> Direction | None:
    """``CdtDbtInd`` of an element; None when missing."""
    code = text(element, "CdtDbtInd")
    if code is not None and code not in _DIRECTIONS:
        raise Fault("CdtDbtInd", "is neither CRDT nor DBIT")
    return _DIRECTIONS.get(code or "")


def code_of(element: Element) -> str | None:
    """The sub-family of ``BkTxCd``, such as ``ESCT`` or ``CHRG``; None without an ISO code."""
    return text(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")


def kind_of(code: str | None) -> LineKind:
    """What a sub-family says a movement is. Only the bank can write it, no payer."""
    if code in _CHARGES:
        return LineKind.CHARGE
    return LineKind.INTEREST if code == _INTEREST else LineKind.PAYMENT


def read_detail(element: Element) -> Detail:
    """Read one ``TxDtls``, whichever dialect; Fault when a field contradicts itself."""
    references = child(element, "Refs")
    parties = child(element, "RltdPties")
    remittance = child(element, "RmtInf")
    lines = [] if remittance is None else remittance.findall("Ustrd")
    unstructured = " ".join(filter(None, map(text, lines))) or None
    return Detail(
        amount=_amount(element),
        direction=direction_of(element),
        servicer_reference=own_reference(text(references, "AcctSvcrRef")),
        transaction_id=own_reference(text(references, "TxId")) or text(references, "UETR"),
        end_to_end_id=own_reference(text(references, "EndToEndId")),
        structured_reference=_structured(remittance, unstructured),
        remittance=unstructured,
        payer_account=_account(parties, "DbtrAcct"),
        payer_name=_name(parties, "Dbtr"),
        payee_account=_account(parties, "CdtrAcct"),
        return_reason=choice(child(element, "RtrInf"), "Rsn"),
        code=code_of(element),
    )


def _amount(element: Element) -> Money | Fault | None:
    try:
        return amount(element, "Amt") or amount(element, "AmtDtls", "TxAmt", "Amt")
    except Fault as fault:
        return fault


def _account(parties: Element | None, tag: str) -> str | None:
    found = child(parties, tag, "Id")
    return identifier(found, "IBAN") or identifier(found, "Othr", "Id")


def _name(parties: Element | None, tag: str) -> str | None:
    party = child(parties, tag)
    return text(party, "Nm") or text(party, "Pty", "Nm") or text(party, "Agt", "FinInstnId", "Nm")


def _structured(remittance: Element | None, unstructured: str | None) -> str | None:
    """A valid ISO 11649 reference before any other; two different ones are as good as none."""
    blocks = [] if remittance is None else remittance.findall("Strd")
    given = [ref for block in blocks if (ref := text(block, "CdtrRefInf", "Ref"))]
    valid = {ref for text_ in given if (ref := valid_reference(text_))}
    if valid:
        return valid.pop() if len(valid) == 1 else None
    return find_reference(unstructured or "") or next(iter(given), None)
