"""Links: asking the bank, registering the tier on chain, and finding whose money a line is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.bank import Bank, LinkAnswer, LinkOutcome, LinkRequest
from api.chain import ChainView, back_off, passing, put_off
from api.kernel.counter import next_numbers
from api.kernel.database import Database
from api.kernel.errors import Broken, Conflict
from api.kernel.fields import unknown_id
from api.kernel.ids import Address, LinkId
from api.kernel.outbox import Enqueue, Event
from api.links import store
from api.links.model import INITIAL, Link, LinkState, deposit_reference, link_id
from api.links.proof import LinkClaim, UnlinkClaim, is_fresh, require_fresh
from wallet.secret import Secret

__all__ = [
    "ASKED_FOR",
    "MAX_ATTEMPTS",
    "MAX_TRIES",
    "PURPOSE",
    "TRIES_WITHIN",
    "close",
    "enqueue_registrations",
    "on_registration_reverted",
    "on_tier_set",
    "on_tiers_set",
    "register",
    "registrations_wait",
]

PURPOSE = "set-tier"
"""The purpose of the transactions that this room queues: its reverts come back under it."""
MAX_ATTEMPTS = 5
MAX_TRIES = 4
"""Requests for one account that the bank did not confirm: banks lock a code after five wrong
tries, and a stranger, who needs no more than the IBAN, must not bring that about. So a request is
asked with one code, by one at a time, and only as long as it counts."""
TRIES_WITHIN = timedelta(days=1)
ASKED_FOR = timedelta(seconds=50)
"""How long the bank may think. Less than an Idempotency-Key is kept from a repetition: who comes
after a death then finds both free."""
_TOO_LATE = "The bank did not decide within a day. Sign again."
_AT_ONCE = 100
_TIERS = range(1, 6)


def register(
    database: Database, bank: Bank, claim: LinkClaim, *, key: Secret, now: datetime
) -> Link:
    """Store the request, ask the bank, write its word. The same claim again asks no second link.

    Raises `InvalidInput` (not fresh), `Conflict` (nonce of another request, asked at this moment,
    the account or the wallet is bound to another), `BankUnreachable` (the request is kept: repeat
    it). `key` see `link_id`.
    """
    with database.transaction() as connection:
        link = _requested(
            connection, claim, link_id(key, claim.wallet, claim.nonce, claim.code), now
        )
    if link.state is not LinkState.REQUESTED:
        return link
    asked = LinkRequest(
        account=claim.account, name=claim.name, wallet=claim.wallet, code=claim.code
    )
    try:
        answer = bank.confirm_link(asked)  # no transaction is open while the bank thinks
        with database.transaction() as connection:
            return _decided(connection, link.id, answer, now)
    except Exception as error:
        with database.transaction() as connection:  # whoever repeats it has nobody to wait for
            store.set_asked(connection, link.id, None)
        if isinstance(error, IntegrityError):  # another link of this account or wallet came first
            raise _bound() from error
        raise


def close(database: Database, chain: ChainView, claim: UnlinkClaim, *, now: datetime) -> Link:
    """End a link by its wallet's wish. The same wish again gives the same answer.

    The wallet's tier goes back to 0, so that an account linked anew has one address again. An
    address of tier 0 can move nothing: while it holds tokens, its link stays.

    Raises `InvalidInput` (not fresh), `NotFound` (no such link of this wallet and account),
    `Conflict` (still being made, holds tokens, refused before), `Unavailable` (no chain).
    """
    with database.reading() as connection:
        _own(store.find_link(connection, claim.link), claim)
    require_fresh(claim, now)
    balance = chain.account(claim.wallet).balance  # no transaction is open while the chain answers
    with database.transaction() as connection:
        link = _own(store.hold_link(connection, claim.link), claim)
        if link.state is LinkState.CLOSED:
            return link
        if link.state is LinkState.CONFIRMED:
            raise Conflict(
                "The link is being written to the chain at this moment.",
                remedy="Wait until it is active, then end it.",
                slug="link-running",
            )
        if link.state is LinkState.REFUSED:
            raise Conflict("The bank refused this link.", remedy="There is nothing to end.")
        if balance and link.state is LinkState.ACTIVE:
            raise Conflict(
                "The wallet holds tokens, which it could not move without a link.",
                remedy="Redeem them or pay them to somebody first.",
                slug="wallet-not-empty",
            )
        values = {"tx_id": None, "attempts": 0, "not_before": None, "reason": None}
        return store.change_state(connection, link, LinkState.CLOSED, now=now, **values)


def _own(link: Link | None, claim: UnlinkClaim) -> Link:
    """The link, if it is of the wallet and the account that the claim names."""
    if link is None or (link.wallet, link.account) != (claim.wallet, claim.account):
        raise unknown_id("link")
    return link


def enqueue_registrations(
    connection: Connection,
    *,
    enqueue: Enqueue,
    encode: Callable[[Address, int], bytes],
    now: datetime,
) -> int:
    """Queue the tier of every confirmed link, and tier 0 of every closed one; returns how many.

    `enqueue` is bound to compliance's lane and the token, `encode` makes setTier's call data.
    """
    waiting = store.unregistered(connection, attempts=MAX_ATTEMPTS, now=now, limit=_AT_ONCE)
    for link in waiting:
        if link.tier is None:
            raise Broken(f"Link {link.id} is confirmed without a tier.", remedy="Look at its row.")
        tx_id = enqueue(
            connection,
            data=encode(link.wallet, 0 if link.state is LinkState.CLOSED else link.tier),
            purpose=PURPOSE,
            ref=_ref(link),
            now=now,
        )
        store.save_registration(connection, link, now, tx_id=tx_id)
    return len(waiting)


def registrations_wait(connection: Connection, *, now: datetime) -> bool:
    """Whether `enqueue_registrations` has anything to queue."""
    return bool(store.unregistered(connection, attempts=MAX_ATTEMPTS, now=now, limit=1))


def on_tier_set(connection: Connection, event: Event) -> None:
    """A tier stands on chain: a confirmed link of that wallet with that tier is active."""
    link = store.live_link_of_wallet(connection, event.args["account"])
    if link is None or link.state is not LinkState.CONFIRMED or link.tier != event.args["tier"]:
        return  # compliance also sets tiers by itself, and that is no link of ours
    store.change_state(
        connection, link, LinkState.ACTIVE, now=event.block_time, reason=None, lines_due=0
    )


def on_tiers_set(connection: Connection, events: Sequence[Event]) -> None:
    """The same for many events at once: most speak of wallets that no link waits for."""
    wallets = [event.args["account"] for event in events]
    waiting = store.confirmed_wallets(connection, wallets)
    for event in events:
        if event.args["account"] in waiting:
            on_tier_set(connection, event)


def on_registration_reverted(
    connection: Connection, ref: str, reason: str, *, now: datetime
) -> None:
    """The transaction had no effect: try again, later each time, with the reason on show.

    A reason that concerns every call alike (a missing role, a node's trouble) is waited out for
    as long as it lasts; any other counts, and after its fifth time an officer must look.
    """
    link = store.find_link(connection, ref.partition("#")[0])
    written = (LinkState.CONFIRMED, LinkState.CLOSED)
    if link is None or ref != _ref(link) or link.state not in written:
        return  # an older attempt, or the tier was set by another way
    waits = link.waits + 1
    store.save_registration(
        connection,
        link,
        now,
        tx_id=None,
        attempts=link.attempts + (passing(reason) is None),
        waits=waits,
        not_before=now + back_off(waits),
        reason=reason,
    )


def _requested(connection: Connection, claim: LinkClaim, made: LinkId, now: datetime) -> Link:
    """The link of this claim: a new one, or the one that the same claim made before.

    While it is REQUESTED, the bank is the caller's to ask, and nobody else's.
    """
    known = store.find_by_nonce(connection, claim.wallet, claim.nonce)
    if known is not None:
        return _again(connection, known.id, claim, made, now)
    require_fresh(claim, now)
    # the wallet alone: whether an account is linked is told to nobody but its holder, and who
    # that is the bank has yet to say
    if store.live_link_of_wallet(connection, claim.wallet) is not None:
        raise _bound()
    # the counter's row is held until the end, so that requests are counted one after the other
    number = next_numbers(connection, "link")[0]
    if store.count_tries(connection, claim.account, since=now - TRIES_WITHIN) >= MAX_TRIES:
        raise Conflict(
            "Too many links of this account were requested; the bank is not asked again yet.",
            remedy="Wait a day, or ask the bank to look at the account.",
            slug="too-many-tries",
        )
    link = Link(
        id=made,
        number=number,
        wallet=claim.wallet,
        account=claim.account,
        name=claim.name,
        issued_at=claim.issued_at,
        nonce=claim.nonce,
        state=INITIAL,
        deposit_reference=deposit_reference(number),
        tier=None,
        reason=None,
        tx_id=None,
        attempts=0,
        waits=0,
        not_before=now + ASKED_FOR,
        virtual_account=None,
        lines_due=None,
        created_at=now,
        updated_at=now,
    )
    if store.add_link(connection, link):
        return link
    raise _running()  # the same claim arrived twice at the same moment


def _again(
    connection: Connection, known: LinkId, claim: LinkClaim, made: LinkId, now: datetime
) -> Link:
    link = _held(connection, known)
    said = (link.account, link.name, link.issued_at)
    undecided = link.state is LinkState.REQUESTED
    # once decided, the bank does not hear the code: which one it is then makes no difference
    if said != (claim.account, claim.name, claim.issued_at) or (undecided and link.id != made):
        raise Conflict(
            "This nonce was used for another link.",
            remedy="Sign again with fresh random bytes.",
            slug="nonce-used",
        )
    if not undecided:
        return link
    if link.created_at <= now - TRIES_WITHIN and not is_fresh(claim, now):
        # it counts no more among the tries, so the bank does not hear of it again
        return store.change_state(
            connection, link, LinkState.REFUSED, now=now, reason=_TOO_LATE, not_before=None
        )
    if put_off(link.not_before, now):
        raise _running()
    store.set_asked(connection, link.id, now + ASKED_FOR)
    return link


def _decided(connection: Connection, known: LinkId, answer: LinkAnswer, now: datetime) -> Link:
    link = _held(connection, known)
    if link.state is not LinkState.REQUESTED:
        return link
    if answer.outcome is LinkOutcome.PENDING:
        store.set_asked(connection, link.id, None)
        return replace(link, not_before=None)
    if answer.outcome is LinkOutcome.REFUSED:
        reason = answer.reason or "The bank gave no reason."
        return store.change_state(
            connection, link, LinkState.REFUSED, now=now, reason=reason, not_before=None
        )
    if answer.tier not in _TIERS:
        raise Broken(
            f"The bank confirmed link {link.id} with tier {answer.tier}.",
            remedy="The bank's adapter must answer with a tier from 1 to 5.",
        )
    virtual = None if answer.virtual_account is None else _plain(answer.virtual_account)
    values = {"tier": answer.tier, "virtual_account": virtual, "not_before": None}
    return store.change_state(connection, link, LinkState.CONFIRMED, now=now, **values)


def _held(connection: Connection, known: LinkId) -> Link:
    link = store.hold_link(connection, known)
    if link is None:
        raise LookupError(f"there is no link {known}")
    return link


def _running() -> Conflict:
    return Conflict(
        "The same link is being requested by another call.",
        remedy="Ask again in a second.",
        slug="link-running",
    )


def _bound() -> Conflict:
    return Conflict(
        "This account or this wallet is linked to another already.",
        remedy="Use the linked wallet, or ask the bank to close that link first.",
        slug="already-linked",
    )


def _ref(link: Link) -> str:
    number = "" if link.waits == 0 else str(link.waits + 1)
    if link.state is LinkState.CLOSED:
        return f"{link.id}#{number}closed"
    return f"{link.id}#{number}" if number else link.id


def _plain(text: str) -> str:
    return "".join(text.split()).upper()
