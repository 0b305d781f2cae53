"""Tests of wallet.policy.parse: what is not understood is refused, not passed over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tidy.sources import ROOT
from wallet.errors import InputError
from wallet.policy import parse, parse_policy

HASH = "ab" * 32
BO = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
WHOLE = f"""
version = 1
[account."*"]
pay = ["contacts", "bank", "{BO.lower()}"]
per_payment = "100.00"
per_day = "500"
currency = "EUR"
messages = ["*"]
contracts = ["token"]
max_fee_gwei = 50000
hours = "22:00-06:00"
days = ["mon", "sun"]
utc_offset = "-03:30"
[token.shop]
secret_sha256 = "{HASH}"
accounts = ["0"]
pay = ["Bo"]
"""


def code(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_policy(text.encode())
    assert "{" not in str(caught.value)
    return caught.value.code


def test_everything_that_can_be_said() -> None:
    policy = parse_policy(WHOLE.encode())
    rule = policy.accounts["*"]
    assert rule.pay == {"contacts", "bank", BO}
    assert (rule.per_payment, rule.per_day, rule.max_fee) == (100_00, 500_00, 50000 * 10**9)
    hours = rule.hours
    assert (hours.start, hours.end, hours.days, hours.offset) == (1320, 360, {0, 6}, -210)
    shop = policy.tokens["shop"]
    assert (shop.secret_hash, shop.accounts, shop.pay) == (bytes.fromhex(HASH), {"0"}, {"Bo"})


def test_what_is_left_out() -> None:
    policy = parse_policy(f'version = 1\n[account.a]\n[token.b]\nsecret_sha256 = "{HASH}"'.encode())
    free, shut = policy.accounts["a"], policy.tokens["b"]
    assert (free.pay, free.per_day, free.messages, free.contracts, free.max_fee) == (None,) * 5
    assert (shut.pay, shut.messages, shut.accounts) == (set(), set(), set())
    assert (shut.per_day, shut.max_fee, shut.contracts) == (0, 0, {"token"})


def test_the_page_of_the_module_is_a_policy() -> None:
    page = (parse.__doc__ or "").split("\n\n", 1)[1].rpartition("\n\nIn a rule")[0]
    text = re.sub("^    ", "", page, flags=re.MULTILINE).replace("…", HASH)
    assert set(parse_policy(text.encode()).tokens) == {"shop"}


def test_the_guides_example_is_a_policy() -> None:
    page = (ROOT / "docs/guide/policy.md").read_text("utf-8")
    policy = parse_policy(page.partition("```toml\n")[2].partition("```")[0].encode())
    assert (set(policy.accounts), set(policy.tokens)) == ({"*"}, {"shop"})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version = 1", "version = 2", "policy.key"),
        ("version = 1", "version = true", "policy.key"),
        ("version = 1", "", "policy.key"),
        ("version = 1", "version = 1\nmode = 1", "policy.key"),
        ("version = 1", "version = 1\naccount = 5", "policy.syntax"),
        ('per_day = "500"', 'per_dya = "500"', "policy.key"),
        ('per_day = "500"', "per_day = 500", "policy.amount"),
        ('per_day = "500"', "per_day = 1e3", "policy.amount"),
        ('per_day = "500"', 'per_day = "500.001"', "policy.amount"),
        ('per_day = "500"', 'per_day = "-1"', "policy.amount"),
        ('currency = "EUR"', "", "policy.key"),
        ('currency = "EUR"', 'currency = "XXX"', "policy.key"),
        ('messages = ["*"]', 'messages = "*"', "policy.key"),
        ('messages = ["*"]', "messages = [5]", "policy.key"),
        ('messages = ["*"]', 'messages = [""]', "policy.key"),
        ('contracts = ["token"]', 'contracts = ["0x12"]', "policy.key"),
        ("max_fee_gwei = 50000", "max_fee_gwei = -1", "policy.key"),
        ("max_fee_gwei = 50000", "max_fee_gwei = 1.5", "policy.key"),
        ("max_fee_gwei = 50000", "max_fee_gwei = true", "policy.key"),
        ('"22:00-06:00"', '"22:00"', "policy.hours_form"),
        ('"22:00-06:00"', '"22:00-22:00"', "policy.hours_form"),
        ('"22:00-06:00"', '"00:00-24:01"', "policy.hours_form"),
        ('"22:00-06:00"', '"25:00-06:00"', "policy.hours_form"),
        ('["mon", "sun"]', '["monday"]', "policy.key"),
        ('["mon", "sun"]', "[]", "policy.key"),
        ('"-03:30"', '"-15:00"', "policy.key"),
        (f'"{HASH}"', '"12"', "policy.key"),
        (f'secret_sha256 = "{HASH}"', "", "policy.key"),
        ("[token.shop]", '[token."a b"]', "policy.key"),
        ('[account."*"]', '[account."*"]\naccounts = ["0"]', "policy.key"),
        ("version = 1", "version = 1\n[", "policy.syntax"),
        ("version = 1", "version = 1\nversion = 1", "policy.syntax"),
    ],
)
def test_what_cannot_be_said(old: str, new: str, expected: str) -> None:
    assert old in WHOLE
    assert code(WHOLE.replace(old, new, 1)) == expected


def test_bytes_that_are_no_text_and_too_many() -> None:
    with pytest.raises(InputError):
        parse_policy(b"\xff")
    with pytest.raises(InputError):
        parse_policy(b"#" * 100_001)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(InputError):
        parse_policy(b"x = 1\n" + data)
