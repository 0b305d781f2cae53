"""Wallet: `jiaozi offline`: pay with a key that lives on a computer without a network.

`prepare` (with the network, without the key) writes down what is to be signed; `sign` (with the
key, without the network) shows it as `send` does and signs it; `send` (with the network) proves
that the signature is of exactly what was prepared here, and sends it. The three speak through
files or QR codes.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wallet import offline, qr
from wallet.address import Address
from wallet.book import TransferRecord
from wallet.cli import direct, relay
from wallet.cli.access import Wallet
from wallet.cli.approval import Approval
from wallet.cli.payment import DIRECT, RELAY, SIGNED
from wallet.cli.send import check_rules, finish, resume
from wallet.cli.session import Result, Session
from wallet.cli.views import moment, rows
from wallet.errors import InputError, RefusedError, SignatureError, WrongChain
from wallet.files import PRIVATE_MODE, write_private
from wallet.offline import Prepared, Signed
from wallet.plain import read_line
from wallet.signer import recover
from wallet.token import transfer
from wallet.transaction import Transaction, decode
from wallet.typed_data import TransferAuthorization

_DIRECTORY: Final = "offline"
_LONGEST_MEMO: Final = 200
_HOURS: Final = 24
_MOST_HOURS: Final = 30 * 24
_LARGEST: Final = 1024 * 1024


def run(session: Session) -> Result:
    """Prepare, sign or send."""
    _check_options(session)
    match session.line.words["ACTION"]:
        case "prepare":
            return _prepare(session)
        case "sign":
            return _sign(session)
        case _:
            return _send(session)


def _check_options(session: Session) -> None:
    """InputError for an option of another action."""
    action, line = session.line.words["ACTION"], session.line
    only = {"prepare": ("--direct", "--memo", "--hours"), "send": ("--no-wait", "--timeout")}
    for owner, flags in (*only.items(), ("sign", ())):
        for flag in flags:
            if line.has(flag) and owner != action:
                raise InputError("usage.option", option=flag, command=f"jiaozi offline {action}")
    if action == "send":
        for flag in ("--out", "--png"):
            if line.has(flag):
                raise InputError("usage.option", option=flag, command="jiaozi offline send")


def _prepare(session: Session) -> Result:
    wallet, line = Wallet(session), session.line
    amount, to = wallet.positive(line.words["AMOUNT"]), wallet.payee(line.words["TO"])
    memo = line.get("--memo")
    if memo is not None:
        read_line("--memo", memo, _LONGEST_MEMO)
    check_rules(wallet, amount, to)
    message = transaction = None
    if line.has("--direct"):
        transaction = direct.planned(wallet, transfer(to, amount))
    else:
        hours = line.number("--hours", _HOURS, _MOST_HOURS)
        until, nonce = wallet.chain_time() + hours * 3600, secrets.token_bytes(32)
        message = TransferAuthorization(wallet.address, to, amount, 0, until, nonce)
    network, now = offline.network_of(wallet.network), session.clock.now()
    block = wallet.token.rpc.block_number()
    found = Prepared(network, wallet.address, to, amount, now, block, memo, message, transaction)
    write_private(_place(wallet, found.id), found.to_json())
    text = session.text
    facts = [
        (text("label.amount"), wallet.money(amount)),
        (text("label.payee"), wallet.named(to)),
        (text("label.chain"), wallet.chain_label()),
    ]
    if message is not None:
        facts.append((text("label.valid_until"), moment(message.valid_before)))
    data = {"id": found.id, "to": to, **wallet.amount(amount)}
    lines = [text("offline.prepared"), *rows(facts), text("offline.next_sign")]
    return _give_out(session, data, found.to_json(), lines)


def _sign(session: Session) -> Result:
    """Show and sign, without asking any node or bank."""
    wallet = Wallet(session, offline=True)
    prepared = Prepared.from_json(_read(session.line.words["FILE"]))
    if prepared.network != offline.network_of(wallet.network):
        raise WrongChain("offline.network", chain=prepared.network[0], token=prepared.network[1])
    if prepared.sender != wallet.address:
        raise InputError("offline.account", sender=prepared.sender, address=wallet.address)
    text, extra = session.text, []
    if prepared.memo is not None:
        extra.append((text("label.memo"), read_line("memo", prepared.memo, _LONGEST_MEMO)))
    if prepared.message is not None:
        Approval(wallet).message(prepared.message, extra)
        signed = Signed(prepared.id, signature=wallet.sign(prepared.message))
    else:
        plan = _transaction(prepared)
        Approval(wallet).transaction(plan, extra)
        signed = Signed(prepared.id, raw=direct.sign(wallet, plan)[0])
    data = {"id": prepared.id, "to": prepared.to, **wallet.amount(prepared.value)}
    return _give_out(session, data, signed.to_json(), [text("offline.next_send")])


def _send(session: Session) -> Result:
    """Prove that what came back is what was prepared here, write it down, send it."""
    wallet = Wallet(session)
    signed = Signed.from_json(_read(session.line.words["FILE"]))
    try:
        prepared = Prepared.from_json(_place(wallet, signed.id).read_bytes())
    except FileNotFoundError as error:
        raise InputError("offline.unknown", id=signed.id) from error
    if prepared.id != signed.id or prepared.network != offline.network_of(wallet.network):
        raise InputError("offline.unknown", id=signed.id)
    record = _proved(wallet, prepared, signed)
    known = wallet.home.book().find(TransferRecord, record.nonce)
    if known is not None:  # handed in before: as `send --again` does it
        return resume(wallet, known)
    wallet.home.update(lambda book: book.put(record))
    if record.way == DIRECT:
        return finish(wallet, direct.send_again(wallet, record))
    return finish(wallet, relay.submit(wallet, record))


def _proved(wallet: Wallet, prepared: Prepared, signed: Signed) -> TransferRecord:
    """The payment for the book; SignatureError unless the owner signed exactly this."""
    is_same, nonce, raw, way = False, "", None, RELAY
    if prepared.message is not None and signed.signature:
        digest = prepared.message.digest(wallet.network.domain())
        is_same = recover(digest, signed.signature) == prepared.sender
        nonce = prepared.message.nonce.hex()
    elif prepared.transaction is not None and signed.raw:
        read = decode(signed.raw)
        is_same = (read.transaction, read.sender) == (_transaction(prepared), prepared.sender)
        nonce, raw, way = read.hash.hex(), signed.raw.hex(), DIRECT
    if not is_same or prepared.sender != wallet.address:
        raise SignatureError("offline.differs", id=signed.id)
    message = prepared.message
    return TransferRecord(
        nonce=nonce,
        way=way,
        sender=prepared.sender,
        to=prepared.to,
        value=prepared.value,
        created_at=wallet.session.clock.now(),
        state=SIGNED,
        valid_after=message.valid_after if message else 0,
        valid_before=message.valid_before if message else 0,
        signature=signed.signature.hex(),
        raw=raw,
        tx_hash=nonce if way == DIRECT else None,
        memo=prepared.memo,
        from_block=prepared.from_block,
    )


def _transaction(prepared: Prepared) -> Transaction:
    """The prepared transaction; RefusedError unless it is the transfer that the rest says."""
    found = prepared.transaction
    if found is None or found.data != transfer(Address(prepared.to), prepared.value):
        raise RefusedError("offline.contradiction", id=prepared.id)
    return found


def _place(wallet: Wallet, prepared_id: str) -> Path:
    return wallet.home.directory / _DIRECTORY / f"{prepared_id}.json"


def _read(given: str) -> bytes:
    """The JSON of one file; or what the QR codes of several pictures, or lines of text, carry."""
    parts: list[str] = []
    for name in given.split("\0"):
        with Path(name).open("rb") as file:
            data = file.read(_LARGEST)
        if data.lstrip()[:1] == b"{":
            return data
        text = data.decode("ascii", "replace")
        parts += text.split() if offline.is_part(text) else [qr.read(name)]
    return offline.from_parts(parts)


def _give_out(
    session: Session, data: Mapping[str, object], payload: bytes, lines: list[str]
) -> Result:
    """Write the payload where it is asked for; without a file, show its codes and their texts."""
    parts, files = offline.to_parts(payload), []
    out, png = session.line.get("--out"), session.line.get("--png")
    if out is not None:
        qr.write(out, payload, PRIVATE_MODE)
        files.append(out)
    if png is not None:
        many = len(parts) > 1
        for number, part in enumerate(parts, 1):
            path = Path(png)
            name = str(path.with_stem(f"{path.stem}-{number}")) if many else png
            qr.write(name, qr.picture(part, "png"), PRIVATE_MODE)
            files.append(name)
    if files:
        lines += rows([(session.text("label.file"), file) for file in files])
    else:
        for part in parts:
            if session.on_terminal:
                lines += qr.terminal(part, colour=session.colours)
            lines.append(part)
    return Result({**data, "parts": parts, "files": files}, lines)
