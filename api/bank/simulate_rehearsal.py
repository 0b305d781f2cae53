"""Bank: ``jiaozi-bridge simulate`` commands for what a bank does seldom, late or wrongly."""

from __future__ import annotations

import argparse
from datetime import datetime, time, timedelta
from typing import Any

from api.bank.simulate_common import Subparsers, add, open_bank, read_amount, read_day, say
from api.bank.simulated import Pace
from api.kernel.clock import SystemClock
from api.texts import text

__all__ = ["register_rehearsal"]


def register_rehearsal(commands: Subparsers) -> None:
    """Add them all."""
    _register_calendar(commands)
    _register_money(commands)
    _register_documents(commands)


def _register_calendar(commands: Subparsers) -> None:
    holiday = add(commands, "holiday", _holiday, "close the bank on a day", "2026-12-25")
    holiday.add_argument("day", type=read_day, metavar="YYYY-MM-DD")
    pace = add(
        commands,
        "pace",
        _pace,
        "show or set cut-off time and delays of orders",
        "--cut-off 16:00 --days 1",
    )
    pace.add_argument("--cut-off", type=_time, metavar="HH:MM", help="UTC; «none» for none")
    pace.add_argument("--days", type=int, help="business days until an order is carried out")
    pace.add_argument("--minutes", type=int, help="minutes more")
    pace.add_argument("--follow-clock", choices=("yes", "no"), help="days end by themselves")
    add(commands, "catch-up", _catch_up, "close and open days until today")


def _register_money(commands: Subparsers) -> None:
    back = add(
        commands,
        "return-payout",
        _return_payout,
        "send a payout back: the next, or a named one",
        "--reason AC04 --days 2",
    )
    back.add_argument("subject", nargs="?", help="its end-to-end id or IBAN; else the next one")
    back.add_argument("--reason", default="AC04", help="ISO 20022 code")
    back.add_argument("--days", type=int, default=0, help="business days after its booking")
    back.add_argument("--charges", default="0", help="what the bank keeps of it")
    example = "JIAO2601050000000001"
    reverse = add(commands, "reverse", _reverse, "the bank takes its own booking back", example)
    reverse.add_argument("reference", help="the bank's own, as deposit gives it")
    recall = add(commands, "recall", _recall, "a payer's bank takes a deposit back", example)
    recall.add_argument("reference", help="the bank's own, as deposit gives it")
    recall.add_argument("--reason", default="FOCR", help="ISO 20022 code")
    charge = add(commands, "charge", _charge, "the bank takes its price", "3.50")
    charge.add_argument("amount", help="such as 3.50, in the bank's currency")
    interest = add(commands, "interest", _interest, "interest on the account", "12.00")
    interest.add_argument("amount", help="such as 12.00, in the bank's currency")
    interest.add_argument("--to-bank", action="store_true", help="negative interest")
    change = add(
        commands,
        "change-line",
        _change_line,
        "show an earlier line again with another amount",
        "--amount 99.00",
    )
    change.add_argument("reference", nargs="?", help="the bank's own; else the last day's first")
    change.add_argument("--amount", required=True, help="the wrong one")
    foreign = add(
        commands,
        "foreign-line",
        _foreign_line,
        "a credit in a currency that the account is not kept in",
        "--amount 10.00 --currency USD --from NL62JIAO0000001001 --name Ada",
    )
    foreign.add_argument("--amount", required=True)
    foreign.add_argument("--currency", required=True)
    foreign.add_argument("--from", dest="payer_account", required=True, metavar="IBAN")
    foreign.add_argument("--name", required=True)
    wrong = add(
        commands,
        "wrong-debit",
        _wrong_debit,
        "the bank takes money for a payment that nobody ordered",
        "3.50 --to GB82WEST12345698765432",
    )
    wrong.add_argument("amount", help="such as 3.50, in the bank's currency")
    wrong.add_argument("--to", dest="payee_account", required=True, metavar="IBAN")


def _register_documents(commands: Subparsers) -> None:
    for name, summary in (
        ("withhold-statement", "the next day's statement does not come"),
        ("lose-report", "the next order's status report is lost"),
        ("swallow-order", "the bank takes the next order and is silent"),
        ("refuse-order", "the bank refuses the next order for good"),
        ("lose-reply", "the bank takes the next order, its answer is lost"),
    ):
        parser = add(commands, name, _wish, summary)
        parser.set_defaults(wish=name.replace("-", "_"), done=summary)
    deliver = add(
        commands, "deliver-statement", _deliver, "lay a closed day's statement ready", "2026-01-05"
    )
    deliver.add_argument("day", type=read_day, metavar="YYYY-MM-DD")
    split = add(commands, "split-statement", _split, "the next day comes in parts", "--parts 3")
    split.add_argument("--parts", type=int, default=2)
    late = add(
        commands, "late-report", _late, "the next order's report comes late", "--minutes 5760"
    )
    late.add_argument("--minutes", type=int, required=True)
    silent = add(commands, "unreachable", _unreachable, "the bank answers nothing", "--minutes 10")
    silent.add_argument("--minutes", type=int, required=True)
    add(commands, "reachable", _reachable, "the bank answers again")
    add(commands, "pending", _pending, "what waits: orders, and what was asked of the bank")


def _holiday(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    bank.rehearse.add_holiday(args.day)
    shown = {"holidays": [str(day) for day in bank.rehearse.holidays()]}
    return say(
        args, shown, text("The bank is closed on {days}.", days=", ".join(shown["holidays"]))
    )


def _pace(args: argparse.Namespace) -> int:
    rehearse = open_bank(args).rehearse
    known = rehearse.pace()
    wanted = Pace(
        cut_off=known.cut_off if args.cut_off is None else (args.cut_off or None),
        days=known.days if args.days is None else args.days,
        minutes=known.minutes if args.minutes is None else args.minutes,
        follow_clock=known.follow_clock
        if args.follow_clock is None
        else args.follow_clock == "yes",
    )
    if wanted != known:
        rehearse.set_pace(wanted)
    cut_off = wanted.cut_off.isoformat("minutes") if wanted.cut_off else None
    shown = {
        "cut_off": cut_off,
        "days": wanted.days,
        "minutes": wanted.minutes,
        "follow_clock": wanted.follow_clock,
    }
    line = text(
        "Orders take {days} business days and {minutes} minutes; cut-off "
        "{cut_off:said}; days {ending:said}.",
        days=wanted.days,
        minutes=wanted.minutes,
        cut_off=cut_off or "none",
        ending="follow the clock" if wanted.follow_clock else "wait",
    )
    return say(args, shown, line)


def _catch_up(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    closed = [str(day) for day in bank.catch_up()]
    day = str(bank.business_day().day)
    line = text("Closed {count} days; it is {day}.", count=len(closed), day=day)
    return say(args, {"closed": closed, "day": day}, line)


def _return_payout(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    charges = 0
    if args.charges != "0":
        charges = read_amount(args.charges, bank.reserve.currency).minor
    bank.rehearse.return_payout(args.subject, reason=args.reason, days=args.days, charges=charges)
    shown = {"subject": args.subject, "reason": args.reason, "days": args.days}
    line = text(
        "One payout comes back with {reason}: {subject:said}.",
        reason=args.reason,
        subject=args.subject or "the next one",
    )
    return say(args, shown, line)


def _reverse(args: argparse.Namespace) -> int:
    reference = open_bank(args).rehearse.reverse(args.reference)
    line = text("Took {line} back by {reference}.", line=args.reference, reference=reference)
    return say(args, {"bank_id": reference}, line)


def _recall(args: argparse.Namespace) -> int:
    reference = open_bank(args).rehearse.recall(args.reference, args.reason)
    line = text("Recalled {line} by {reference}.", line=args.reference, reference=reference)
    return say(args, {"bank_id": reference}, line)


def _charge(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, bank.reserve.currency)
    reference = bank.rehearse.charge(amount)
    line = text("Charged {amount}: {reference}.", amount=amount, reference=reference)
    return say(args, {"bank_id": reference, **amount.to_json()}, line)


def _interest(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, bank.reserve.currency)
    reference = bank.rehearse.interest(amount, to_bank=args.to_bank)
    line = text("Interest {amount}: {reference}.", amount=amount, reference=reference)
    return say(args, {"bank_id": reference, **amount.to_json()}, line)


def _change_line(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, bank.reserve.currency)
    reference = bank.rehearse.change_line(args.reference, amount)
    line = text(
        "Today's statement will show {reference} again, with {amount}.",
        reference=reference,
        amount=amount,
    )
    return say(args, {"bank_id": reference, **amount.to_json()}, line)


def _foreign_line(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, args.currency)
    reference = bank.rehearse.foreign_line(amount, args.payer_account, args.name)
    line = text("Shows {amount}: {reference}.", amount=amount, reference=reference)
    return say(args, {"bank_id": reference, **amount.to_json()}, line)


def _wrong_debit(args: argparse.Namespace) -> int:
    bank = open_bank(args)
    amount = read_amount(args.amount, bank.reserve.currency)
    reference = bank.rehearse.wrong_debit(amount, args.payee_account)
    line = text(
        "Took {amount} that nobody ordered: {reference}.", amount=amount, reference=reference
    )
    return say(args, {"bank_id": reference, **amount.to_json()}, line)


def _wish(args: argparse.Namespace) -> int:
    rehearse: Any = open_bank(args).rehearse
    getattr(rehearse, args.wish)()
    line = text("Asked for: {what:said}.", what=args.done)
    return say(args, {"wish": args.wish.replace("_", "-")}, line)


def _deliver(args: argparse.Namespace) -> int:
    open_bank(args).rehearse.deliver_statement(args.day)
    return say(
        args, {"day": str(args.day)}, text("The statement of {day} is laid ready.", day=args.day)
    )


def _split(args: argparse.Namespace) -> int:
    open_bank(args).rehearse.split_statement(args.parts)
    return say(
        args,
        {"parts": args.parts},
        text("The next day comes in {parts} statements.", parts=args.parts),
    )


def _late(args: argparse.Namespace) -> int:
    open_bank(args).rehearse.late_report(args.minutes)
    line = text("The report on the next order comes {minutes} minutes later.", minutes=args.minutes)
    return say(args, {"minutes": args.minutes}, line)


def _unreachable(args: argparse.Namespace) -> int:
    until = SystemClock().now() + timedelta(minutes=args.minutes)
    open_bank(args).rehearse.unreachable(until)
    line = text("The bank answers nothing until {until}.", until=until)
    return say(args, {"until": until.isoformat()}, line)


def _reachable(args: argparse.Namespace) -> int:
    open_bank(args).rehearse.reachable()
    return say(args, {"until": None}, text("The bank answers again."))


def _pending(args: argparse.Namespace) -> int:
    rehearse = open_bank(args).rehearse
    orders = [
        {"message_id": each.message_id, "due_at": _iso(each.due_at)} for each in rehearse.orders()
    ]
    wishes = [
        {"wish": kind.value, "subject": subject, "value": value or None}
        for kind, subject, value in rehearse.waiting()
    ]
    lines = [
        text("order {id}, due {at:said}", id=each["message_id"], at=each["due_at"] or "now")
        for each in orders
    ]
    lines += [f"{each['wish']} {each['subject'] or ''}".rstrip() for each in wishes]
    nothing = text("Nothing waits.")
    return say(args, {"orders": orders, "wishes": wishes}, "\n".join(lines) or nothing)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time(text: str) -> time | str:
    if text == "none":
        return ""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a time such as 16:00") from error
