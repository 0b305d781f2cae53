"""Tests of links: both proofs, in that order, bound to one wallet and one account."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from api.bank import BankUnreachable, LinkAnswer, LinkOutcome, LinkRequest, valid_reference
from api.bank.memory import FakeBank, FakeCustomer
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Broken, Conflict, InvalidInput
from api.links import LinkState
from api.links import store as links_store
from api.links.proof import FRESH, read_claim, require_fresh
from tests.api.links.steps import activate, claim, register
from tests.api.world import ADA, BO, DOMAIN, NOW, Customer, link_body
from wallet.address import checksum
from wallet.errors import WalletError
from wallet.signer import LocalSigner
from wallet.typed_data import Domain


def test_a_link_is_confirmed_by_signature_and_code(database: Database, bank: FakeBank) -> None:
    """It gets a valid creditor reference of its own."""
    link = register(database, bank, claim(), now=NOW)
    assert (link.state, link.tier, link.wallet) == (LinkState.CONFIRMED, 1, ADA.wallet)
    assert valid_reference(link.deposit_reference) == link.deposit_reference
    other = register(database, bank, claim(BO), now=NOW)
    assert other.deposit_reference != link.deposit_reference


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"account": BO.account}, "signature"),
        ({"name": "Ada Lovelac"}, "signature"),
        ({"wallet": BO.wallet}, "signature"),
        ({"issued_at": "1795078801"}, "signature"),
        ({"nonce": "0x" + "00" * 32}, "signature"),
        ({"nonce": "0x01"}, "nonce"),
        ({"signature": "0x" + "00" * 65}, "signature"),
        ({"signature": "0x"}, "signature"),
        ({"wallet": ADA.wallet.lower()[:-1] + "g"}, "wallet"),
        ({"issued_at": "-1"}, "issued_at"),
        ({"issued_at": "1e9"}, "issued_at"),
        ({"issued_at": str(2**64)}, "issued_at"),
        ({"name": "x" * 71}, "name"),
        ({"name": "Ada\u202e"}, "name"),
        ({"account": ""}, "account"),
        ({"code": ""}, "code"),
        ({"code": "x" * 65}, "code"),
    ],
)
def test_a_field_that_does_not_hold_is_named(changed: dict[str, str], field: str) -> None:
    """Before the bank is asked anything; and no answer repeats code, name or account."""
    body = link_body(ADA) | changed
    with pytest.raises(InvalidInput) as caught:
        read_claim(DOMAIN, **body)
    assert caught.value.field == field
    assert caught.value.remedy
    for secret in (ADA.code, ADA.name, ADA.account):
        assert secret not in str(caught.value)


def test_an_account_that_is_no_iban_is_refused() -> None:
    """Although the wallet signed it: the check digits do not fit."""
    customer = replace(ADA, account=ADA.account[:-1] + "1")
    with pytest.raises(InvalidInput, match="IBAN") as caught:
        claim(customer)
    assert (caught.value.field, caught.value.slug) == ("account", "invalid-iban")
    assert customer.account not in str(caught.value)


@pytest.mark.parametrize(
    "domain",
    [
        replace(DOMAIN, chain_id=1),
        replace(DOMAIN, verifying_contract=checksum(b"\x44" * 20)),
        replace(DOMAIN, name="Other"),
        replace(DOMAIN, version="2"),
    ],
)
def test_a_signature_for_another_token_is_refused(domain: Domain) -> None:
    """Chain, contract, name and version are part of what is signed."""
    with pytest.raises(InvalidInput) as caught:
        read_claim(DOMAIN, **link_body(ADA, domain=domain))
    assert caught.value.slug == "invalid-signature"


def test_a_malleable_signature_is_refused() -> None:
    """The other s of the same signature would be a second valid one."""
    body = link_body(ADA)
    raw = bytes.fromhex(body["signature"][2:])
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = (order - int.from_bytes(raw[32:64])).to_bytes(32)
    body["signature"] = "0x" + (raw[:32] + high + bytes([55 - raw[64]])).hex()
    with pytest.raises(InvalidInput) as caught:
        read_claim(DOMAIN, **body)
    assert caught.value.field == "signature"


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (FRESH, True),
        (-FRESH, True),
        (FRESH + timedelta(seconds=1), False),
        (-FRESH - timedelta(seconds=1), False),
    ],
)
def test_only_a_fresh_signature_makes_a_link(
    database: Database, bank: FakeBank, age: timedelta, fresh: bool
) -> None:
    """A quarter of an hour either side of the bank's clock."""
    old = claim(issued_at=NOW - age)
    if fresh:
        assert register(database, bank, old, now=NOW).state is LinkState.CONFIRMED
        return
    with pytest.raises(InvalidInput) as caught:
        register(database, bank, old, now=NOW)
    assert caught.value.field == "issued_at"


@pytest.mark.parametrize("issued_at", [0, 253_402_300_800, 2**40 - 1])
def test_no_time_that_fits_its_field_is_too_far_to_be_compared(issued_at: int) -> None:
    """From the year 10000 on a calendar knows none of them: they are not fresh, and no failure."""
    with pytest.raises(InvalidInput) as caught:
        require_fresh(replace(claim(), issued_at=issued_at), NOW)
    assert (caught.value.field, caught.value.slug) == ("issued_at", "link-not-fresh")


def test_the_same_claim_again_is_the_same_link(database: Database, bank: FakeBank) -> None:
    """Also long after: nothing new is made, so nothing needs to be fresh."""
    first = register(database, bank, claim(), now=NOW)
    assert register(database, bank, claim(), now=NOW + timedelta(days=2)) == first


def test_a_nonce_is_used_once(database: Database, bank: FakeBank) -> None:
    """By each wallet: other words under it are refused, another wallet's are its own."""
    register(database, bank, claim(), now=NOW)
    other_words = claim(issued_at=NOW - timedelta(seconds=5))
    with pytest.raises(Conflict) as caught:
        register(database, bank, other_words, now=NOW)
    assert caught.value.slug == "nonce-used"
    assert register(database, bank, claim(BO), now=NOW).state is LinkState.CONFIRMED


def test_the_banks_no_is_kept_with_its_reason(database: Database, bank: FakeBank) -> None:
    """A wrong code is an answer; a new try needs a new signature."""
    link = register(database, bank, replace(claim(), code="wrong"), now=NOW)
    assert (link.state, link.tier) == (LinkState.REFUSED, None)
    assert link.reason
    assert register(database, bank, claim(), now=NOW).state is LinkState.REFUSED
    assert register(database, bank, claim(nonce=2), now=NOW).state is LinkState.CONFIRMED


def test_somebody_elses_code_does_not_link_their_account(
    database: Database, bank: FakeBank
) -> None:
    """Bo signs Ada's account with his own wallet and his own code."""
    thief = replace(ADA, signer=BO.signer, code=BO.code)
    assert register(database, bank, claim(thief), now=NOW).state is LinkState.REFUSED


def test_a_bank_that_has_not_decided_is_asked_again(database: Database, bank: FakeBank) -> None:
    """By the same claim."""
    bank.silent.add(ADA.account)
    link = register(database, bank, claim(), now=NOW)
    assert link.state is LinkState.REQUESTED
    bank.silent.clear()
    again = register(database, bank, claim(), now=NOW + timedelta(minutes=30))
    assert (again.id, again.state) == (link.id, LinkState.CONFIRMED)


def test_a_crash_between_the_banks_word_and_ours_is_healed(
    database: Database, bank: FakeBank
) -> None:
    """The bank confirmed and used the code up, we died: the same request again confirms."""
    bank.failures.append(BankUnreachable("Cut off.", remedy="Ask again."))
    with pytest.raises(BankUnreachable):
        register(database, bank, claim(), now=NOW)
    bank.confirm_link(LinkRequest(ADA.account, ADA.name, ADA.wallet, ADA.code))
    assert register(database, bank, claim(), now=NOW).state is LinkState.CONFIRMED


def test_the_bank_is_asked_outside_of_any_transaction(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow bank must not hold the database: a writer gets through meanwhile."""
    asked = threading.Event()

    def ask(request: LinkRequest) -> LinkAnswer:
        with database.transaction() as connection:
            connection.execute(text("UPDATE counters SET last = last"))
        asked.set()
        return LinkAnswer(LinkOutcome.CONFIRMED, tier=1)

    monkeypatch.setattr(bank, "confirm_link", ask)
    assert register(database, bank, claim(), now=NOW).state is LinkState.CONFIRMED
    assert asked.is_set()


def test_a_bank_that_confirms_without_a_tier_is_broken(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tier 0 is closed: no customer may be confirmed into it."""
    for tier in (None, 0, 6):
        answer = LinkAnswer(LinkOutcome.CONFIRMED, tier=tier)
        monkeypatch.setattr(bank, "confirm_link", lambda _, answer=answer: answer)
        with pytest.raises(Broken, match="tier"):
            register(database, bank, claim(), now=NOW)


def test_a_wallet_has_one_account(database: Database, bank: FakeBank) -> None:
    """While a link is live; a closed one binds nothing."""
    link = activate(database, bank)
    second_account = replace(BO, signer=ADA.signer)
    with pytest.raises(Conflict) as caught:
        register(database, bank, claim(second_account, nonce=7), now=NOW)
    assert caught.value.slug == "already-linked"
    with database.transaction() as connection:
        links_store.change_state(connection, link, LinkState.CLOSED, now=NOW)
    assert register(database, bank, claim(second_account, nonce=8), now=NOW).tier == 2


def test_an_account_has_one_wallet(database: Database, bank: FakeBank) -> None:
    """Also when the bank gives its holder a second code and says yes to both."""
    activate(database, bank)
    bank.customers[ADA.account] = FakeCustomer(ADA.name, "new code")
    second_wallet = replace(ADA, signer=BO.signer, code="new code")
    with pytest.raises(Conflict) as caught:
        register(database, bank, claim(second_wallet), now=NOW)
    assert caught.value.slug == "already-linked"


def test_a_stranger_does_not_learn_that_an_account_is_linked(
    database: Database, bank: FakeBank
) -> None:
    """Anybody can sign anybody's IBAN: the answer is the bank's no, linked or not."""
    stranger = replace(ADA, signer=LocalSigner(b"\x09" * 32), code="guess")
    before = register(database, bank, claim(stranger), now=NOW)
    activate(database, bank)
    after = register(database, bank, claim(stranger, nonce=2), now=NOW)
    assert (before.state, before.reason) == (after.state, after.reason)
    assert after.state is LinkState.REFUSED


@given(st.text(max_size=34))
def test_no_text_breaks_the_reading_of_an_account(text: str) -> None:
    """It is an IBAN, or it is refused by name."""
    customer = replace(ADA, account=text)
    try:
        body = link_body(customer)
    except WalletError:  # half a character cannot even be signed
        return
    with contextlib.suppress(InvalidInput):
        assert read_claim(DOMAIN, **body).account.isalnum()


def test_the_store_itself_refuses_a_second_live_link(database: Database, bank: FakeBank) -> None:
    """Whatever the flow does: a partial unique index."""
    activate(database, bank)
    other = activate(database, bank, BO)
    table = links_store.links
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(update(table).where(table.c.id == other.id).values(account=ADA.account))


def test_without_the_index_two_links_could_be_live(database: Database, bank: FakeBank) -> None:
    """The control of the test above."""
    activate(database, bank)
    other = activate(database, bank, BO)
    table = links_store.links
    with database.transaction() as connection:
        connection.execute(text("DROP INDEX uq_links_live_account"))
        connection.execute(update(table).where(table.c.id == other.id).values(account=ADA.account))


def test_a_stranger_cannot_lock_the_owner_out_at_the_bank(
    database: Database, bank: FakeBank
) -> None:
    """After four wrong tries for an account nobody's are passed on, until a day has gone by."""

    def attempt(nonce: int, customer: Customer = ADA, later: timedelta = timedelta()) -> str:
        when = NOW + later
        try:
            made = claim(replace(customer, code="guess"), nonce=nonce, issued_at=when)
            return register(database, bank, made, now=when).state
        except Conflict as error:
            return error.slug

    stranger = replace(ADA, signer=LocalSigner(b"\x09" * 32))
    assert [attempt(nonce, stranger) for nonce in range(1, 5)] == ["REFUSED"] * 4
    assert [attempt(nonce) for nonce in (5, 6)] == ["too-many-tries"] * 2
    assert attempt(7, BO) == "REFUSED"
    assert attempt(8, ADA, timedelta(days=1)) == "REFUSED"


def test_two_wallets_that_race_for_an_account(database: Database, bank: FakeBank) -> None:
    """Both pass the first look; the bank says yes to both; one is bound, the other told."""
    second = replace(ADA, signer=BO.signer)
    gate = threading.Barrier(2)

    class Eager(FakeBank):
        """Confirms everybody, once both are asking."""

        def confirm_link(self, request: LinkRequest) -> LinkAnswer:  # noqa: ARG002 - the port's
            """See `Bank.confirm_link`."""
            gate.wait(10)
            return LinkAnswer(LinkOutcome.CONFIRMED, tier=1)

    def run(customer: Customer) -> str:
        try:
            return register(database, Eager(FixedClock(NOW)), claim(customer), now=NOW).state
        except Conflict as error:
            return error.slug

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, [ADA, second])) == ["CONFIRMED", "already-linked"]


def test_one_claim_from_many_threads_makes_one_link(database: Database, bank: FakeBank) -> None:
    """Each gets that link, or is told that it is being made."""

    def run(_: int) -> str:
        try:
            return register(database, bank, claim(), now=NOW).id
        except Conflict as error:
            return error.slug

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(run, range(16))) - {"link-running"}
    assert len(found) == 1
