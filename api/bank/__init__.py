"""Bank: the room between the bridge and a bank. Other rooms import from here only.

`port` is what the bridge asks of a bank; `iso20022` reads and writes the files; `simulated`,
`files` and `memory` are the adapters, which `api.bootstrap` alone chooses between.
"""

from __future__ import annotations

from api.bank.errors import BankError, BankRefused, BankUnreachable, StatementRefused
from api.bank.iso20022 import (
    BadLine,
    BookedLine,
    Debtor,
    Direction,
    LineKind,
    PaymentStatus,
    SkippedLine,
    StatementEnd,
    StatementHeader,
    StatementRecord,
    check_batch,
    check_instruction,
    creditor_reference,
    find_reference,
    read_camt,
    read_pain002,
    valid_reference,
)
from api.bank.papers import Folders, paper_stat
from api.bank.port import (
    Bank,
    BankBalance,
    BankDocument,
    BankPaper,
    DocumentKind,
    LinkAnswer,
    LinkOutcome,
    LinkRequest,
    PayoutBatch,
    PayoutInstruction,
    SubmittedFile,
    Untaken,
)

__all__ = [
    "BadLine",
    "Bank",
    "BankBalance",
    "BankDocument",
    "BankError",
    "BankPaper",
    "BankRefused",
    "BankUnreachable",
    "BookedLine",
    "Debtor",
    "Direction",
    "DocumentKind",
    "Folders",
    "LineKind",
    "LinkAnswer",
    "LinkOutcome",
    "LinkRequest",
    "PaymentStatus",
    "PayoutBatch",
    "PayoutInstruction",
    "SkippedLine",
    "StatementEnd",
    "StatementHeader",
    "StatementRecord",
    "StatementRefused",
    "SubmittedFile",
    "Untaken",
    "check_batch",
    "check_instruction",
    "creditor_reference",
    "find_reference",
    "paper_stat",
    "read_camt",
    "read_pain002",
    "valid_reference",
]
