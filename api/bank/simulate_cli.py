"""Bank: the operator's ``jiaozi-bridge simulate …``, the counter of the simulated core bank.

`register` adds the command to the bridge's parser; each handler takes the parsed arguments,
prints one line for a person or, with ``--json``, one object for a program, and returns 0. What
goes wrong is raised as a `BridgeError` for the command line to print.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from api.bank.iso20022 import Debtor
from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.bank.simulate_common import (
    Subparsers,
    add,
    bank_path,
    config_of,
    open_bank,
    read_amount,
    read_day,
    say,
)
from api.bank.simulate_rehearsal import register_rehearsal
from api.bank.simulate_scenarios import register_scenario
from api.bank.simulated import Customer, Deposit, SimulatedBank
from api.kernel.clock import SystemClock
from api.kernel.settings import load
from api.texts import text, told
from wallet.address import parse_address

__all__ = ["register"]


def register(subparsers: Subparsers) -> None:
    """Add ``simulate`` with its own commands; each sets ``handler`` on the parsed arguments."""
    simulate = subparsers.add_parser("simulate", help="work at the simulated bank's counter")
    simulate.add_argument("--bank", type=Path, metavar="FILE", help="its database, else as set")
    commands = simulate.add_subparsers(required=True, metavar="COMMAND")

    found = add(commands, "found", _found, "found the bank, once", "--currency EUR")
    found.add_argument("--currency", required=True)
    found.add_argument("--account", help="IBAN of the reserve account, else as set")
    found.add_argument("--owner", help="its owner's name, else as set")
    found.add_argument("--first-day", type=read_day, metavar="YYYY-MM-DD")

    customer = add(
        commands,
        "add-customer",
        _add_customer,
        "open an account, give a link code",
        "--name Ada --tier 2",
    )
    customer.add_argument("--name", required=True)
    customer.add_argument("--tier", type=int, default=1, help="KYC tier on chain, 1 to 5")
    customer.add_argument("--account", help="IBAN; the bank makes one without it")
    customer.add_argument("--code", help="link code; the bank makes one without it")

    code = add(
        commands,
        "new-code",
        _new_code,
        "give an account's holder a new link code",
        "NL62JIAO0000001001",
    )
    code.add_argument("account")
    add(commands, "customers", _customers, "list all customers")

    deposit = add(
        commands,
        "deposit",
        _deposit,
        "money arrives on the reserve account",
        "--from NL62JIAO0000001001 --name Ada --amount 12.34",
    )
    deposit.add_argument("--from", dest="payer_account", required=True, metavar="IBAN")
    deposit.add_argument("--name", required=True, help="the payer's name")
    deposit.add_argument("--amount", required=True, help="such as 12.34, in the bank's currency")
    deposit.add_argument("--reference", help="creditor reference, RF…")
    deposit.add_argument("--text", help="what the payer wrote")
    deposit.add_argument(
        "--to", dest="payee_account", metavar="VIRTUAL", help="a link's virtual account"
    )

    close = add(
        commands,
        "close-day",
        _close_day,
        "close the day, open the next",
        "--out monday.xml --dialect camt.053.001.02",
    )
    close.add_argument("--out", type=Path, metavar="FILE", help="write its camt.053 here instead")
    close.add_argument("--dialect", default="camt.053.001.08", choices=_DIALECTS)

    add(commands, "open-day", _open_day, "open the next day, after a close that did not")

    repeat = add(commands, "repeat-line", _repeat_line, "show an earlier line again today")
    repeat.add_argument("reference", nargs="?", help="the bank's own; else the last day's first")
    reject = add(commands, "reject", _reject, "refuse one payout to come", "--reason AC04")
    reject.add_argument("subject", nargs="?", help="its end-to-end id or IBAN; else the next one")
    reject.add_argument("--reason", default="MS03", help="ISO 20022 code")
    add(commands, "balance", _balance, "the reserve account's booked balance")
    register_rehearsal(commands)
    register_scenario(commands)


_DIALECTS = sorted(name for name in CAMT_LAYOUTS if name.startswith("camt.053"))


def _found(args: argparse.Namespace) -> int:
    settings = None if args.bank and args.account and args.owner else load(config_of(args)).bank
    reserve = Debtor(
        name=args.owner or (settings.reserve_owner if settings else ""),
        account=args.account or (settings.reserve_account if settings else ""),
        bic=settings.bic if settings else None,
    )
    bank = SimulatedBank.open(
        bank_path(args),
        clock=SystemClock(),
        currency=args.currency,
        reserve=reserve,
        first_day=args.first_day,
    )
    day = bank.business_day().day
    shown = {"reserve_account": reserve.account, "currency": args.currency, "day": str(day)}
    return say(
        args, shown, text("The bank keeps {reserve_account} in {currency}; it is {day}.", **shown)
    )


def _add_customer(args: argparse.Namespace) -> int:
    given = open_bank(args).add_customer(
        args.name, tier=args.tier, account=args.account, code=args.code
    )
    shown = {"account": given.account, "name": args.name, "tier": args.tier, "code": given.code}
    return say(args, shown, text("{name}: account {account}, link code {code}", **shown))


def _new_code(args: argparse.Namespace) -> int:
    given = open_bank(args).new_link_code(args.account)
    shown = {"account": given.account, "code": given.code}
    return say(args, shown, text("Account {account}: new link code {code}", **shown))


def _customers(args: argparse.Namespace) -> int:
    known = open_bank(args).customers()
    shown = {
        "customers": [
            {"account": c.account, "name": c.name, "tier": c.tier, "wallet": _wallet(c)}
            for c in known
        ]
    }
    lines = [
        text(
            "{account}  tier {tier}  {wallet:said}  {name}",
            account=c.account,
            tier=c.tier,
            wallet=_wallet(c) or "not linked",
            name=c.name,
        )
        for c in known
    ]
    return say(args, shown, "\n".join(lines) or text("The bank has no customers yet."))


def _wallet(customer: Customer) -> str | None:
    """The linked address as the wallet itself shows it: the bank keeps it in small letters."""
    return None if customer.wallet is None else parse_address(customer.wallet)


def _deposit(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, bank.reserve.currency)
    deposit = Deposit(
        args.payer_account, args.name, amount, args.reference, args.text, args.payee_account
    )
    reference = bank.book_deposit(deposit)
    shown = {"bank_id": reference, **amount.to_json()}
    line = text(
        "Booked {amount} from {name} as {reference}.",
        amount=amount,
        name=args.name,
        reference=reference,
    )
    return say(args, shown, line)


def _close_day(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    closed = bank.close_day(deliver=args.out is None)
    following = bank.open_day()
    where = told("laid ready for the bridge to collect")
    if args.out is not None:
        args.out.write_bytes(bank.statement(closed, args.dialect))
        where = told("written to {file}", file=args.out)
    shown = {"closed": str(closed), "open": str(following), "file": str(args.out or "") or None}
    line = text(
        "Closed {closed}; its statement is {where:said}. Now it is {open}.",
        where=where,
        closed=closed,
        open=following,
    )
    return say(args, shown, line)


def _open_day(args: argparse.Namespace) -> int:
    opened = open_bank(args).open_day()
    return say(args, {"open": str(opened)}, text("Now it is {day}.", day=opened))


def _repeat_line(args: argparse.Namespace) -> int:
    reference = open_bank(args).repeat_line(args.reference)
    line = text("Today's statement will show {reference} again.", reference=reference)
    return say(args, {"bank_id": reference}, line)


def _reject(args: argparse.Namespace) -> int:
    open_bank(args).reject_payout(args.subject, args.reason)
    shown = {"subject": args.subject, "reason": args.reason}
    line = text(
        "One payout will be refused with {reason}: {subject:said}.",
        reason=args.reason,
        subject=args.subject or "the next one",
    )
    return say(args, shown, line)


def _balance(args: argparse.Namespace) -> int:
    found = open_bank(args).balance()
    shown = {**found.amount.to_json(), "read_from": found.read_from}
    return say(
        args,
        shown,
        text("{amount}, from {read_from:said}", amount=found.amount, read_from=found.read_from),
    )
