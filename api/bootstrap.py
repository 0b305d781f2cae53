"""Bridge: the wiring. Real adapters by default; tests call the same functions with fakes.

Nothing here asks the chain or the bank anything: a bridge can be built while both are down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from api import recalls
from api.attest import Attestor, OwnView
from api.bank import Bank, Debtor, Folders
from api.bank.files import FileBank
from api.bank.signatures import Signers
from api.bank.simulated import SimulatedBank
from api.chain import (
    BulkHandler,
    ChainView,
    Lane,
    LaneContext,
    LaneKeys,
    Node,
    Reader,
    Sender,
    SendingRules,
    SigningKey,
    TokenChain,
    load_deployment,
    load_key,
    load_lane,
)
from api.deposits import (
    DepositMatching,
    on_account_unfrozen,
    on_batch_reverted,
    on_issued_all,
    on_number_voided,
    on_refused,
)
from api.deposits.flow import PURPOSE as ISSUE_PURPOSE
from api.inbox import Inbox
from api.kernel.clock import Clock, SystemClock
from api.kernel.database import Database
from api.kernel.ids import new_id
from api.kernel.outbox import Event
from api.kernel.settings import ChainSettings, Secrets, Settings, load_reference_key, load_secrets
from api.links import on_registration_reverted, on_tiers_set
from api.links.flow import PURPOSE as TIER_PURPOSE
from api.proofs import Prover
from api.recalls import FREEZE_PURPOSE, on_account_frozen, on_call_reverted
from api.recalls import VOID_PURPOSE as RECALL_VOID_PURPOSE
from api.redemptions import PURPOSE as REDEEM_PURPOSE
from api.redemptions import (
    RETURN_PURPOSE,
    Burns,
    on_burn_reverted,
    on_burn_sent,
    on_return_reverted,
)
from api.redemptions import SUBJECT as REDEMPTION_ENTRIES
from api.refunds import VOID_PURPOSE, on_void_reverted
from api.relay import PURPOSE as RELAY_PURPOSE
from api.relay import Kind, Relay
from api.steps import Steps
from api.transfers import PURPOSE as TRANSFER_PURPOSE
from api.transfers import SUBJECT as TRANSFER_ENTRIES
from api.transfers import (
    on_authorization_cancelled,
    on_moved_all,
    on_reverted,
    on_sent,
)
from api.web.context import Bridge
from api.worker import FencedWork, Worker
from wallet.secret import Secret

__all__ = [
    "ATTESTOR_KEY",
    "Parts",
    "build",
    "build_attestor",
    "build_bank",
    "build_prover",
    "build_reader",
    "build_sender",
    "build_worker",
    "load_lane_keys",
]

ATTESTOR_KEY = "attestor"


class _Timed(Protocol):
    """A handler of a transaction's end that writes down when it was told."""

    def __call__(self, connection: Connection, ref: str, word: str, /, *, now: datetime) -> None:
        """See `RevertHandler` and `SentHandler`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A bridge with its view of the chain."""

    bridge: Bridge
    chain: ChainView
    node: Node
    witnesses: tuple[Node, ...] = ()
    """Further nodes, which must agree with it."""

    def close(self) -> None:
        """Give the database's connections back."""
        self.bridge.database.close()


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    bank: Bank | None = None,
    chain: ChainView | None = None,
    node: Node | None = None,
    secrets: Secrets | None = None,
    log: logging.Logger | None = None,
) -> Parts:
    """The bridge of these settings; every part that is given replaces the real one.

    Raises `Misconfigured`, naming the setting.
    """
    clock = clock or SystemClock()
    deployment = load_deployment(settings.chain.deployment)
    node = node or Node(settings.chain.rpc_url)
    witnesses = tuple(Node(url) for url in settings.chain.more_nodes)
    chain = chain or TokenChain(node, deployment, witnesses)
    secrets = secrets or load_secrets(settings)
    bridge = Bridge(
        settings=settings,
        secrets=secrets,
        database=Database(settings.database_url),
        clock=clock,
        bank=bank or build_bank(settings, clock, deployment.currency),
        deployment=deployment,
        domain=deployment.domain(),
        log=log or logging.getLogger("jiaozi"),
        matching=DepositMatching(secrets.reference_key),
        probe_chain=chain.check,
    )
    return Parts(bridge, chain, node, witnesses)


def build_bank(settings: Settings, clock: Clock, currency: str) -> Bank:
    """The adapter that the settings name."""
    reserve = Debtor(
        name=settings.bank.reserve_owner,
        account=settings.bank.reserve_account,
        bic=settings.bank.bic,
    )
    if settings.bank.adapter == "files":
        return FileBank(settings.bank.path, reserve, Signers.load(settings.bank.signers))
    return SimulatedBank.open(settings.bank.path, clock=clock, currency=currency, reserve=reserve)


def load_lane_keys(settings: Settings) -> dict[Lane, list[SigningKey]]:
    """The keys of all lanes, from their keystores; takes a second each. `Misconfigured`."""
    return {lane: load_lane(settings.keys, lane.value) for lane in Lane}


def build_worker(
    parts: Parts,
    keys: LaneKeys,
    *,
    holder: str | None = None,
    rest: timedelta = timedelta(0),
    gather: timedelta = timedelta(0),
) -> Worker:
    """The worker over these parts. `holder` names this process in the leases.

    `rest` is how long a step that may rest is left alone when it found nothing to do, `gather` for
    how long signed messages gather after a batch of them.
    """
    bridge = parts.bridge
    holder = holder or new_id("worker")
    work = FencedWork(bridge.database, bridge.clock, holder)
    inbox = Inbox(
        database=bridge.database,
        work=work,
        bank=bridge.bank,
        clock=bridge.clock,
        currency=bridge.currency,
        reserve_account=bridge.settings.bank.reserve_account,
        matching=bridge.matching,
        log=bridge.log,
    )
    relay = _relay(parts, gather)
    steps = Steps(
        bridge=bridge,
        chain=parts.chain,
        work=work,
        inbox=inbox,
        sender=_sender(parts, relay, keys, holder),
        reader=_reader(parts, relay, work),
        relay=relay,
    )
    return Worker(
        work=work,
        steps=steps.all(),
        clock=bridge.clock,
        poll=bridge.settings.chain.poll,
        log=bridge.log,
        rest=rest,
    )


def build_attestor(
    settings: Settings,
    *,
    key: SigningKey | None = None,
    clock: Clock | None = None,
    bank: Bank | None = None,
    reference_key: Secret | None = None,
    log: logging.Logger | None = None,
) -> Attestor:
    """The attestor: of the bridge's keys it holds only its own, and of its secrets only the one
    that tells which line of the bank an issue on chain names."""
    clock = clock or SystemClock()
    deployment = load_deployment(settings.chain.deployment)
    node = Node(settings.chain.rpc_url)
    bank = bank or build_bank(settings, clock, deployment.currency)
    own = OwnView(
        bank=bank,
        node=node,
        deployment=deployment,
        clock=clock,
        account=settings.bank.reserve_account,
        reference_key=reference_key or load_reference_key(settings),
        more=Folders(settings.attest_files, Signers()),
    )
    return Attestor(
        database=Database(settings.database_url),
        bank=bank,
        chain=TokenChain(node, deployment),
        node=node,
        deployment=deployment,
        key=key or load_key(settings.keys, ATTESTOR_KEY),
        clock=clock,
        log=log or logging.getLogger("jiaozi.attest"),
        fee_ceiling=settings.chain.fee_ceiling,
        own=own,
    )


def _relay(parts: Parts, gather: timedelta = timedelta(0)) -> Relay:
    bridge = parts.bridge
    return Relay(
        chain=parts.chain,
        teller=bridge.deployment.teller,
        subjects={Kind.TRANSFER: TRANSFER_ENTRIES, Kind.REDEEM: REDEMPTION_ENTRIES},
        clock=bridge.clock,
        log=bridge.log,
        gather=gather,
    )


def build_prover(
    settings: Settings,
    *,
    key: SigningKey | None = None,
    clock: Clock | None = None,
    bank: Bank | None = None,
    reference_key: Secret | None = None,
    log: logging.Logger | None = None,
) -> Prover:
    """The daily proof of reserve, made with the attestor's key."""
    attestor = build_attestor(
        settings, key=key, clock=clock, bank=bank, reference_key=reference_key, log=log
    )
    return Prover(
        database=attestor.database,
        bank=attestor.bank,
        chain=attestor.chain,
        node=attestor.node,
        deployment=attestor.deployment,
        key=attestor.key,
        clock=attestor.clock,
        log=attestor.log,
        fees=attestor.fees,
        depth=settings.chain.depth,
        by_depth=settings.chain.payouts_wait_for == "depth",
    )


def _sender(parts: Parts, relay: Relay, keys: LaneKeys, holder: str) -> Sender:
    bridge = parts.bridge

    def timed(handler: _Timed) -> Callable[[Connection, str, str], None]:
        """The handler, told the time when it is called."""
        return lambda connection, ref, word: handler(connection, ref, word, now=bridge.clock.now())

    context = LaneContext(
        work=bridge.database,
        node=parts.node,
        chain_id=bridge.deployment.chain_id,
        depth=bridge.settings.chain.depth,
        on_revert={
            ISSUE_PURPOSE: timed(on_batch_reverted),
            TIER_PURPOSE: timed(on_registration_reverted),
            TRANSFER_PURPOSE: timed(on_reverted),
            REDEEM_PURPOSE: timed(on_burn_reverted),
            RETURN_PURPOSE: timed(on_return_reverted),
            VOID_PURPOSE: timed(on_void_reverted),
            RECALL_VOID_PURPOSE: timed(on_call_reverted),
            FREEZE_PURPOSE: timed(on_call_reverted),
            RELAY_PURPOSE: timed(relay.on_reverted),
        },
        on_sent={
            TRANSFER_PURPOSE: timed(on_sent),
            REDEEM_PURPOSE: timed(on_burn_sent),
            RELAY_PURPOSE: timed(relay.on_sent),
        },
        clock=bridge.clock,
        log=bridge.log,
        rules=_sending_rules(bridge.settings.chain),
        tried=frozenset({RELAY_PURPOSE}),
        doubtful=frozenset({ISSUE_PURPOSE, RETURN_PURPOSE}),
        contracts=frozenset({bridge.deployment.token, bridge.deployment.teller}),
        witnesses=parts.witnesses,
    )
    return Sender(context, keys, holder)


def _on_account_unfrozen(connection: Connection, event: Event) -> None:
    """Compliance lifted a freeze: what waited for it goes on, and what it was for is named."""
    on_account_unfrozen(connection, event)
    recalls.on_account_unfrozen(connection, event)


def _sending_rules(chain: ChainSettings) -> SendingRules:
    return SendingRules(
        fee_ceiling=chain.fee_ceiling,
        bump_after=chain.bump_after,
        bump_after_blocks=chain.bump_after_blocks,
        max_skew=chain.max_skew,
        needs_reader=True,
    )


def build_sender(parts: Parts, keys: LaneKeys, holder: str) -> Sender:
    """A sender by itself, for what is sent again (`rebuild`)."""
    return _sender(parts, _relay(parts), keys, holder)


def build_reader(parts: Parts, work: FencedWork) -> Reader:
    """The reader by itself, with all its handlers: for reading the chain again."""
    return _reader(parts, _relay(parts), work)


def _reader(parts: Parts, relay: Relay, work: FencedWork) -> Reader:
    bridge = parts.bridge
    burns = Burns(bridge.deployment, bridge.clock, bridge.settings.payouts.park_after)
    moved = BulkHandler(on_moved_all)
    return Reader(
        work=work,
        node=parts.node,
        deployment=parts.bridge.deployment,
        depth=parts.bridge.settings.chain.depth,
        handlers={
            "Issued": BulkHandler(on_issued_all),
            "IssueRefused": on_refused,
            "NumberVoided": on_number_voided,
            "TierSet": BulkHandler(on_tiers_set),
            "AccountFrozen": on_account_frozen,
            "AccountUnfrozen": _on_account_unfrozen,
            "Redeemed": burns.on_redeemed,
            "RedeemCanceled": burns.on_cancelled,
            "PayoutReturned": burns.on_payout_returned,
            "AuthorizationUsed": moved,  # with the payments: one belongs to the other
            "AuthorizationCanceled": on_authorization_cancelled,
            "Transfer": moved,
            "RelayFailed": relay.on_relay_failed,
        },
        clock=parts.bridge.clock,
        log=parts.bridge.log,
        witnesses=parts.witnesses,
        lag=parts.bridge.settings.chain.lag,
    )
