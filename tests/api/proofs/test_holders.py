"""Tests of the replay of holders: what a node withheld once heals, and two at once add nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from api.chain import Node, RawLog
from api.chain.shapes import Header
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from api.proofs import Proven, store
from api.proofs.holders import replay
from tests.api.world import ADA, BO, NOW, deployment
from wallet.keccak import keccak256

FIRST = deployment().block + 1
NOBODY = Address("0x" + "00" * 20)
TRUE = {ADA.wallet: 70, BO.wallet: 30}


def transfer(block: int, sender: Address, receiver: Address, amount: int) -> RawLog:
    """An event of the token."""
    topics = (
        keccak256(b"Transfer(address,address,uint256)"),
        *(bytes(12) + bytes.fromhex(each[2:]) for each in (sender, receiver)),
    )
    word = amount.to_bytes(32, "big")
    return RawLog(deployment().token, topics, word, block, at(block)[1], "0x", 0)


def at(number: int) -> tuple[int, str]:
    """A block of the one chain."""
    return number, f"0x{number:064x}"


class Withholding:
    """A node that says nothing of the `hidden` blocks' events, and upsets who asks for a header."""

    def __init__(self) -> None:
        self.told = [
            transfer(FIRST, NOBODY, ADA.wallet, 100),
            transfer(FIRST + 1, ADA.wallet, BO.wallet, 40),
            transfer(FIRST + 2, BO.wallet, ADA.wallet, 10),
        ]
        self.hidden: set[int] = set()
        self.meanwhile: list[Callable[[], object]] = []

    def logs(
        self, _of: Sequence[Address], _topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        """See Node.logs."""
        asked = set(range(first, last + 1)) - self.hidden
        return [each for each in self.told if each.block_number in asked]

    def header(self, number: int) -> Header:
        """See Node.header."""
        while self.meanwhile:
            self.meanwhile.pop()()
        return Header(number, at(number)[1], at(number - 1)[1], 0, 0)


@pytest.fixture
def node() -> Withholding:
    """It mints 100 for Ada, who gives 40 to Bo, who gives 10 back."""
    return Withholding()


@pytest.fixture
def replayed(database: Database, node: Withholding) -> Callable[[int, int], dict[Address, int]]:
    """A replay up to a block at which the token counts so much."""

    def run(block: int, supply: int) -> dict[Address, int]:
        return replay(database, cast("Node", node), deployment(), at(block), supply)

    return run


Replayed = Callable[[int, int], dict[Address, int]]


def test_a_transfer_that_was_withheld_once(replayed: Replayed, node: Withholding) -> None:
    """It is refused while the sum is wrong; the next look, at a node that is well, heals it."""
    node.hidden = {FIRST}
    with pytest.raises(Broken, match="add up to 0 minor units") as refused:
        replayed(FIRST, 100)
    assert refused.value.slug == "holders-differ"
    node.hidden = set()
    assert replayed(FIRST + 2, 100) == TRUE
    assert replayed(FIRST + 9, 100) == TRUE


def test_a_transfer_that_was_withheld_and_then_spent(replayed: Replayed, node: Withholding) -> None:
    """Nobody holds less than nothing: the holder is named, and the next look heals it."""
    node.hidden = {FIRST}
    with pytest.raises(Broken, match=f"{ADA.wallet} -30 minor units") as refused:
        replayed(FIRST + 2, 100)
    assert refused.value.slug == "holders-differ"
    node.hidden = set()
    assert replayed(FIRST + 2, 100) == TRUE


def test_two_replays_at_once_add_each_change_once(replayed: Replayed, node: Withholding) -> None:
    """The one that finds the balances moved meanwhile does nothing, and is told to come again."""
    node.meanwhile = [lambda: replayed(FIRST + 2, 100)]
    with pytest.raises(Unavailable, match="Another prover"):
        replayed(FIRST + 2, 100)
    assert replayed(FIRST + 2, 100) == TRUE


def test_balances_that_went_on_meanwhile_are_not_taken(
    replayed: Replayed, node: Withholding
) -> None:
    """They are of a later block than the one that was asked for."""
    replayed(FIRST + 1, 100)
    node.meanwhile = [lambda: replayed(FIRST + 2, 100)]
    with pytest.raises(Unavailable, match="Another prover"):
        replayed(FIRST + 1, 100)
    assert replayed(FIRST + 1, 100) == {ADA.wallet: 60, BO.wallet: 40}


def test_who_moves_waits_for_who_moves(database: Database) -> None:
    """The second sees where the first has come to; so does who forgets."""

    def move() -> None:
        with database.transaction() as connection:
            store.move_holders(connection, {ADA.wallet: 100}, None, at(FIRST))

    def forget() -> None:
        with database.transaction() as connection:
            store.forget_holders(connection)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            store.move_holders(connection, {ADA.wallet: 100}, None, at(FIRST))
            moving = pool.submit(move)
            with pytest.raises(TimeoutError):
                moving.result(0.3)
        with pytest.raises(Unavailable, match="Another prover"):
            moving.result(20)
        with database.transaction() as connection:
            store.move_holders(connection, {BO.wallet: 5}, at(FIRST), at(FIRST + 1))
            forgetting = pool.submit(forget)
            with pytest.raises(TimeoutError):
                forgetting.result(0.3)
        forgetting.result(20)
    with database.reading() as connection:
        assert (store.holders(connection), store.cursor(connection)) == ({}, None)


def test_a_day_that_another_prover_has_proven(database: Database) -> None:
    """The first proof stays; the second is told so, in words."""
    first, second = (
        Proven("2026-11-18", {}, bytes(32), tx_hash, 0, b"", NOW, None)
        for tx_hash in ("0x1", "0x2")
    )
    with database.transaction() as connection:
        store.add_proof(connection, first, [])
    with (
        pytest.raises(Unavailable, match="Another prover has made the proof of 2026-11-18"),
        database.transaction() as connection,
    ):
        store.add_proof(connection, second, [])
    with database.reading() as connection:
        assert store.last_proof(connection) == first
