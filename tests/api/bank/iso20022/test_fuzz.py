"""Mutated files never raise anything but `StatementRefused`, and never credit an odd amount."""

from __future__ import annotations

import io
import re
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from api.bank.errors import StatementRefused
from api.bank.iso20022 import BookedLine, read_camt, read_pain001, read_pain002, write_pain001
from tests.api.bank.iso20022.camt import SAMPLES, entry, statement
from tests.api.bank.iso20022.test_pain001 import BATCH, RESERVE
from tests.api.bank.iso20022.test_pain002 import STATUSES, written

CAMT = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xml"))] + [statement(entry() * 3)]
PAIN002 = [written(*STATUSES)]
NASTY = [
    "", " ", "-1", "0", "1e400", "NaN", "٣", "9" * 40, "0.00001", "\u202e", "\ufffe", "&#x41;",
    "<a/>", "<!--x-->", "<![CDATA[1]]>", "<!DOCTYPE a>", "&amp;", "&b;", "9999-12-31", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45", "24:00:00", "true",
]  # fmt: skip
_TEXT = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(rb"<(\w+)[^<>]*>[^<>]*</\1>")


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A file with some of its texts, elements or bytes changed."""
    content = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "drop", "double", "byte", "cut"]))
        if kind in {"text", "drop", "double"}:
            found = list((_TEXT if kind == "text" else _ELEMENT).finditer(content))
            if not found:
                continue
            spot = draw(st.sampled_from(found))
            piece = spot[0]
            if kind == "text":
                piece = b">" + draw(st.sampled_from(NASTY)).encode() + b"<"
            changed = {"text": piece, "drop": b"", "double": piece * 2}[kind]
            content = content[: spot.start()] + changed + content[spot.end() :]
        else:
            place = draw(st.integers(0, len(content)))
            middle = b"" if kind == "cut" else draw(st.binary(max_size=3))
            skip = draw(st.integers(0, 200)) if kind == "cut" else 1
            content = content[:place] + middle + content[place + skip :]
    return content


@settings(max_examples=300)
@given(mutated(CAMT))
def test_statements(content: bytes) -> None:
    """Records, or one refusal; every booked line has money, a day and an id."""
    with suppress(StatementRefused):
        for record in read_camt(io.BytesIO(content), "EUR"):
            if isinstance(record, BookedLine):
                assert record.amount.minor > 0
                assert record.amount.currency == "EUR"
                assert record.bank_id


@settings(max_examples=100)
@given(mutated(PAIN002))
def test_status_reports(content: bytes) -> None:
    """Statuses, or one refusal."""
    with suppress(StatementRefused):
        for status in read_pain002(io.BytesIO(content)):
            assert status.original_message_id
            assert status.status


@settings(max_examples=100)
@given(mutated([write_pain001(BATCH, RESERVE)]))
def test_payment_orders(content: bytes) -> None:
    """An order, or one refusal."""
    with suppress(StatementRefused):
        batch, _ = read_pain001(io.BytesIO(content))
        assert batch.message_id


def test_mutation_reaches_both_ends() -> None:
    """The control: among few mutations some files are still read and some are refused."""
    outcomes = set()

    @settings(max_examples=60, database=None)
    @given(mutated(CAMT))
    def look(content: bytes) -> None:
        try:
            list(read_camt(io.BytesIO(content)))
            outcomes.add("read")
        except StatementRefused:
            outcomes.add("refused")

    look()
    assert outcomes == {"read", "refused"}
