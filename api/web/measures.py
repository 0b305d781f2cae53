"""Web: what is measured of the bridge, read anew from the database and the chain at each look.

Nothing is counted in a process: any of several gives the same figures, also right after a restart.
States in which things rest for ever are not counted; whatever should go on has a number and the
age of its oldest. Names, accounts and amounts of customers appear nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, func, select

from api.access.store import idempotency_keys
from api.approvals import model as approvals
from api.approvals.store import proposals
from api.bank import Bank
from api.chain import AlarmKind, ChainView, list_alarms, position
from api.chain import model as chain
from api.chain.attempts import attempts
from api.chain.store import positions, transactions
from api.deposits import model as deposits
from api.deposits.store import deposits as deposit_rows
from api.inbox import model as inbox
from api.inbox.store import bank_documents
from api.kernel.errors import BridgeError
from api.kernel.lease import leases
from api.links import model as links
from api.links.store import links as link_rows
from api.payouts import model as payouts
from api.payouts.store import payout_files
from api.recalls import model as recalls
from api.recalls.store import recalls as recall_rows
from api.redemptions import model as redemptions
from api.redemptions.store import redemptions as redemption_rows
from api.refunds import model as refunds
from api.refunds.store import refunds as refund_rows
from api.relay import model as relay
from api.relay.store import batches, entries
from api.reserve.store import differences
from api.statements import model as statements
from api.statements.reports import files as statement_files
from api.statements.store import bank_lines
from api.transfers import model as transfers
from api.transfers.store import transfers as transfer_rows

__all__ = ["FAMILIES", "KEPT", "Kept", "Sample", "of_bank", "of_chain", "of_database"]

FAMILIES: Final[Mapping[str, str]] = {
    "jiaozi_database_up": "Whether the database answered this look.",
    "jiaozi_bank_untaken": "Files that the bank delivered and nobody could take in, by the reason.",
    "jiaozi_chain_up": "Whether the chain's node answered this look.",
    "jiaozi_open": "Things that are not at rest, by kind and state.",
    "jiaozi_open_oldest_seconds": "Age of the oldest of them, since its last change.",
    "jiaozi_transactions": "The bank's transactions that have not ended, by lane and state.",
    "jiaozi_transactions_oldest_seconds": "Age of the oldest of them, since its last change.",
    "jiaozi_transaction_attempts_max": "Most attempts of a transaction that has not ended.",
    "jiaozi_nonce_gaps": "Nonces of an address below its last one that no attempt was saved for.",
    "jiaozi_reader_block": "Last block whose events were handled.",
    "jiaozi_chain_head": "Newest block.",
    "jiaozi_chain_depth": "Blocks that must follow a block before its events count.",
    "jiaozi_reader_lag_blocks": "Final blocks that were not read yet.",
    "jiaozi_reader_lag_seconds": "Since the reader last moved on.",
    "jiaozi_bucket_minor_units": "What the operator's key can issue by itself now.",
    "jiaozi_headroom_minor_units": "What the attested backing leaves to issue now.",
    "jiaozi_attestation_age_seconds": "Chain time since the attestor last spoke.",
    "jiaozi_attestation_max_age_seconds": "How long an attestation is good.",
    "jiaozi_alarms": "Alarms that stand, by kind.",
    "jiaozi_subject_alarms": "Redemptions and refunds that a person must look at.",
    "jiaozi_reserve_breaks": "Differences of bank, ledger and chain that stop issuing.",
    "jiaozi_reserve_differences": "Differences that were seen and have not ended, by kind.",
    "jiaozi_reserve_difference_oldest_seconds": "Age of the oldest of them.",
    "jiaozi_duty_held": "Whether a process holds a duty's lease now; `holder` names it.",
    "jiaozi_idempotency_oldest_seconds": "Age of the oldest idempotency key that is kept.",
    "jiaozi_unavailable_total": "Requests that this process answered with 503, by the problem.",
}
"""Every metric and its help text."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a family."""

    family: str
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of things that have states. In `resting` ones they may stay for ever: it says why."""

    kind: str
    table: Table
    since: str
    states: type[Any]
    resting: Mapping[str, str]

    @property
    def watched(self) -> list[str]:
        """The states that should come to an end."""
        return [state.value for state in self.states if state.value not in self.resting]


_ENDED = "nothing follows"
_EXPLAINED = "the line has its deposit, payout or refund, which is watched itself"

KEPT: Final[tuple[Kept, ...]] = (
    Kept(
        "line",
        bank_lines,
        "stored_at",
        statements.LineState,
        {"EXPLAINED": _EXPLAINED, "SET_ASIDE": "the line that counts is watched itself"},
    ),
    Kept(
        "statement_file",
        statement_files,
        "taken_at",
        statements.FileState,
        {"COMPLETE": "its lines are watched themselves"},
    ),
    Kept(
        "bank_document",
        bank_documents,
        "received_at",
        inbox.DocumentState,
        {"TAKEN": "the aim", "ACKNOWLEDGED": _ENDED},
    ),
    Kept(
        "link",
        link_rows,
        "updated_at",
        links.LinkState,
        {"ACTIVE": "the aim", "REFUSED": _ENDED, "CLOSED": _ENDED},
    ),
    Kept(
        "deposit",
        deposit_rows,
        "updated_at",
        deposits.DepositState,
        {
            "ISSUED": "the aim",
            "REFUSED": "its line is watched until the money went back or was tried again",
        },
    ),
    Kept(
        "transfer",
        transfer_rows,
        "changed_at",
        transfers.TransferState,
        {"FINAL": "the aim", "FAILED": "its holder was told why; only somebody else can bring it"},
    ),
    Kept(
        "redemption",
        redemption_rows,
        "changed_at",
        redemptions.RedemptionState,
        {
            "SETTLED": "the aim",
            "RETURNED": _ENDED,
            "REFUSED": "nothing was burned; only somebody else can bring it",
        },
    ),
    Kept(
        "relay_entry",
        entries,
        "changed_at",
        relay.EntryState,
        {"DONE": "the aim", "FAILED": "its holder was told why"},
    ),
    Kept(
        "relay_batch",
        batches,
        "changed_at",
        relay.BatchState,
        {"DONE": "the aim", "SPLIT": "its entries travel in other batches"},
    ),
    Kept(
        "payout_file",
        payout_files,
        "changed_at",
        payouts.FileState,
        {
            state.value: "the bank has it, or will not take it; its payments are watched"
            for state in payouts.FileState
            if not payouts.TRANSITIONS[state] or state.value == "SUBMITTED"
        },
    ),
    Kept(
        "refund",
        refund_rows,
        "changed_at",
        refunds.RefundState,
        {
            **{s.value: _ENDED for s in refunds.RefundState if not refunds.TRANSITIONS[s]},
            "SETTLED": "the aim",
            "ABANDONED": "the money became tokens, or is tried again: nothing goes back",
        },
    ),
    Kept(
        "recall",
        recall_rows,
        "changed_at",
        recalls.RecallState,
        {state.value: _ENDED for state in recalls.RecallState if not recalls.TRANSITIONS[state]},
    ),
    Kept(
        "proposal",
        proposals,
        "made_at",
        approvals.ProposalState,
        {
            state.value: _ENDED
            for state in approvals.ProposalState
            if not approvals.TRANSITIONS[state]
        },
    ),
)
_OPEN_TX = [s.value for s in chain.TxState if chain.TRANSITIONS[s]]


def of_database(connection: Connection, now: datetime) -> Iterator[Sample]:
    """What the database knows."""
    for kept in KEPT:
        yield from _kept(connection, kept, now)
    for part in (_transactions, _nonces, _reader, _alarms, _differences, _duties, _keys):
        yield from part(connection, now)


def of_bank(bank: Bank) -> Iterator[Sample]:
    """What lies at the bank's side; nothing while it does not answer."""
    try:
        refused = [each.refused for each in bank.untaken()]
    except BridgeError:
        return
    for reason, known in (("refused", True), ("unreadable", False)):
        yield _sample("jiaozi_bank_untaken", refused.count(known), reason=reason)


def of_chain(view: ChainView, read: int | None, depth: int) -> Iterator[Sample]:
    """What the chain says now; 0 for `jiaozi_chain_up`, and no more, when it does not answer."""
    try:
        head = view.head()
        said, time = view.attested(), view.time()
        room, level = view.headroom(), view.bucket_level()
    except BridgeError:
        yield _sample("jiaozi_chain_up", 0)
        return
    yield _sample("jiaozi_chain_up", 1)
    yield _sample("jiaozi_chain_head", head)
    yield _sample("jiaozi_bucket_minor_units", level)
    yield _sample("jiaozi_headroom_minor_units", room)
    yield _sample("jiaozi_attestation_age_seconds", max(time - said.as_of, 0))
    yield _sample("jiaozi_attestation_max_age_seconds", said.max_age)
    if read is not None:
        yield _sample("jiaozi_reader_lag_blocks", max(head - depth - read, 0))


def _sample(family: str, value: float, **labels: str) -> Sample:
    return Sample(family, value, labels)


def _kept(connection: Connection, kept: Kept, now: datetime) -> Iterator[Sample]:
    state, since = kept.table.c.state, kept.table.c[kept.since]
    found = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            select(state, func.count(), func.min(since))
            .where(state.in_(kept.watched))
            .group_by(state)
        )
    }
    for name in kept.watched:
        count, oldest = found.get(name, (0, None))
        yield _sample("jiaozi_open", count, kind=kept.kind, state=name)
        yield _sample("jiaozi_open_oldest_seconds", _age(oldest, now), kind=kept.kind, state=name)


def _transactions(connection: Connection, now: datetime) -> Iterator[Sample]:
    t, a = transactions.c, attempts.c
    open_ = t.state.in_(_OPEN_TX)
    rows = connection.execute(
        select(t.lane, t.state, func.count(), func.min(t.changed_at))
        .where(open_)
        .group_by(t.lane, t.state)
    )
    found = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    for lane in chain.Lane:
        for state in _OPEN_TX:
            count, oldest = found.get((lane.value, state), (0, None))
            labels = {"lane": lane.value, "state": state}
            yield _sample("jiaozi_transactions", count, **labels)
            yield _sample("jiaozi_transactions_oldest_seconds", _age(oldest, now), **labels)
    most = connection.execute(
        select(func.max(a.number)).join_from(attempts, transactions, a.tx_id == t.id).where(open_)
    ).scalar_one()
    yield _sample("jiaozi_transaction_attempts_max", most or 0)


def _nonces(connection: Connection, _now: datetime) -> Iterator[Sample]:
    a = attempts.c
    rows = connection.execute(
        select(
            a.address, func.max(a.nonce) - func.min(a.nonce) + 1 - func.count(a.nonce.distinct())
        ).group_by(a.address)
    )
    for address, gaps in rows:
        yield _sample("jiaozi_nonce_gaps", gaps, address=address)


def _reader(connection: Connection, now: datetime) -> Iterator[Sample]:
    at = position(connection)
    if at is None:
        return
    yield _sample("jiaozi_reader_block", at[0])
    moved = connection.execute(select(positions.c.changed_at)).scalars().first()
    yield _sample("jiaozi_reader_lag_seconds", _age(moved, now))


def _alarms(connection: Connection, _now: datetime) -> Iterator[Sample]:
    standing = [alarm.kind for alarm in list_alarms(connection)]
    for kind in AlarmKind:
        yield _sample("jiaozi_alarms", standing.count(kind), kind=kind.value)
    for name, table in (("redemption", redemption_rows), ("refund", refund_rows)):
        count = connection.execute(
            select(func.count()).select_from(table).where(table.c.alarm.is_not(None))
        ).scalar_one()
        yield _sample("jiaozi_subject_alarms", count, kind=name)


def _differences(connection: Connection, now: datetime) -> Iterator[Sample]:
    d = differences.c
    rows = connection.execute(
        select(d.kind, func.count(), func.min(d.first_seen))
        .where(d.ended_at.is_(None))
        .group_by(d.kind)
    )
    for kind, count, oldest in rows:
        yield _sample("jiaozi_reserve_differences", count, kind=kind)
        yield _sample("jiaozi_reserve_difference_oldest_seconds", _age(oldest, now), kind=kind)
    standing = connection.execute(
        select(func.count())
        .select_from(differences)
        .where(d.broke_at.is_not(None), d.cleared_at.is_(None))
    ).scalar_one()
    yield _sample("jiaozi_reserve_breaks", standing)


def _duties(connection: Connection, now: datetime) -> Iterator[Sample]:
    rows = connection.execute(select(leases.c.name, leases.c.holder, leases.c.expires_at))
    for name, holder, until in rows:
        if not name.startswith("worker:"):
            held = int(until > now)
            yield _sample("jiaozi_duty_held", held, duty=name, holder=holder if held else "")


def _keys(connection: Connection, now: datetime) -> Iterator[Sample]:
    oldest = connection.execute(select(func.min(idempotency_keys.c.started_at))).scalar_one()
    yield _sample("jiaozi_idempotency_oldest_seconds", _age(oldest, now))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
