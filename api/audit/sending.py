"""Audit: what the bank's keys signed and sent, and how far the chain was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from api.audit.adopted import not_ours
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, out_of_order
from api.evidence import Evidence
from wallet.address import checksum
from wallet.errors import WalletError
from wallet.keccak import keccak256
from wallet.rlp import decode

__all__ = ["check_attempts", "check_position", "check_strangers", "check_transactions"]

_TRANSACTIONS = "chain_transactions"
_ATTEMPTS = "chain_attempts"
_FEE_MARKET = 2
_FIELDS = 12
_IN_BYTES = ("nonce", "tip", "max_fee", "gas")
_STRANGERS = "chain_strangers"
_ENDS = ("DONE", "REVERTED")
_GAP = "gap"
_POSTED = ("Issued", "IssueRefused", "NumberVoided", "Redeemed", "PayoutReturned")
"""Events that a posting is of."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the bytes of an EIP-1559 transaction say."""

    chain_id: int
    nonce: int
    tip: int
    max_fee: int
    gas: int
    to: str
    data: bytes


def check_attempts(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every attempt's bytes are what its columns say, and of its transaction."""
    transactions = tables.by(_TRANSACTIONS, "id")
    strangers = {row["tx_hash"] for row in tables[_STRANGERS]}
    nonces: dict[str, set[int]] = {}
    for row in tables[_ATTEMPTS]:
        key = f"{row['tx_id']} {row['number']}"
        nonces.setdefault(row["address"], set()).add(row["nonce"])
        of = transactions.get(row["tx_id"])
        if not row["raw"] and row["tx_hash"] in strangers:
            yield from _sender(evidence, row, key)
            continue
        expected: dict[str, object] = {"tx_hash": f"0x{keccak256(bytes(row['raw'])).hex()}"}
        yield from differing(_ATTEMPTS, key, row, expected, "the signed bytes")
        signed = read_signed(bytes(row["raw"]))
        if signed is None:
            yield Finding(_ATTEMPTS, key, "raw", "it is no signed transaction")
            continue
        said = {name: getattr(signed, name) for name in _IN_BYTES if row[name] is not None}
        yield from differing(_ATTEMPTS, key, row, said, "the signed bytes")
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
        for nonce in sorted(set(range(max(used))) - used - _elsewhere(evidence, tables, address)):
            yield Finding(_ATTEMPTS, f"{address} {nonce}", "row", "missing: a later nonce is there")


def _elsewhere(evidence: Evidence, tables: Tables, address: str) -> set[int]:
    """Nonces by which another life of the database issued what this one took over."""
    adopted = {log.tx_hash for log in not_ours(evidence, tables).values()} - _unknown(
        evidence, tables
    )
    return {
        nonce
        for (sender, nonce), tx_hash in evidence.chain.nonces.items()
        if sender == address and tx_hash in adopted
    }


def _unknown(evidence: Evidence, tables: Tables) -> set[str]:
    """Transactions that issued, and are neither ours nor taken over from another life."""
    attempts = {row["tx_hash"] for row in tables[_ATTEMPTS]}
    taken_over = {row["event_id"] for row in tables["adopted_issues"]}
    unknown = evidence.chain.events.transactions("Issued", "PayoutReturned") - attempts
    return unknown - {
        log.tx_hash for log in not_ours(evidence, tables).values() if log.event_id in taken_over
    }


def _sender(evidence: Evidence, row: Row, key: str, table: str = _ATTEMPTS) -> Iterator[Finding]:
    receipt = evidence.chain.transactions.get(row["tx_hash"])
    if receipt is not None:
        expected = {"address": checksum(bytes.fromhex(receipt["from"][2:]))}
        yield from differing(table, key, row, expected, "the chain")


def check_transactions(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A transaction ended as the chain says, and what issued or returned was ours."""
    tries: dict[str, list[Row]] = {}
    for row in tables[_ATTEMPTS]:
        tries.setdefault(row["tx_id"], []).append(row)
    taken = {
        (row["address"], row["nonce"]) for row in tables[_STRANGERS] if row["state"] == "EXCUSED"
    }
    for row in tables[_TRANSACTIONS]:
        key = str(row["id"])
        own = tries.get(key, [])
        found = [
            (each, evidence.chain.transactions[each["tx_hash"]])
            for each in own
            if each["tx_hash"] in evidence.chain.transactions
        ]
        given_up = row["state"] == "REVERTED" and any(
            (each["address"], each["nonce"]) in taken for each in own
        )
        if row["state"] in _ENDS and not found and not given_up:
            problem = f"it is {row['state']}, and none of its attempts is in a block"
            yield Finding(_TRANSACTIONS, key, "state", problem)
        for attempt, receipt in found:
            if row["state"] in ("QUEUED", "REFUSED"):
                problem = f"it is {row['state']}, and the chain has it"
                yield Finding(_TRANSACTIONS, key, "state", problem)
            elif row["state"] in _ENDS and row["state"] != _ended(row, attempt, receipt):
                problem = f"it is {row['state']}, and the chain says {receipt['status']}"
                yield Finding(_TRANSACTIONS, key, "state", problem)
        if row["changed_at"] < row["created_at"]:
            yield Finding(_TRANSACTIONS, key, "changed_at", "it is before its making")
    yield from out_of_order(_TRANSACTIONS, tables[_TRANSACTIONS], "id", "created_at")
    yield from _ours(evidence, tables)


def _ended(row: Row, attempt: Row, receipt: Mapping[str, Any]) -> str:
    """The state that an attempt in a block ends its transaction with: a no-op gives it up."""
    gave_up = attempt["no_op"] and row["purpose"] != _GAP
    return "DONE" if receipt["status"] == "0x1" and not gave_up else "REVERTED"


def check_strangers(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """What somebody else did with our keys is on chain, under this address; and what halts no
    address any more was looked at by two persons.
    """
    agreed = {
        (row["subject"], each)
        for row in tables["operator_actions"]
        if (row["action"], row["step"]) == ("free", "approved")
        for each in str(json.loads(row["parameters"]).get("seen", "")).split()
    }
    for row in tables[_STRANGERS]:
        key = str(row["id"])
        if row["tx_hash"] and row["tx_hash"] not in evidence.chain.transactions:
            yield Finding(_STRANGERS, key, "tx_hash", "it is in no block")
        yield from _sender(evidence, row, key, _STRANGERS)
        words = (row["address"], f"{row['nonce']}:{row['tx_hash']}")
        if row["state"] == "EXCUSED" and words not in agreed:
            yield Finding(_STRANGERS, key, "state", "by the history no two persons know of it")


def _ours(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Only our operator issues and returns: the transaction that did so must be among ours."""
    known = tables.by(_TRANSACTIONS, "id")
    for tx_hash in sorted(_unknown(evidence, tables)):
        yield Finding(_ATTEMPTS, tx_hash, "row", "missing: it issued or returned tokens")
    for name in ("deposits", "redemptions", "transfers", "links"):
        table = tables.table(name)
        query = select(func.min(table.c.id), table.c.tx_id).where(table.c.tx_id.is_not(None))
        for thing, tx_id in tables.connection.execute(query.group_by(table.c.tx_id)):
            if tx_id not in known:
                yield Finding(_TRANSACTIONS, tx_id, "row", f"missing: {name} {thing} names it")


def check_position(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """The block up to which the chain was read is the chain's, and no event is from behind it."""
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
    postings = tables.table("postings").c.event_id
    late = [
        log.block
        for log in evidence.chain.events.named(*_POSTED, after=up_to)
        if tables.connection.execute(select(postings).where(postings == log.event_id)).first()
    ]
    if late:
        problem = f"it is {up_to}, and events of block {max(late)} were taken in"
        yield Finding("chain_positions", "reader", "block_number", problem)


def read_signed(raw: bytes) -> Signed | None:
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
    chain_id, nonce, tip, max_fee, gas = (int.from_bytes(each, "big") for each in plain[:5])
    to, _value, data = plain[5:]
    recipient = checksum(to) if to else ""
    return Signed(chain_id, nonce, tip, max_fee, gas, recipient, data)
