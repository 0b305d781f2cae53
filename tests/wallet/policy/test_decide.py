"""Tests of wallet.policy.decide: the judgment, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.address import checksum
from wallet.consent import Act, ActKind, acts_of_typed
from wallet.money import Currency
from wallet.policy import Decision, Place, Policy, Request, Rule, decide, parse_policy
from wallet.policy.decide import name_of
from wallet.policy.model import Hours
from wallet.policy.seal import Seal, policy_message

EUR = Currency.of("EUR")
ME, BO, EVE = (checksum(bytes([number]) * 20) for number in (0x11, 0x33, 0x66))
TOKEN, TELLER = checksum(b"\x22" * 20), checksum(b"\x55" * 20)
PLACE = Place(31337, TOKEN, TELLER, EUR)
PAY = Act(ActKind.PAY, "TransferWithAuthorization", 31337, TOKEN, ME, BO, 5_00, TOKEN)
ALLOW = replace(PAY, kind=ActKind.ALLOW, name="Permit")
REDEEM = replace(PAY, kind=ActKind.REDEEM, name="RedeemOrder", party=None)
NOON = 1_800_014_400  # Friday, 15 January 2027, 12:00 UTC
REQUEST = Request(frozenset({"0", ME, "main"}), ME, (PAY,), PLACE, NOON, contacts={"Bo": BO})
FULL = Rule(
    "token.shop",
    pay=frozenset({"Bo"}),
    per_payment=10_00,
    per_day=20_00,
    currency=EUR,
    messages=frozenset({"TransferWithAuthorization"}),
    contracts=frozenset({"token"}),
    max_fee=0,
    secret_hash=bytes(32),
    accounts=frozenset({"main"}),
)


def judged(rule: Rule, request: Request = REQUEST, *acts: Act) -> Decision:
    """The decision of one token's rule."""
    policy = Policy({}, {"shop": rule})
    return decide(policy, replace(request, token="shop", acts=acts or request.acts))


def code(rule: Rule, *acts: Act, **changes: Any) -> str:
    return judged(rule, replace(REQUEST, **changes), *acts).code


def test_what_a_rule_names_is_allowed() -> None:
    found = judged(FULL)
    assert (found.allowed, found.code, found.amount, found.rule) == (
        True, "policy.allowed", 5_00, FULL,
    )  # fmt: skip


# ---------------------------------------------------------------------- default deny


def test_a_token_without_a_rule_may_do_nothing() -> None:
    found = decide(Policy({"*": Rule("account.*")}, {}), replace(REQUEST, token="shop"))
    assert (found.allowed, found.code) == (False, "policy.token")


BARE = parse_policy(b'version = 1\n[token.shop]\nsecret_sha256 = "%s"\n' % (b"00" * 32))


@given(
    st.sampled_from(list(ActKind)),
    st.sampled_from(["", "Permit", "transfer", "text"]),
    st.sampled_from([None, 31337]),
    st.sampled_from([None, BO, TOKEN]),
    st.sampled_from([None, 0, 1, 10**30]),
)
def test_a_rule_that_says_nothing_allows_a_token_nothing(
    kind: ActKind, name: str, chain: int | None, party: str | None, amount: int | None
) -> None:
    act = Act(kind, name, chain, TOKEN, ME, party, amount, TOKEN)
    assert not decide(BARE, replace(REQUEST, token="shop", acts=(act,))).allowed
    assert not decide(BARE, replace(REQUEST, token="shop", acts=())).allowed


def test_the_owner_is_free_without_a_rule() -> None:
    found = decide(Policy({}, {"shop": FULL}), REQUEST)
    assert (found.allowed, found.code, found.amount) == (True, "policy.free", 5_00)


@pytest.mark.parametrize("name", ["0", "main", ME, "*"])
def test_an_account_is_named_in_four_ways(name: str) -> None:
    policy = Policy({name: Rule("r", pay=frozenset())}, {})
    assert decide(policy, REQUEST).code == "policy.payee"
    other = Policy({"savings": Rule("r", pay=frozenset())}, {})
    assert decide(other, REQUEST).code == "policy.free"


def test_an_accounts_own_rule_goes_before_that_of_all() -> None:
    policy = Policy({"*": Rule("all", pay=frozenset()), "main": Rule("own")}, {})
    assert decide(policy, REQUEST).allowed


# ---------------------------------------------------------------------- each restriction


def test_whom() -> None:
    assert code(FULL, replace(PAY, party=EVE)) == "policy.payee"
    for pay in ({"*"}, {BO}, {"contacts"}, {"Bo", EVE}):
        assert code(replace(FULL, pay=frozenset(pay))) == "policy.allowed"
    for pay in ({EVE}, {"bank"}, {"token"}, {"Ada"}, set[str]()):
        assert code(replace(FULL, pay=frozenset(pay))) == "policy.payee"
    assert code(replace(FULL, pay=frozenset({"contacts"})), contacts={}) == "policy.payee"


def test_a_spender_is_paid_too() -> None:
    rule = replace(FULL, messages=frozenset({"Permit", "approve"}))
    assert code(rule, ALLOW) == "policy.allowed"
    assert code(rule, replace(ALLOW, party=EVE)) == "policy.payee"
    assert code(rule, replace(ALLOW, party=EVE, amount=0)) == "policy.allowed"  # revoking
    assert code(rule, replace(ALLOW, amount=None)) == "policy.unlimited"
    assert code(rule, replace(ALLOW, amount=10_01)) == "policy.per_payment"


def test_ones_own_bank_account() -> None:
    rule = replace(FULL, messages=frozenset({"RedeemOrder"}))
    assert code(rule, REDEEM) == "policy.payee"
    assert code(replace(rule, pay=frozenset({"bank"})), REDEEM) == "policy.allowed"


def test_how_much() -> None:
    assert code(FULL, replace(PAY, amount=10_00)) == "policy.allowed"
    assert code(FULL, replace(PAY, amount=10_01)) == "policy.per_payment"
    assert code(FULL, spent=15_00) == "policy.allowed"
    assert code(FULL, spent=15_01) == "policy.per_day"
    assert code(FULL, *[replace(PAY, amount=10_00)] * 2) == "policy.allowed"
    assert code(FULL, *[replace(PAY, amount=7_00)] * 3) == "policy.per_day"


@given(st.lists(st.integers(0, 12_00), min_size=1, max_size=5), st.integers(0, 25_00))
def test_no_day_is_more_than_the_rule_says(amounts: list[int], spent: int) -> None:
    acts = tuple(replace(PAY, amount=amount) for amount in amounts)
    found = judged(FULL, replace(REQUEST, spent=spent), *acts)
    fits = max(amounts) <= 10_00 and spent + sum(amounts) <= 20_00
    assert found.allowed is fits
    if found.allowed:
        assert found.amount == sum(amounts)


def test_other_money_has_no_limit_here() -> None:
    assert code(FULL, replace(PAY, token=EVE)) == "policy.money"
    native = Act(ActKind.PAY, "", 31337, BO, party=BO, amount=1)
    rule = replace(FULL, messages=frozenset({"native"}))
    assert code(rule, native) == "policy.money"
    assert code(rule, replace(native, amount=0)) == "policy.allowed"
    dollars = replace(FULL, currency=Currency.of("USD"))
    assert code(dollars) == "policy.money"


def test_what() -> None:
    assert code(FULL, replace(PAY, name="transfer")) == "policy.message"
    assert (
        code(replace(FULL, messages=frozenset({"*"})), replace(PAY, name="x")) == "policy.allowed"
    )
    nameless = Act(ActKind.OTHER, "", 31337, TOKEN)
    assert code(replace(FULL, messages=frozenset({"*", ""})), nameless) == "policy.message"


def test_no_rule_changes_the_rules() -> None:
    every = Rule("token.all", messages=frozenset({"*", "Policy"}), secret_hash=bytes(32))
    assert code(every, Act(ActKind.POLICY, "Policy", account=ME)) == "policy.message"
    (found,) = acts_of_typed(policy_message(ME, b"", Seal({"Bo": BO}, 5)))
    assert (found.kind, found.name, found.account) == (ActKind.POLICY, "Policy", ME)
    accounts = Policy({"*": Rule("account.*")}, {})
    assert decide(accounts, replace(REQUEST, acts=(found,))).code == "policy.message"


def test_texts_and_sign_ins() -> None:
    text = Act(ActKind.TEXT, "text")
    sign_in = Act(ActKind.SIGN_IN, "sign-in", 1, account=ME, party="service.org")
    assert code(FULL, text) == "policy.message"
    assert code(replace(FULL, messages=frozenset({"text"})), text) == "policy.allowed"
    assert code(replace(FULL, messages=frozenset({"text"})), sign_in) == "policy.message"
    for names in ({"sign-in:service.org"}, {"sign-in"}, {"*"}):
        assert code(replace(FULL, messages=frozenset(names)), sign_in) == "policy.allowed"
    other = replace(sign_in, party="evil.org")
    here = replace(FULL, messages=frozenset({"sign-in:service.org"}))
    assert code(here, other) == "policy.message"
    assert name_of(other) == "sign-in:evil.org"


def test_where() -> None:
    assert code(FULL, replace(PAY, contract=EVE)) == "policy.contract"
    assert code(FULL, replace(PAY, contract=None)) == "policy.contract"
    assert code(FULL, replace(PAY, contract=TELLER)) == "policy.contract"
    for contracts in ({EVE}, {"*"}):
        rule = replace(FULL, contracts=frozenset(contracts))
        assert code(rule, replace(PAY, contract=EVE)) == "policy.allowed"
    assert code(replace(FULL, contracts=frozenset({"teller"})), PAY) == "policy.contract"
    assert code(FULL, replace(PAY, chain_id=1)) == "policy.chain"
    assert code(FULL, replace(PAY, chain_id=None)) == "policy.chain"


def test_a_bank_without_a_teller_lends_its_name_to_nobody() -> None:
    """No contract, and no payee, is not the Teller that is not there."""
    rule = replace(FULL, contracts=frozenset({"teller"}), messages=frozenset({"Order"}))
    order = Act(ActKind.OTHER, "Order")
    alone = replace(PLACE, teller=None)
    assert code(rule, order, place=alone) == "policy.contract"
    made = Act(ActKind.PAY, "", 31337, amount=5)
    free = replace(rule, pay=frozenset({"teller"}), messages=frozenset({"native"}))
    assert code(free, made, place=alone) == "policy.payee"


def test_in_whose_name() -> None:
    assert code(FULL, replace(PAY, account=EVE)) == "policy.other_account"
    assert code(replace(FULL, accounts=frozenset({"1"}))) == "policy.account"
    assert code(replace(FULL, accounts=frozenset({"*"}))) == "policy.allowed"


def test_at_what_price() -> None:
    assert code(FULL, fee=1) == "policy.fee"
    assert code(replace(FULL, max_fee=5), fee=5) == "policy.allowed"
    assert code(replace(FULL, max_fee=None), fee=10**20) == "policy.allowed"


def test_one_wrong_act_is_enough() -> None:
    assert code(FULL, PAY, replace(PAY, party=EVE)) == "policy.payee"
    assert code(FULL, replace(PAY, party=EVE), PAY) == "policy.payee"


# ---------------------------------------------------------------------- hours


@pytest.mark.parametrize(
    ("hours", "shift", "allowed"),
    [
        (Hours(8 * 60, 20 * 60), 0, True),
        (Hours(8 * 60, 12 * 60), 0, False),  # until noon, noon not included
        (Hours(12 * 60, 13 * 60), 0, True),
        (Hours(8 * 60, 20 * 60, offset=8 * 60), 0, False),  # it is 20:00 in Shanghai
        (Hours(8 * 60, 20 * 60, offset=8 * 60), -60, True),
        (Hours(22 * 60, 6 * 60), 0, False),
        (Hours(22 * 60, 6 * 60), 10 * 3600, True),
        (Hours(22 * 60, 6 * 60), 17 * 3600, True),
        (Hours(22 * 60, 6 * 60), 18 * 3600, False),
        (Hours(days=frozenset({4})), 0, True),  # Friday
        (Hours(days=frozenset({0, 1, 2, 3, 5, 6})), 0, False),
        (Hours(22 * 60, 6 * 60, frozenset({4})), 17 * 3600, True),  # the night of Friday
        (Hours(22 * 60, 6 * 60, frozenset({5})), 17 * 3600, False),
        (Hours(), 12345, True),
    ],
)
def test_when(hours: Hours, shift: int, allowed: bool) -> None:
    found = judged(replace(FULL, hours=hours), replace(REQUEST, now=NOON + shift))
    assert found.code == ("policy.allowed" if allowed else "policy.hours")


def test_a_day_turns_by_the_rules_clock() -> None:
    shanghai = Hours(offset=8 * 60)
    assert shanghai.day(NOON + 4 * 3600) == shanghai.day(NOON) + 1
    assert Hours().day(NOON + 4 * 3600) == Hours().day(NOON)


@given(st.integers(0, 2**35), st.integers(-840, 840))
def test_the_day_after_is_the_next_weekday(now: int, offset: int) -> None:
    for day in range(7):
        only = Hours(days=frozenset({day}), offset=offset)
        assert only.open(now) == Hours(days=frozenset({(day + 1) % 7}), offset=offset).open(
            now + 86_400
        )


def test_each_no_reads_as_an_error() -> None:
    for changed in (
        replace(PAY, party=EVE), replace(PAY, amount=10_01), replace(PAY, name="x"),
        replace(PAY, chain_id=1), replace(PAY, contract=EVE), replace(PAY, token=EVE),
        replace(PAY, account=EVE), replace(ALLOW, name="TransferWithAuthorization", amount=None),
    ):  # fmt: skip
        error = judged(FULL, REQUEST, changed).error()
        assert "token.shop" in error.message("en")
        assert error.message("zh")
        assert "policy sign" in error.remedy("en")
