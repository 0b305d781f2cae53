"""Proofs: making a day's proof and bringing it to the chain.

The attestor's key signs a transaction to itself whose data is a tag and the statement's digest:
that is both the signature and the public record. It is saved with the statement and all leaves,
in one database transaction, before it is sent; a crash in between sends the same bytes again.
It is shown when its block is final: whoever verifies it finds it there.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from api.bank import Bank
from api.chain import ChainView, Deployment, Fees, Node, SendOutcome, SigningKey, Work
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.log import note
from api.ledger import Account, verify_chain
from api.proofs import store
from api.proofs.holders import replay
from api.proofs.model import Leaf, Proven, sorted_leaves, statement_of
from api.reserve import Proof, prove
from wallet.reserve_proof import BANK_DAYS, BLOCK_DAYS, TAG, digest_of

__all__ = ["Prover"]

_PATIENCE = 120
_FINALITY = 1_800
"""Seconds: Ethereum takes thirteen to twenty minutes until a block is final."""
_TELL_EVERY = 60
_LOOK_EVERY = 1
_SALT = 32


@dataclass(slots=True)
class _Wait:
    """Since when something is waited for, and when that was last told."""

    begun: float
    told: float | None = None


@dataclass(frozen=True, slots=True)
class Prover:
    """Makes one proof a day, with the attestor's key."""

    database: Database
    bank: Bank
    chain: ChainView
    node: Node
    deployment: Deployment
    key: SigningKey
    clock: Clock
    log: logging.Logger
    fees: Callable[[], Fees]
    """What a transaction pays now, within the ceiling."""
    depth: int
    """Blocks that must follow one, on a chain that finalizes nothing."""
    by_depth: bool = False
    """Whether what was read is final enough, as on a chain that finalizes nothing."""

    def once(self) -> Proven:
        """Today's proof, made if there is none yet and published if it is not.

        One of an earlier day that no final block holds yet is published before it.
        Raises `Broken` when ledger, chain or journal contradict one another: then nothing is
        said. Raises `Unavailable`, also when the bank's figure or the books' block is too old
        to be told as of today: run it again.
        """
        self.chain.check()
        day = self.clock.now().date().isoformat()
        with self._work.reading() as connection:
            known, last = store.find_proof(connection, day), store.last_proof(connection)
        if last is not None and last.published_at is None and last.day != day:
            self.publish(last)
        if known is None:
            known = self._make(day)
        return known if known.published_at else self.publish(known)

    @property
    def _work(self) -> Work:
        return self.database

    def _make(self, day: str) -> Proven:
        proof = prove(self.database, self.chain, self.bank, self.deployment.currency)
        self._require_young(proof)
        tokens = proof.books.of(Account.TOKENS)
        if proof.supply.supply != tokens:
            raise Broken(
                f"At block {proof.supply.block_number} the chain counts {proof.supply.supply} "
                f"minor units of tokens, the ledger {tokens}.",
                remedy="No proof was made. See jiaozi-bridge reconcile.",
                slug="supply-differs",
            )
        with self._work.reading() as connection:
            journal = verify_chain(connection)
        if journal.wrong is not None:
            wrong = journal.wrong
            raise Broken(
                f"The journal was changed: {wrong.table} {wrong.row}: {wrong.problem}.",
                remedy="No proof was made. Compare the row with a backup.",
                slug="journal-changed",
            )
        self._await_final(proof.supply.block_number)
        tree = self._leaves(proof)
        statement = statement_of(
            day,
            proof,
            tree,
            journal=(journal.sealed, journal.head),
            deployment=self.deployment,
            attestor=self.key.address,
        )
        proven = self._signed(
            Proven(day, statement, digest_of(statement), "", 0, b"", self.clock.now(), None)
        )
        with self._work.transaction() as connection:
            store.add_proof(connection, proven, tree)
        note(self.log, "proof made", day=day, holders=len(tree), block=proof.supply.block_number)
        return proven

    def _require_young(self, proof: Proof) -> None:
        """What a wallet would not take as of today is not said to be."""
        told, now = proof.bank.as_of.astimezone(UTC), self.clock.now().astimezone(UTC)
        if now - told > timedelta(days=BANK_DAYS):
            as_of = told.isoformat()
            raise Unavailable(
                f"The bank's newest figure is of {as_of} ({proof.bank.read_from}).",
                remedy="No proof was made. See why the bank's statements do not come.",
                slug="bank-silent",
            )
        block, time = proof.supply.block_number, self.chain.time()
        header = self.node.header(block)
        made = 0 if header is None else header.timestamp
        if time - made > timedelta(days=BLOCK_DAYS).total_seconds():
            raise Unavailable(
                f"The books are of block {block}, of second {made}; the chain's time is {time}.",
                remedy="No proof was made. See that the worker runs and reads the chain.",
                slug="bridge-behind",
            )

    def _leaves(self, proof: Proof) -> list[Leaf]:
        supply = proof.supply
        at = (supply.block_number, supply.block_hash)
        held = replay(self._work, self.node, self.deployment, at, supply.supply)
        return sorted_leaves(
            [Leaf(holder, balance, secrets.token_bytes(_SALT)) for holder, balance in held.items()]
        )

    def _await_final(self, block: int) -> None:
        """The block that the books are of is behind what no reorganisation reaches."""
        wait = _Wait(self.clock.monotonic())
        while not self.by_depth and (final := self.chain.finalized()) < block:
            self._be_patient(wait, block, final)

    def _be_patient(self, wait: _Wait, block: int, final: int) -> None:
        """Let a moment pass, and say once a minute what is waited for."""
        now = self.clock.monotonic()
        if now - wait.begun >= _FINALITY:
            raise Unavailable(
                f"Block {block} is not final yet; the node's last final one is {final}.",
                remedy="Run it again later.",
                slug="block-not-final",
            )
        if wait.told is None or now - wait.told >= _TELL_EVERY:
            wait.told = now
            note(self.log, "waiting until a block is final", block=block, final=final)
        self.clock.sleep(_LOOK_EVERY)

    def _signed(self, proven: Proven) -> Proven:
        """With the next nonce and today's fees. Raises `Unavailable` above the ceiling."""
        data = TAG + proven.digest
        address = self.key.address
        nonce = self.node.nonce(address)
        gas = self.node.estimate(address, data, sender=address)
        signed = self.key.sign(
            chain_id=self.deployment.chain_id,
            nonce=nonce,
            to=address,
            data=data,
            gas=gas + gas // 5,
            fees=self.fees(),
        )
        return replace(proven, tx_hash=signed.tx_hash, nonce=nonce, raw=signed.raw)

    def publish(self, proven: Proven) -> Proven:
        """Send a saved proof until a final block holds it.

        One that no block can hold any more, because another transaction took its nonce, is signed
        anew. Raises `Unavailable`: do it again.
        """
        wait = _Wait(self.clock.monotonic())
        while True:
            # what is final first: a receipt of later is of a block that no reorganisation took
            final, block = self._final(), self._block_of(proven)
            if block is not None and block <= final:
                break
            if block is not None:
                self._be_patient(wait, block, final)
                continue
            outcome = self._send(proven)
            if outcome is not SendOutcome.TAKEN and self._block_of(proven) is None:
                proven = self._signed(proven)
                with self._work.transaction() as connection:
                    store.set_transaction(
                        connection,
                        proven.day,
                        tx_hash=proven.tx_hash,
                        nonce=proven.nonce,
                        raw=proven.raw,
                    )
            if self.clock.monotonic() - wait.begun >= _PATIENCE:
                raise Unavailable(
                    f"The proof's transaction ({proven.tx_hash}, {outcome}) is in no block yet.",
                    remedy="It is saved. Run it again; see that the chain makes blocks.",
                    slug="proof-not-mined",
                )
            self.clock.sleep(_LOOK_EVERY)
        published = replace(proven, published_at=self.clock.now())
        with self._work.transaction() as connection:
            store.mark_published(connection, proven.day, self.clock.now())
        note(self.log, "proof published", day=proven.day, block=block, hash=proven.tx_hash)
        return published

    def _block_of(self, proven: Proven) -> int | None:
        """The number of the block that holds its transaction, with success."""
        receipt = self.node.receipt(proven.tx_hash)
        return receipt.block_number if receipt is not None and receipt.succeeded else None

    def _final(self) -> int:
        """The number of the last block that no reorganisation reaches."""
        return self.chain.head() - self.depth if self.by_depth else self.chain.finalized()

    def _send(self, proven: Proven) -> SendOutcome:
        return self.node.send(proven.raw)
