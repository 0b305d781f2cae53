"""Bank: what a payout must look like before it may become a pain.001 payment.

A flow calls `check_instruction` before money is committed to a payout, so that the file that
carries it can always be written. Nothing is cut or transliterated: it is the customer's text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from api.bank.iso20022.references import check_digits
from api.bank.iso20022.xml_writer import writable
from api.bank.port import BankRefused, PayoutBatch, PayoutInstruction

__all__ = ["Debtor", "account_element", "check_batch", "check_instruction"]

_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,35}", re.ASCII)
# the characters that EPC's guidelines allow in references, without a slash at either end
_END_TO_END_ID = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/?:().,'+ -]{1,35}(?<!/)", re.ASCII)
_ACCOUNT = re.compile(r"[A-Z0-9]{1,34}", re.ASCII)
_IBAN = re.compile(r"([A-Z]{2})(\d{2})([A-Z0-9]{1,30})", re.ASCII)
_MAX_TEXT = 140


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account pays: the bank's reserve account."""

    name: str
    account: str
    bic: str | None = None


def account_element(account: str) -> str:
    """Where pain.001 and camt carry an account: ``IBAN`` if its check digits hold."""
    match = _IBAN.fullmatch(account)
    if match is None:
        return "Othr/Id"
    country, digits, rest = match.groups()
    return "IBAN" if check_digits(country, rest) == digits else "Othr/Id"


def check_instruction(instruction: PayoutInstruction) -> None:
    """Raises `BankRefused`, naming the field, when pain.001 cannot carry this payment."""
    if not _END_TO_END_ID.fullmatch(instruction.end_to_end_id):
        raise _refused("end_to_end_id", "must be 1 to 35 characters of the SEPA set")
    if not _ACCOUNT.fullmatch(instruction.creditor_account):
        raise _refused("creditor_account", "must be 1 to 34 capitals and digits, without blanks")
    if not 1 <= len(instruction.creditor_name.strip()) <= _MAX_TEXT:
        raise _refused("creditor_name", f"must have 1 to {_MAX_TEXT} characters")
    if len(instruction.reference) > _MAX_TEXT:
        raise _refused("reference", f"must have at most {_MAX_TEXT} characters")
    for field in ("creditor_name", "reference"):
        text = getattr(instruction, field)
        if text != " ".join(text.split()) or not writable(text):
            raise _refused(field, "must be one line without control characters or double blanks")
    if instruction.amount.minor <= 0:
        raise _refused("amount", "must be larger than zero")


def check_batch(batch: PayoutBatch) -> None:
    """Raises `BankRefused` when pain.001 cannot carry this batch or any payment of it."""
    if not _MESSAGE_ID.fullmatch(batch.message_id):
        raise _refused("message_id", "must be 1 to 35 characters out of A-Z, a-z, 0-9 and «-»")
    if batch.created_at.tzinfo is None:
        raise _refused("created_at", "must know its time zone")
    if not batch.instructions:
        raise _refused("instructions", "must hold at least one payment")
    for instruction in batch.instructions:
        check_instruction(instruction)
    if len({instruction.amount.currency for instruction in batch.instructions}) > 1:
        raise _refused("instructions", "must all be in one currency")
    [(end_to_end_id, uses)] = Counter(i.end_to_end_id for i in batch.instructions).most_common(1)
    if uses > 1:
        raise _refused("end_to_end_id", f"{end_to_end_id} must stand for one payment only")


def _refused(field: str, problem: str) -> BankRefused:
    return BankRefused(f"Payout {field} {problem}.", remedy=f"Correct {field} and submit again.")
