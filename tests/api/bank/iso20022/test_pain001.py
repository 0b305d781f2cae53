"""Payment orders: the bytes that a bank gets, and what may never be written into them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings

from api.bank.errors import BankRefused, StatementRefused
from api.bank.iso20022 import Debtor, check_instruction, read_pain001, write_pain001
from api.bank.port import PayoutBatch, PayoutInstruction
from api.kernel.money import Money
from tests.api.bank.iso20022.pain_schema import NAMESPACE, breaches
from tests.api.bank.iso20022.strategies import batches

RESERVE = Debtor("Jiaozi Reserve", "NL96JIAO0000000001", "JIAONL2A")
PAYMENT = PayoutInstruction(
    end_to_end_id="R-1",
    creditor_account="NL62JIAO0000001001",
    creditor_name="Ada & Söhne",
    amount=Money(123_45, "EUR"),
    reference="Redeemed <tokens>",
)
BATCH = PayoutBatch(
    message_id="P-2026-01-05-1",
    created_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    execution_date=date(2026, 1, 5),
    instructions=(
        PAYMENT,
        replace(PAYMENT, end_to_end_id="R-2", reference="RF18539007547034"),
        replace(PAYMENT, end_to_end_id="R-3", creditor_account="123456", reference=""),
    ),
)
GOLDEN = Path(__file__).parent / "golden" / "pain.001.001.09.xml"
"""What `BATCH` must be, byte by byte. It was validated against ISO's own schema when it was made:
whoever changes it does that again."""


def test_the_file_is_the_one_that_was_validated() -> None:
    """Structure, order of elements, totals, escapes: any difference shows here."""
    assert write_pain001(BATCH, RESERVE) == GOLDEN.read_bytes()


@settings(max_examples=60)
@given(batches())
def test_every_order_has_the_structure_of_the_message(batch: PayoutBatch) -> None:
    """Order, number and form of its elements; and the sums are those of its payments."""
    root = fromstring(write_pain001(batch, RESERVE))
    assert breaches(root) == []
    total = sum(each.amount.minor for each in batch.instructions)
    for path in ("GrpHdr", "PmtInf"):
        group = root.find(f"{NAMESPACE}CstmrCdtTrfInitn/{NAMESPACE}{path}")
        assert group is not None
        assert group.findtext(f"{NAMESPACE}NbOfTxs") == str(len(batch.instructions))
        assert group.findtext(f"{NAMESPACE}CtrlSum") == Money(total, "EUR").decimal()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<NbOfTxs>3</NbOfTxs>", b""),
        (b"<PmtMtd>TRF</PmtMtd>", b"<PmtMtd>XXX</PmtMtd>"),
        (b"<IBAN>NL96JIAO0000000001", b"<IBAN>96JIAO0000000001"),
        (b"<ChrgBr>SLEV</ChrgBr>", b"<ChrgBr>SLEV</ChrgBr><ChrgBr>SLEV</ChrgBr>"),
        (b"123.45", b"-123.45"),
    ],
)
def test_the_check_of_the_structure_sees_a_slip(old: bytes, new: bytes) -> None:
    """The control: a file with a slip has a breach."""
    content = write_pain001(BATCH, RESERVE)
    assert old in content
    assert breaches(fromstring(content.replace(old, new)))


@settings(max_examples=60)
@given(batches())
def test_what_is_written_reads_back_and_is_always_the_same(batch: PayoutBatch) -> None:
    """Nothing is cut, transliterated, reordered or made up."""
    content = write_pain001(batch, RESERVE)
    assert content == write_pain001(batch, RESERVE)
    assert read_pain001(io.BytesIO(content)) == (batch, RESERVE)


def test_without_a_bic_the_bank_is_left_to_the_iban() -> None:
    """The schema wants a debtor's agent all the same."""
    debtor = replace(RESERVE, bic=None)
    content = write_pain001(BATCH, debtor)
    assert b"<Id>NOTPROVIDED</Id>" in content
    assert read_pain001(io.BytesIO(content))[1] == debtor


def test_only_euro_is_sent_as_sepa() -> None:
    """Other currencies go without that service level."""
    yuan = replace(PAYMENT, amount=Money(500, "CNY"))
    content = write_pain001(replace(BATCH, instructions=(yuan,)), RESERVE)
    assert b"SEPA" not in content
    assert b"<ChrgBr>SHAR" in content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("end_to_end_id", ""),
        ("end_to_end_id", "x" * 36),
        ("end_to_end_id", "/starts"),
        ("end_to_end_id", "ends/"),
        ("end_to_end_id", "two//slashes"),
        ("end_to_end_id", "ümlaut"),
        ("end_to_end_id", "a\nb"),
        ("creditor_account", ""),
        ("creditor_account", "NL62 JIAO"),
        ("creditor_account", "nl62jiao"),
        ("creditor_account", "X" * 35),
        ("creditor_name", ""),
        ("creditor_name", " "),
        ("creditor_name", "x" * 141),
        ("creditor_name", "Ada\x00"),
        ("creditor_name", "Ada\nLove"),
        ("creditor_name", "Ada  Love"),
        ("creditor_name", "Ada\ud800"),
        ("reference", "x" * 141),
        ("reference", "bell\x07"),
        ("amount", Money(0, "EUR")),
        ("amount", Money(-1, "EUR")),
    ],
)
def test_a_payment_that_cannot_be_carried_is_refused_by_field(field: str, value: object) -> None:
    """Before any of the file is written, and by the check that flows call beforehand."""
    wrong = replace(PAYMENT, **{field: value})  # type: ignore[arg-type]  # one field of several types
    with pytest.raises(BankRefused, match=field) as caught:
        check_instruction(wrong)
    assert field in caught.value.remedy
    with pytest.raises(BankRefused, match=field):
        write_pain001(replace(BATCH, instructions=(PAYMENT, wrong)), RESERVE)
    check_instruction(PAYMENT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"message_id": ""}, "message_id"),
        ({"message_id": "../../etc/passwd"}, "message_id"),
        ({"message_id": "x" * 36}, "message_id"),
        ({"created_at": datetime(2026, 1, 5)}, "created_at"),  # noqa: DTZ001 - the fault itself
        ({"instructions": ()}, "instructions"),
        ({"instructions": (PAYMENT, PAYMENT)}, "end_to_end_id"),
        (
            {
                "instructions": (
                    PAYMENT,
                    replace(PAYMENT, end_to_end_id="R-2", amount=Money(1, "CNY")),
                )
            },
            "one currency",
        ),
    ],
)
def test_a_batch_that_cannot_be_carried_is_refused(change: dict[str, object], field: str) -> None:
    """Two payments under one id would be one payment to whoever matches them."""
    with pytest.raises(BankRefused, match=field):
        write_pain001(replace(BATCH, **change), RESERVE)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"<NbOfTxs>3", b"<NbOfTxs>2", "NbOfTxs"),
        (b"<MsgId>P-2026-01-05-1</MsgId>", b"", "MsgId"),
        (b"<InstdAmt Ccy", b"<InstdAmt X", "Ccy"),
        (b"123.45", b"-123.45", "negative"),
        (b"<EndToEndId>R-1</EndToEndId>", b"", "EndToEndId"),
        (b"</PmtInf>", b"</PmtInf><PmtInf/>", "PmtInf"),
        (b"<Document", b"<!DOCTYPE x><Document", "DOCTYPE"),
    ],
)
def test_the_simulated_bank_refuses_an_order_it_cannot_trust(
    old: bytes, new: bytes, named: str
) -> None:
    """As a real one would."""
    content = write_pain001(BATCH, RESERVE)
    assert old in content
    with pytest.raises(StatementRefused, match=named):
        read_pain001(io.BytesIO(content.replace(old, new)))
