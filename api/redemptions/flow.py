"""Redemptions: taking an order in, and what the chain says of it.

The contract is the judge of the order; what is checked here gives a fast and clear answer, and
what only the bank can know: that the payout goes to the account linked to this very wallet, and
that the fee is the bank's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.bank import BankRefused, PayoutInstruction, check_instruction
from api.chain import (
    REDEEMS,
    ChainView,
    Deployment,
    check_signature,
    check_trial,
    redeem_entry,
)
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Conflict, InvalidInput
from api.kernel.ids import RedemptionId, new_id
from api.kernel.money import Money
from api.links import LinkState, live_link_of_wallet
from api.redemptions import store
from api.redemptions.model import INITIAL, Redemption, RedemptionState, end_to_end_id
from api.relay import ALLOWANCE, Kind, NewEntry, add_entries, reckoned
from wallet.typed_data import RedeemOrder

__all__ = ["LONGEST_DEADLINE", "PURPOSE", "receive"]

PURPOSE = "redeem"
"""The purpose of transactions that burn one order alone, as they were queued before there were
batches: their ends come back under it."""
_PLAIN_USE = 100_000
"""Gas that a burn uses inside the token at most, when its signature recovers to its holder."""
LONGEST_DEADLINE = timedelta(days=30)

_S = RedemptionState


def receive(
    database: Database,
    chain: ChainView,
    deployment: Deployment,
    clock: Clock,
    *,
    order: RedeemOrder,
    signature: bytes,
    fee: int,
) -> Redemption:
    """Take a signed order in; the same one again gives the same answer and sends nothing more.

    An order whose burn is known already (somebody else brought it) is given its payout instead,
    unless it was burned with less than the bank's fee: then it waits, with the reason on show.
    `fee` is the bank's, in minor units. Raises `InvalidInput` (signature, fee, deadline, payout),
    `Conflict` (nonce of another order, account not linked, fee not paid, the token's rules say
    no), `Unavailable` (the chain cannot be asked).
    """
    plain = check_signature(chain, order.holder, order.digest(deployment.domain()), signature)
    with database.reading() as connection:
        known = store.find_by_order(connection, order.holder, order.nonce)
        _check_account(connection, order)
    if known is not None and not _lacks_payout(known):
        return _same(known, order)
    _check_payout(order, deployment)
    if known is None:
        _check_terms(order, fee, clock, chain)
        check_trial(chain, REDEEMS.alone(redeem_entry(order, signature)), deployment.currency)
    with database.transaction() as connection:
        now = clock.now()
        known = store.find_by_order(connection, order.holder, order.nonce, lock=True)
        if known is None:
            return _store(connection, deployment, order, signature, plain=plain, now=now)
        if not _lacks_payout(known):
            return _same(known, order)
        _require_burned(known, order)
        if order.fee >= fee:
            return _complete(connection, known, order, now)
        # its own commit, before the refusal below: whoever looks at the burn sees why it waits
        paid, wanted = Money(order.fee, deployment.currency), Money(fee, deployment.currency)
        reason = f"burned with a fee of {paid}; the bank's is {wanted}"
        store.set_fields(connection, known, reason=reason)
    raise Conflict(
        "The order was burned with less than the bank's fee for a redemption.",
        remedy="Ask the bank to credit the tokens again; then sign an order with the "
        "redemption_fee of /v1/info.",
        slug="fee-not-paid",
    )


def _lacks_payout(known: Redemption) -> bool:
    return known.state is _S.AWAITING_INSTRUCTIONS


def _same(known: Redemption, order: RedeemOrder) -> Redemption:
    if _is_of(known, order):
        return known
    raise Conflict(
        "This nonce was used for another order.",
        remedy="Sign again with 32 fresh random bytes.",
        slug="nonce-used",
    )


def _is_of(known: Redemption, order: RedeemOrder) -> bool:
    return (known.amount, known.fee, known.payout_hash) == (
        order.amount,
        order.fee,
        order.payout.struct_hash(),
    ) and known.deadline in (None, order.deadline)


def _check_account(connection: Connection, order: RedeemOrder) -> None:
    """Only the account that is linked to this wallet is paid: a thief of a key has no other."""
    link = live_link_of_wallet(connection, order.holder)
    if link is None or link.state is not LinkState.ACTIVE or link.account != order.payout.account:
        raise Conflict(
            "The payout account is not the one that is linked to this wallet.",
            remedy="Redeem to the linked account, written without blanks, or link this one first.",
            slug="account-not-linked",
        )


def _check_payout(order: RedeemOrder, deployment: Deployment) -> None:
    """What pain.001 cannot carry is refused before anything is burned."""
    payable = order.amount - order.fee
    if payable <= 0:
        raise InvalidInput(
            "order.amount",
            "Nothing would be paid out: the fee takes all of the amount.",
            remedy="Redeem a larger amount.",
            slug="nothing-to-pay",
        )
    try:
        check_instruction(
            PayoutInstruction(
                end_to_end_id=_end_to_end_id(deployment, order),
                creditor_account=order.payout.account,
                creditor_name=order.payout.name,
                amount=Money(payable, deployment.currency),
                reference=order.payout.reference,
            )
        )
    except BankRefused as error:
        raise InvalidInput(
            "payout", error.detail, remedy="Sign an order with another payout.", slug=error.slug
        ) from error


def _check_terms(order: RedeemOrder, fee: int, clock: Clock, chain: ChainView) -> None:
    if order.fee != fee:
        raise InvalidInput(
            "order.fee",
            "The fee is not the bank's fee for a redemption.",
            remedy="Read redemption_fee from /v1/info and sign the order with it.",
            slug="wrong-fee",
        )
    now = int(clock.now().timestamp())
    if order.deadline < max(now, chain.time()):
        raise InvalidInput(
            "order.deadline",
            "The order has expired.",
            remedy="Sign a new one; an hour is enough.",
            slug="expired",
        )
    if order.deadline > now + int(LONGEST_DEADLINE.total_seconds()):
        raise InvalidInput(
            "order.deadline",
            f"The deadline is more than {LONGEST_DEADLINE.days} days away.",
            remedy="Sign an order that ends sooner; an hour is enough.",
            slug="deadline-too-far",
        )


def _store(
    connection: Connection,
    deployment: Deployment,
    order: RedeemOrder,
    signature: bytes,
    *,
    plain: bool,
    now: datetime,
) -> Redemption:
    redemption = Redemption(
        id=RedemptionId(new_id("redemption")),
        holder=order.holder,
        nonce=order.nonce,
        amount=order.amount,
        fee=order.fee,
        payout_hash=order.payout.struct_hash(),
        deadline=order.deadline,
        payout=order.payout,
        state=INITIAL,
        reason=None,
        alarm=None,
        tx_id=None,
        burn_event=None,
        end_to_end_id=_end_to_end_id(deployment, order),
        returns=0,
        burn_block=None,
        late=False,
        sent_back=0,
        returning_from=None,
        created_at=now,
        changed_at=now,
    )
    if not store.add(connection, redemption):
        raise Conflict(
            "The same order arrived twice at one moment.",
            remedy="Send it once more: the answer is then the stored one.",
            slug="try-again",
        )
    data = redeem_entry(order, signature)
    gas = reckoned(data, uses=_PLAIN_USE if plain else ALLOWANCE)
    entry = NewEntry(Kind.REDEEM, redemption.id, order.holder, order.nonce, data, gas)
    add_entries(connection, [entry], now=now)
    return redemption


def _require_burned(known: Redemption, order: RedeemOrder) -> None:
    if not _is_of(known, order):
        raise Conflict(
            "This order is not the one that was burned: amount, fee or payout differ.",
            remedy="Send the order whose payout hash stands on chain.",
            slug="other-order-burned",
        )


def _complete(
    connection: Connection, known: Redemption, order: RedeemOrder, now: datetime
) -> Redemption:
    """The payout of a burn that was seen without it."""
    store.set_fields(connection, known, payout=order.payout, deadline=order.deadline)
    after = _S.PARKED if known.late else _S.BURNED
    store.change_state(connection, known, after, now=now, reason=None)
    completed = store.find(connection, known.id)
    if completed is None:
        raise LookupError(f"{known.id} vanished while it was being changed")
    return completed


def _end_to_end_id(deployment: Deployment, order: RedeemOrder) -> str:
    return end_to_end_id(deployment.caip2, deployment.token, order.holder, order.nonce)
