"""Lines: a bad one is named and the good ones stand; batches add up or are not split."""

from __future__ import annotations

from datetime import date

import pytest

from api.bank.iso20022 import BadLine, BookedLine, Direction, LineKind, SkippedLine
from api.kernel.money import Money
from tests.api.bank.iso20022.camt import bad, booked, entry, read, statement, with_details

GOOD = entry(("REF-1", "REF-good"))


def amount_of(text: str) -> str:
    """A detail's amount as version 4 and later write it."""
    return f'<Amt Ccy="EUR">{text}</Amt>'


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ('<Amt Ccy="EUR">8.85</Amt>', "", "Amt", "is missing"),
        ("8.85", "", "Amt", "not an amount"),
        ("8.85", "eight", "Amt", "not an amount"),
        ("8.85", "8,85", "Amt", "not an amount"),
        ("8.85", "8.85000", "Amt", "more decimals"),
        ("8.85", "8.855", "Amt", "more decimals"),
        ("8.85", "٨.٨٥", "Amt", "not an amount"),
        ("8.85", "８.８５", "Amt", "not an amount"),
        ("8.85", "1e400", "Amt", "not an amount"),
        ("8.85", "NaN", "Amt", "not an amount"),
        ("8.85", "9" * 31, "Amt", "more than any account can hold"),
        ("8.85", f"1{'0' * 16}", "Amt", "is larger than an amount can be"),
        ("REF-1", "R" * 501, "AcctSvcrRef", "is longer than 500 characters"),
        ("8.85", "-8.85", "Amt", "is negative"),
        ("8.85", "-0", "Amt", "is negative"),
        ("8.85", "8<b/>.85", "Amt", "holds «b»"),
        ("8.85</Amt>", '8.85</Amt><Amt Ccy="EUR">9.85</Amt>', "Amt", "more than once"),
        (' Ccy="EUR"', "", "Amt@Ccy", "is missing"),
        ("EUR", "XXX", "Amt", "not a currency"),
        ("EUR", "SEK", "Amt@Ccy", "is SEK, but only EUR"),
        ("CRDT", "", "CdtDbtInd", "is missing"),
        ("CRDT", "PLUS", "CdtDbtInd", "neither CRDT nor DBIT"),
        ("<Sts>BOOK</Sts>", "", "Sts", "is missing"),
        ("BOOK", "MAYBE", "Sts", "«MAYBE»"),
        ("2026-01-05", "", "BookgDt", "ISO 8601"),
        ("2026-01-05", "05.01.2026", "BookgDt", "ISO 8601"),
        ("2026-01-05", "2026-02-30", "BookgDt", "calendar"),
        ("2026-01-05", "20260105", "BookgDt", "ISO 8601"),
        ("<BookgDt><Dt>2026-01-05</Dt></BookgDt>", "", "BookgDt", "is missing"),
        ("</BookgDt>", "</BookgDt><ValDt><Dt>soon</Dt></ValDt>", "ValDt", "ISO 8601"),
        ("<Sts>", "<RvslInd>perhaps</RvslInd><Sts>", "RvslInd", "neither true nor false"),
        ("</AcctSvcrRef>", "</AcctSvcrRef><AcctSvcrRef>B</AcctSvcrRef>", "AcctSvcrRef", "once"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_stand(
    old: str, new: str, field: str, problem: str
) -> None:
    """Number, field and problem; the line before and the line behind are booked."""
    content = statement(GOOD, entry((old, new)), GOOD.replace("good", "next"))
    [(number, found, said)] = bad(content)
    assert (number, found) == (2, field)
    assert problem in said
    assert [line.bank_id for line in booked(content)] == ["REF-good", "REF-next"]
    assert [line.number for line in booked(content)] == [1, 3]


def test_the_largest_amount_and_the_longest_text_are_read() -> None:
    """Below 10^18 minor units, and 500 characters: with one more the line is bad."""
    [line] = booked(statement(entry(("8.85", "9" * 16 + ".99"), ("REF-1", "R" * 500))))
    assert line.amount == Money(10**18 - 1, "EUR")
    assert line.bank_id.startswith("derived:")


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        (f"<Refs><EndToEndId>{'E' * 501}</EndToEndId></Refs>", "EndToEndId"),
        (
            # one character that is three in capitals: what is stored is what counts
            f"<RltdPties><CdtrAcct><Id><IBAN>{'ΐ' * 200}</IBAN></Id></CdtrAcct></RltdPties>",
            "IBAN",
        ),
    ],
)
def test_a_text_that_no_index_can_hold_makes_a_bad_line(detail: str, field: str) -> None:
    """It is named; the lines around it stand."""
    content = statement(GOOD, with_details(detail), GOOD.replace("good", "next"))
    [(number, found, said)] = bad(content)
    assert (number, said) == (2, "is longer than 500 characters")
    assert found.endswith(field)
    assert [line.bank_id for line in booked(content)] == ["REF-good", "REF-next"]


def test_a_line_of_zero_is_no_bad_money() -> None:
    """It is named for what it is; the lines around it stand."""
    content = statement(GOOD, entry(("8.85", "0.00")), GOOD.replace("good", "next"))
    [skipped] = [record for record in read(content) if isinstance(record, SkippedLine)]
    assert (skipped.number, skipped.status) == (2, "ZERO")
    assert "no money moved" in skipped.reason
    assert [line.bank_id for line in booked(content)] == ["REF-good", "REF-next"]
    assert bad(content) == []


@pytest.mark.parametrize(
    ("old", "new", "moved", "reference"),
    [
        ("2026-01-05", "never", 885, "REF-1"),
        ("<Sts>BOOK</Sts>", "", 885, "REF-1"),
        ("8.85", "8.855", None, "REF-1"),
        ("EUR", "SEK", None, "REF-1"),
        ("CRDT", "PLUS", None, "REF-1"),
        ("</AcctSvcrRef>", "</AcctSvcrRef><AcctSvcrRef>B</AcctSvcrRef>", 885, None),
    ],
)
def test_a_bad_line_says_what_can_be_read_of_it(
    old: str, new: str, moved: int | None, reference: str | None
) -> None:
    """What it did to the balance, and its reference, which may be known with other content."""
    records = read(statement(entry((old, new))))
    [line] = [record for record in records if isinstance(record, BadLine)]
    assert (line.moved, line.bank_id) == (moved, reference)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("CHRG", LineKind.CHARGE),
        ("COMM", LineKind.CHARGE),
        ("FEES", LineKind.CHARGE),
        ("TAXE", LineKind.CHARGE),
        ("INTR", LineKind.INTEREST),
        ("ESCT", LineKind.PAYMENT),
        ("chrg", LineKind.PAYMENT),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_the_banks_code_tells_charges_and_interest(
    code: str, kind: LineKind, *, inside: bool
) -> None:
    """By the sub-family, on the entry or on its only detail; a payer cannot write it."""
    told = (
        "<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd>"
        f"<SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    )
    text = f"<RmtInf><Ustrd>{code} INTR CHRG</Ustrd></RmtInf>"
    if inside:
        content = statement(with_details(told + text))
    else:
        content = statement(entry(("</AcctSvcrRef>", f"</AcctSvcrRef>{told}")))
    [line] = booked(content)
    assert line.kind is kind
    assert booked(statement(with_details(text)))[0].kind is LineKind.PAYMENT


def test_a_reversal_names_the_line_that_it_takes_back() -> None:
    """By that line's reference; its own id is another one."""
    [line] = booked(statement(entry(("<Sts>", "<RvslInd>true</RvslInd><Sts>"), ("CRDT", "DBIT"))))
    assert line.original_reference == "REF-1"
    assert line.bank_id != "REF-1"
    assert booked(statement(entry()))[0].original_reference is None


def test_a_currency_that_the_bridge_does_not_deal_in_is_bad() -> None:
    """Also when the account does not say what it is kept in."""
    content = statement(GOOD).replace(b"<Ccy>EUR</Ccy>", b"")
    assert bad(content, "EUR") == []
    [(_, field, problem)] = bad(content, "CNY")
    assert (field, problem) == ("Amt@Ccy", "is EUR, but only CNY is dealt in here")


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
@pytest.mark.parametrize("shape", ["<Sts>{}</Sts>", "<Sts><Cd>{}</Cd></Sts>"])
def test_a_line_that_is_not_booked_is_reported_as_skipped(status: str, shape: str) -> None:
    """It may lack what only a booking has; its number is not lost."""
    pending = entry(
        ("<Sts>BOOK</Sts>", shape.format(status)), ("<BookgDt><Dt>2026-01-05</Dt></BookgDt>", "")
    )
    _, skipped, line, _ = read(statement(pending, GOOD))
    assert isinstance(skipped, SkippedLine)
    assert (skipped.number, skipped.status) == (1, status)
    assert skipped.reason
    assert isinstance(line, BookedLine)
    assert line.number == 2


def test_a_debit_and_a_reversal_keep_their_direction() -> None:
    """CdtDbtInd is the real movement, for a reversal too; its id is not the original's."""
    debit, reversal = booked(
        statement(
            entry(("CRDT", "DBIT")),
            entry(("CRDT</CdtDbtInd>", "CRDT</CdtDbtInd><RvslInd>true</RvslInd>")),
        )
    )
    assert (debit.direction, debit.reversal) == (Direction.DEBIT, False)
    assert (reversal.direction, reversal.reversal) == (Direction.CREDIT, True)
    assert debit.bank_id == "REF-1" != reversal.bank_id


def test_a_returned_payment_says_why() -> None:
    """So that a payout that comes back is never taken for a deposit."""
    [line] = booked(
        statement(
            with_details(
                "<Refs><EndToEndId>P-9</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
            )
        )
    )
    assert (line.end_to_end_id, line.return_reason) == ("P-9", "AC04")


def test_a_batch_becomes_a_line_for_each_payment() -> None:
    """Amounts in `Amt` or, as version 2 has them, in `AmtDtls`; numbers go on counting."""
    content = statement(
        with_details(
            f"<Refs><EndToEndId>A</EndToEndId></Refs>{amount_of('5.00')}",
            '<AmtDtls><TxAmt><Amt Ccy="EUR">3.85</Amt></TxAmt></AmtDtls>',
        ),
        GOOD,
    )
    first, second, third = booked(content)
    assert [first.amount, second.amount] == [Money(500, "EUR"), Money(385, "EUR")]
    assert [line.number for line in (first, second, third)] == [1, 2, 3]
    assert [line.entry for line in (first, second, third)] == [1, 1, 2]
    assert (first.end_to_end_id, second.end_to_end_id) == ("A", None)
    assert len({first.bank_id, second.bank_id, "REF-1"}) == 3


def test_a_correction_inside_a_batch_counts_against_it() -> None:
    """A detail may go the other way than its entry."""
    first, second = booked(
        statement(
            with_details(amount_of("10.00"), f"{amount_of('1.15')}<CdtDbtInd>DBIT</CdtDbtInd>")
        )
    )
    assert (first.direction, second.direction) == (Direction.CREDIT, Direction.DEBIT)
    assert second.amount == Money(115, "EUR")


@pytest.mark.parametrize(
    ("details", "field", "problem"),
    [
        ((amount_of("5.00"), amount_of("3.84")), "NtryDtls/TxDtls", "come to 8.84 EUR"),
        ((amount_of("8.85"), ""), "NtryDtls/TxDtls[2]/Amt", "is missing"),
        ((amount_of("8.85"), amount_of("x")), "NtryDtls/TxDtls[2]/Amt", "not an amount"),
        ((amount_of("8.85"), amount_of("0")), "NtryDtls/TxDtls[2]/Amt", "cannot be a part"),
        (
            (amount_of("5.00"), '<Amt Ccy="SEK">3.85</Amt>'),
            "NtryDtls/TxDtls[2]/Amt",
            "cannot be a part",
        ),
        (
            ("<Refs><TxId>1</TxId><TxId>2</TxId></Refs>", amount_of("8.85")),
            "NtryDtls/TxDtls[1]/TxId",
            "more than once",
        ),
    ],
)
def test_a_batch_that_does_not_add_up_is_one_bad_line(
    details: tuple[str, str], field: str, problem: str
) -> None:
    """It is never split by guessing, and never given to one of its payers."""
    content = statement(with_details(*details), GOOD)
    [(number, found, said)] = bad(content)
    assert (number, found) == (1, field)
    assert problem in said
    assert [line.number for line in booked(content)] == [2]


def test_one_detail_books_what_the_entry_books() -> None:
    """Charges may have been taken off; more than was booked is never credited."""
    [line] = booked(statement(with_details(amount_of("9.00"))))
    assert line.amount == Money(885, "EUR")


def test_one_detail_that_explains_only_a_part_is_bad() -> None:
    """The rest came from somebody else."""
    [(_, field, problem)] = bad(statement(with_details(amount_of("5.00"))))
    assert (field, problem) == ("NtryDtls/TxDtls/Amt", "explains 5.00 EUR of 8.85 EUR")


def test_one_detail_that_contradicts_its_entry_is_bad() -> None:
    """Money cannot come and go at once."""
    [(_, field, _)] = bad(statement(with_details("<CdtDbtInd>DBIT</CdtDbtInd>")))
    assert field == "NtryDtls/TxDtls/CdtDbtInd"


def test_details_belong_to_their_own_entry_only() -> None:
    """A skipped entry's payer must not be credited with the next entry."""
    payer = "<RltdPties><Dbtr><Nm>Mallory</Nm></Dbtr></RltdPties>"
    pending = with_details(payer).replace("BOOK", "PDNG")
    astray = f"<Bal><NtryDtls><TxDtls>{payer}</TxDtls></NtryDtls></Bal>"
    [line] = booked(statement(pending, GOOD, balances=astray))
    assert line.payer_name is None


@pytest.mark.parametrize(
    "party",
    [
        "<Dbtr><Nm>Ada\n   Love</Nm></Dbtr>",
        "<Dbtr><Pty><Nm>Ada Love</Nm></Pty></Dbtr>",
        "<Dbtr><Agt><FinInstnId><Nm>Ada Love</Nm></FinInstnId></Agt></Dbtr>",
    ],
)
@pytest.mark.parametrize(
    "account", ["<IBAN>nl96 jiao 0000000001</IBAN>", "<Othr><Id>NL96JIAO0000000001</Id></Othr>"]
)
def test_parties_are_read_in_every_shape(party: str, account: str) -> None:
    """Names with single blanks, accounts without any."""
    [line] = booked(
        statement(
            with_details(
                f"<RltdPties>{party}<DbtrAcct><Id>{account}</Id></DbtrAcct>"
                "<CdtrAcct><Id><Othr><Id>77</Id></Othr></Id></CdtrAcct></RltdPties>"
            )
        )
    )
    assert line.payer_name == "Ada Love"
    assert (line.payer_account, line.payee_account) == ("NL96JIAO0000000001", "77")


def test_the_booking_day_is_the_banks_own() -> None:
    """Half past midnight in Shanghai is still yesterday in UTC; the bank's calendar counts."""
    [line] = booked(
        statement(entry(("<Dt>2026-01-05</Dt>", "<DtTm>2026-01-05T00:30:00+08:00</DtTm>")))
    )
    assert line.booked_on == date(2026, 1, 5)


def test_elements_of_another_namespace_are_not_ours() -> None:
    """An amount that only looks like one does not count."""
    content = statement(entry(('<Amt Ccy="EUR">', '<Amt xmlns="urn:x" Ccy="EUR">')))
    assert read(content)[1] == BadLine(1, "Amt", "is missing", 1, bank_id="REF-1")
