"""Tests of the audit: a play with deposits, a refusal, a transfer, payouts and two persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType

import pytest

from api.approvals import Action, act, approve, propose
from api.bank import DocumentKind
from api.bank.iso20022 import write_pain001
from api.bank.memory import RESERVE
from api.deposits.store import deposits
from api.links.store import links
from api.operations import build_actions
from api.payouts import FileState, files_in_state
from api.redemptions import count_by_state
from api.statements.store import bank_lines
from tests.api import world
from tests.api.audit import money_back
from tests.api.stage import Stage
from tests.api.world import ADA, BO

OVER_BALANCE = 600_000
"""More than tier 1 may hold: the token refuses it."""


class Archive:
    """Keeps what the bank delivers and gets, as its archive would."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.folder = folder
        self._stage = stage
        self._deliver = stage.bank.deliver

    def __enter__(self) -> Archive:
        self.folder.mkdir()
        self._stage.bank.deliver = self._keep  # type: ignore[method-assign] # to keep a copy
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stage.bank.deliver = self._deliver  # type: ignore[method-assign] # as it was
        for message_id, batch in self._stage.bank.batches.items():
            file = self.folder / f"pain001-{message_id}.xml"
            file.write_bytes(write_pain001(batch, RESERVE))

    def _keep(self, kind: DocumentKind, content: bytes) -> str:
        document_id = self._deliver(kind, content)
        (self.folder / f"{document_id}.xml").write_bytes(content)
        return document_id


def play(stage: Stage, copy: Callable[[], str]) -> None:
    """Everything once; then nothing is on its way but what waits for a person.

    `copy` copies the database as it is and gives the copy's URL.
    """
    stage.link(ADA)
    stage.link(BO)
    money_back.another_life(stage, copy)
    money_back.pay_cleo(stage)
    for minor in (30_000, 20_000, 10_000):
        stage.pay_in(ADA, minor)
    stage.pay_in(BO, 5_000)
    stage.run(lambda: stage.balance(ADA) == 60_000 and stage.balance(BO) == 5_700)
    stage.pay_in(ADA, OVER_BALANCE)
    stage.run(lambda: states(stage).get("REFUSED") == 2)
    _transfer(stage)
    _redeem(stage)
    money_back.book_again(stage)
    money_back.go_back(stage)
    _fall_silent(stage)
    money_back.book_otherwise(stage)
    money_back.lose(stage)
    _stranger(stage)
    _operate(stage)
    money_back.take_back(stage)
    money_back.doubt(stage)
    stage.run(lambda: not _moving(stage))
    for _ in range(4):  # all that was seen becomes final, and the reader comes behind it
        stage.deployed.mine()
        stage.worker.cycle()


def states(stage: Stage) -> Mapping[str, int]:
    """How many deposits there are in each state."""
    with stage.parts.bridge.database.reading() as connection:
        rows = connection.execute(deposits.select()).all()
    found: dict[str, int] = {}
    for row in rows:
        found[row.state] = found.get(row.state, 0) + 1
    return found


def _moving(stage: Stage) -> bool:
    return any(states(stage).get(state) for state in ("QUEUED", "ISSUING"))


def _transfer(stage: Stage) -> None:
    answer = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, 1_000))
    assert answer.status_code == 202, answer.text
    made = answer.json()
    stage.run(lambda: stage.state("/v1/transfers", made["id"]) == "FINAL")


def _redeem(stage: Stage) -> None:
    """One is paid, one is rejected and credited again, one's file is withdrawn."""
    stage.bank.rejects[BO.account] = "AC04"
    for holder, minor, end in ((ADA, 7_000, "SETTLED"), (BO, 2_000, "RETURNED")):
        body = stage.redemption_body(holder, stage.order(holder, minor))
        answer = stage.post("/v1/redemptions", body)
        assert answer.status_code == 202, answer.text
        made = answer.json()
        stage.run(lambda made=made, end=end: stage.state("/v1/redemptions", made["id"]) == end)  # type: ignore[misc] # bound at once
    _withdraw(stage)


def _fall_silent(stage: Stage) -> None:
    """A burn and a refund wait for the bank's word."""
    stage.bank.answering = False
    body = stage.redemption_body(ADA, stage.order(ADA, 3_000))
    made = stage.post("/v1/redemptions", body).json()
    stage.run(lambda: stage.state("/v1/redemptions", made["id"]) == "SUBMITTED")
    with stage.parts.bridge.database.reading() as connection:
        assert len(count_by_state(connection)) == 3
    money_back.be_silent(stage)


def _withdraw(stage: Stage) -> None:
    """A payout file that the bank refuses is stopped by one, withdrawn by two; credited again."""
    bridge = stage.parts.bridge
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    stage.bank.refuses = "FF01 wrong file format"
    body = stage.redemption_body(ADA, stage.order(ADA, 1_500))
    made = stage.post("/v1/redemptions", body).json()
    stage.run(lambda: stage.state("/v1/redemptions", made["id"]) == "PAYING")
    with bridge.database.transaction() as connection:
        [file] = files_in_state(connection, FileState.SAVED, 9)
        stop, withdraw = (Action(f"{word}-file", file.message_id) for word in ("stop", "withdraw"))
        now = stage.clock.now()
        act(connection, actions, stop, operator="ada", reason="refused for good", now=now)
    with bridge.database.transaction() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.payouts.stopping.UNDER_WAY", timedelta(0))  # it is under way no more
        asked = propose(connection, actions, withdraw, maker="ada", reason="not theirs", now=now)
        approve(connection, actions, asked.id, digest=asked.digest, checker="bo", now=now)
    stage.bank.refuses = None
    stage.run(lambda: stage.state("/v1/redemptions", made["id"]) == "RETURNED")


def _stranger(stage: Stage) -> None:
    """Money of nobody, twice; a debit of nobody."""
    account = "GB33BUKB20201555555555"
    for number in (1, 2):
        line = world.credit(f"NOBODY{number}", 4_000 + number, payer_account=account)
        content = world.camt([line], message_id=f"N{number}").getvalue()
        stage.bank.deliver("camt.053", content)
    with stage.parts.bridge.database.reading() as connection:
        before = len(connection.execute(bank_lines.select()).all())

    def stored() -> bool:
        with stage.parts.bridge.database.reading() as connection:
            return len(connection.execute(bank_lines.select()).all()) == before + 2

    stage.run(stored)


def _operate(stage: Stage) -> None:
    """A line is assigned by two persons; a deposit is held by one; a proposal stays open."""
    bridge = stage.parts.bridge
    actions = build_actions(bridge.secrets.reference_key, lambda: bridge.bank)
    now = stage.clock.now()
    with bridge.database.transaction() as connection:
        rows = connection.execute(bank_lines.select().order_by(bank_lines.c.position)).all()
        [first, second] = [row.id for row in rows if row.bank_id.startswith("NOBODY")]
        link = connection.execute(links.select().where(links.c.wallet == BO.wallet)).one().id
        made = propose(
            connection,
            actions,
            Action("assign", first, {"link": link}),
            maker="ada",
            reason="payer called",
            now=now,
        )
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=now)
        deposit = connection.execute(deposits.select().where(deposits.c.line_id == first)).one()
        act(
            connection,
            actions,
            Action("hold", deposit.id, {"reason": "odd payer"}),
            operator="bo",
            reason="odd payer",
            now=now,
        )
        propose(
            connection,
            actions,
            Action("assign", second, {"link": link}),
            maker="bo",
            reason="payer called again",
            now=now,
        )
