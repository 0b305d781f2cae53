"""Tests of relayed transfers: what is taken in, what is refused, how each one ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

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
    on_moved_all,
    on_reverted,
    on_sent,
    store,
)
from tests.api.world import ADA, BO, DOMAIN, NOW, FakeEvent, deployment
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


@dataclass(frozen=True)
class Logged(FakeEvent):
    """An event with its name and its place in the block."""

    name: str = ""
    tx_hash: str = ""
    log_index: int = 0


def used(transfer: Transfer, tx_hash: str = "0xt", at: int = 0) -> Any:
    """The token's AuthorizationUsed event of it."""
    args = {"authorizer": transfer.order.from_, "nonce": transfer.order.nonce}
    return Logged(
        f"e:{tx_hash}:{at}", args, name="AuthorizationUsed", tx_hash=tx_hash, log_index=at
    )


def moved(transfer: Transfer, tx_hash: str = "0xt", at: int = 1, **changed: Any) -> Any:
    """The token's Transfer event of it: right behind, but for what is told otherwise."""
    given = transfer.order
    args = {"from": given.from_, "to": given.to, "value": given.value} | changed
    return Logged(f"e:{tx_hash}:{at}", args, name="Transfer", tx_hash=tx_hash, log_index=at)


def tell(desk: Desk, *events: Any) -> None:
    """The chain tells of whole blocks."""
    with desk.database.transaction() as connection:
        on_moved_all(connection, events)


def test_sent_and_final(desk: Desk) -> None:
    """Final with the money's own event, under the hash of the transaction that moved it."""
    transfer = desk.hand_in(order())
    with desk.database.transaction() as connection:
        on_sent(connection, transfer.id, "0xt", now=NOW)
        on_sent(connection, transfer.id, "0xt", now=NOW)
    assert (desk.now(transfer).state, desk.now(transfer).tx_hash) == (TransferState.SENT, "0xt")
    tell(desk, moved(transfer))
    assert desk.now(transfer).state is TransferState.SENT
    tell(desk, used(transfer), moved(transfer))
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
    for other in ({"value": 1}, {"to": ADA.wallet}):
        tell(desk, used(transfer), moved(transfer, **other), moved(transfer, at=2))
        assert desk.now(transfer).state is TransferState.RECEIVED
    assert used_in(desk, transfer) == "0xt"
    with desk.database.transaction() as connection:
        on_reverted(connection, transfer.id, "AuthorizationUsedOrCanceled()", now=NOW)
    assert desk.now(transfer).state is TransferState.FAILED
    assert "Used" in (desk.now(transfer).reason or "")


def used_in(desk: Desk, transfer: Transfer) -> str | None:
    """The transaction under which it is found that used its nonce."""
    with desk.database.reading() as connection:
        query = select(store.transfers.c.used_in).where(store.transfers.c.id == transfer.id)
        return connection.execute(query).scalar_one()


def test_one_movement_of_money_ends_one_transfer(desk: Desk) -> None:
    """Two alike, and one transaction brings the second of them and what the holder signed for
    herself under the first one's nonce: the recipient was paid once."""
    never, paid = desk.hand_in(order()), desk.hand_in(order(nonce=b"m" * 32))
    events = (
        used(never, at=7),
        moved(never, at=8, to=ADA.wallet),
        used(paid, at=9),
        moved(paid, at=10),
    )
    tell(desk, *events)
    assert desk.now(paid).state is TransferState.FINAL
    assert (desk.now(paid).tx_hash, used_in(desk, paid)) == ("0xt", "0xt")
    assert desk.now(never).state is TransferState.RECEIVED
    assert used_in(desk, never) == "0xt"
    with desk.database.transaction() as connection:
        on_reverted(connection, never.id, "AuthorizationUsedOrCanceled()", now=NOW)
    tell(desk, *events)  # the chain is read again
    assert desk.now(never).state is TransferState.FAILED


def test_what_is_final_stays_final(desk: Desk) -> None:
    """No later word changes it; the table has no way back."""
    transfer = desk.hand_in(order())
    tell(desk, used(transfer), moved(transfer), moved(transfer, at=2))
    with desk.database.transaction() as connection:
        on_reverted(connection, transfer.id, "late", now=NOW + timedelta(hours=1))
        on_sent(connection, transfer.id, "0xlate", now=NOW)
    final = desk.now(transfer)
    assert (final.state, final.tx_hash) == (TransferState.FINAL, "0xt")
    with pytest.raises(IllegalTransition), desk.database.transaction() as connection:
        store.change_state(connection, final, TransferState.FAILED, now=NOW)
    with desk.database.reading() as connection:
        assert store.count_by_state(connection) == {TransferState.FINAL: 1}
