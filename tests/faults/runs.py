"""Tests of faults: running a story while the process dies, and gathering what is found after it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

from api.kernel.database import Database
from api.kernel.errors import BridgeError
from api.kernel.log import JsonLines
from api.ledger import verify_chain
from tests.api import world
from tests.api.contracts import KEYS
from tests.api.stage import Stage
from tests.faults.found import Evidence, Happened, Payment, read_rows
from tests.faults.kills import Killed, Kills
from tests.faults.oracles import at_rest
from tests.faults.story import CY, Story

__all__ = [
    "ROUNDS",
    "Cycles",
    "Texts",
    "attest",
    "gather",
    "hash_chain",
    "listening",
    "rows_only",
    "tell",
]

ROUNDS = 60
"""Within so many rounds of five seconds everything has ended, however the process died."""
EVENTS = ("Issued", "IssueRefused", "Redeemed", "PayoutReturned")


class Texts(logging.Handler):
    """Keeps each line of the log as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, by whomever."""
    texts, root, ours = Texts(), logging.getLogger(), logging.getLogger("jiaozi")
    root.addHandler(texts)
    level = ours.level
    ours.setLevel(logging.DEBUG)
    try:
        yield texts.lines
    finally:
        ours.setLevel(level)
        root.removeHandler(texts)


class Cycles(Protocol):
    """What works in rounds."""

    def cycle(self) -> object:
        """One round."""


def tell(
    stage: Stage,
    story: Story,
    kills: Kills,
    *,
    rounds: int = ROUNDS,
    worker: Cycles | None = None,
) -> None:
    """Let the story go on to its end, starting every process anew whenever one dies.

    One round ends the worker in order, so that letting a lease go is met, too.
    """
    unrest: list[str] = []
    for number in range(rounds):
        _alive(stage, kills, story.act)
        _alive(stage, kills, (worker or stage.worker).cycle)
        if number % 4 == 1:
            _alive(stage, kills, lambda: stage.worker.run(lambda: True))
        _alive(stage, kills, lambda: attest(stage))
        stage.deployed.mine(story.mined)
        stage.clock.move(timedelta(seconds=5))
        if story.done() and not (unrest := at_rest(rows_only(stage))):
            return
    waits = [*unrest, *(f"{wish.name}: {story.state(wish)}" for wish in story.wishes)]
    raise AssertionError(f"not done after {rounds} rounds; died {kills.died} times; {waits}")


def attest(stage: Stage) -> None:
    """One round of the attestor, whose refusals are its own business."""
    try:
        stage.attestor.once()
    except BridgeError:
        return


def gather(stage: Stage, story: Story, texts: list[str]) -> Evidence:
    """What chain, bank and database say now."""
    bridge = stage.parts.bridge
    rejected = set(stage.bank.rejects)
    answers = [stage.client.get(path).text for path in ("/healthz", "/v1/reserve", "/v1/nothing")]
    return Evidence(
        deployment=bridge.deployment,
        key=bridge.secrets.reference_key,
        supply=int(stage.deployed.token.functions.totalSupply().call()),
        events=[
            Happened(name, log["args"])
            for name in EVENTS
            for log in stage.deployed.token.events[name]().get_logs(from_block=0)
        ],
        booked=stage.bank.booked.minor,
        credits=story.lines,
        payments=[
            Payment(p.end_to_end_id, p.amount.minor, int(p.creditor_account not in rejected))
            for batch in stage.bank.batches.values()
            for p in batch.instructions
        ],
        rows=read_rows(bridge.database),
        chain_intact=hash_chain(bridge.database),
        missing=story.missing(),
        texts=[*texts, *story.texts, *answers],
        secrets={
            "the operator's token": world.OPERATOR,
            "the reference key": world.KEY.reveal().decode(),
            "Cy's one-time code": CY.code,
            **{f"the key of {name}": key.hex() for name, key in KEYS.items()},
        },
    )


def rows_only(stage: Stage) -> Evidence:
    """For an oracle that asks no more than the tables."""
    bridge = stage.parts.bridge
    rows = read_rows(bridge.database)
    return Evidence(bridge.deployment, bridge.secrets.reference_key, 0, [], 0, [], [], rows)


def hash_chain(database: Database) -> list[str]:
    """What the ledger's verification of its hash chain objects to."""
    with database.reading() as connection:
        wrong = verify_chain(connection).wrong
    return [] if wrong is None else [f"{wrong.table} {wrong.row}: {wrong.problem}"]


_PORTAL_CLOSED = "This portal is not running"


def _alive(stage: Stage, kills: Kills, do: Callable[[], object]) -> None:
    """Do it; when the process dies of it, start everything anew."""
    try:
        do()
    except BaseException as error:
        # the web client may ask its portal when what died in there has closed it already
        if not (_died(error) or (kills.dead and str(error) == _PORTAL_CLOSED)):
            raise
        stage.restart()
        kills.revive()


def _died(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):  # as the web server's task groups wrap it
        return any(_died(each) for each in error.exceptions)
    return isinstance(error, Killed)
