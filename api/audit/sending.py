"""Audit: what the bank's keys signed and sent, and how far the chain was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.audit.model import Evidence, Finding
from api.audit.tables import Row, Tables, differing, out_of_order
from wallet.address import checksum
from wallet.errors import WalletError
from wallet.keccak import keccak256
from wallet.rlp import decode

__all__ = ["check_attempts", "check_position", "check_transactions"]

_TRANSACTIONS = "chain_transactions"
_ATTEMPTS = "chain_attempts"
_FEE_MARKET = 2
_FIELDS = 12
_ENDS = {"DONE": "0x1", "REVERTED": "0x0"}


@dataclass(frozen=True, slots=True)
class _Signed:
    """What the bytes of an EIP-1559 transaction say."""

    chain_id: int
    nonce: int
    to: str
    data: bytes


def check_attempts(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every attempt's bytes are what its columns say, and of its transaction."""
    transactions = tables.by(_TRANSACTIONS, "id")
    nonces: dict[str, set[int]] = {}
    for row in tables[_ATTEMPTS]:
        key = f"{row['tx_id']} {row['number']}"
        nonces.setdefault(row["address"], set()).add(row["nonce"])
        expected: dict[str, object] = {"tx_hash": f"0x{keccak256(bytes(row['raw'])).hex()}"}
        yield from differing(_ATTEMPTS, key, row, expected, "the signed bytes")
        of = transactions.get(row["tx_id"])
        signed = _read(bytes(row["raw"]))
        if signed is None:
            yield Finding(_ATTEMPTS, key, "raw", "it is no signed transaction")
            continue
        yield from differing(_ATTEMPTS, key, row, {"nonce": signed.nonce}, "the signed bytes")
        if signed.chain_id != evidence.chain_id:
            yield Finding(_ATTEMPTS, key, "raw", f"it is for chain {signed.chain_id}")
        if of is None:
            yield Finding(_ATTEMPTS, key, "tx_id", f"there is no transaction {row['tx_id']}")
        elif (signed.to, signed.data) not in (
            (of["to_address"], bytes(of["data"])),
            (row["address"], b""),  # a no-op that fills its nonce
        ):
            problem = "the signed bytes do not call what the transaction means to call"
            yield Finding(_ATTEMPTS, key, "raw", problem)
        yield from _sender(evidence, row, key)
    for address, used in nonces.items():
        for nonce in sorted(set(range(max(used))) - used):
            yield Finding(_ATTEMPTS, f"{address} {nonce}", "row", "missing: a later nonce is there")


def _sender(evidence: Evidence, row: Row, key: str) -> Iterator[Finding]:
    receipt = evidence.chain.transactions.get(row["tx_hash"])
    if receipt is not None:
        expected = {"address": checksum(bytes.fromhex(receipt["from"][2:]))}
        yield from differing(_ATTEMPTS, key, row, expected, "the chain")


def check_transactions(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A transaction ended as the chain says, and what issued or returned was ours."""
    hashes: dict[str, list[str]] = {}
    for row in tables[_ATTEMPTS]:
        hashes.setdefault(row["tx_id"], []).append(row["tx_hash"])
    for row in tables[_TRANSACTIONS]:
        key = str(row["id"])
        found = [
            evidence.chain.transactions[each]
            for each in hashes.get(key, [])
            if each in evidence.chain.transactions
        ]
        if row["state"] in _ENDS and not found:
            problem = f"it is {row['state']}, and none of its attempts is in a block"
            yield Finding(_TRANSACTIONS, key, "state", problem)
        for receipt in found:
            if row["state"] in ("QUEUED", "REFUSED"):
                problem = f"it is {row['state']}, and the chain has it"
                yield Finding(_TRANSACTIONS, key, "state", problem)
            elif row["state"] in _ENDS and receipt["status"] != _ENDS[row["state"]]:
                problem = f"it is {row['state']}, and the chain says {receipt['status']}"
                yield Finding(_TRANSACTIONS, key, "state", problem)
        if row["changed_at"] < row["created_at"]:
            yield Finding(_TRANSACTIONS, key, "changed_at", "it is before its making")
    yield from out_of_order(_TRANSACTIONS, tables[_TRANSACTIONS], "id", "created_at")
    yield from _ours(evidence, tables)


def _ours(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Only our operator issues and returns: the transaction that did so must be among ours."""
    attempts = {row["tx_hash"] for row in tables[_ATTEMPTS]}
    known = tables.by(_TRANSACTIONS, "id")
    missing = set()
    for log in evidence.chain.logs:
        if log.name in ("Issued", "PayoutReturned") and log.tx_hash not in attempts:
            missing.add(log.tx_hash)
    for tx_hash in sorted(missing):
        yield Finding(_ATTEMPTS, tx_hash, "row", "missing: it issued or returned tokens")
    for table in ("deposits", "redemptions", "transfers", "links"):
        for row in tables[table]:
            if row["tx_id"] is not None and row["tx_id"] not in known:
                problem = f"missing: {table} {row['id']} names it"
                yield Finding(_TRANSACTIONS, row["tx_id"], "row", problem)


def check_position(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """The block up to which the chain was read is the chain's, and no event is from behind it."""
    events = {log.event_id: log for log in evidence.chain.logs}
    up_to = tables.read_up_to
    for row in tables["chain_positions"]:
        number = row["block_number"]
        found = evidence.chain.blocks.get(number)
        if found != row["block_hash"]:
            problem = f"block {number} is {found} on chain"
            yield Finding("chain_positions", row["name"], "block_hash", problem)
    for row in tables["chain_blocks"]:
        found = evidence.chain.blocks.get(row["number"])
        if found is not None and found != row["hash"] and row["number"] <= up_to:
            problem = f"the chain's block is {found}"
            yield Finding("chain_blocks", str(row["number"]), "hash", problem)
    late = [
        log.block
        for row in tables["postings"]
        if (log := events.get(row["event_id"])) is not None and log.block > up_to
    ]
    if late:
        problem = f"it is {up_to}, and events of block {max(late)} were taken in"
        yield Finding("chain_positions", "reader", "block_number", problem)


def _read(raw: bytes) -> _Signed | None:
    """The bytes of a type 2 transaction, decoded; None for anything else."""
    if not raw or raw[0] != _FEE_MARKET:
        return None
    try:
        items = decode(raw[1:])
    except WalletError:
        return None
    if not isinstance(items, list) or len(items) != _FIELDS:
        return None
    plain = [each for each in items[:8] if isinstance(each, bytes)]
    if len(plain) != 8:  # noqa: PLR2004 - the eight that were asked for
        return None
    chain_id, nonce, _tip, _most, _gas, to, _value, data = plain
    return _Signed(
        int.from_bytes(chain_id, "big"),
        int.from_bytes(nonce, "big"),
        checksum(to) if to else "",
        data,
    )
