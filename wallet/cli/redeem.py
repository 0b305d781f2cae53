"""Wallet: `jiaozi redeem`: turn tokens back into bank money on a linked account.

The order is shown and signed whole — amount, fee, account, name, reference, deadline — and is
written down with the payout's salt before anybody sees it, the node that tries it out included:
without them a burn could not be paid.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from wallet.bank import OrderAnswer
from wallet.book import LinkRecord, RedemptionRecord
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.link import ACTIVE
from wallet.cli.session import Result, Session
from wallet.cli.views import rows
from wallet.errors import (
    BankAnswerError,
    InputError,
    RefusedError,
    RpcError,
    SetupError,
    StillWaiting,
    Unreachable,
)
from wallet.iban import format_iban, parse_iban
from wallet.money import parse_amount, shorten
from wallet.plain import read_line
from wallet.token import Refusal, redeem, refusal_of_revert
from wallet.typed_data import Payout, RedeemOrder

SIGNED: Final = "SIGNED"
SETTLED: Final = "SETTLED"
_REFUSED: Final = "REFUSED"
_RETURNED: Final = "RETURNED"
_ENDED: Final = (SETTLED, _REFUSED, _RETURNED)
# What the bank's word for a state means to whoever redeems; any other word is shown as it is.
_WORDS: Final = {
    "AWAITING_INSTRUCTIONS": "redeem.state.instructions",
    "PARKED": "redeem.state.checked",
    "NEVER_HEARD_BACK": "redeem.state.silent",
    "REJECTED": "redeem.state.back",
    "RETURN_ORDERED": "redeem.state.back",
    "RETURNED_BY_BANK": "redeem.state.back",
    "RETURNING": "redeem.state.back",
    "RETURN_DIFFERS": "redeem.state.differs",
}
_VALID_SECONDS: Final = 3600
_LONGEST_REFERENCE: Final = 35  # what a credit transfer carries as one reference
_SHORTEST_ID: Final = 8


def run(session: Session) -> Result:
    """Sign and hand in an order, or look at (and hand in) one again."""
    wallet = Wallet(session)
    again = session.line.get("--again")
    record = _new(wallet) if again is None else _find(wallet, again)
    was_settled = record.state == SETTLED
    record, answer = _submit(wallet, record)
    if not session.line.has("--no-wait"):
        record, answer = _wait(wallet, record, answer)
        if record.state == _REFUSED:
            raise RefusedError("redeem.refused", reason=answer.reason or "-", id=record.nonce)
        if record.state == _RETURNED:
            raise RefusedError("redeem.returned", reason=answer.reason or "-")
    return _result(wallet, record, was_settled=was_settled)


def _new(wallet: Wallet) -> RedemptionRecord:
    line = wallet.session.line
    amount = wallet.positive(line.words["AMOUNT"])
    account = _account(wallet, line.get("--to"))
    most = _most_fee(wallet)
    fee = wallet.bank_info().fee
    if most is not None and fee > most:
        raise RefusedError("redeem.max_fee", fee=wallet.money(fee), most=wallet.money(most))
    if fee >= amount:
        raise RefusedError("redeem.fee", fee=wallet.money(fee), amount=wallet.money(amount))
    _check(wallet, amount)
    nonce = secrets.token_bytes(32)
    given = line.get("--reference")
    reference = given if given is not None else f"REDEMPTION {nonce[:4].hex().upper()}"
    order = RedeemOrder(
        holder=wallet.address,
        amount=amount,
        payout=Payout(
            account=account.account,
            name=account.name,
            reference=read_line("--reference", reference, _LONGEST_REFERENCE),
            salt=secrets.token_bytes(32),
        ),
        fee=fee,
        nonce=nonce,
        deadline=wallet.chain_time() + _VALID_SECONDS,
    )
    from_block = wallet.token.rpc.block_number()
    paid_out = wallet.session.text("label.paid_out"), wallet.money(order.amount - order.fee)
    Approval(wallet).message(order, [paid_out])
    record = _record(wallet, order, wallet.sign(order), from_block)
    wallet.home.update(lambda book: book.put(record))
    _simulate(wallet, record)
    return record


def _most_fee(wallet: Wallet) -> int | None:
    """The fee that may be signed unseen; None where the owner is shown it and asked."""
    line = wallet.session.line
    given = line.get("--max-fee")
    if given is not None:
        return parse_amount(given, wallet.network.currency)
    return 0 if line.has("--yes") else None


def _account(wallet: Wallet, given: str | None) -> LinkRecord:
    """The linked account to pay out to: the one that was named, else the newest."""
    iban = None if given is None else parse_iban(given)
    for link in wallet.links():
        if link.state == ACTIVE and iban in (None, link.account):
            return link
    if iban is not None:
        raise InputError("redeem.not_linked", account=format_iban(iban))
    raise SetupError("redeem.no_link")


def _check(wallet: Wallet, amount: int) -> None:
    """RefusedError for what can be known before signing."""
    currency, state = wallet.network.currency, wallet.token.account(wallet.address)
    if wallet.token.paused():
        raise Refusal("TokenPaused").error(currency)
    if state.frozen:
        raise Refusal("FrozenAccount", wallet.address).error(currency)
    if state.balance < amount:
        name = "ERC20InsufficientBalance"
        raise Refusal(name, wallet.address, state.balance, amount).error(currency)


def _simulate(wallet: Wallet, record: RedemptionRecord) -> None:
    """RefusedError if the token would refuse the signed order now; the bank has not seen it.

    The node sees the whole order, and whoever has it can burn by it: it is in the book by now,
    and it stays there whatever the node answers.
    """
    rpc, call = wallet.token.rpc, redeem(record.message(), bytes.fromhex(record.signature))
    try:
        rpc.estimate_gas(wallet.address, wallet.network.token, call)
    except Unreachable as error:
        raise Unreachable("redeem.unanswered", place=rpc.place, id=record.nonce) from error
    except RpcError as error:
        refusal = refusal_of_revert(error)
        if refusal is None:
            raise
        refused = replace(record, state=_REFUSED)
        wallet.home.update(lambda book: book.put(refused))
        raise refusal.error(wallet.network.currency) from error


def _record(
    wallet: Wallet, order: RedeemOrder, signature: bytes, from_block: int
) -> RedemptionRecord:
    return RedemptionRecord(
        nonce=order.nonce.hex(),
        holder=order.holder,
        amount=order.amount,
        fee=order.fee,
        deadline=order.deadline,
        account=order.payout.account,
        name=order.payout.name,
        reference=order.payout.reference,
        salt=order.payout.salt.hex(),
        signature=signature.hex(),
        created_at=wallet.session.clock.now(),
        state=SIGNED,
        from_block=from_block,
    )


def _find(wallet: Wallet, start: str) -> RedemptionRecord:
    start = start.lower().removeprefix("0x")
    found = None
    if len(start) >= _SHORTEST_ID:
        found = wallet.home.book().find(RedemptionRecord, start)
    if found is None or found.holder != wallet.address:
        raise InputError("redeem.unknown", id=shorten(start))
    return found


def _submit(wallet: Wallet, record: RedemptionRecord) -> tuple[RedemptionRecord, OrderAnswer]:
    """Hand the order in, or ask about it where the bank has it already."""
    try:
        if record.bank_id is not None:
            answer = wallet.bank.redemption(record.bank_id)
        else:
            signature = bytes.fromhex(record.signature)
            answer = wallet.bank.submit_redemption(record.message(), signature)
    except Unreachable as error:
        place = wallet.bank.place
        raise Unreachable("redeem.unanswered", place=place, id=record.nonce) from error
    return _save(wallet, record, answer), answer


def _save(wallet: Wallet, record: RedemptionRecord, answer: OrderAnswer) -> RedemptionRecord:
    changed = replace(record, state=answer.state, bank_id=answer.id)
    if changed != record:
        wallet.home.update(lambda book: book.put(changed))
    return changed


def _wait(
    wallet: Wallet, record: RedemptionRecord, answer: OrderAnswer
) -> tuple[RedemptionRecord, OrderAnswer]:
    def ended() -> bool:
        nonlocal record, answer
        if record.state in _ENDED:
            return True
        try:
            answer = wallet.bank.redemption(answer.id)
        except (Unreachable, BankAnswerError):
            return False  # the order is with the bank; it answers again sooner or later
        record = _save(wallet, record, answer)
        return record.state in _ENDED

    def what() -> str:
        return wallet.session.text("redeem.waiting", state=record.state)

    seconds = wallet.session.timeout
    if not wallet.session.wait(what, ended, seconds):
        raise StillWaiting("redeem.waiting", state=record.state, id=record.nonce, seconds=seconds)
    return record, answer


def _said(wallet: Wallet, state: str) -> str:
    """The bank's word for a state, with what it means where that is known."""
    key = _WORDS.get(state)
    return state if key is None else f"{state}: {wallet.session.text(key)}"


def _result(wallet: Wallet, record: RedemptionRecord, *, was_settled: bool) -> Result:
    text = wallet.session.text
    balance = wallet.token.account(wallet.address).balance
    paid = record.amount - record.fee
    data = {
        "id": record.nonce,
        "bank_id": record.bank_id,
        "state": record.state,
        **wallet.amount(record.amount),
        "fee": wallet.amount(record.fee),
        "paid_out": wallet.amount(paid),
        "account": record.account,
        "reference": record.reference,
        "balance": wallet.amount(balance),
        "was_settled": was_settled,
    }
    done = record.state == SETTLED
    values = {"amount": wallet.money(paid), "account": format_iban(record.account)}
    settled = text("redeem.settled_before" if was_settled else "redeem.settled", **values)
    lines = [
        settled if done else text("redeem.under_way", id=record.nonce),
        *rows(
            [
                (text("label.state"), _said(wallet, record.state)),
                (text("label.reference"), record.reference),
                (text("label.balance"), wallet.money(balance)),
            ]
        ),
    ]
    return Result(data, lines)
