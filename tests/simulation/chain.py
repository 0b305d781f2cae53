"""Tests of the simulation: blocks, a pool and reorganisations, around the model of the contracts.

A transaction waits in the pool until its nonce is next and its fees are enough for the block's
base fee; the pool may forget it. A reorganisation gives the blocks' transactions back to the pool.
"""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import dataclass, field

from api.chain import Deployment
from tests.simulation.token import Books, Call, Log, Refused, run
from wallet.transaction import SignedTransaction, decode

__all__ = ["FINAL", "GWEI", "REACH", "Block", "Chain", "Mined", "Rejected"]

FINAL = 4
"""Blocks that must follow before the chain calls a block finalized."""
REACH = 2
"""Blocks that a reorganisation takes at most, counted from the highest one there ever was."""
GWEI = 10**9


class Rejected(Exception):
    """The node does not take a transaction; its words are those of well-known nodes."""


@dataclass(frozen=True, slots=True)
class Mined:
    """A transaction in a block."""

    signed: SignedTransaction
    succeeded: bool
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block and the contracts' books after it."""

    number: int
    hash: str
    parent: str
    time: int
    base_fee: int
    transactions: tuple[Mined, ...]
    books: Books
    nonces: dict[str, int]


def _hash(*words: object) -> str:
    return "0x" + hashlib.sha256(repr(words).encode()).hexdigest()


@dataclass(slots=True)
class Chain:
    """One chain. `roles` are addresses by name; `poor` addresses cannot pay for gas."""

    deployment: Deployment
    roles: dict[str, str]
    time: int
    base_fee: int = GWEI
    blocks: list[Block] = field(default_factory=list)
    pool: dict[str, SignedTransaction] = field(default_factory=dict)
    by_hash: dict[str, tuple[int, Mined]] = field(default_factory=dict)
    poor: set[str] = field(default_factory=set)
    paused: bool = False
    """Whether the next blocks' token is paused."""
    forks: int = 0
    top: int = 0
    """The highest block there ever was."""

    def __post_init__(self) -> None:
        for number in range(FINAL + 2):
            parent = self.blocks[-1].hash if self.blocks else "0x" + "00" * 32
            self.blocks.append(
                Block(number, _hash(number), parent, self.time, GWEI, (), Books(), {})
            )

    @property
    def head(self) -> Block:
        """The newest block."""
        return self.blocks[-1]

    @property
    def finalized(self) -> Block:
        """The last block that will never go."""
        return self.blocks[max(len(self.blocks) - 1 - FINAL, 0)]

    def submit(self, raw: bytes) -> str:
        """Take signed bytes into the pool; the hash. Raises `Rejected`."""
        signed = decode(raw)
        tx_hash = f"0x{signed.hash.hex()}"
        tx = signed.transaction
        if tx_hash in self.pool or tx_hash in self.by_hash:
            raise Rejected("already known")
        if tx.nonce < self.head.nonces.get(signed.sender, 0):
            raise Rejected("nonce too low")
        if signed.sender in self.poor:
            raise Rejected("insufficient funds for gas * price + value")
        rival = self._waiting(signed.sender, tx.nonce)
        if rival is not None:
            old = self.pool[rival].transaction
            if tx.max_fee_per_gas * 10 < old.max_fee_per_gas * 11:
                raise Rejected("replacement transaction underpriced")
            del self.pool[rival]
        self.pool[tx_hash] = signed
        return tx_hash

    def mine(self, time: int) -> Block:
        """The next block, with all of the pool that can go in."""
        self.time = max(time, self.head.time + 1)
        books, nonces = self._next_books(), dict(self.head.nonces)
        mined: list[Mined] = []
        while chosen := self._next(nonces):
            signed = self.pool.pop(chosen)
            nonces[signed.sender] = signed.transaction.nonce + 1
            books, done = self._execute(books, signed)
            mined.append(done)
        number = len(self.blocks)
        words = (number, self.head.hash, self.forks, [m.signed.raw.hex() for m in mined])
        block = Block(
            number, _hash(*words), self.head.hash, self.time, self.base_fee, tuple(mined), books,
            nonces,
        )  # fmt: skip
        self.blocks.append(block)
        self.top = max(self.top, number)
        for each in mined:
            self.by_hash[f"0x{each.signed.hash.hex()}"] = (number, each)
        return block

    def reorganise(self, depth: int) -> None:
        """The last blocks are no longer; their transactions wait again."""
        self.forks += 1
        for _ in range(min(depth, FINAL, len(self.blocks) - FINAL - 2)):
            if self.blocks[-1].number <= self.top - REACH:
                return  # two in a row must not take what was final before the first
            gone = self.blocks.pop()
            for each in gone.transactions:
                tx_hash = f"0x{each.signed.hash.hex()}"
                del self.by_hash[tx_hash]
                self.pool[tx_hash] = each.signed

    def behind(self, blocks: int) -> Chain:
        """As a node has it that lacks the newest blocks: what is in them waits in its pool."""
        seen, length = copy(self), max(len(self.blocks) - blocks, FINAL + 2)
        seen.blocks = self.blocks[:length]
        seen.by_hash = {name: at for name, at in self.by_hash.items() if at[0] < length}
        gone = [mined.signed for block in self.blocks[length:] for mined in block.transactions]
        seen.pool = {f"0x{signed.hash.hex()}": signed for signed in gone} | self.pool
        return seen

    def forget(self, tx_hash: str) -> None:
        """The pool drops a transaction."""
        self.pool.pop(tx_hash, None)

    def pending_nonce(self, address: str) -> int:
        """The count of an address with what waits in a row behind it."""
        nonce = self.head.nonces.get(address, 0)
        while self._waiting(address, nonce) is not None:
            nonce += 1
        return nonce

    def call(self, block: Block | None, sender: str, data: bytes) -> bytes:
        """Run call data on a block's books, or on those of the next one. Raises `Refused`."""
        if block is not None:
            return run(self._begin(block.books.copied(), sender, block.time, block.number), data)
        books, nonces = self._next_books(), dict(self.head.nonces)
        waiting = dict(self.pool)
        try:
            while chosen := self._next(nonces):
                signed = self.pool.pop(chosen)
                nonces[signed.sender] = signed.transaction.nonce + 1
                books, _ = self._execute(books, signed)
        finally:
            self.pool = waiting
        return run(self._begin(books, sender, self.time + 1, self.head.number + 1), data)

    def headroom(self) -> int:
        """Minor units that may still be credited at the newest block."""
        return self._begin(self.head.books, "", self.time, self.head.number).headroom()

    def _next_books(self) -> Books:
        books = self.head.books.copied()
        books.paused = self.paused
        return books

    def _begin(self, books: Books, sender: str, time: int, number: int) -> Call:
        return Call(books, sender, self.roles, time, number)

    def _execute(self, books: Books, signed: SignedTransaction) -> tuple[Books, Mined]:
        call = self._begin(books.copied(), signed.sender, self.time, len(self.blocks))
        try:
            if signed.transaction.to in {self.deployment.token, self.deployment.teller}:
                run(call, signed.transaction.data)
        except Refused:
            return books, Mined(signed, succeeded=False, logs=())
        return call.books, Mined(signed, succeeded=True, logs=tuple(call.logs))

    def _next(self, nonces: dict[str, int]) -> str | None:
        for tx_hash, signed in self.pool.items():
            tx = signed.transaction
            if tx.nonce == nonces.get(signed.sender, 0) and tx.max_fee_per_gas >= self.base_fee:
                return tx_hash
        return None

    def _waiting(self, sender: str, nonce: int) -> str | None:
        for tx_hash, signed in self.pool.items():
            if signed.sender == sender and signed.transaction.nonce == nonce:
                return tx_hash
        return None
