"""What property tests write into files: any line, any payment that the messages can carry."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from api.bank.iso20022 import BookedLine, Direction, LineKind
from api.bank.port import PayoutBatch, PayoutInstruction
from api.kernel.money import Money

IBANS = st.sampled_from(["NL96JIAO0000000001", "NL62JIAO0000001001", "DE75512108001245126199"])
ACCOUNTS = IBANS | st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")),
    min_size=1,
    max_size=12,
)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join).filter(str.isprintable)
IDS = st.from_regex(r"[A-Za-z0-9?:().,'+-]{1,30}", fullmatch=True).filter(
    lambda text: text not in {"NONE", "NONREF", "NOTPROVIDED"}
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MOMENTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MONEY = st.integers(1, 10**15).map(lambda minor: Money(minor, "EUR"))


def lines() -> st.SearchStrategy[BookedLine]:
    """A booked line with any of its fields missing or present; numbered by the test."""
    return st.builds(
        BookedLine,
        number=st.just(0),
        bank_id=IDS,
        amount=MONEY,
        direction=st.sampled_from(Direction),
        booked_on=DAYS,
        value_on=st.none() | DAYS,
        end_to_end_id=st.none() | IDS,
        structured_reference=st.none() | st.just("RF18539007547034"),
        payer_account=st.none() | ACCOUNTS,
        payer_name=st.none() | TEXTS,
        payee_account=st.none() | ACCOUNTS,
        # digits would now and then look like a reference; that is another test's business
        remittance=st.none() | TEXTS.filter(lambda text: "RF" not in text.upper()),
        reversal=st.just(value=False),
        return_reason=st.none() | st.sampled_from(["AC04", "MS03"]),
        kind=st.sampled_from(LineKind),
        transaction_id=st.none() | IDS,
    )


def batches() -> st.SearchStrategy[PayoutBatch]:
    """A batch that pain.001 can carry."""
    payment = st.builds(
        PayoutInstruction,
        end_to_end_id=IDS,
        creditor_account=ACCOUNTS,
        creditor_name=TEXTS.map(lambda text: text[:140].strip()),
        amount=MONEY,
        reference=st.just("") | st.just("RF18539007547034") | TEXTS,
    )
    return st.builds(
        PayoutBatch,
        message_id=st.from_regex(r"[A-Za-z0-9-]{1,35}", fullmatch=True),
        created_at=MOMENTS,
        execution_date=DAYS,
        instructions=st.lists(
            payment, min_size=1, max_size=4, unique_by=lambda item: item.end_to_end_id
        ).map(tuple),
    )
