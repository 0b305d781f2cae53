"""Bank: ISO 20022 messages, read strictly and written deterministically.

``camt.053``/``camt.054`` and ``pain.002`` are read, ``pain.001`` is written; the simulated core
bank needs the other side of each, which therefore lies here too.
"""

from __future__ import annotations

from api.bank.iso20022.camt_reader import read_camt
from api.bank.iso20022.camt_writer import Statement, write_camt
from api.bank.iso20022.kinds import document_kind
from api.bank.iso20022.pain001 import is_order, read_pain001, write_pain001
from api.bank.iso20022.pain002 import StatusReport, read_pain002, write_pain002
from api.bank.iso20022.payments import Debtor, check_batch, check_instruction
from api.bank.iso20022.records import (
    BadLine,
    BookedLine,
    Direction,
    LineKind,
    PaymentStatus,
    SkippedLine,
    StatementEnd,
    StatementHeader,
    StatementRecord,
)
from api.bank.iso20022.references import creditor_reference, find_reference, valid_reference

__all__ = [
    "BadLine",
    "BookedLine",
    "Debtor",
    "Direction",
    "LineKind",
    "PaymentStatus",
    "SkippedLine",
    "Statement",
    "StatementEnd",
    "StatementHeader",
    "StatementRecord",
    "StatusReport",
    "check_batch",
    "check_instruction",
    "creditor_reference",
    "document_kind",
    "find_reference",
    "is_order",
    "read_camt",
    "read_pain001",
    "read_pain002",
    "valid_reference",
    "write_camt",
    "write_pain001",
    "write_pain002",
]
