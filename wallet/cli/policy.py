"""Wallet: `jiaozi policy`: sign, check and show the rules of policy.toml, and what they decided.

The file is written by hand; the owner, the wallet's first account, signs it as it is. From then
on every signature of this wallet is judged by it.
"""

from __future__ import annotations

from typing import Any, Final

from wallet.book import Account, Home
from wallet.book.accounts import Accounts
from wallet.book.keys import open_signer
from wallet.cli.chosen import chosen_account
from wallet.cli.holder import Holder
from wallet.cli.session import Result, Session
from wallet.cli.views import columns, moment, rows
from wallet.errors import DamagedFile, SetupError
from wallet.files import write_private
from wallet.money import Currency, format_amount
from wallet.plain import show
from wallet.policy import Policy, Rule, load_policy, read_policy
from wallet.policy.guard import FILE, SEAL
from wallet.policy.log import DecisionLog, Entry
from wallet.policy.model import Hours, shown
from wallet.policy.seal import Seal, encode_seal, named_contacts, policy_message
from wallet.signer import Signer, recover

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINES: Final = 20
_MOST_LINES: Final = 1_000_000
#: What the log says of each no; what another version of the wallet decided stays as it is.
_REASONS: Final = {
    "policy.account": "decision.account",
    "policy.chain": "decision.chain",
    "policy.contract": "decision.contract",
    "policy.fee": "decision.fee",
    "policy.hours": "decision.hours",
    "policy.message": "decision.message",
    "policy.money": "decision.money",
    "policy.no_token": "decision.no_token",
    "policy.other_account": "decision.other_account",
    "policy.payee": "decision.payee",
    "policy.per_day": "decision.per_day",
    "policy.per_payment": "decision.per_payment",
    "policy.token": "decision.token",
    "policy.tokens_only": "decision.tokens_only",
    "policy.unlimited": "decision.unlimited",
}


def run(session: Session) -> Result:
    """Sign, check or show the policy, or show its log."""
    action = session.line.words["ACTION"]
    if action == "log":
        return _log(session)
    if action == "sign":
        return _sign(session)
    found = load_policy(session.directory, chosen_account(session)[0])
    if found is None:
        raise SetupError("policy.none", home=session.directory)
    policy, seal = found
    said = session.text("policy.good", moment=moment(seal.signed_at))
    lines = [] if action == "check" else ["", *_rules(session, policy, seal)]
    return Result(_data(policy, seal), [said, *lines])


def _sign(session: Session) -> Result:
    """Show the rules, ask, and seal them; here the policy itself has no say."""
    home = Home(session.place)
    accounts, _ = chosen_account(session)
    owner = accounts.entries[0]
    try:
        data = (session.directory / FILE).read_bytes()
    except FileNotFoundError:
        raise SetupError("policy.none", home=session.directory) from None
    policy = read_policy(data, accounts)
    seal = Seal(named_contacts(policy, home.book().contacts), session.clock.now())
    message = policy_message(owner.address, data, seal)
    signs = [(session.text("label.owner"), owner.address)]
    session.confirm(
        [session.text("policy.title"), *rows(signs), "", *_rules(session, policy, seal)]
    )
    signature = _signer(session, accounts, owner).sign_typed(message)
    if recover(message.digest(), signature) != owner.address:
        raise DamagedFile("signer.mismatch", address=owner.address)
    write_private(session.directory / SEAL, encode_seal(owner.address, seal, signature))
    return Result(_data(policy, seal), [session.text("policy.signed")])


def _signer(session: Session, accounts: Accounts, owner: Account) -> Signer:
    home, password = Home(session.place), session.password
    return open_signer(home, accounts, owner, password, Holder(session))


def _rules(session: Session, policy: Policy, seal: Seal) -> list[str]:
    """The policy in plain words."""
    text, lines = session.text, list[str]()
    for rule in (*policy.accounts.values(), *policy.tokens.values()):
        money = rule.currency or Currency("", 0)
        told = [
            (text("label.pays"), _list(session, rule.pay)),
            (text("label.per_payment"), _amount(session, rule.per_payment, money)),
            (text("label.per_day"), _amount(session, rule.per_day, money)),
            (text("label.messages"), _list(session, rule.messages)),
            (text("label.contracts"), _list(session, rule.contracts)),
            (text("label.hours"), _hours(session, rule)),
        ]
        if rule.max_fee is not None:
            told.append((text("label.fee"), f"{rule.max_fee // 10**9} gwei"))
        if rule.accounts is not None:
            told.append((text("label.usable_accounts"), _list(session, rule.accounts)))
        lines += [f"[{show(rule.name)}]", *rows(told), ""]
    if seal.contacts:
        named = [(show(name), address) for name, address in seal.contacts.items()]
        lines += [text("policy.contacts"), *rows(named)]
    return lines


def _list(session: Session, words: frozenset[str] | None) -> str:
    if words is None:
        return session.text("policy.any")
    return ", ".join(map(show, sorted(words))) or session.text("policy.nothing")


def _amount(session: Session, amount: int | None, currency: Currency) -> str:
    return session.text("policy.any") if amount is None else shown(amount, currency)


def _hours(session: Session, rule: Rule) -> str:
    hours = rule.hours
    if hours == Hours(offset=hours.offset):
        return session.text("policy.any")
    sign, offset = ("-" if hours.offset < 0 else "+"), abs(hours.offset)
    days = " ".join(_DAYS[day] for day in sorted(hours.days))
    return f"{_clock(hours.start)}-{_clock(hours.end)} UTC{sign}{_clock(offset)}, {days}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _data(policy: Policy, seal: Seal) -> dict[str, Any]:
    return {
        "accounts": sorted(policy.accounts),
        "tokens": sorted(policy.tokens),
        "contacts": dict(seal.contacts),
        "signed_at": seal.signed_at,
    }


def _log(session: Session) -> Result:
    entries = DecisionLog(session.directory).entries()
    limit = session.line.number("--limit", _LINES, _MOST_LINES)
    last = entries[-limit:]
    lines = columns([_cells(session, each) for each in last], right={3})
    data = {"decisions": [_decision(each) for each in last], "count": len(entries)}
    return Result(data, lines or [session.text("policy.no_log")])


def _cells(session: Session, entry: Entry) -> list[str]:
    amount = f"{_plain(entry)} {entry.currency}"
    what = f"{show(entry.what)} {show(entry.to)}".strip()
    return [moment(entry.time), show(entry.actor), what, amount, _said(session, entry)]


def _said(session: Session, entry: Entry) -> str:
    """A decision in words."""
    if entry.allowed:
        return session.text("policy.yes")
    why = _REASONS.get(entry.reason)
    return session.text("decision.no", why=session.text(why) if why else show(entry.reason))


def _decision(entry: Entry) -> dict[str, Any]:
    return {
        "time": entry.time,
        "actor": entry.actor,
        "account": entry.account,
        "what": entry.what,
        "to": entry.to,
        "amount": _plain(entry),
        "currency": entry.currency,
        "digest": entry.digest,
        "allowed": entry.allowed,
        "reason": entry.reason,
        "rule": entry.rule,
    }


def _plain(entry: Entry) -> str:
    return format_amount(int(entry.amount), Currency.of(entry.currency))
