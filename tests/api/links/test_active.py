"""Tests of links: registered on chain, then active; and whose money a line is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.bank import valid_reference
from api.bank.memory import FakeBank
from api.kernel.database import Database
from api.kernel.machine import IllegalTransition
from api.links import (
    Link,
    LinkState,
    enqueue_registrations,
    find_link,
    match,
    on_registration_reverted,
    on_tier_set,
    on_tiers_set,
)
from api.links import store as links_store
from api.links.flow import MAX_ATTEMPTS, PURPOSE
from api.links.model import TRANSITIONS, deposit_reference
from tests.api.links.steps import activate, claim, encode, register, tier_set
from tests.api.world import ADA, BO, NOW, Outbox, credit


def test_a_confirmed_link_is_registered_once_and_becomes_active(
    database: Database, bank: FakeBank
) -> None:
    """By the token's event, not by our transaction."""
    link = register(database, bank, claim(), now=NOW)
    outbox = Outbox()
    with database.transaction() as connection:
        for expected in (1, 0):
            made = enqueue_registrations(connection, enqueue=outbox, encode=encode, now=NOW)
            assert made == expected
        assert outbox.queued == {(PURPOSE, link.id): encode(ADA.wallet, 1)}
        for wrong in (tier_set(BO, 1), tier_set(ADA, 3)):
            on_tier_set(connection, wrong)
        assert state_of(connection, link) is LinkState.CONFIRMED
        for _ in range(2):
            on_tier_set(connection, tier_set(ADA, 1))
            assert state_of(connection, link) is LinkState.ACTIVE


def test_many_tiers_at_once(database: Database, bank: FakeBank) -> None:
    """In their order; what concerns no link that waits is passed over."""
    ada, bo = (register(database, bank, claim(each), now=NOW) for each in (ADA, BO))
    with database.transaction() as connection:
        on_tiers_set(connection, [tier_set(ADA, 3), tier_set(ADA, 1), tier_set(BO, 5)])
        assert state_of(connection, ada) is LinkState.ACTIVE
        assert state_of(connection, bo) is LinkState.CONFIRMED
        on_tiers_set(connection, [tier_set(BO, 2), tier_set(ADA, 0)])
        assert state_of(connection, bo) is LinkState.ACTIVE
        on_tiers_set(connection, [])


def state_of(connection: Connection, link: Link) -> LinkState:
    """The state that the database has."""
    found = find_link(connection, link.id)
    assert found is not None
    return found.state


def test_a_reverted_registration_is_tried_five_times(database: Database, bank: FakeBank) -> None:
    """Each under a ref of its own; an old attempt's word changes nothing."""
    link = register(database, bank, claim(), now=NOW)
    outbox = Outbox()
    with database.transaction() as connection:
        for number in range(MAX_ATTEMPTS):
            now = NOW + timedelta(minutes=number)
            assert enqueue_registrations(connection, enqueue=outbox, encode=encode, now=now) == 1
            ref = outbox.refs[number]
            for _ in range(2):
                on_registration_reverted(connection, ref, "AccessDenied", now=now)
        now += timedelta(days=1)
        assert enqueue_registrations(connection, enqueue=outbox, encode=encode, now=now) == 0
        on_registration_reverted(connection, "link_unknown", "x", now=NOW)
        found = find_link(connection, link.id)
        assert found is not None
        assert (found.attempts, found.reason) == (MAX_ATTEMPTS, "AccessDenied")
        on_tier_set(connection, tier_set(ADA, 1))  # an officer set it by hand: the way out
        assert state_of(connection, link) is LinkState.ACTIVE
    assert len(set(outbox.refs)) == MAX_ATTEMPTS


def test_a_missing_role_is_waited_out(database: Database, bank: FakeBank) -> None:
    """It says nothing about the link: it is tried again until the role is there, ever slower."""
    link = register(database, bank, claim(), now=NOW)
    outbox, now = Outbox(), NOW
    reason = "AccessManagedUnauthorized(caller=0x00)"
    with database.transaction() as connection:
        for seconds in (5, 10, 20, 40, 60, 60, 60):
            assert enqueue_registrations(connection, enqueue=outbox, encode=encode, now=now) == 1
            on_registration_reverted(connection, outbox.refs[-1], reason, now=now)
            early = now + timedelta(seconds=seconds - 1)
            assert enqueue_registrations(connection, enqueue=outbox, encode=encode, now=early) == 0
            now += timedelta(seconds=seconds)
        found = find_link(connection, link.id)
        assert found is not None
        assert (found.attempts, found.reason) == (0, reason)
        on_tier_set(connection, tier_set(ADA, 1))
        found = find_link(connection, link.id)
        assert found is not None
        assert (found.state, found.reason) == (LinkState.ACTIVE, None)


def owner(connection: Connection, reference: str | None, account: str | None, **more: Any) -> Any:
    """Whose the money of a line with these words is."""
    line = credit("x", 1, structured_reference=reference, payer_account=account, **more)
    [found] = match(connection, [line])
    return found and found.id


def test_whose_money_a_line_is(database: Database, bank: FakeBank) -> None:
    """The reference decides; without one of ours, the payer's account."""
    ada, bo = activate(database, bank), activate(database, bank, BO)
    grouped = " ".join([ada.deposit_reference[:4], ada.deposit_reference[4:]]).lower()
    with database.transaction() as connection:
        of = partial(owner, connection)
        assert of(ada.deposit_reference, None) == ada.id
        assert of(grouped, BO.account) == ada.id
        assert of(None, BO.account) == bo.id
        assert of("RF18539007547034", BO.account) == bo.id
        assert of(None, "FR76 3000 6000 0112 3456 7890 189") is None
        assert of(None, None) is None
        assert of(ada.deposit_reference, None, reversal=True) is None
        assert of(ada.deposit_reference, None, return_reason="AC04") is None
        links_store.change_state(connection, ada, LinkState.CLOSED, now=NOW)
        assert of(ada.deposit_reference, BO.account) is None
        assert of(None, ADA.account) is None


def test_a_virtual_account_is_one_links_alone(database: Database, bank: FakeBank) -> None:
    """It decides before everything else; beside a reference of somebody else, nobody does."""
    ada, bo = activate(database, bank), activate(database, bank, BO)
    mine = ada.virtual_account
    assert mine is not None
    assert mine != bo.virtual_account
    with database.transaction() as connection:
        of = partial(owner, connection)
        assert of(None, BO.account, payee_account=mine) == ada.id
        assert of(None, None, payee_account=f"{mine[:4]} {mine[4:]}".lower()) == ada.id
        assert of(ada.deposit_reference, None, payee_account=mine) == ada.id
        assert of(bo.deposit_reference, None, payee_account=mine) is None
        with pytest.raises(IntegrityError), connection.begin_nested():
            links_store.save_registration(connection, bo, NOW, virtual_account=mine)
        links_store.change_state(connection, ada, LinkState.CLOSED, now=NOW)
        assert of(None, BO.account, payee_account=mine) == bo.id


def test_money_of_a_link_that_is_not_active_waits(database: Database, bank: FakeBank) -> None:
    """Both proofs are there, but its tier is not on chain yet."""
    link = register(database, bank, claim(), now=NOW)
    with database.reading() as connection:
        for reference in (link.deposit_reference, None):
            assert owner(connection, reference, ADA.account) is None


def test_an_end_is_an_end(database: Database, bank: FakeBank) -> None:
    """A refused link cannot be confirmed, by whatever path."""
    link = register(database, bank, replace(claim(), code="wrong"), now=NOW)
    with database.transaction() as connection:
        stale = replace(link, state=LinkState.REQUESTED)
        with pytest.raises(IllegalTransition):
            links_store.change_state(connection, stale, LinkState.CONFIRMED, now=NOW, tier=1)
    assert not TRANSITIONS[LinkState.REFUSED]
    assert not TRANSITIONS[LinkState.CLOSED]


def test_nothing_personal_is_shown_by_accident(database: Database, bank: FakeBank) -> None:
    """A repr ends up in logs and tracebacks sooner or later."""
    for thing in (claim(), register(database, bank, claim(), now=NOW)):
        for secret in (ADA.account, ADA.name, ADA.code):
            assert secret not in repr(thing)


@given(st.integers(1, 10**21 - 1))
def test_every_reference_is_a_valid_creditor_reference(number: int) -> None:
    """ISO 11649; and one wrong digit is always noticed."""
    reference = deposit_reference(number)
    assert valid_reference(reference) == reference
    last = str((int(reference[-1]) + 1) % 10)
    assert valid_reference(reference[:-1] + last) is None
