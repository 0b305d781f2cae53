"""Proofs: the duty of making one a day, beside whatever else the attestor does.

A day's proof is due when the bank has told a closing balance that the last one did not speak of,
or a whole day after the last one. What was saved and is in no block yet, of whichever day, comes
first: so whoever is killed midway brings the same bytes to the chain, and makes no second proof.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.kernel.errors import BridgeError
from api.kernel.log import note, note_failure
from api.proofs.flow import Prover
from api.proofs.model import Proven
from api.proofs.store import last_proof

__all__ = ["LOOK_EVERY", "Daily"]

LOOK_EVERY = 30.0
"""Seconds from one look to the next."""
_DAY = timedelta(days=1)
_TELL_AGAIN = timedelta(hours=1)


@dataclass(slots=True)
class Daily:
    """Looks whether a proof is due, and makes it."""

    prover: Prover
    _told: dict[str, datetime] = field(default_factory=dict, init=False)

    def run(self, stopped: Callable[[], bool], sleep: Callable[[float], object]) -> None:
        """Look again and again until `stopped`. Whatever fails is told, and tried again."""
        while not stopped():
            try:
                self.look()
            except BridgeError as refused:
                self._tell(refused)
            except Exception as error:  # noqa: BLE001 - told by class and place, and tried again
                if self._is_news(type(error).__name__):
                    note_failure(self.prover.log, "the day's proof failed", error)
            sleep(LOOK_EVERY)

    def look(self) -> Proven | None:
        """What was published just now, if anything was due. Errors as for `Prover.once`."""
        with self.prover.database.reading() as connection:
            last = last_proof(connection)
        if last is not None and last.published_at is None:
            return self.prover.publish(last)
        return self.prover.once() if self._is_due(last) else None

    def _is_due(self, last: Proven | None) -> bool:
        if last is None:
            return True
        now = self.prover.clock.now()
        if last.day >= now.date().isoformat():
            return False
        told = self.prover.bank.balance().as_of
        spoken_of = datetime.fromisoformat(str(last.statement["bank_as_of"]))
        return told > spoken_of or now - last.made_at >= _DAY

    def _tell(self, refused: BridgeError) -> None:
        if self._is_news(refused.slug):
            note(
                self.prover.log,
                "no proof of reserve yet",
                level=logging.ERROR,
                slug=refused.slug,
                reason=refused.detail,
                remedy=refused.remedy,
            )

    def _is_news(self, what: str) -> bool:
        """Whether it was not told within the hour, by whatever clock."""
        now = self.prover.clock.now()
        if abs(now - self._told.get(what, now - _TELL_AGAIN)) < _TELL_AGAIN:
            return False
        self._told = {what: now}
        return True
