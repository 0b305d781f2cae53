"""Tests of links: what of strangers' wrong codes the bank comes to hear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from api.bank import BankUnreachable, LinkAnswer, LinkOutcome, LinkRequest
from api.bank.memory import FakeBank
from api.chain.memory import MemoryChain
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Conflict
from api.links import LinkState, close
from api.links.flow import ASKED_FOR, MAX_TRIES, TRIES_WITHIN
from api.links.model import link_id
from tests.api.links.steps import activate, claim, register
from tests.api.links.test_close import wish
from tests.api.world import ADA, BO, KEY, NOW
from wallet.secret import Secret
from wallet.signer import LocalSigner

STRANGER = replace(ADA, signer=LocalSigner(b"\x09" * 32), code="000000")


class Listening(FakeBank):
    """A bank that says `word`, after what `meanwhile` does, and remembers every code."""

    def __init__(self, word: LinkOutcome) -> None:
        super().__init__(FixedClock(NOW))
        self.heard: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self._word = word

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """See `Bank.confirm_link`."""
        self.heard.append(request.code)
        self.meanwhile()
        return LinkAnswer(self._word, reason="No.", tier=1)


def test_one_claim_is_asked_with_one_code(database: Database) -> None:
    """Neither the wallet signs the code nor is a repetition counted: another one is refused."""
    listening = Listening(LinkOutcome.PENDING)
    first = register(database, listening, claim(STRANGER), now=NOW)
    for number in range(1, 20):
        with pytest.raises(Conflict) as caught:
            register(database, listening, claim(STRANGER, code=f"{number:06d}"), now=NOW)
        assert caught.value.slug == "nonce-used"
    assert register(database, listening, claim(STRANGER), now=NOW) == first
    assert listening.heard == [STRANGER.code] * 2


def test_a_claim_is_asked_once_at_a_time(database: Database) -> None:
    """The bank counts what it hears while it thinks, although the code is the same."""
    listening = Listening(LinkOutcome.REFUSED)

    def meanwhile() -> None:
        for _ in range(3):
            with pytest.raises(Conflict) as caught:
                register(database, listening, claim(STRANGER), now=NOW)
            assert caught.value.slug == "link-running"

    listening.meanwhile = meanwhile
    assert register(database, listening, claim(STRANGER), now=NOW).state is LinkState.REFUSED
    assert register(database, listening, claim(STRANGER), now=NOW).state is LinkState.REFUSED
    assert listening.heard == [STRANGER.code]


@pytest.mark.parametrize("error", [BankUnreachable("Cut off.", remedy="Ask again."), MemoryError()])
def test_after_a_failure_the_claim_can_be_asked_at_once(
    database: Database, bank: FakeBank, error: Exception
) -> None:
    """Whatever it was: nobody is asking any more."""
    bank.failures.append(error)  # type: ignore[arg-type] # also what no adapter should raise
    with pytest.raises(type(error)):
        register(database, bank, claim(), now=NOW)
    assert register(database, bank, claim(), now=NOW).state is LinkState.CONFIRMED


def test_a_death_while_the_bank_thinks_is_waited_out(database: Database, bank: FakeBank) -> None:
    """Nobody could write that the question has ended: less than a minute, and it is asked again."""

    class Death(BaseException):
        """Ends everything."""

    bank.failures.append(Death())  # type: ignore[arg-type] # no error of a bank's
    with pytest.raises(Death):
        register(database, bank, claim(), now=NOW)
    with pytest.raises(Conflict) as caught:
        register(database, bank, claim(), now=NOW + ASKED_FOR - timedelta(seconds=1))
    assert caught.value.slug == "link-running"
    assert register(database, bank, claim(), now=NOW + ASKED_FOR).state is LinkState.CONFIRMED


def test_a_claim_is_asked_only_as_long_as_it_counts(database: Database) -> None:
    """Else yesterday's undecided claims would be asked beside today's."""
    listening = Listening(LinkOutcome.PENDING)
    register(database, listening, claim(STRANGER), now=NOW)
    late = NOW + TRIES_WITHIN
    register(database, listening, claim(STRANGER), now=late - timedelta(seconds=1))
    for _ in range(2):
        ended = register(database, listening, claim(STRANGER), now=late)
        assert (ended.state, ended.not_before) == (LinkState.REFUSED, None)
        assert "within a day" in (ended.reason or "")
    assert len(listening.heard) == 2
    register(database, listening, claim(STRANGER, nonce=2, issued_at=late), now=late)
    assert len(listening.heard) == 3


def test_to_end_a_link_that_the_bank_has_not_decided_takes_no_try_back(
    database: Database, bank: FakeBank
) -> None:
    """Its wallet's key is the stranger's own; an end of what was confirmed is no try."""
    for nonce in range(1, MAX_TRIES + 1):
        link = activate(database, bank, nonce=nonce)
        close(database, MemoryChain(), wish(link), now=NOW)
    listening = Listening(LinkOutcome.PENDING)
    for nonce in range(1, MAX_TRIES + 1):
        link = register(database, listening, claim(STRANGER, nonce=nonce), now=NOW)
        assert close(database, MemoryChain(), wish(link, STRANGER), now=NOW).tier is None
    with pytest.raises(Conflict) as caught:
        register(database, listening, claim(STRANGER, nonce=MAX_TRIES + 1), now=NOW)
    assert caught.value.slug == "too-many-tries"
    assert len(listening.heard) == MAX_TRIES


def test_an_id_tells_the_code_to_nobody_without_the_key() -> None:
    """A code has few digits: without a key whoever reads the database would try them all."""
    made = link_id(KEY, ADA.wallet, "01" * 32, "284917")
    assert link_id(KEY, ADA.wallet, "01" * 32, "284917") == made
    others = {
        link_id(Secret(b"another key that is long enough too"), ADA.wallet, "01" * 32, "284917"),
        link_id(KEY, BO.wallet, "01" * 32, "284917"),
        link_id(KEY, ADA.wallet, "02" * 32, "284917"),
        link_id(KEY, ADA.wallet, "01" * 32, "284918"),
    }
    assert len(others | {made}) == 5
