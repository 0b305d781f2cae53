"""Wallet: `jiaozi history`: what the chain's logs tell, and signed orders not yet in them.

It needs the chain only. Memos and payouts are the wallet's own notes beside the chain's facts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from wallet.book import Book, RedemptionRecord, TransferRecord
from wallet.cli.access import Wallet
from wallet.cli.direct import attempts
from wallet.cli.filters import FLAGS, Filter
from wallet.cli.payment import CANCELLED, FINAL, RELAY
from wallet.cli.session import Result, Session
from wallet.cli.sheet import csv_text
from wallet.cli.views import columns, moment
from wallet.errors import InputError
from wallet.files import PRIVATE_MODE
from wallet.iban import format_iban
from wallet.token import Entry, EntryKind, RedemptionState, history
from wallet.token.events import use_of_authorization

_SIGNS: Final[Mapping[int, str]] = {1: "+", -1: "-", 0: " "}


def run(session: Session) -> Result | None:
    """Every movement of this wallet's money, oldest first, then what is under way.

    What is under way is told of a whole history only, not of one that is narrowed down.
    """
    wallet, file = Wallet(session), session.line.get("--csv")
    if file is not None and session.as_json:
        raise InputError("history.formats")
    wanted = Filter.of(wallet)
    rpc, network = wallet.token.rpc, wallet.network
    head = rpc.block_number()
    entries = history(rpc, network.token, wallet.address, network.first_block, head)
    entries = wanted.apply(entries)
    book = _with_hashes(wallet, wallet.home.book(), head)
    if file is not None:
        return _export(session, [_entry_data(wallet, book, each) for each in entries], file)
    is_narrowed = any(session.line.has(flag) for flag in FLAGS)
    waiting = [] if is_narrowed else _waiting(wallet, book)
    data = {
        "address": wallet.address,
        "block": head,
        "entries": [_entry_data(wallet, book, entry) for entry in entries],
        "under_way": [_order_data(wallet, record) for record in waiting],
    }
    lines = columns([_entry_cells(wallet, book, entry) for entry in entries], right={3})
    if session.colours:
        lines = [_coloured(line, each) for line, each in zip(lines, entries, strict=True)]
    if not entries:
        lines.append(session.text("history.none_such" if is_narrowed else "history.none"))
    lines += [_order_line(wallet, record) for record in waiting]
    lines.append(session.text("history.read", block=head, chain=wallet.chain_label()))
    return Result(data, lines)


def _export(session: Session, entries: list[dict[str, Any]], file: str) -> Result | None:
    """Write the entries as CSV to stdout ("-") or to a new file of the owner's only."""
    text = csv_text(entries)
    if file == "-":
        session.environment.stdout.write(text)
        return None
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE), "wb") as out:  # noqa: PTH123  # a mode, from the first moment on
        out.write(text.encode())
    told = session.text("history.exported", count=len(entries), file=file)
    return Result({"file": file, "entries": len(entries)}, [told])


def _with_hashes(wallet: Wallet, book: Book, head: int) -> Book:
    """The book with the transactions of payments whose end was never waited for.

    The authorization's own nonce finds them: the chain tells in which transaction it was used.
    """
    rpc, token = wallet.token.rpc, wallet.network.token
    for each in book.transfers:
        if each.way != RELAY or each.tx_hash is not None or not each.memo:
            continue
        blocks = (each.from_block, head)
        nonce = bytes.fromhex(each.nonce)
        log = use_of_authorization(rpc, token, wallet.address, nonce, blocks)
        if log is not None:
            book = book.put(replace(each, tx_hash=log.transaction_hash.hex()))
    return book


def _waiting(wallet: Wallet, book: Book) -> list[TransferRecord | RedemptionRecord]:
    """Signed orders whose end the chain does not show yet; expired ones are left out."""
    now = wallet.chain_time()
    found: list[TransferRecord | RedemptionRecord] = []
    for transfer in book.transfers:
        if (
            transfer.sender != wallet.address
            or transfer.state in (FINAL, CANCELLED)
            or (transfer.way == RELAY and now >= transfer.valid_before)
        ):
            continue
        if transfer.way != RELAY:
            done = any(wallet.token.rpc.receipt(each.hash) for each in attempts(transfer))
        else:
            nonce = bytes.fromhex(transfer.nonce)
            done = wallet.token.authorization_used(wallet.address, nonce)
        if not done:
            found.append(transfer)
    for order in book.redemptions:
        if order.holder != wallet.address:
            continue
        state, _ = wallet.token.redemption(wallet.address, bytes.fromhex(order.nonce))
        if state is RedemptionState.NONE and now <= order.deadline:
            found.append(order)
    return found


def _note(book: Book, entry: Entry) -> str:
    """What the wallet's own book adds to an entry: a memo, or where a payout goes."""
    for transfer in book.transfers:
        same = transfer.tx_hash == entry.transaction_hash.hex()
        facts = (transfer.to, transfer.value) == (entry.counterparty, entry.amount)
        if transfer.memo and same and facts:  # one transaction may bring several payments
            return transfer.memo
    for order in book.redemptions:
        if entry.reference == "0x" + order.nonce:
            return format_iban(order.account)
    return ""


def _entry_data(wallet: Wallet, book: Book, entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "direction": {1: "in", -1: "out", 0: "none"}[entry.sign],
        **wallet.amount(entry.amount),
        "fee": wallet.amount(entry.fee),
        "counterparty": entry.counterparty,
        "contact": book.name_of(entry.counterparty) if entry.counterparty else None,
        "reference": entry.reference,
        "note": _note(book, entry) or None,
        "time": entry.timestamp,
        "block": entry.block_number,
        "tx_hash": "0x" + entry.transaction_hash.hex(),
        "log_index": entry.log_index,
    }


def _entry_cells(wallet: Wallet, book: Book, entry: Entry) -> list[str]:
    text = wallet.session.text
    kind = text(f"history.{entry.kind.value}")
    amount = _SIGNS[entry.sign] + wallet.money(entry.amount)
    other = wallet.named(entry.counterparty) if entry.counterparty else ""
    if entry.kind in (EntryKind.ISSUED, EntryKind.ISSUE_REFUSED):
        other = text("history.deposit", number=entry.reference)
    block = text("history.block", block=entry.block_number)
    told = "  ".join(part for part in (other, _note(book, entry)) if part)
    return [moment(entry.timestamp), block, kind, amount, told]


def _coloured(line: str, entry: Entry) -> str:
    """Money that came green, money that went as it is, what failed or was taken yellow."""
    if entry.kind in (EntryKind.SEIZED, EntryKind.ISSUE_REFUSED):
        return f"\x1b[33m{line}\x1b[0m"
    return f"\x1b[32m{line}\x1b[0m" if entry.sign > 0 else line


def _order_data(wallet: Wallet, record: TransferRecord | RedemptionRecord) -> dict[str, Any]:
    if isinstance(record, TransferRecord):
        kind, amount, to = "transfer", record.value, record.to
    else:
        kind, amount, to = "redemption", record.amount, record.account
    return {
        "kind": kind,
        "id": record.nonce,
        "state": record.state,
        **wallet.amount(amount),
        "to": to,
        "signed_at": record.created_at,
    }


def _order_line(wallet: Wallet, record: TransferRecord | RedemptionRecord) -> str:
    if isinstance(record, TransferRecord):
        key, amount, to = "history.transfer_under_way", record.value, wallet.named(record.to)
    else:
        key, amount, to = "history.redemption_under_way", record.amount, format_iban(record.account)
    return wallet.session.text(key, amount=wallet.money(amount), to=to, id=record.nonce)
