"""Status reports: per payment, per order, in both versions; and reports that tell nothing."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from api.bank.errors import StatementRefused
from api.bank.iso20022 import PaymentStatus, StatusReport, read_pain002, write_pain002

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
STATUSES = (
    PaymentStatus("P-1", "R-1", "ACSC", None),
    PaymentStatus("P-1", "R-2", "RJCT", "AC01 No such <account>"),
    PaymentStatus("P-1", "R-3", "PDNG", None),
)


def written(*statuses: PaymentStatus) -> bytes:
    """A report on order P-1."""
    return write_pain002(StatusReport("S-1", NOW, "P-1", statuses))


def read(content: bytes) -> list[PaymentStatus]:
    """All statuses of a report."""
    return list(read_pain002(io.BytesIO(content)))


def test_what_is_written_reads_back() -> None:
    """Each payment with its status and the bank's reason; the same bytes each time."""
    assert read(written(*STATUSES)) == list(STATUSES)
    assert written(*STATUSES) == written(*STATUSES)


def test_the_word_on_the_whole_order_is_not_lost() -> None:
    """A bank that rejects the file as such names no payment."""
    whole = PaymentStatus("P-1", None, "RJCT", "DU01 Duplicate message")
    assert read(written(whole)) == [whole]


def test_partly_accepted_is_told_by_the_payments_alone() -> None:
    """PART says only that they differ."""
    assert read(written(PaymentStatus("P-1", None, "PART", None), *STATUSES)) == list(STATUSES)


def test_reads_version_3_with_a_status_of_the_payment_group() -> None:
    """As it answers pain.001.001.03: the group's reason stands behind its status."""
    content = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
        b"<GrpHdr><MsgId>S</MsgId></GrpHdr>"
        b"<OrgnlGrpInfAndSts><OrgnlMsgId>P-1</OrgnlMsgId></OrgnlGrpInfAndSts>"
        b"<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>X1</Prtry></Rsn>"
        b"<AddtlInf>closed</AddtlInf></StsRsnInf></OrgnlPmtInfAndSts>"
        b"<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>R-1</OrgnlEndToEndId>"
        b"<TxSts>ACCP</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"
        b"</CstmrPmtStsRpt></Document>"
    )
    assert read(content) == [
        PaymentStatus("P-1", None, "RJCT", "X1 closed"),
        PaymentStatus("P-1", "R-1", "ACCP", None),
    ]


def test_every_reason_of_a_payment_is_kept() -> None:
    """With its words, in the bank's order; of the group and of the order, too."""
    both = PaymentStatus("P-1", "R-1", "RJCT", "AC01 No account; AG01 Not allowed")
    assert read(written(both)) == [both]
    whole = PaymentStatus("P-1", None, "RJCT", "DU01 Duplicate; FF01")
    assert read(written(whole)) == [whole]
    group = (
        b"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P-1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        b"<StsRsnInf><Rsn><Cd>AG01</Cd></Rsn></StsRsnInf>"
        b"<StsRsnInf><Rsn><Cd>DT01</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf>"
        b"</OrgnlPmtInfAndSts></CstmrPmtStsRpt>"
    )
    content = written(both).replace(b"</CstmrPmtStsRpt>", group)
    assert read(content)[1:] == [PaymentStatus("P-1", None, "RJCT", "AG01; DT01 closed")]


def test_the_word_on_a_group_that_the_order_does_not_have_is_refused() -> None:
    """It would otherwise count for every payment of the order."""
    content = written(*STATUSES).replace(
        b"<OrgnlPmtInfId>P-1</OrgnlPmtInfId>", b"<OrgnlPmtInfId>P-1-2</OrgnlPmtInfId>"
    )
    with pytest.raises(StatementRefused, match="P-1-2"):
        read(content)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b"<OrgnlMsgId>P-1</OrgnlMsgId>", b"", "OrgnlMsgId"),
        (b"<OrgnlEndToEndId>R-2</OrgnlEndToEndId>", b"", "OrgnlEndToEndId"),
        (b"<TxSts>RJCT</TxSts>", b"", "TxSts"),
        (b"pain.002.001.10", b"pain.002.001.99", "pain.002.001.99"),
        (b"<Document", b"<!DOCTYPE x><Document", "DOCTYPE"),
        (b"</Document>", b"", "cut off"),
    ],
)
def test_a_report_that_does_not_say_of_what_is_refused(old: bytes, new: bytes, named: str) -> None:
    """A status that cannot be laid to a payment must not be dropped in silence."""
    content = written(*STATUSES)
    assert old in content
    with pytest.raises(StatementRefused, match=named):
        read(content.replace(old, new))


def test_a_report_without_any_order_is_refused() -> None:
    """It would otherwise look like a report without news."""
    content = written().decode()
    start, stop = content.index("<OrgnlGrpInf"), content.index("</CstmrPmtStsRpt>")
    with pytest.raises(StatementRefused, match="which order"):
        read((content[:start] + content[stop:]).encode())
