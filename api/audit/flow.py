"""Audit: gathering the evidence and comparing it with every table."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from api.audit.adopted import check_adopted
from api.audit.deposits import check_deposits, check_ended, check_explanations
from api.audit.holders import check_links, check_transfers
from api.audit.ledger import check_balances, check_chain_postings, check_postings, check_seals
from api.audit.lines import check_documents, check_files, check_lines
from api.audit.model import Finding
from api.audit.operators import check_counters, check_history, check_proposals
from api.audit.payouts import check_burns, check_payout_files, check_redemptions
from api.audit.proofs import check_proofs
from api.audit.recalls import check_recalls
from api.audit.refunds import check_refunds
from api.audit.sending import check_attempts, check_position, check_strangers, check_transactions
from api.audit.sheets import check_sheets
from api.audit.tables import Tables
from api.chain import Deployment
from api.evidence import BankFiles, ChainReader, Evidence, read_archive

__all__ = ["CHAIN_CHECKS", "CHECKS", "audit", "gather"]

Check = Callable[[Evidence, Tables], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("statement lines", check_lines),
    ("statement files", check_files),
    ("statements", check_sheets),
    ("bank documents", check_documents),
    ("what accounts for lines", check_explanations),
    ("deposits", check_deposits),
    ("adopted issues", check_adopted),
    ("links", check_links),
    ("transfers", check_transfers),
    ("redemptions", check_redemptions),
    ("refunds", check_refunds),
    ("recalls", check_recalls),
    ("payout files", check_payout_files),
    ("postings", check_postings),
    ("seals", check_seals),
    ("balances", check_balances),
    ("signed attempts", check_attempts),
    ("transactions", check_transactions),
    ("foreign transactions", check_strangers),
    ("position", check_position),
    ("proofs of reserve", check_proofs),
    ("operators' history", check_history),
    ("proposals", check_proposals),
    ("counters", check_counters),
)
"""What is compared, in this order, and what it is called."""


CHAIN_CHECKS: tuple[tuple[str, Check], ...] = (
    ("deposits", check_ended),
    ("adopted issues", check_adopted),
    ("links", check_links),
    ("transfers", check_transfers),
    ("redemptions", check_burns),
    ("postings", check_chain_postings),
    ("balances", check_balances),
    ("transactions", check_transactions),
    ("position", check_position),
)
"""What the chain alone tells of the tables."""


def gather(
    connection: Connection,
    deployment: Deployment,
    *,
    files: Sequence[Path],
    rpc_url: str,
    account: str,
    reference_key: bytes,
    progress: Callable[[str], None],
    only: Container[str] | None = None,
) -> tuple[Evidence, Tables]:
    """Read the bank's files, the database's rows, and what the chain says of both.

    Of the files only those whose digest is among `only`, which were there at the rows' moment.

    Only block numbers and transaction hashes go from the tables to the chain's node: to ask what
    they are. Without `files` there is evidence for `CHAIN_CHECKS` alone. Raises `InvalidInput`
    (nothing in the files), `Unavailable` (no node).
    """
    bank = BankFiles()
    if files:
        progress("the bank's files")
        bank = read_archive(
            files,
            account,
            deployment.currency,
            lambda what: progress(f"the bank's files: {what}"),
            only,
        )
    tables = Tables(connection)
    progress("the chain")
    reader = ChainReader(rpc_url, progress)
    words = reader.words(
        caip2=deployment.caip2,
        token=deployment.token,
        first=deployment.block,
        blocks={
            *(row["block_number"] for row in tables["chain_positions"]),
            *(row["number"] for row in tables["chain_blocks"]),
        },
        hashes={
            row["tx_hash"]
            for table in ("chain_attempts", "chain_strangers", "reserve_proofs")
            for row in tables[table]
            if row["tx_hash"]
        },
    )
    attempts = {row["tx_hash"] for row in tables["chain_attempts"]}
    others = words.events.transactions("Issued", "IssueRefused") - attempts
    words.nonces = {used: each for each in others if (used := reader.nonce_of(each)) is not None}
    evidence = Evidence(
        bank=bank,
        chain=words,
        reference_key=reference_key,
        currency=deployment.currency,
        caip2=deployment.caip2,
        chain_id=deployment.chain_id,
        token=deployment.token,
        teller=deployment.teller,
        token_name=deployment.name,
    )
    return evidence, tables


def audit(
    evidence: Evidence,
    tables: Tables,
    progress: Callable[[str], None],
    checks: Sequence[tuple[str, Check]] | None = None,
) -> list[Finding]:
    """Every contradiction, in the order of `checks`, by default all of them; empty when the books
    follow from the evidence."""
    found: dict[Finding, None] = {}
    for name, check in CHECKS if checks is None else checks:
        progress(name)
        tables.tell = partial(_rows, progress, name)
        found.update(dict.fromkeys(check(evidence, tables)))
    return list(found)


def _rows(progress: Callable[[str], None], name: str, count: int) -> None:
    progress(f"{name}: {count} rows")
