"""Tests of a database that is older than the chain: yesterday's backup against today's chain.

It signs nothing before it has read, takes in what it finds under its own keys, gives no number out
twice, credits no line twice, and pays nothing until the bank's statements were read again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.chain import AlarmKind, frozen, list_alarms, resume
from api.deposits import DepositState, list_deposits, matching
from api.deposits.store import NewDeposit
from api.kernel.money import Money
from api.reserve import Seen, clear, standing_breaks
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA, BO


def file_of(stage: Stage) -> Path:
    """The embedded database."""
    return Path(stage.settings.database_url.removeprefix("sqlite:///"))


def back_up(stage: Stage) -> Path:
    """A copy of the whole database as it is."""
    kept = file_of(stage).with_suffix(".backup")
    stage.close()
    for file in (file_of(stage), file_of(stage).with_name(file_of(stage).name + "-wal")):
        if file.exists():
            shutil.copy(file, kept if file == file_of(stage) else f"{kept}-wal")
    stage.restart()
    return kept


def restore(stage: Stage, kept: Path) -> None:
    """Yesterday's database in the place of today's."""
    stage.close()
    file = file_of(stage)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copy(kept, file)
    if Path(f"{kept}-wal").exists():
        shutil.copy(f"{kept}-wal", file.with_name(file.name + "-wal"))
    stage.restart()


def pay_in(stage: Stage, customer: world.Customer, minor: int, bank_id: str) -> bytes:
    """Money arrives, and its statement is laid ready; the statement."""
    line = world.credit(bank_id, minor, payer_account=customer.account)
    stage.bank.booked += Money(minor, "EUR")
    statement = world.camt([line], message_id=f"M-{bank_id}").getvalue()
    stage.bank.deliver("camt.053", statement)
    return statement


def issued(stage: Stage) -> list[tuple[int, int]]:
    """Number and amount of everything that the token ever credited."""
    logs = stage.deployed.token.events.Issued().get_logs(from_block=0)
    return [(log["args"]["number"], log["args"]["amount"]) for log in logs]


def all_issued(stage: Stage) -> bool:
    """Whether every deposit has its end."""
    with stage.parts.bridge.database.reading() as connection:
        found = list_deposits(connection, state=None, limit=99)
    return {each.state for each in found} == {DepositState.ISSUED}


def deliver_again(stage: Stage, statement: bytes) -> None:
    """The bank hands a statement out once more, and it is taken in."""
    stage.bank.deliver("camt.053", statement)
    stage.run(lambda: not stage.bank.collect())


def looked_at(stage: Stage) -> None:
    """A person sees that the reserve's break is over, and clears it."""

    def breaks() -> list[Seen]:
        with stage.parts.bridge.database.reading() as connection:
            return standing_breaks(connection)

    stage.run(lambda: all(each.ended_at for each in breaks()))
    for each in breaks():
        with stage.parts.bridge.database.transaction() as connection:
            clear(connection, each.number, by="ann", why="restored", now=stage.clock.now())


def why_frozen(stage: Stage) -> str | None:
    """Why nothing is paid out."""
    with stage.parts.bridge.database.reading() as connection:
        return frozen(connection)


def standing(stage: Stage) -> set[AlarmKind]:
    """The alarms that stand."""
    with stage.parts.bridge.database.reading() as connection:
        return {each.kind for each in list_alarms(connection)}


def a_day(stage: Stage) -> tuple[Path, list[bytes]]:
    """Two wallets; a credit before the backup, two after it."""
    for customer in (ADA, BO):
        stage.link(customer)
    pay_in(stage, ADA, 10_000, "BEFORE")
    stage.run(lambda: stage.balance(ADA) == 10_000)
    stage.run(lambda: all_issued(stage))
    kept = back_up(stage)
    later = [pay_in(stage, BO, 700, "AFTER-1")]
    stage.run(lambda: stage.balance(BO) == 700)
    later.append(pay_in(stage, ADA, 50, "AFTER-2"))
    stage.run(lambda: stage.balance(ADA) == 10_050)
    stage.run(lambda: all_issued(stage))
    return kept, later


def test_yesterdays_database_converges(sqlite_stage: Stage) -> None:
    """No second credit, no number twice, and the same books as before the loss."""
    stage = sqlite_stage
    kept, later = a_day(stage)
    before = stage.proof()
    restore(stage, kept)
    for _ in range(6):
        stage.worker.cycle()
        stage.deployed.mine()
    assert issued(stage) == [(1, 10_000), (2, 700), (3, 50)]
    assert AlarmKind.UNEXPLAINED in standing(stage)
    for statement in reversed(later):  # the bank's statements again, in another order
        deliver_again(stage, statement)
    with stage.parts.bridge.database.transaction() as connection:
        kinds = {each.kind for each in list_alarms(connection)}
        assert kinds <= {AlarmKind.RESTORED}
        deposits = list_deposits(connection, state=None, limit=9)
        assert {(d.number, d.holder, d.state) for d in deposits} == {
            (1, ADA.wallet, DepositState.ISSUED),
            (2, BO.wallet, DepositState.ISSUED),
            (3, ADA.wallet, DepositState.ISSUED),
        }
        resume(connection)
    looked_at(stage)
    pay_in(stage, BO, 9, "NEW")
    stage.run(lambda: stage.balance(BO) == 709)
    assert issued(stage) == [(1, 10_000), (2, 700), (3, 50), (4, 9)]
    after = stage.proof()
    assert after["balanced"], after
    assert before["balanced"], before


def test_a_number_that_was_given_out_again_is_changed(sqlite_stage: Stage) -> None:
    """A new line came before the chain was read: its number is another one's on chain."""
    stage = sqlite_stage
    kept, later = a_day(stage)
    restore(stage, kept)
    pay_in(stage, ADA, 33, "NEWER")  # stored and matched first: it takes number 2
    stage.worker.cycle()
    for _ in range(6):
        stage.worker.cycle()
        stage.deployed.mine()
    for statement in later:
        deliver_again(stage, statement)
    with stage.parts.bridge.database.transaction() as connection:
        resume(connection)
    looked_at(stage)
    stage.run(lambda: stage.balance(ADA) == 10_083)
    assert issued(stage) == [(1, 10_000), (2, 700), (3, 50), (4, 33)]
    assert stage.proof()["balanced"]


def test_without_adoption_a_line_is_credited_twice(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a line that the chain has credited takes a new number."""
    stage = sqlite_stage
    kept, later = a_day(stage)
    restore(stage, kept)

    def all_new(_connection: object, found: Sequence[NewDeposit]) -> tuple[Any, Any]:
        return list(found), []

    monkeypatch.setattr(matching, "take_adopted", all_new)
    for _ in range(6):
        stage.worker.cycle()
        stage.deployed.mine()
    deliver_again(stage, later[0])
    with stage.parts.bridge.database.reading() as connection:
        waiting = list_deposits(connection, state=DepositState.QUEUED, limit=9)
    assert [(each.number, each.amount.minor) for each in waiting] == [(4, 700)]
