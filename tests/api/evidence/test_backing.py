"""Tests of the attestor's sums: whatever the bridge says of a line, it says it once, and what a
line is accounted for goes with its amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from api.bank import BankPaper, LineKind
from api.chain import Node
from api.evidence import Answer, BankWords, EventSums, Figures, Owed, OwnBooks
from api.evidence.deposits import Claim
from api.evidence.event_sums import Burn
from api.evidence.model import line_id, line_reference
from tests.api.world import ADA, RESERVE, camt, credit, debit, deployment

KEY = b"k" * 32
STOCK = 1_000
"""Minor units that were paid in for the tokens that there are."""
BURN = "JZR1"
OWED = [Owed("redemption_1", BURN, whole=True, decided=False)]
STRANGER = "NL91ABNA0417164300"


@pytest.fixture
def books() -> OwnBooks:
    """The bank has 10.00, and as much is tokens."""
    made = OwnBooks(
        BankWords(RESERVE, "EUR", KEY), EventSums(Node("http://127.0.0.1:1"), deployment())
    )
    tell(made, credit("STOCK", STOCK))
    made.chain.supply = STOCK
    made.chain.issued.append((line_reference(KEY, RESERVE, "STOCK"), STOCK))
    made.follow([])
    return made


def tell(books: OwnBooks, line: Any) -> str:
    """A paper of the bank with one line; our id of it."""
    name = f"{line.bank_id}-{line.amount.minor}"
    content = camt([line], message_id=name)
    paper = BankPaper(name, len(content.getvalue()), lambda: content)
    books.bank.read([paper], lambda: False)
    key = line_id(RESERVE, line.bank_id)
    assert key in books.bank.lines
    return key


def look(
    books: OwnBooks,
    *,
    balance: int,
    has: Mapping[str, int] | None = None,
    says: Mapping[str, Answer] | None = None,
    owed: Sequence[Owed] = (),
    claims: Sequence[Claim] = (),
) -> Figures:
    """One look of the attestor: the bridge `has` these amounts, and `says` this of lines."""
    books.follow(claims)
    books.take(has or {})
    books.hear(says or {})
    return books.figures(says or {}, owed, balance=balance, closed_on=None, unsound=())


def burned(books: OwnBooks, payable: int) -> None:
    """The chain tells of a burn whose payment is due."""
    books.chain.burns[BURN] = Burn(payable)
    books.chain.supply -= payable
    books.bank.ordered[BURN] = ("M1", payable)


@pytest.mark.parametrize("has", [50, 100])
def test_a_payment_that_was_told_twice_costs_what_it_took(books: OwnBooks, has: int) -> None:
    """50 were due, and the bank took 100: whichever amount the bridge has, 50 are gone."""
    burned(books, 50)
    key = tell(books, debit("OUT", 50, end_to_end_id=BURN))
    tell(books, debit("OUT", 100, end_to_end_id=BURN))
    assert look(books, balance=STOCK - 100, has={key: has}).backing == STOCK - 100


def test_money_sent_back_counts_as_it_is_told_last(books: OwnBooks) -> None:
    """The bank sent 100 back, then says 50: no more than these are credited again."""
    burned(books, 100)
    tell(books, debit("OUT", 100, end_to_end_id=BURN))
    key = tell(books, credit("BACK", 100, return_reason="AC04"))
    tell(books, credit("BACK", 50, return_reason="AC04"))
    says = {key: Answer("EXPLAINED", "redemption", BURN)}
    looks = [
        look(books, balance=STOCK - 50, has={key: amount}, says=says, owed=OWED)
        for amount in (100, 50)
    ]
    assert [each.backing for each in looks] == [STOCK - 50, STOCK - 100]


def test_a_refund_that_was_told_twice_costs_what_it_took(books: OwnBooks) -> None:
    """10 had come in, and 100 went out."""
    came = tell(books, credit("IN", 10))
    went = tell(books, debit("OUT", 10))
    tell(books, debit("OUT", 100))
    says = {went: Answer("EXPLAINED", "refund", came)}
    for amount in (10, 100):
        assert look(books, balance=STOCK - 90, has={went: amount}, says=says).backing == STOCK - 90


def test_the_same_answer_counts_once(books: OwnBooks) -> None:
    """Of 100 that were paid 40 came back: credited again once, however often it is said."""
    burned(books, 100)
    tell(books, debit("OUT", 100, end_to_end_id=BURN))
    key = tell(books, credit("BACK", 40, return_reason="AC04"))
    owed = [Owed("redemption_1", BURN, whole=False, decided=False)]
    says = {key: Answer("EXPLAINED", "redemption", BURN)}
    for _ in range(4):
        assert look(books, balance=STOCK - 60, says=says, owed=owed).returns == 40


def test_what_went_back_to_its_payer_backs_nothing_any_more(books: OwnBooks) -> None:
    """Neither a deposit that is claimed of it, nor tokens that were issued for it."""
    came = tell(books, credit("IN", 100, payer_account=ADA.account))
    went = tell(books, debit("OUT", 100))
    look(books, balance=STOCK, says={went: Answer("EXPLAINED", "refund", came)})
    books.chain.registered.add(ADA.wallet)
    claim = Claim(7, came, ADA.wallet, 100, ADA.wallet, ADA.account, None, 1, assigned=None)
    claimed = look(books, balance=STOCK, claims=[claim])
    assert (claimed.backing, claimed.deposits) == (STOCK, 0)
    assert "went back to its payer" in claimed.problems[0]
    books.chain.supply += 100
    books.chain.issued.append((line_reference(KEY, RESERVE, "IN"), 100))
    issued = look(books, balance=STOCK)
    assert (issued.backing, issued.unpaid_tokens) == (STOCK, 100)


@pytest.mark.parametrize(("assigned", "counts"), [(None, 0), (False, 0), (True, 100)])
def test_a_strangers_money_counts_for_the_link_that_it_was_given_to(
    books: OwnBooks, assigned: bool | None, counts: int
) -> None:
    """Not for a link that neither the line nor two persons name."""
    came = tell(books, credit("IN", 100, payer_account=STRANGER))
    books.chain.registered.add(ADA.wallet)
    claim = Claim(7, came, ADA.wallet, 100, ADA.wallet, ADA.account, None, 1, assigned=assigned)
    assert look(books, balance=STOCK + 100, claims=[claim]).deposits == counts


def test_two_persons_word_stands_above_the_lines(books: OwnBooks) -> None:
    """A line that names two links was given to one of them: it is not the other's."""
    came = tell(books, credit("IN", 100, payer_account=ADA.account))
    books.chain.registered.add(ADA.wallet)
    claim = Claim(7, came, ADA.wallet, 100, ADA.wallet, ADA.account, None, 1, assigned=False)
    claimed = look(books, balance=STOCK + 100, claims=[claim])
    assert claimed.deposits == 0
    assert "gave" in claimed.problems[0]


def test_money_that_came_in_again_can_be_claimed(books: OwnBooks) -> None:
    """The control: what was to go back to its payer, and came back from there, is his deposit."""
    came = tell(books, credit("IN", 100, payer_account=ADA.account))
    went = tell(books, debit("OUT", 100))
    again = tell(books, credit("AGAIN", 100, return_reason="AC04"))
    says = {key: Answer("EXPLAINED", "refund", came) for key in (went, again)}
    look(books, balance=STOCK + 100, says=says)
    books.chain.registered.add(ADA.wallet)
    claim = Claim(7, came, ADA.wallet, 100, ADA.wallet, ADA.account, None, 1, assigned=None)
    assert look(books, balance=STOCK + 100, claims=[claim]).deposits == 100


def paid(books: OwnBooks, minor: int = 100) -> None:
    """A redemption whose payment the bank has booked."""
    burned(books, minor)
    tell(books, debit("OUT", minor, end_to_end_id=BURN))


def adas(line: str) -> Claim:
    """A deposit of Ada's, of 1.00 of this line."""
    return Claim(7, line, ADA.wallet, 100, ADA.wallet, ADA.account, None, 1, assigned=None)


@pytest.mark.parametrize(("approved", "returns"), [(False, 0), (True, 100)])
def test_what_the_bank_does_not_mark_came_back_if_two_persons_say_so(
    books: OwnBooks, approved: bool, returns: int
) -> None:
    """A stranger's money would do as well: it stays unmatched, and the return is named."""
    paid(books)
    key = tell(books, credit("PLAIN", 100, payer_account=STRANGER))
    says = {key: Answer("EXPLAINED", "redemption", BURN, approved=approved)}
    seen = look(books, balance=STOCK, says=says, owed=OWED)
    assert (seen.returns, seen.backing) == (returns, STOCK - 100 + returns)
    assert bool(seen.problems) is not approved


def test_what_a_later_paper_marks_as_sent_back_came_back(books: OwnBooks) -> None:
    """A notification may say less than the statement of the day, whichever is read first."""
    paid(books)
    key = tell(books, credit("BACK", 100))
    marked = camt([credit("BACK", 100, return_reason="AC04")], message_id="later")
    paper = BankPaper("later", len(marked.getvalue()), lambda: marked)
    books.bank.read([paper], lambda: False)
    assert key in books.open_lines()
    says = {key: Answer("EXPLAINED", "redemption", BURN)}
    assert look(books, balance=STOCK, says=says, owed=OWED).returns == 100


@pytest.mark.parametrize("approved", [False, True])
def test_the_money_of_tokens_came_back_of_nothing(books: OwnBooks, approved: bool) -> None:
    """The line that was issued is said to be the return of a payment, too."""
    more = tell(books, credit("MORE", 100, return_reason="AC04"))
    books.chain.supply += 100
    books.chain.issued.append((line_reference(KEY, RESERVE, "MORE"), 100))
    paid(books)
    says = {more: Answer("EXPLAINED", "redemption", BURN, approved=approved)}
    assert look(books, balance=STOCK, says=says, owed=OWED).backing == STOCK


@pytest.mark.parametrize("by", ["refund", "reversal"])
def test_what_came_back_goes_out_as_nothing_else(books: OwnBooks, by: str) -> None:
    """It is credited again; a debit that is said to send it on is unexplained."""
    paid(books)
    back = tell(books, credit("BACK", 100, return_reason="AC04"))
    says = {back: Answer("EXPLAINED", "redemption", BURN)}
    look(books, balance=STOCK, says=says, owed=OWED)
    says[tell(books, debit("THEFT", 100))] = Answer("EXPLAINED", by, back)
    seen = look(books, balance=STOCK - 100, says=says, owed=OWED)
    assert (seen.returns, seen.unexplained, seen.backing) == (100, 100, STOCK - 100)


@pytest.mark.parametrize("by", ["redemption", "refund"])
def test_what_came_back_is_no_deposit(books: OwnBooks, by: str) -> None:
    """Neither claimed, nor issued: one credit counts once."""
    came = tell(books, credit("IN", 100))
    says = {tell(books, debit("WENT", 100)): Answer("EXPLAINED", "refund", came)}
    paid(books)
    back = tell(books, credit("BACK", 100, payer_account=ADA.account, return_reason="AC04"))
    says[back] = Answer("EXPLAINED", by, BURN if by == "redemption" else came)
    before = look(books, balance=STOCK, says=says, owed=OWED).backing
    assert before == (STOCK if by == "redemption" else STOCK - 100)
    books.chain.registered.add(ADA.wallet)
    claimed = look(books, balance=STOCK, says=says, owed=OWED, claims=[adas(back)])
    assert (claimed.deposits, claimed.backing) == (0, before)
    assert "came back of something else" in claimed.problems[0]
    books.chain.supply += 100
    books.chain.issued.append((line_reference(KEY, RESERVE, "BACK"), 100))
    issued = look(books, balance=STOCK, says=says, owed=OWED)
    assert (issued.unpaid_tokens, issued.backing) == (100, before)


def test_what_was_sent_on_twice_came_back_once(books: OwnBooks) -> None:
    """What came back of a refund is that refund's: it is sent back to nobody else."""
    came = tell(books, credit("IN", 100, payer_account=ADA.account))
    says = {tell(books, debit("WENT", 100)): Answer("EXPLAINED", "refund", came)}
    again = tell(books, credit("AGAIN", 100, return_reason="AC04"))
    says[again] = Answer("EXPLAINED", "refund", came)
    look(books, balance=STOCK + 100, says=says)
    says[tell(books, debit("THEFT", 100))] = Answer("EXPLAINED", "refund", again)
    books.chain.registered.add(ADA.wallet)
    seen = look(books, balance=STOCK, says=says, claims=[adas(came)])
    assert (seen.deposits, seen.unexplained, seen.backing) == (100, 100, STOCK)


@pytest.mark.parametrize("by", ["refund", "reversal"])
def test_own_funds_are_no_payers(books: OwnBooks, by: str) -> None:
    """Interest that is said to have gone back to its payer would bear charges all the same."""
    interest = tell(books, credit("INTEREST", 100, kind=LineKind.INTEREST))
    tell(books, debit("CHARGE", 100, kind=LineKind.CHARGE))
    theft = tell(books, debit("THEFT", 100))
    says = {theft: Answer("EXPLAINED", by, interest)}
    seen = look(books, balance=STOCK - 100, says=says)
    assert (seen.unexplained, seen.backing) == (100, STOCK - 100)


@pytest.mark.parametrize(("approved", "own"), [(False, -200), (True, -100)])
def test_what_own_funds_get_back_takes_two_persons(
    books: OwnBooks, approved: bool, own: int
) -> None:
    """A stranger's money would make good what own funds bear, and charges with it."""
    tell(books, debit("CHARGE", 100, kind=LineKind.CHARGE))
    theft = tell(books, debit("THEFT", 100))
    gift = tell(books, credit("GIFT", 100, payer_account=STRANGER))
    says = {
        gift: Answer("EXPLAINED", "own", theft, approved=approved),
        theft: Answer("EXPLAINED", "own", theft),
    }
    seen = look(books, balance=STOCK - 100, says=says)
    assert (seen.own_funds, seen.backing) == (own, STOCK + own)


@pytest.mark.parametrize("whole", [False, True])
def test_nothing_came_back_of_what_did_not_go_out(books: OwnBooks, whole: bool) -> None:
    """A payment in flight, and what the bank sent back of something else."""
    burned(books, 100)
    other = tell(books, credit("OTHER", 100, return_reason="AC04"))
    owed = [Owed("redemption_1", BURN, whole=whole, decided=False)]
    says = {other: Answer("EXPLAINED", "redemption", BURN, approved=True)}
    seen = look(books, balance=STOCK + 100, says=says, owed=owed)
    assert (seen.returns, seen.backing) == (0, STOCK - 100)


@pytest.mark.parametrize("decided", [False, True])
def test_what_is_not_read_yet_is_no_return(books: OwnBooks, decided: bool) -> None:
    """The order, the debit and a stranger's credit that makes good for it lie in a paper that is
    still to be read: what is said to be rejected counts when all is read."""
    burned(books, 100)
    books.bank.ordered.clear()
    booked = [debit("OUT", 100, end_to_end_id=BURN), credit("IN", 101)]
    large, small = camt(booked, message_id="large"), camt([credit("S", 1)], message_id="small")
    papers = [
        BankPaper("large", len(large.getvalue()), lambda: large),
        BankPaper("small", 1, lambda: small),
    ]
    books.bank.read(papers, lambda: True)
    owed = [Owed("redemption_1", BURN, whole=True, decided=decided)]
    seen = look(books, balance=STOCK + 2, owed=owed)
    assert (books.bank.complete, seen.returns, seen.backing) == (False, 0, STOCK - 100)
    books.bank.read([], lambda: False)
    assert look(books, balance=STOCK + 2, owed=owed).backing == STOCK - 100
