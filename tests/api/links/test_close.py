"""Tests of links: their end, by the wallet's signature, with the tier taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from api.bank.memory import FakeBank
from api.chain import Lane, TxState, enqueue
from api.chain.memory import MemoryChain
from api.chain.view import AccountView
from api.kernel.database import Database, metadata
from api.kernel.errors import Conflict, InvalidInput, NotFound
from api.links import (
    Link,
    LinkState,
    close,
    enqueue_registrations,
    find_link,
    match,
    on_registration_reverted,
    registrations_wait,
)
from api.links.proof import FRESH, UnlinkClaim, read_unlink
from tests.api.links.steps import activate, claim, encode, register
from tests.api.world import ADA, BO, DOMAIN, NOW, Customer, Outbox, credit
from wallet.typed_data import AccountUnlink


def unlink_body(link: str, customer: Customer = ADA, when: datetime = NOW) -> dict[str, str]:
    """The signed body of the request."""
    issued_at = int(when.timestamp())
    message = AccountUnlink(customer.wallet, customer.account, link, issued_at)
    return {
        "wallet": message.wallet,
        "account": message.account,
        "issued_at": str(issued_at),
        "signature": "0x" + customer.signer.sign_message(message, DOMAIN).hex(),
    }


def wish(link: Link, customer: Customer = ADA, when: datetime = NOW) -> UnlinkClaim:
    return read_unlink(DOMAIN, link.id, **unlink_body(link.id, customer, when))


def test_an_active_link_ends_once_and_its_tier_with_it(database: Database, bank: FakeBank) -> None:
    link = activate(database, bank)
    for _ in range(2):
        closed = close(database, MemoryChain(), wish(link), now=NOW)
        assert closed.state is LinkState.CLOSED
    outbox = Outbox()
    with database.transaction() as connection:
        line = credit(
            "x", 1, structured_reference=link.deposit_reference, payer_account=ADA.account
        )
        assert match(connection, [line]) == [None]  # money for it waits
        for expected in (1, 0):
            made = enqueue_registrations(connection, enqueue=outbox, encode=encode, now=NOW)
            assert made == expected
        (ref,) = outbox.refs
        assert outbox.queued[("set-tier", ref)] == encode(ADA.wallet, 0)
        on_registration_reverted(connection, ref, "AccessDenied", now=NOW)
        later = NOW + timedelta(days=1)
        assert enqueue_registrations(connection, enqueue=outbox, encode=encode, now=later) == 1
        assert len(set(outbox.refs)) == 2


def test_the_account_can_be_linked_anew_and_keeps_its_new_tier(
    database: Database, bank: FakeBank
) -> None:
    """The old link's tier 0 is not sent after the new link's tier."""
    link = activate(database, bank)
    close(database, MemoryChain(), wish(link), now=NOW)
    again = register(database, bank, claim(nonce=2), now=NOW)
    assert again.state is LinkState.CONFIRMED
    outbox = Outbox()
    with database.transaction() as connection:
        enqueue_registrations(connection, enqueue=outbox, encode=encode, now=NOW)
        assert list(outbox.queued.values()) == [encode(ADA.wallet, 1)]


def test_the_new_tier_waits_for_the_old_links_end(database: Database, bank: FakeBank) -> None:
    """Two addresses of a lane send side by side: tier 0 may be mined last, and nobody mends it."""
    close(database, MemoryChain(), wish(activate(database, bank)), now=NOW)
    sending = partial(enqueue, lane=Lane.COMPLIANCE, to=BO.wallet)
    table = metadata.tables["chain_transactions"]
    with database.transaction() as connection:
        assert enqueue_registrations(connection, enqueue=sending, encode=encode, now=NOW) == 1
    again = register(database, bank, claim(nonce=2), now=NOW)
    assert again.state is LinkState.CONFIRMED
    with database.transaction() as connection:
        for state in (TxState.QUEUED, TxState.SIGNED, TxState.SENT):
            connection.execute(update(table).values(state=state.value))
            assert not registrations_wait(connection, now=NOW)
            assert enqueue_registrations(connection, enqueue=sending, encode=encode, now=NOW) == 0
        for state in (TxState.REVERTED, TxState.REFUSED, TxState.DONE):
            connection.execute(update(table).values(state=state.value))
            assert registrations_wait(connection, now=NOW)
        assert enqueue_registrations(connection, enqueue=sending, encode=encode, now=NOW) == 1
        sent = connection.execute(select(table.c.data).order_by(table.c.number)).scalars()
        assert list(sent) == [encode(ADA.wallet, tier) for tier in (0, 1)]


def test_somebody_elses_end_is_not_waited_for(database: Database, bank: FakeBank) -> None:
    close(database, MemoryChain(), wish(activate(database, bank)), now=NOW)
    sending = partial(enqueue, lane=Lane.COMPLIANCE, to=BO.wallet)
    with database.transaction() as connection:
        assert enqueue_registrations(connection, enqueue=sending, encode=encode, now=NOW) == 1
    register(database, bank, claim(BO), now=NOW)
    with database.transaction() as connection:
        assert enqueue_registrations(connection, enqueue=sending, encode=encode, now=NOW) == 1


def test_a_link_that_the_bank_has_not_decided_ends_without_a_tier(
    database: Database, bank: FakeBank
) -> None:
    bank.silent.add(ADA.account)
    link = register(database, bank, claim(), now=NOW)
    assert link.state is LinkState.REQUESTED
    chain = MemoryChain(accounts={ADA.wallet: AccountView(5, 0, 0, False)})
    assert close(database, chain, wish(link), now=NOW).state is LinkState.CLOSED
    with database.transaction() as connection:
        assert enqueue_registrations(connection, enqueue=Outbox(), encode=encode, now=NOW) == 0


def test_what_does_not_end(database: Database, bank: FakeBank) -> None:
    link, chain = activate(database, bank), MemoryChain()
    for wrong in (
        replace(wish(link), account=BO.account),
        replace(wish(link), wallet=BO.wallet),
        replace(wish(link), link="link_unknown"),
    ):
        with pytest.raises(NotFound):
            close(database, chain, wrong, now=NOW)
    with pytest.raises(InvalidInput) as stale:
        close(database, chain, wish(link), now=NOW + FRESH + timedelta(seconds=1))
    assert stale.value.slug == "link-not-fresh"
    chain.accounts[ADA.wallet] = AccountView(1, 0, 1, False)
    with pytest.raises(Conflict) as full:
        close(database, chain, wish(link), now=NOW)
    assert full.value.slug == "wallet-not-empty"
    with database.reading() as connection:
        found = find_link(connection, link.id)
    assert found is not None
    assert found.state is LinkState.ACTIVE
    made = register(database, bank, claim(BO, code="wrong"), now=NOW)
    with pytest.raises(Conflict):
        close(database, chain, wish(made, BO), now=NOW)


def test_a_link_on_its_way_to_the_chain_is_waited_for(database: Database, bank: FakeBank) -> None:
    link = register(database, bank, claim(), now=NOW)
    with pytest.raises(Conflict) as caught:
        close(database, MemoryChain(), wish(link), now=NOW)
    assert caught.value.slug == "link-running"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"account": BO.account}, "signature"),
        ({"wallet": BO.wallet}, "signature"),
        ({"issued_at": "1795078801"}, "signature"),
        ({"signature": "0x" + "00" * 65}, "signature"),
        ({"signature": "0x"}, "signature"),
        ({"issued_at": "-1"}, "issued_at"),
        ({"account": ""}, "account"),
    ],
)
def test_a_field_that_does_not_hold_is_named(changed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_unlink(DOMAIN, "link_1", **(unlink_body("link_1") | changed))
    assert caught.value.field == field
    with pytest.raises(InvalidInput):  # the signature names the link, too
        read_unlink(DOMAIN, "link_2", **unlink_body("link_1"))
