"""Bridge: what the worker does, step by step, in the order in which money moves.

bank's documents → doubtful statements followed → lines matched → events read → wallets registered
→ recalls followed → numbers closed → deposits issued → payouts returned → signed messages gathered
→ transactions sent → payouts prepared and handed in.

Reading comes before sending: the reader knows the chain by its last block's hash, so a chain that
was exchanged for another one with the same contracts is noticed before anything is sent to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from api.access import prune
from api.bank import Direction
from api.chain import ChainView, Lane, Reader, Sender, calldata, count_open, enqueue
from api.deposits import (
    match_lines,
    match_waiting,
    overlooked,
)
from api.inbox import Inbox
from api.issuing import Issuing
from api.kernel.errors import Unavailable
from api.ledger import BelowZero
from api.links import enqueue_registrations, registrations_wait
from api.paying import follow_bookings, pay_out
from api.payouts import Orders
from api.recalls import Calls, advance
from api.redemptions import TO_RETURN, enqueue_returns
from api.redemptions import count_by_state as count_redemptions
from api.refunds import RefundState, close_numbers
from api.refunds import count_by_state as count_refunds
from api.relay import Relay
from api.reserve import Reconciler
from api.statements import follow_decisions
from api.web.context import Bridge
from api.worker import FencedWork, Step

__all__ = ["Steps"]

_RANGES_AT_ONCE = 20
_SWEEP_EVERY = 60.0
_PRUNE_EVERY = 60.0
_RESTLESS = frozenset({"read", "issue", "relay", "send"})
"""Steps that a customer waits for, and that only read while there is nothing to do."""


@dataclass(slots=True)
class Steps:
    """The parts that the steps work with."""

    bridge: Bridge
    chain: ChainView
    work: FencedWork
    inbox: Inbox
    sender: Sender
    reader: Reader
    relay: Relay
    _chain_checked: bool = field(default=False, init=False)
    _swept: int = field(default=0, init=False)
    """Position up to which waiting lines were looked through in this round of sweeping."""
    _sweep_at: float = field(default=0.0, init=False)
    """Monotonic time of the next page."""
    _orders: Orders = field(init=False)
    _prune_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._orders = Orders(self.bridge.bank)

    def all(self) -> list[Step]:
        """Every step, in order.

        Of two workers each takes a half: one reads, the other issues and sends. So who came alone
        need not wait until a bulk's events are read.
        """
        on_chain: list[tuple[str, Callable[[], bool]]] = [
            ("read", self.read),
            ("register", self.register),
            ("recall", self.recall),
            ("close", self.close_numbers),
            ("issue", Issuing(self.bridge, self.chain, self.work).step),
            ("return", self.return_payouts),
            ("relay", partial(self.relay.step, self.work)),
            ("send", self.sender.step),
        ]
        steps = [
            Step("bank documents", self.inbox.step),
            Step("statements", self.follow_statements),
            Step("match", self.match),
            *(Step(name, partial(self._on_our_chain, run)) for name, run in on_chain),
            Step("pay out", self.pay_out),
            Step("prune", self.prune),
            Step("reconcile", partial(self._on_our_chain, self._reconciler().step)),
        ]
        for step in steps:
            step.rests = step.name not in _RESTLESS
        return steps

    def match(self) -> bool:
        """Explain waiting lines: credits by deposits, debits by payouts."""
        with self.work.transaction() as connection:
            now = self.bridge.clock.now()
            deposited = match_waiting(
                connection, reference_key=self.bridge.secrets.reference_key, now=now
            )
            settled = follow_bookings(connection, now=now)
        return deposited + self._sweep() + settled > 0

    def _sweep(self) -> int:
        """Now and then: a page of the lines that wait, lest one was overlooked."""
        if self.bridge.clock.monotonic() < self._sweep_at:
            return 0
        with self.work.reading() as connection:
            found, after = overlooked(connection, after=self._swept)
        self._swept = after or 0
        if after is None:
            self._sweep_at = self.bridge.clock.monotonic() + _SWEEP_EVERY
        if not found:
            return 0
        with self.work.transaction() as connection:
            return match_lines(
                connection,
                found,
                reference_key=self.bridge.secrets.reference_key,
                now=self.bridge.clock.now(),
            )

    def follow_statements(self) -> bool:
        """Book the lines of statements that left their quarantine, and match them."""
        with self.work.transaction() as connection:
            now = self.bridge.clock.now()
            looked_at = follow_decisions(connection, now=now)
            key = self.bridge.secrets.reference_key
            credits_ = [line.id for line in looked_at if line.direction is Direction.CREDIT]
            match_lines(connection, credits_, reference_key=key, now=now)
        return bool(looked_at)

    def recall(self) -> bool:
        """Follow the money that the bank took back."""
        deployment = self.bridge.deployment
        calls = Calls(
            void=partial(enqueue, lane=Lane.OPERATOR, to=deployment.teller),
            freeze=partial(enqueue, lane=Lane.COMPLIANCE, to=deployment.token),
            encode_void=calldata.void_number,
            encode_freeze=calldata.freeze,
        )
        with self.work.transaction() as connection:
            now = self.bridge.clock.now()
            return advance(connection, calls, now=now, log=self.bridge.log) > 0

    def register(self) -> bool:
        """Queue the tiers of confirmed links."""
        with self.work.asking() as connection:  # to look needs no turn at writing
            if not registrations_wait(connection, now=self.bridge.clock.now()):
                return False
        with self.work.transaction() as connection:
            queued = enqueue_registrations(
                connection,
                enqueue=partial(enqueue, lane=Lane.COMPLIANCE, to=self.bridge.deployment.token),
                encode=calldata.set_tier,
                now=self.bridge.clock.now(),
            )
        return queued > 0

    def return_payouts(self) -> bool:
        """Queue the return of what was not paid or came back, as far as the backing has room."""
        with self.work.reading() as connection:
            waiting = TO_RETURN & count_redemptions(connection).keys()
            unsent = count_open(connection, Lane.OPERATOR)
        if not waiting or unsent:
            return False
        headroom = self.chain.headroom()
        with self.work.transaction() as connection:
            queued = enqueue_returns(
                connection,
                self.bridge.deployment,
                headroom=headroom,
                now=self.bridge.clock.now(),
            )
        return queued > 0

    def prune(self) -> bool:
        """Forget old idempotency keys: a thousand in a while, so that nobody waits for it."""
        if self.bridge.clock.monotonic() < self._prune_at:
            return False
        with self.work.transaction() as connection:
            pruned = prune(connection, now=self.bridge.clock.now())
        self._prune_at = self.bridge.clock.monotonic() + _PRUNE_EVERY
        return pruned > 0

    def read(self) -> bool:
        """Handle the events of final blocks.

        Raises `Unavailable` while the books lack what an event rests on: a database that is older
        than the chain hears of burns before the bank's statements are read again.
        """
        moved = False
        try:
            for _ in range(_RANGES_AT_ONCE):
                if not self.reader.step():
                    break
                moved = True
        except BelowZero as error:
            raise Unavailable(
                "The chain tells of tokens that these books never issued.",
                remedy="Hand in the bank's statements again, from the day of the backup on. If "
                "that does not help, run jiaozi-bridge audit.",
                slug="books-behind",
            ) from error
        return moved

    def close_numbers(self) -> bool:
        """Queue what closes the numbers of deposits whose money goes back to its payer."""
        with self.work.reading() as connection:
            if not count_refunds(connection).get(RefundState.CLOSING):
                return False
        with self.work.transaction() as connection:
            moved = close_numbers(connection, self.bridge.deployment, now=self.bridge.clock.now())
        return moved > 0

    def pay_out(self) -> bool:
        """Save the next payout files, hand saved ones in; nothing before the chain was read as far
        as it was final when this process began: the database may be older than the chain."""
        if not self._on_our_chain(self.sender.caught_up):
            return False
        return pay_out(self.bridge, self.chain, self.work, self._orders)

    def _reconciler(self) -> Reconciler:
        bridge = self.bridge
        return Reconciler(
            self.work, self.chain, bridge.bank, bridge.currency, bridge.clock, bridge.log
        )

    def _on_our_chain(self, run: Callable[[], bool]) -> bool:
        """Before the first word with a node: is it our chain, are these our contracts?"""
        if not self._chain_checked:
            self.chain.check()
            self._chain_checked = True
        return run()
