"""Tests of relayed transfers: what is taken in, what is refused, how each one ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api import transfers
from api.chain import Revert
from api.chain.memory import MemoryChain
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import BridgeError, Conflict, InvalidInput, Unavailable
from api.kernel.machine import IllegalTransition
from api.relay import EntryState, count_entries
from api.transfers import (
    Signed,
    Transfer,
    TransferState,
    find,
    on_authorizations_used,
    on_moved_all,
    on_reverted,
    on_sent,
    store,
)
from tests.api.world import ADA, BO, DOMAIN, NOW, FakeEvent, deployment
from wallet.address import ZERO_ADDRESS
from wallet.typed_data import TransferAuthorization

SECONDS = int(NOW.timestamp())


def order(**changed: Any) -> TransferAuthorization:
    """Ada pays Bo 5.00, good for an hour."""
    plain = TransferAuthorization(ADA.wallet, BO.wallet, 500, 0, SECONDS + 3600, b"n" * 32)
    return replace(plain, **changed)


@pytest.fixture
def chain() -> MemoryChain:
    """A chain that has nothing against it."""
    return MemoryChain(now=SECONDS)


class Desk:
    """Takes transfers in."""

    def __init__(self, database: Database, chain: MemoryChain, clock: FixedClock) -> None:
        self.database, self.chain, self.clock = database, chain, clock

    def hand_in(self, given: TransferAuthorization, signature: bytes | None = None) -> Transfer:
        """Hand a transfer in, signed by Ada."""
        signature = signature or ADA.signer.sign_message(given, DOMAIN)
        desk = transfers.Desk(self.database, self.chain, deployment(), self.clock)
        [checked] = desk.check([Signed(given, signature)])
        if isinstance(checked, BridgeError):
            raise checked
        with self.database.transaction() as connection:
            [taken] = desk.take(connection, [checked])
            if isinstance(taken, BridgeError):
                raise taken
        return taken

    def now(self, transfer: Transfer) -> Transfer:
        """The transfer as it stands."""
        with self.database.reading() as connection:
            found = find(connection, transfer.id)
        assert found is not None
        return found


@pytest.fixture
def desk(database: Database, chain: MemoryChain, clock: FixedClock) -> Desk:
    """The bank's desk for transfers."""
    return Desk(database, chain, clock)


def queued(desk: Desk) -> int:
    """Entries that wait for the relay's next batch."""
    with desk.database.reading() as connection:
        return count_entries(connection).get(EntryState.WAITING, 0)


def test_taken_in_once(desk: Desk) -> None:
    """The same again is the same answer; nothing more is sent, and the chain is not asked."""
    first = desk.hand_in(order())
    assert first.state is TransferState.RECEIVED
    desk.chain.down = True
    assert desk.hand_in(order()) == first
    assert queued(desk) == 1
    with pytest.raises(Conflict, match="another transfer") as caught:
        desk.hand_in(order(value=501))
    assert caught.value.slug == "nonce-used"
    desk.chain.down = False
    assert desk.hand_in(order(nonce=b"m" * 32)).id != first.id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": 0}, "value"),
        ({"valid_before": SECONDS}, "valid_before"),
        ({"valid_after": SECONDS}, "valid_after"),
    ],
)
def test_what_cannot_be_used_is_named(desk: Desk, changed: dict[str, Any], field: str) -> None:
    """Refused by its field, and nothing is stored."""
    with pytest.raises(InvalidInput) as caught:
        desk.hand_in(order(**changed))
    assert caught.value.field == field
    assert queued(desk) == 0


def test_the_later_of_both_clocks_says_what_has_expired(desk: Desk) -> None:
    """The contract goes by the chain's time."""
    desk.chain.refusal = Revert("AuthorizationExpired", {})
    with pytest.raises(Conflict, match="expired") as caught:
        desk.hand_in(order())
    assert caught.value.slug == "expired"
    desk.chain.refusal = None
    desk.clock.move(timedelta(hours=1))
    with pytest.raises(InvalidInput, match="expired"):
        desk.hand_in(order())


def test_anothers_signature_is_refused(desk: Desk) -> None:
    """Bo's, Ada's over something else, and no signature at all."""
    for signature in (
        BO.signer.sign_message(order(), DOMAIN),
        ADA.signer.sign_message(order(value=1), DOMAIN),
        ADA.signer.sign_message(order(), replace(DOMAIN, chain_id=1)),
        b"\0" * 65,
    ):
        with pytest.raises(InvalidInput) as caught:
            desk.hand_in(order(), signature)
        assert caught.value.slug == "invalid-signature"
    assert desk.chain.tried == []


def test_a_known_nonce_is_told_to_its_holder_alone(desk: Desk) -> None:
    """Whoever saw the nonce on chain learns neither the transfer's id nor that it is known."""
    desk.hand_in(order())
    for given in (order(), order(value=501)):
        with pytest.raises(InvalidInput) as caught:
            desk.hand_in(given, BO.signer.sign_message(given, DOMAIN))
        assert caught.value.slug == "invalid-signature"


def test_the_tokens_no_is_told_before_anything_is_queued(desk: Desk) -> None:
    """A trial run of the very call; and without the chain nothing is taken in."""
    desk.chain.refusal = Revert("TokenPaused", {})
    with pytest.raises(Conflict) as caught:
        desk.hand_in(order())
    assert caught.value.slug == "paused"
    desk.chain.down = True
    with pytest.raises(Unavailable):
        desk.hand_in(order())
    assert queued(desk) == 0


def moved(transfer: Transfer, tx_hash: str = "0xt", **changed: Any) -> FakeEvent:
    """The token's Transfer event of it."""
    given = transfer.order
    args = {"from": given.from_, "to": given.to, "value": given.value} | changed
    return _Event(f"e:{tx_hash}:1", args, tx_hash)


def used(transfer: Transfer, tx_hash: str = "0xt") -> FakeEvent:
    """The token's AuthorizationUsed event of it."""
    args = {"authorizer": transfer.order.from_, "nonce": transfer.order.nonce}
    return _Event(f"e:{tx_hash}:0", args, tx_hash)


class _Event(FakeEvent):
    def __init__(self, event_id: str, args: dict[str, Any], tx_hash: str) -> None:
        super().__init__(event_id, args)
        object.__setattr__(self, "tx_hash", tx_hash)


def tell(desk: Desk, *events: Any) -> None:
    """The chain tells, in order."""
    with desk.database.transaction() as connection:
        for event in events:
            (on_moved_all if "value" in event.args else on_authorizations_used)(connection, [event])


def test_sent_and_final(desk: Desk) -> None:
    """Final with the money's own event, under the hash of the transaction that moved it."""
    transfer = desk.hand_in(order())
    with desk.database.transaction() as connection:
        on_sent(connection, transfer.id, "0xt", now=NOW)
        on_sent(connection, transfer.id, "0xt", now=NOW)
    assert (desk.now(transfer).state, desk.now(transfer).tx_hash) == (TransferState.SENT, "0xt")
    tell(desk, used(transfer))
    assert desk.now(transfer).state is TransferState.SENT
    tell(desk, moved(transfer))
    assert desk.now(transfer).state is TransferState.FINAL


def test_somebody_else_brought_it(desk: Desk) -> None:
    """Our own transaction reverts; the money moved all the same. In either order."""
    for nonce, events_first in ((b"1" * 32, True), (b"2" * 32, False)):
        transfer = desk.hand_in(order(nonce=nonce))
        tx_hash = f"0x{nonce.hex()}"
        if events_first:
            tell(desk, used(transfer, tx_hash), moved(transfer, tx_hash))
        with desk.database.transaction() as connection:
            on_reverted(connection, transfer.id, "AuthorizationUsedOrCanceled()", now=NOW)
        if not events_first:
            assert desk.now(transfer).state is TransferState.FAILED
            tell(desk, used(transfer, tx_hash), moved(transfer, tx_hash))
        found = desk.now(transfer)
        assert (found.state, found.tx_hash, found.reason) == (TransferState.FINAL, tx_hash, None)


def test_one_nonce_signed_twice_is_not_mistaken(desk: Desk) -> None:
    """The nonce was used for another payment: this one did not happen."""
    transfer = desk.hand_in(order())
    tell(desk, used(transfer), moved(transfer, value=1), moved(transfer, to=ADA.wallet))
    tell(desk, moved(transfer, **{"from": ZERO_ADDRESS}))
    assert desk.now(transfer).state is TransferState.RECEIVED
    with desk.database.transaction() as connection:
        on_reverted(connection, transfer.id, "AuthorizationUsedOrCanceled()", now=NOW)
    assert desk.now(transfer).state is TransferState.FAILED
    assert "Used" in (desk.now(transfer).reason or "")


def test_what_is_final_stays_final(desk: Desk) -> None:
    """No later word changes it; the table has no way back."""
    transfer = desk.hand_in(order())
    tell(desk, used(transfer), moved(transfer), moved(transfer))
    with desk.database.transaction() as connection:
        on_reverted(connection, transfer.id, "late", now=NOW + timedelta(hours=1))
        on_sent(connection, transfer.id, "0xlate", now=NOW)
    final = desk.now(transfer)
    assert (final.state, final.tx_hash) == (TransferState.FINAL, "0xt")
    with pytest.raises(IllegalTransition), desk.database.transaction() as connection:
        store.change_state(connection, final, TransferState.FAILED, now=NOW)
    with desk.database.reading() as connection:
        assert store.count_by_state(connection) == {TransferState.FINAL: 1}
