"""The kit: what every bank behind the port must keep, and the house that a test plays in.

A subclass gives a `house` fixture; the house knows how to act on the *other* side of the port,
where the bank's people are. The same tests then run against each adapter.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from api.bank import (
    Bank,
    BankRefused,
    Debtor,
    LinkAnswer,
    LinkOutcome,
    LinkRequest,
    PaymentStatus,
    PayoutBatch,
    PayoutInstruction,
    read_pain002,
)
from api.bank.iso20022 import document_kind
from api.bank.iso20022.payments import account_element
from api.kernel.money import Money

RESERVE = Debtor("Jiaozi Reserve", "NL96JIAO0000000001", "JIAONL2A")
OTHER_IBAN = "DE75512108001245126199"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"
OTHER_WALLET = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"


class House(Protocol):
    """A bank behind the port, and the bank's people behind the bank."""

    @property
    def bank(self) -> Bank:
        """The adapter under test."""

    def customer(self, name: str, tier: int) -> LinkRequest:
        """Open an account; returns the link that its holder may ask for, from `WALLET`."""

    def fund(self, minor: int) -> None:
        """Put money on the reserve account, and let the port's `balance` know of it."""

    def reject(self, end_to_end_id: str) -> None:
        """Let the bank refuse this payment."""

    def work(self) -> None:
        """Let the bank do all that waits on its side."""


def payment(end_to_end_id: str, minor: int = 500, account: str = OTHER_IBAN) -> PayoutInstruction:
    """A payout of `minor` cents."""
    return PayoutInstruction(end_to_end_id, account, "Ada Love", Money(minor, "EUR"), "redeemed")


def batch(message_id: str, *payments: PayoutInstruction) -> PayoutBatch:
    """A batch of these payouts."""
    return PayoutBatch(message_id, START, date(2026, 1, 5), payments)


class BankContract:
    """The promises of `api.bank.port`, one test each."""

    @pytest.fixture
    def house(self) -> House:
        """Each adapter's test gives its own."""
        raise NotImplementedError

    def ask(self, house: House, request: LinkRequest) -> LinkAnswer:
        """The bank's final answer: what is PENDING is asked again after the bank's work."""
        answer = house.bank.confirm_link(request)
        if answer.outcome is LinkOutcome.PENDING:
            house.work()
            answer = house.bank.confirm_link(request)
        return answer

    def statuses(self, house: House) -> list[PaymentStatus]:
        """Every status in the reports that wait, after the bank's work."""
        house.work()
        reports = [d for d in house.bank.collect() if d.kind == "pain.002"]
        return [status for d in reports for status in read_pain002(io.BytesIO(d.content))]

    # --- links ------------------------------------------------------------------------------

    def test_a_link_is_confirmed_with_its_tier_and_again(self, house: House) -> None:
        """The second time is our crash before the first answer was stored."""
        request = house.customer("Ada Love", 2)
        first = self.ask(house, request)
        assert (first.outcome, first.tier, first.reason) == (LinkOutcome.CONFIRMED, 2, None)
        assert self.ask(house, request) == first

    def test_every_wallet_has_a_virtual_account_of_its_own(self, house: House) -> None:
        """An account number of the bank: neither the customer's nor anybody else's."""
        ada = house.customer("Ada Love", 2)
        given = self.ask(house, ada).virtual_account
        bo = replace(house.customer("Bo Zhang", 1), wallet=OTHER_WALLET)
        other = self.ask(house, bo).virtual_account
        assert given is not None
        assert other is not None
        assert account_element(given) == account_element(other) == "IBAN"
        assert len({given, other, ada.account, bo.account, RESERVE.account}) == 5

    @pytest.mark.parametrize(
        "wrong", [{"code": "WRONG-WRONG"}, {"name": "Mallory"}, {"account": OTHER_IBAN}]
    )
    def test_a_link_that_does_not_fit_is_refused_with_a_reason(
        self, house: House, wrong: dict[str, str]
    ) -> None:
        """And the right one still goes through afterwards."""
        request = house.customer("Ada Love", 2)
        refused = self.ask(house, replace(request, **wrong))
        assert refused.outcome is LinkOutcome.REFUSED
        assert refused.reason
        assert refused.tier is None
        assert self.ask(house, request).outcome is LinkOutcome.CONFIRMED

    def test_a_used_code_links_no_other_wallet(self, house: House) -> None:
        """The holder's wallet stays linked."""
        request = house.customer("Ada Love", 2)
        assert self.ask(house, request).outcome is LinkOutcome.CONFIRMED
        stolen = replace(request, wallet=OTHER_WALLET)
        assert self.ask(house, stolen).outcome is LinkOutcome.REFUSED
        assert self.ask(house, request).outcome is LinkOutcome.CONFIRMED

    # --- payouts ----------------------------------------------------------------------------

    def test_an_order_submitted_again_is_the_same_file_and_is_paid_once(self, house: House) -> None:
        """Before the bank has worked on it, and after."""
        house.fund(10_000)
        order = batch("P-1", payment("R-1"))
        first = house.bank.submit_payouts(order)
        assert house.bank.submit_payouts(order) == first
        assert [s.status for s in self.statuses(house)] == ["ACSC"]
        assert house.bank.submit_payouts(order) == first
        assert [s.end_to_end_id for s in self.statuses(house)] == ["R-1"]
        house.fund(1)
        assert house.bank.balance().amount == Money(10_000 - 500 + 1, "EUR")

    def test_all_that_passed_is_told_and_changes_nothing(self, house: House) -> None:
        """Orders and documents, acknowledged or not, each once; the same ids and bytes again."""
        house.fund(10_000)
        house.bank.submit_payouts(batch("P-1", payment("R-1")))
        house.work()
        for document in house.bank.collect()[:1]:
            house.bank.acknowledge(document.id)
        papers = house.bank.passed(set())
        contents = [paper.open().read() for paper in papers]
        assert [len(content) for content in contents] == [paper.size for paper in papers]
        assert any(b"<CstmrCdtTrfInitn" in content for content in contents)
        assert any(b"CstmrPmtStsRpt" in content and b"R-1" in content for content in contents)
        known = {paper.id for paper in papers}
        assert len(known) == len(papers) == len(set(contents))
        assert house.bank.passed(known) == []
        assert [paper.id for paper in house.bank.passed(set())] == [p.id for p in papers]
        assert [document.id for document in house.bank.collect()] == [
            document.id for document in house.bank.collect()
        ]

    def test_another_order_under_a_known_id_is_refused(self, house: House) -> None:
        """The first one stands, whether or not the bank has worked on it."""
        house.fund(10_000)
        house.bank.submit_payouts(batch("P-1", payment("R-1")))
        other = batch("P-1", payment("R-1", 501))
        with pytest.raises(BankRefused, match=r"(?i)other content"):
            house.bank.submit_payouts(other)
        assert [s.end_to_end_id for s in self.statuses(house)] == ["R-1"]
        with pytest.raises(BankRefused, match=r"(?i)other content"):
            house.bank.submit_payouts(other)

    def test_an_order_that_cannot_be_written_is_refused_and_leaves_nothing(
        self, house: House
    ) -> None:
        """Its id is free for the corrected one."""
        house.fund(10_000)
        with pytest.raises(BankRefused, match="creditor_name"):
            house.bank.submit_payouts(
                batch("P-1", replace(payment("R-1"), creditor_name="Ada\x00"))
            )
        assert self.statuses(house) == []
        house.bank.submit_payouts(batch("P-1", payment("R-1")))
        assert [s.status for s in self.statuses(house)] == ["ACSC"]

    def test_each_payment_gets_the_banks_word(self, house: House) -> None:
        """Settled or rejected with a reason; the rejected one is not debited."""
        house.fund(10_000)
        house.reject("R-2")
        house.bank.submit_payouts(batch("P-1", payment("R-1"), payment("R-2"), payment("R-3")))
        found = self.statuses(house)
        assert [(s.original_message_id, s.end_to_end_id, s.status) for s in found] == [
            ("P-1", "R-1", "ACSC"),
            ("P-1", "R-2", "RJCT"),
            ("P-1", "R-3", "ACSC"),
        ]
        assert [bool(s.reason) for s in found] == [False, True, False]
        house.fund(1)
        assert house.bank.balance().amount == Money(10_000 - 1000 + 1, "EUR")

    # --- documents --------------------------------------------------------------------------

    def test_documents_come_again_until_they_are_acknowledged(self, house: House) -> None:
        """In order, under ids that stay; each is what its kind says."""
        house.fund(10_000)
        house.bank.submit_payouts(batch("P-1", payment("R-1")))
        house.work()
        first = house.bank.collect()
        assert first
        assert house.bank.collect() == first
        assert len({document.id for document in first}) == len(first)
        for document in first:
            assert document_kind(document.content) == document.kind
        house.bank.acknowledge(first[0].id)
        house.bank.acknowledge(first[0].id)
        assert house.bank.collect() == first[1:]

    def test_older_documents_come_first(self, house: House) -> None:
        """Reports on orders come in the order of the orders."""
        house.fund(10_000)
        for number in (1, 2, 3):
            house.bank.submit_payouts(batch(f"P-{number}", payment(f"R-{number}")))
            house.work()
        assert [s.original_message_id for s in self.statuses(house)] == ["P-1", "P-2", "P-3"]

    @pytest.mark.parametrize(
        "unknown", ["", "x", "camt.053-99999999", "pain.002-1", "0123456789abcdef-../../etc/passwd"]
    )
    def test_only_what_was_collected_can_be_acknowledged(self, house: House, unknown: str) -> None:
        """A wrong id is a fault to be seen, not to be swallowed."""
        with pytest.raises(BankRefused, match=r"(?i)no such document"):
            house.bank.acknowledge(unknown)

    # --- balance ----------------------------------------------------------------------------

    def test_the_balance_says_what_when_and_where(self, house: House) -> None:
        """All three belong into a proof."""
        house.fund(12_345)
        balance = house.bank.balance()
        assert balance.amount == Money(12_345, "EUR")
        assert balance.as_of.tzinfo is not None
        assert balance.read_from
