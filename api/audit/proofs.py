"""Audit: the daily proofs of reserve against their digests, leaves, bytes, the chain and seals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from api.audit.model import Finding
from api.audit.sending import read_signed
from api.audit.tables import Row, Tables, differing, keyed, together
from api.evidence import Evidence
from wallet.keccak import keccak256
from wallet.reserve_proof import TAG, digest_of, leaf_hash, levels_of, root_of

__all__ = ["check_proofs"]

_PROOFS = "reserve_proofs"
_LEAVES = "reserve_proof_leaves"
_SEALS = "journal_seals"


def check_proofs(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each proof is what its digest, its signed bytes and its leaves say; what is shown as
    published is on chain; the journal is the one that was proven. A proof that is gone with its
    leaves leaves no trace here: the chain has its transaction, and whoever kept the digest."""
    sides = (
        keyed(tables.ordered(_PROOFS, "day"), "day"),
        keyed(tables.ordered(_LEAVES, "day", "position"), "day"),
    )
    for day, (proofs, leaves) in together(*sides):
        if not proofs:
            yield Finding(_PROOFS, day, "row", f"missing: {len(leaves)} leaves are of it")
        for row in proofs:
            yield from _proof(evidence, tables, row, leaves)


def _proof(evidence: Evidence, tables: Tables, row: Row, leaves: list[Row]) -> Iterator[Finding]:
    day, statement = str(row["day"]), json.loads(row["statement"])
    expected = {"day": statement["day"], "digest": digest_of(statement)}
    kept = {**row, "digest": bytes(row["digest"])}
    yield from differing(_PROOFS, day, kept, expected, "its statement")
    yield from _transaction(evidence, row)
    yield from _journal(tables, day, statement)
    yield from _leaves(day, statement, leaves)


def _transaction(evidence: Evidence, row: Row) -> Iterator[Finding]:
    day, raw = str(row["day"]), bytes(row["raw"])
    signed = read_signed(raw)
    if signed is None or signed.data != TAG + bytes(row["digest"]):
        yield Finding(_PROOFS, day, "raw", "the signed bytes do not say its digest")
        return
    expected: dict[str, Any] = {"tx_hash": f"0x{keccak256(raw).hex()}", "nonce": signed.nonce}
    yield from differing(_PROOFS, day, row, expected, "the signed bytes")
    published = row["published_at"]
    if published is None:
        return
    if row["tx_hash"] not in evidence.chain.transactions:
        yield Finding(_PROOFS, day, "published_at", "no block holds its transaction")
    if published < row["made_at"]:
        yield Finding(_PROOFS, day, "made_at", f"it was published at {published.isoformat()}")


def _journal(tables: Tables, day: str, statement: dict[str, Any]) -> Iterator[Finding]:
    """The journal's hash at the place that the proof names: a rewritten journal can be sealed
    anew, but what was proven of it cannot be proven anew."""
    place, head = statement["journal_postings"], bytes.fromhex(statement["journal_head"][2:])
    if place == 0:
        return  # nothing was posted yet
    sealed = tables.table(_SEALS).c.number == place
    found = list(tables.ordered(_SEALS, "number", where=sealed))
    if not found:
        yield Finding(_SEALS, str(place), "row", f"missing: the proof of {day} names it")
    for seal in found:
        kept = {**seal, "hash": bytes(seal["hash"])}
        yield from differing(_SEALS, place, kept, {"hash": head}, f"the proof of {day}")


def _leaves(day: str, statement: dict[str, Any], rows: list[Row]) -> Iterator[Finding]:
    places = [row["position"] for row in rows]
    if places != list(range(statement["holders"])):
        problem = f"its leaves are {places}, by its statement it has {statement['holders']}"
        yield Finding(_LEAVES, day, "position", problem)
        return
    hashes = [leaf_hash(bytes(row["salt"]), row["holder"], row["balance"]) for row in rows]
    root = f"0x{root_of(levels_of(hashes)).hex()}"
    if root != statement["root"]:
        # which leaf was changed cannot be said: the statement knows the root alone
        problem = f"the leaves' root is {root}, by its statement {statement['root']}"
        yield Finding(_LEAVES, day, "balance", problem)
