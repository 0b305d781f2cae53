"""Bench: bank files: so many credits of linked customers, as a bank would write them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

from api.bank import BookedLine, Direction
from api.bank.iso20022 import Statement, write_camt
from api.kernel.money import Money
from scripts.bench.bridge.chain import HOLDERS

__all__ = ["AMOUNT", "RESERVE", "account", "statement"]

RESERVE = "NL96JIAO0000000001"
AMOUNT = 1_250
"""Minor units of each line."""
_DAY = date(2026, 11, 19)


def account(number: int) -> str:
    """The confirmed account of the n-th holder."""
    return f"DE{number:020d}"


def statement(name: str, count: int) -> bytes:
    """A camt.053 file of so many credits; `name` makes its lines differ from another file's."""
    out = io.BytesIO()
    head = Statement(
        dialect="camt.053.001.08",
        message_id=name,
        statement_id=f"{name}-1",
        created_at=datetime(2026, 11, 19, 18, tzinfo=UTC),
        account=RESERVE,
        owner="Jiaozi Reserve",
        currency="EUR",
    )
    write_camt(out, head, _lines(name, count))
    return out.getvalue()


def _lines(name: str, count: int) -> Iterator[BookedLine]:
    for number in range(count):
        payer = number % HOLDERS
        yield BookedLine(
            number=number + 1,
            bank_id=f"{name}-{number:08d}",
            amount=Money(AMOUNT, "EUR"),
            direction=Direction.CREDIT,
            booked_on=_DAY,
            value_on=_DAY,
            end_to_end_id=f"E2E-{name}-{number}",
            structured_reference=None,
            payer_account=account(payer),
            payer_name=f"Customer {payer}",
            payee_account=None,
            remittance="savings into tokens",
            reversal=False,
        )
