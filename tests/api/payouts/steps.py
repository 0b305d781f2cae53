"""Tests of payout files: what a bank refuses, and what persons do about it, as steps."""

from __future__ import annotations

from api.paying import KINDS
from api.payouts import (
    UNDER_WAY,
    FileState,
    release_file,
    stop_file,
    withdraw_file,
)
from api.payouts.store import find_file
from api.redemptions import Redemption
from tests.api.redemptions.desk import (
    FEE,
    STOCK,
    Desk,
    order,
)

__all__ = ["CREDITED_AGAIN", "NO", "let_go", "refused", "state", "stop", "withdraw", "withdrawn"]

CREDITED_AGAIN = {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}
NO = "FF01 wrong file format"


def refused(desk: Desk) -> tuple[Redemption, str]:
    """A burn whose payout file the bank has refused; both."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.bank.refuses = NO
    message_id = desk.pay_out()
    assert message_id is not None
    return redemption, message_id


def stop(desk: Desk, message_id: str) -> None:
    """One person."""
    with desk.write() as connection:
        stop_file(connection, message_id, now=desk.clock.now())


def withdraw(desk: Desk, message_id: str) -> int:
    """Two persons, ten minutes later."""
    desk.clock.move(UNDER_WAY)
    with desk.write() as connection:
        return withdraw_file(connection, KINDS, message_id, now=desk.clock.now())


def let_go(desk: Desk, message_id: str) -> None:
    """Two persons think better of it."""
    with desk.write() as connection:
        release_file(connection, KINDS, message_id, now=desk.clock.now())


def state(desk: Desk, message_id: str) -> FileState:
    """How the file stands."""
    with desk.database.reading() as connection:
        file = find_file(connection, message_id)
    assert file is not None
    return file.state


def withdrawn(desk: Desk) -> tuple[Redemption, str]:
    """A burn whose payout file was withdrawn; both."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    assert withdraw(desk, message_id) == 1
    return redemption, message_id
