"""Wallet: the judgment: a pure function of the policy and the request, nothing else.

The owner's own accounts are restricted where a rule says so; an agent token may do what its
rule names and nothing besides. An act is allowed if nothing speaks against it; a request, if
all its acts are, and their sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wallet.consent.acts import Act, ActKind
from wallet.policy.model import (
    ANY,
    BANK,
    CONTACTS,
    TELLER,
    TOKEN,
    Decision,
    Policy,
    Request,
    Rule,
    shown,
)

_MONEY: Final = (ActKind.PAY, ActKind.ALLOW, ActKind.REDEEM)
_WORDS: Final = (ActKind.TEXT, ActKind.SIGN_IN)
_NATIVE: Final = "native"  # how a rule names a payment in the chain's own coin


def decide(policy: Policy, request: Request) -> Decision:
    """Whether the request may be signed, and why not."""
    rule = _rule(policy, request)
    if rule is None:
        if request.token is not None:
            return Decision(False, "policy.token", {"token": request.token})
        return Decision(True, "policy.free", amount=_sum(request))
    against = next(_against(rule, request), None)
    if against is not None:
        return replace(against, amount=_sum(request))
    return Decision(True, "policy.allowed", {"rule": rule.name}, _sum(request), rule)


def name_of(act: Act) -> str:
    """How a rule names an act: by its message or function, or by what it is."""
    if act.kind is ActKind.SIGN_IN:
        return f"sign-in:{act.party}"
    return act.name or (_NATIVE if act.kind is ActKind.PAY else "")


def _rule(policy: Policy, request: Request) -> Rule | None:
    if request.token is not None:
        return policy.tokens.get(request.token)
    for name, rule in policy.accounts.items():
        if name in request.names:
            return rule
    return policy.accounts.get(ANY)


def _against(rule: Rule, request: Request) -> Iterator[Decision]:
    """Everything that speaks against a request, the first of which is told."""

    def no(code: str, **values: object) -> Decision:
        return Decision(False, code, {"rule": rule.name, **values}, rule=rule)

    if rule.accounts is not None and not rule.accounts & {*request.names, ANY}:
        yield no("policy.account", account=request.account)
    if not rule.hours.open(request.now):
        yield no("policy.hours")
    if not request.acts:
        yield no("policy.message", message="")
    if any(act.kind is ActKind.POLICY for act in request.acts):
        yield no("policy.message", message="Policy")  # rules do not change rules
    for act in request.acts:
        for code, what in _against_act(rule, request, act):
            yield no(code, message=name_of(act), what=what)
    if rule.max_fee is not None and request.fee > rule.max_fee:
        yield no("policy.fee", fee=request.fee, most=rule.max_fee)
    yield from _against_sum(rule, request)


def _against_act(rule: Rule, request: Request, act: Act) -> Iterator[tuple[str, object]]:
    place = request.place
    if not _may_sign(rule, act):
        yield "policy.message", name_of(act)
    if act.account not in (None, request.account):
        yield "policy.other_account", act.account
    if act.kind not in _WORDS:
        if act.chain_id != place.chain_id and (act.chain_id is not None or act.kind in _MONEY):
            yield "policy.chain", act.chain_id if act.chain_id is not None else ANY
        names = _own_names(request, act.contract)
        is_plain = act.kind is ActKind.PAY and act.token is None  # no contract is called
        known = rule.contracts is None or ANY in rule.contracts or is_plain
        if not known and not (rule.contracts or frozenset()) & {act.contract or "", *names}:
            yield "policy.contract", act.contract or "-"
    is_moved = act.kind in _MONEY and act.amount != 0
    if is_moved and rule.pay is not None and not _may_pay(rule.pay, request, act):
        yield "policy.payee", act.party or BANK


def _may_sign(rule: Rule, act: Act) -> bool:
    if rule.messages is None or ANY in rule.messages:
        # What nobody can name is never covered by «all» of a token's rule.
        return rule.secret_hash is None or bool(name_of(act))
    if act.kind is ActKind.SIGN_IN and "sign-in" in rule.messages:
        return True
    return bool(name_of(act)) and name_of(act) in rule.messages


def _may_pay(pay: frozenset[str], request: Request, act: Act) -> bool:
    if act.kind is ActKind.REDEEM:
        return bool(pay & {BANK, ANY})
    names = {name for name, address in request.contacts.items() if address == act.party}
    names |= _own_names(request, act.party)
    words = {ANY, CONTACTS} if names & set(request.contacts) else {ANY}
    return bool(pay & {act.party or "", *names, *words})


def _own_names(request: Request, address: str | None) -> set[str]:
    """How a rule calls the bank's contract at an address; nothing where there is no address."""
    own = {TOKEN: request.place.token, TELLER: request.place.teller}
    return {name for name, known in own.items() if known is not None and known == address}


def _against_sum(rule: Rule, request: Request) -> Iterator[Decision]:
    """Amounts: each and together, with what was granted today."""
    if rule.per_payment is None and rule.per_day is None:
        return
    currency = request.place.currency
    fixed: dict[str, object] = {"rule": rule.name}

    def no(code: str, **values: object) -> Decision:
        return Decision(False, code, fixed | values, rule=rule)

    moving = [act for act in request.acts if act.kind in _MONEY and act.amount != 0]
    for act in moving:
        if act.token != request.place.token or rule.currency != currency:
            yield no("policy.money", token=act.token or _NATIVE)
        elif act.amount is None:
            yield no("policy.unlimited")
    for amount in (act.amount or 0 for act in moving):
        if rule.per_payment is not None and amount > rule.per_payment:
            most = shown(rule.per_payment, currency)
            yield no("policy.per_payment", amount=shown(amount, currency), most=most)
    total = request.spent + _sum(request)
    if rule.per_day is not None and total > rule.per_day:
        most = shown(rule.per_day, currency)
        yield no("policy.per_day", amount=shown(total, currency), most=most)


def _sum(request: Request) -> int:
    """Minor units of the wallet's own token that the request moves or allows to be moved."""
    own = request.place.token
    return sum(act.amount or 0 for act in request.acts if act.kind in _MONEY and act.token == own)
