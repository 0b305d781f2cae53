"""Redemptions: what the chain says. Burned, cancelled, credited again; sent, or without effect.

The chain is the arbiter: whatever the bridge believed, a final burn is owed to its holder.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api import payouts
from api.chain import ChainEvent, Deployment
from api.kernel.clock import Clock
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import RedemptionId, new_id
from api.kernel.money import Money
from api.ledger import Account, Posting, post, postings_about
from api.redemptions import store
from api.redemptions.model import (
    AT_BANK,
    UNPAID,
    Redemption,
    RedemptionState,
    end_to_end_id,
)

__all__ = ["Burns", "on_burn_reverted", "on_burn_sent"]

_S = RedemptionState
_ALL_FEE = "nothing to pay: the fee took all of it"
_LATE = "heard of late: it may have been paid before"
_BACK = "the tokens of one of its payments were credited again"


class Burns:
    """Handlers of the token's redemption events, for one deployment."""

    def __init__(self, deployment: Deployment, clock: Clock, park_after: timedelta) -> None:
        self._deployment = deployment
        self._clock = clock
        self._park_after = park_after

    def on_redeemed(self, connection: Connection, event: ChainEvent) -> None:
        """Tokens were burned, finally: their money is owed to the holder's account."""
        known = _known(connection, event)
        if known is None:
            unknown = self._unknown(event)
            if store.add(connection, unknown):
                self._post_burn(connection, unknown.id, event)
                return
            # the order was handed in at this very moment: the burn is that order's
            known = _known(connection, event)
            if known is None:
                raise Broken(
                    f"The redemption of burn {event.event_id} is stored and cannot be found.",
                    remedy="Stop. Look for another redemption with its end-to-end id.",
                )
        if known.burn_event == event.event_id:
            return  # told before: the chain was read again
        _burned(connection, known, event, late=self._late(event))
        self._post_burn(connection, known.id, event)

    def on_cancelled(self, connection: Connection, event: ChainEvent) -> None:
        """The holder closed the order before it was burned."""
        known = _known(connection, event)
        if known is not None and known.state in (_S.RECEIVED, _S.BURNING):
            store.change_state(
                connection, known, _S.REFUSED, now=event.block_time, reason="cancelled by holder"
            )

    def on_payout_returned(self, connection: Connection, event: ChainEvent) -> None:
        """The tokens were credited again, finally. No saved file pays them out any more.

        Where the bank has the payout and was not heard to end it, a person is told: a life that
        this database forgot heard it, or both will be done. Raises `Unavailable` while the books
        have the payout as made and nothing that came back; `Broken` for what was never burned.
        """
        holder, nonce = event.args["holder"], event.args["nonce"]
        deployment = self._deployment
        paid_as = end_to_end_id(deployment.caip2, deployment.token, holder, nonce)
        payouts.stop_file_of(connection, paid_as, _BACK, now=event.block_time)
        known = _known(connection, event)
        if known is None or known.payable != event.args["amount"]:
            raise Broken(
                f"The chain returned a payout ({event.event_id}) that this database does not know "
                "in this amount.",
                remedy="Stop. Find out who returned it, and from which database.",
            )
        booked = postings_about(connection, known.id)
        if known.state is _S.RETURNED and event.event_id in {each.event_id for each in booked}:
            return  # told before: the chain was read again
        if known.state in (_S.SETTLED, _S.RETURN_DIFFERS):
            raise _not_heard(known)
        # not owed again here: returned by hand, or in a life that this database forgot
        source = Account.PAYOUTS if known.state in UNPAID else Account.RETURNS
        store.change_state(connection, known, _S.RETURNED, now=event.block_time, reason=None)
        returned = self._posting(event, known.id, "payout returned", known.payable)
        post(connection, replace(returned, debit=source, credit=Account.TOKENS))
        if known.state in AT_BANK:
            words = f"the chain credited it again while it was {known.state}: the bank may pay it"
            alarm = payouts.standing(connection, known.id, words)
            store.set_fields(connection, known, alarm=alarm or known.alarm)

    def _unknown(self, event: ChainEvent) -> Redemption:
        """A burn that somebody else brought: nobody has told the bank where its money goes."""
        args = event.args
        amount, fee = _narrow(args["amount"]), _narrow(args["fee"])
        return Redemption(
            id=RedemptionId(new_id("redemption")),
            holder=args["holder"],
            nonce=args["nonce"],
            amount=amount,
            fee=fee,
            payout_hash=args["payoutHash"],
            deadline=None,
            payout=None,
            state=_S.AWAITING_INSTRUCTIONS if fee < amount else _S.SETTLED,
            reason=None if fee < amount else _ALL_FEE,
            alarm=None,
            tx_id=None,
            burn_event=event.event_id,
            end_to_end_id=end_to_end_id(
                self._deployment.caip2, self._deployment.token, args["holder"], args["nonce"]
            ),
            returns=0,
            burn_block=event.block_number,
            late=self._late(event),
            sent_back=0,
            returning_from=None,
            created_at=event.block_time,
            changed_at=event.block_time,
        )

    def _late(self, event: ChainEvent) -> bool:
        """Whether an earlier life of this database, or another one, may have paid it already."""
        return self._clock.now() - event.block_time > self._park_after

    def _post_burn(
        self, connection: Connection, redemption_id: RedemptionId, event: ChainEvent
    ) -> None:
        amount, fee = _narrow(event.args["amount"]), _narrow(event.args["fee"])
        post(connection, self._posting(event, redemption_id, "redeemed", amount))
        if fee:
            taken = self._posting(event, redemption_id, "redemption fee", fee)
            post(
                connection,
                replace(
                    taken,
                    event_id=f"{event.event_id}:fee",
                    debit=Account.PAYOUTS,
                    credit=Account.OWN_FUNDS,
                ),
            )

    def _posting(
        self, event: ChainEvent, redemption_id: RedemptionId, kind: str, minor: int
    ) -> Posting:
        return Posting(
            event_id=event.event_id,
            kind=kind,
            debit=Account.TOKENS,
            credit=Account.PAYOUTS,
            amount=Money(minor, self._deployment.currency),
            about=redemption_id,
            at=event.block_time,
        )


def on_burn_sent(connection: Connection, ref: str, _tx_hash: str, *, now: datetime) -> None:
    """A node has taken the bank's transaction."""
    redemption = store.find(connection, ref, lock=True)
    if redemption is not None and redemption.state is _S.RECEIVED:
        store.change_state(connection, redemption, _S.BURNING, now=now)


def on_burn_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """The bank's transaction had no effect. A burn that somebody else brought stands above it."""
    redemption = store.find(connection, ref, lock=True)
    if redemption is not None and redemption.state in (_S.RECEIVED, _S.BURNING):
        store.change_state(connection, redemption, _S.REFUSED, now=now, reason=reason)


def _known(connection: Connection, event: ChainEvent) -> Redemption | None:
    """The event's redemption, held against a holder who hands the order in meanwhile."""
    return store.find_by_order(connection, event.args["holder"], event.args["nonce"], lock=True)


def _not_heard(known: Redemption) -> Unavailable:
    """Its money went out, says the bank's statement; what came back of it is still to be read."""
    return Unavailable(
        f"The chain credited {known.id} again, which is {known.state} here.",
        remedy="Hand in the bank's statements again, from the day of the backup on, and see what "
        f"is to be decided: jiaozi-bridge explain {known.id}. If that does not help, run "
        "jiaozi-bridge audit.",
        slug="books-behind",
    )


def _burned(connection: Connection, known: Redemption, event: ChainEvent, *, late: bool) -> None:
    """What the burn of a stored order leads to.

    A holder can sign two orders with one nonce: when the burned one is not the stored one, the
    stored payout is not the holder's will for this burn.
    """
    args = event.args
    amount, fee = _narrow(args["amount"]), _narrow(args["fee"])
    now = event.block_time
    store.set_fields(connection, known, burn_block=event.block_number, late=late)
    if (known.amount, known.fee, known.payout_hash) == (amount, fee, args["payoutHash"]):
        after, reason = _S.PARKED if late else _S.BURNED, _LATE if late else None
        store.change_state(
            connection, known, after, now=now, burn_event=event.event_id, reason=reason
        )
        return
    store.set_fields(
        connection,
        known,
        amount=amount,
        fee=fee,
        payout_hash=f"0x{args['payoutHash'].hex()}",
        deadline=None,
        payout=None,
    )
    after, reason = (_S.AWAITING_INSTRUCTIONS, None) if fee < amount else (_S.SETTLED, _ALL_FEE)
    store.change_state(connection, known, after, now=now, burn_event=event.event_id, reason=reason)


def _narrow(amount: int) -> int:
    """An amount of the chain (96 bits) as the ledger holds it (63 bits)."""
    if not 0 <= amount < 2**63:
        raise Broken(
            f"The chain tells of {amount} minor units in one step: more than a ledger can hold.",
            remedy="Stop. No bank has this much; find out what was minted.",
        )
    return amount
