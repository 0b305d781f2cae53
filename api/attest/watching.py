"""Attest: the watch. It looks five times a second, and speaks twice a second at most.

A look is cheap: the position of the reader and the ledger's balances, which are a dozen rows.
Only when they have moved is the rest read. What is sent is not waited for; the next word takes
the next nonce. A word that no block takes is replaced by the newest one with higher fees, at its
own nonce or, when that waits for another transaction of this key, at the nonce in front. After
a restart the chain knows what was said, and the node which nonces wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from api.attest.flow import Attestor, PaysTooLittle, Sent
from api.attest.model import Stale, Statement, worth_saying
from api.chain import Attested, outbid, position, raised
from api.kernel.errors import BridgeError, Misconfigured, Unavailable
from api.kernel.log import note
from api.ledger import balances

__all__ = ["LOOK_EVERY", "Watch"]

LOOK_EVERY = 0.2
"""Seconds from one look to the next."""
_READ_ON = 0.02
"""Seconds between two looks while papers of the bank are being read."""
_SPEAK_EVERY = 0.4
"""Seconds between two words: of a bank that is asked, `asOf` makes it one of each second."""
_UNHURRIED = 4.0
"""Seconds between words that change nobody's room: tokens that were issued, or burned."""
_STUCK = 15.0
_MOST_WAITING = 4
_TELL_AGAIN = 60.0


@dataclass(slots=True)
class _Waiting:
    sent: Sent
    since: float


@dataclass(slots=True)
class Watch:
    """Attests whenever there is something to say. `renew_every`: seconds without any news."""

    attestor: Attestor
    renew_every: float
    _seen: object = field(default=None, init=False)
    _looked: float | None = field(default=None, init=False)
    _spoke: float | None = field(default=None, init=False)
    _waiting: list[_Waiting] = field(default_factory=list, init=False)
    _gas: int | None = field(default=None, init=False)
    _told: tuple[str, float] = field(default=("", 0.0), init=False)

    def run(self, stopped: Callable[[], bool], sleep: Callable[[float], object]) -> None:
        """Look again and again until `stopped`. Raises `Misconfigured` alone.

        A refusal is told and tried again: it may be over after the next statement or restart,
        and meanwhile the last attestation grows stale, which closes issuing by itself.
        """
        while not stopped():
            more = False
            try:
                more = self.attestor.own.read_ahead()
                self.look()
            except Misconfigured:
                raise
            except Stale:
                pass  # the bank's figure is of a second that was spoken of: the next look is soon
            except BridgeError as refused:
                self._tell(refused)
                self._seen = None
            sleep(_READ_ON if more else LOOK_EVERY)

    def look(self) -> Sent | None:
        """One look; what was sent, if anything. Errors as for `Attestor.once`."""
        now = self.attestor.clock.monotonic()
        if self._waiting:
            self._settle(now)
        seen = self._figures()
        due = self._looked is None or now - self._looked >= self.renew_every
        if (seen == self._seen and not due) or not self._may_speak(now):
            return None
        last = self._last()
        statement = self.attestor.work_out(last, hurried=True)
        if not self.attestor.own.complete:
            seen = None  # a part of the bank's papers is still to be read: look again
        self._looked = now
        if not worth_saying(statement, last, int(self.attestor.clock.now().timestamp())):
            self._seen = seen
            return None
        if _ceiling(statement) == _ceiling(last) and not self._unhurried(now):
            return None  # looked at again: a second has one attestation, and room may be asked for
        sent = self.attestor.send(statement, gas=self._gas)
        self._gas, self._spoke, self._seen = sent.gas, now, seen
        self._waiting.append(_Waiting(sent, now))
        return sent

    def _figures(self) -> object:
        with self.attestor.database.reading() as connection:
            at = position(connection)
            return at, tuple(balances(connection, self.attestor.deployment.currency).items())

    def _may_speak(self, now: float) -> bool:
        if len(self._waiting) >= _MOST_WAITING:
            return False
        return self._spoke is None or now - self._spoke >= _SPEAK_EVERY

    def _unhurried(self, now: float) -> bool:
        """Whether it is time for figures that give no more and no less room to issue."""
        return self._spoke is None or now - self._spoke >= _UNHURRIED

    def _last(self) -> Attested:
        """The last word: what was sent if it is newer than what the chain says."""
        said = self.attestor.chain.attested()
        if not self._waiting:
            return said
        newest = self._waiting[-1].sent.statement
        if newest.as_of <= said.as_of:
            return said
        return Attested(
            newest.backing,
            newest.supply,
            newest.minted,
            newest.as_of,
            newest.block_number,
            said.max_age,
        )

    def _settle(self, now: float) -> None:
        """Forget what a block has taken; replace what none takes."""
        receipts = self.attestor.node.receipts([each.sent.tx_hash for each in self._waiting])
        for each in list(self._waiting):
            receipt = receipts[each.sent.tx_hash]
            if receipt is None:
                continue
            self._waiting.remove(each)
            if not receipt.succeeded:
                # the next one is tried out first, and says why
                self._gas, self._seen = None, None
                note(
                    self.attestor.log,
                    "attestation without effect",
                    level=logging.ERROR,
                    hash=each.sent.tx_hash,
                )
        if self._waiting and now - self._waiting[0].since >= _STUCK:
            self._replace(self._waiting[0], now)

    def _replace(self, stuck: _Waiting, now: float) -> None:
        """Say the newest at the nonce that holds the others up, and pay a tenth more.

        That is the lowest that no block has used. It may not be ours: the day's proof, or a word
        of the process before us, waits there at a price that nobody here knows.
        """
        attestor = self.attestor
        head = attestor.node.head().number
        mined = attestor.node.nonce(attestor.key.address, block=head)
        if mined > stuck.sent.nonce:  # something else took the nonce: nothing holds us up
            self._waiting.remove(stuck)
            return
        ours = mined == stuck.sent.nonce
        wanted = attestor.fees()
        if wanted.highest == 0 and ours:  # a chain without fees: there is nothing to raise
            attestor.node.send(stuck.sent.raw)
            stuck.since = now
            return
        fees = raised(stuck.sent.fees, wanted, attestor.fee_ceiling) if ours else wanted
        newest = self._waiting[-1].sent
        while fees is not None:
            try:
                sent = attestor.send(newest.statement, nonce=mined, fees=fees, gas=newest.gas)
            except PaysTooLittle:
                fees = outbid(fees, wanted, attestor.fee_ceiling) if wanted.highest else None
            else:
                self._waiting[: int(ours)] = [_Waiting(sent, now)]
                return
        stuck.since = now  # no offer is left: not again at once
        if wanted.highest == 0:
            return
        raise Unavailable(
            f"The attestation {stuck.sent.tx_hash} waits, and its fee is at the ceiling.",
            remedy="It may still come. Raise chain.fee_ceiling if this lasts.",
            slug="fee-above-ceiling",
        )

    def _tell(self, refused: BridgeError) -> None:
        slug, at = self._told
        now = self.attestor.clock.monotonic()
        if slug == refused.slug and now - at < _TELL_AGAIN:
            return
        self._told = (refused.slug, now)
        note(
            self.attestor.log,
            "not attested",
            level=logging.ERROR,
            slug=refused.slug,
            reason=refused.detail,
        )


def _ceiling(said: Statement | Attested) -> int:
    """All that may ever have been minted, as the Teller reckons it."""
    return said.minted + max(said.backing - said.supply, 0)
