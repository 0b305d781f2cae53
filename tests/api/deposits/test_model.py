"""Tests of the deposit's model: what fits into a batch, and what the chain sees of a line."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.deposits import (
    Deposit,
    DepositState,
    WaitingFor,
)
from api.deposits.model import (
    MAX_BATCH,
    TRANSITIONS,
    chain_reference,
    choose_batch,
)
from api.kernel.ids import DepositId, LineId, LinkId
from api.kernel.money import Money
from tests.api.world import (
    ADA,
    KEY,
    NOW,
    RESERVE,
)
from wallet.secret import Secret


def test_the_reference_on_chain_is_keyed() -> None:
    """Sixteen bytes; without the key nobody finds the bank's line from it."""
    one = chain_reference(KEY, RESERVE, "a")
    assert len(one) == 16
    others = {
        chain_reference(KEY, RESERVE, "b"),
        chain_reference(KEY, "X", "a"),
        chain_reference(Secret(b"another key"), RESERVE, "a"),
        chain_reference(KEY, RESERVE + "a", ""),
    }
    assert one not in others
    assert len(others) == 4
    assert chain_reference(KEY, RESERVE, "a") == one


def test_what_ended_stays_so() -> None:
    """No transition leads out of issued or refused."""
    assert not TRANSITIONS[DepositState.ISSUED]
    assert not TRANSITIONS[DepositState.REFUSED]


def queued_deposit(number: int, minor: int) -> Deposit:
    """A deposit in the queue."""
    return Deposit(
        id=DepositId(f"deposit_{number}"),
        number=number,
        reference=bytes(16),
        line_id=LineId(f"line_{number}"),
        link_id=LinkId("link_1"),
        holder=ADA.wallet,
        amount=Money(minor, "EUR"),
        state=DepositState.QUEUED,
        reason=None,
        waiting_for=None,
        attempts=0,
        waits=0,
        not_before=None,
        bulk=False,
        batch=None,
        tx_id=None,
        event_id=None,
        created_at=NOW,
        updated_at=NOW + timedelta(),
    )


@given(
    st.lists(st.integers(1, 10**6), max_size=130),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
)
def test_a_batch_stays_within_backing_and_bucket(
    amounts: list[int], headroom: int, bucket: int
) -> None:
    """To the unit; in order; and each deposit is in it, waits for a reason, or for the next."""
    queue_ = [queued_deposit(n, minor) for n, minor in enumerate(amounts, start=1)]
    batch, waiting = choose_batch(queue_, headroom=headroom, bucket=bucket)
    taken = sum(deposit.amount.minor for deposit in batch)
    assert taken <= min(headroom, bucket)
    assert len(batch) <= MAX_BATCH
    assert [d.number for d in batch] == sorted(d.number for d in batch)
    assert not {d.id for d in batch} & waiting.keys()
    for deposit in queue_:
        if deposit in batch:
            continue
        if deposit.id in waiting:
            limit = headroom if waiting[deposit.id] is WaitingFor.BACKING else bucket
            assert taken + deposit.amount.minor > limit or len(batch) == MAX_BATCH
        else:
            assert len(batch) == MAX_BATCH


@given(st.lists(st.integers(1, 100), min_size=1, max_size=30), st.data())
def test_without_the_limits_a_batch_would_exceed_them(
    amounts: list[int], data: st.DataObject
) -> None:
    """The control: the sum of all that wait is above a smaller limit, so something must wait."""
    queue_ = [queued_deposit(n, minor) for n, minor in enumerate(amounts, start=1)]
    limit = data.draw(st.integers(0, sum(amounts) - 1))
    _, waiting = choose_batch(queue_, headroom=limit, bucket=sum(amounts))
    assert waiting
    assert choose_batch(queue_, headroom=sum(amounts), bucket=sum(amounts)) == (queue_, {})
