"""Wallet: reading policy.toml, strictly: a key that is not known is an error, not a wish.

    version = 1
    agent = "owner"                # or "tokens": the agent serves only who brings a token

    [account."*"]                  # or by an account's name, number or address
    pay = ["contacts", "bank"]     # contacts' names, addresses, "contacts", "bank", "*"
    per_payment = "100.00"
    per_day = "500.00"
    currency = "EUR"
    messages = ["*"]               # names of messages and calls, "text", "sign-in:example.org"
    contracts = ["token"]          # addresses, "token", "teller", "*"
    max_fee_gwei = 50000           # of the chain's native coin, for one transaction
    hours = "08:00-20:00"
    days = ["mon", "tue", "wed", "thu", "fri"]
    utc_offset = "+08:00"

    [token.shop]                   # the same keys, and:
    secret_sha256 = "…"            # as `jiaozi agent token new shop` gives it
    accounts = ["0"]

In a rule of an account, what is left out is free; in one of a token, it is forbidden.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from wallet.address import parse_address
from wallet.errors import AddressError, AmountError, InputError
from wallet.money import Currency, parse_amount, shorten
from wallet.plain import show
from wallet.policy.model import TOKEN, Hours, Policy, Rule

_VERSION: Final = 1
_LARGEST: Final = 100_000
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_OFFSET: Final = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: What an agent token may be called.
TOKEN_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_COMMON: Final = frozenset(
    (
        "pay",
        "per_payment",
        "per_day",
        "currency",
        "messages",
        "contracts",
        "max_fee_gwei",
        "hours",
        "days",
        "utc_offset",
    )
)
_OF_TOKEN: Final = _COMMON | {"secret_sha256", "accounts"}
_LAST_MINUTE: Final = 24 * 60
_GWEI: Final = 10**9


def parse_policy(data: bytes) -> Policy:
    """Read the file; InputError naming the key that is wrong."""
    try:
        whole = tomllib.loads(data.decode()) if len(data) <= _LARGEST else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("policy.syntax", reason=show(str(error))[:200]) from error
    if whole.get("version") != _VERSION or isinstance(whole["version"], bool):
        raise InputError("policy.key", key="version")
    for key in whole:
        if key not in ("version", "agent", "account", TOKEN):
            raise InputError("policy.key", key=shorten(key))
    if whole.get("agent", "owner") not in ("owner", "tokens"):
        raise InputError("policy.key", key="agent")
    accounts, tokens = _tables(whole, "account"), _tables(whole, TOKEN)
    for name in tokens:
        if TOKEN_NAME.fullmatch(name) is None:
            raise InputError("policy.key", key=shorten(f"token.{name}"))
    return Policy(
        {_address(name): _rule(f"account.{name}", table) for name, table in accounts.items()},
        {name: _token_rule(f"token.{name}", table) for name, table in tokens.items()},
        tokens_only=whole.get("agent") == "tokens",
    )


def _tables(whole: Mapping[str, Any], name: str) -> Mapping[str, Mapping[str, Any]]:
    found = whole.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise InputError("policy.key", key=name)
    return found


def _token_rule(name: str, table: Mapping[str, Any]) -> Rule:
    """What is left out of a token's rule is forbidden."""
    secret = table.get("secret_sha256")
    if not isinstance(secret, str) or _HASH.fullmatch(secret) is None:
        raise InputError("policy.key", key=f"{name}.secret_sha256")
    nothing: dict[str, Any] = {
        "pay": [],
        "messages": [],
        "contracts": [TOKEN],
        "max_fee_gwei": 0,
        "accounts": [],
    }
    return _rule(name, {**nothing, **table}, is_token=True)


def _rule(name: str, table: Mapping[str, Any], *, is_token: bool = False) -> Rule:
    for key in table:
        if key not in (_OF_TOKEN if is_token else _COMMON):
            raise InputError("policy.key", key=shorten(f"{name}.{key}"))
    currency = _currency(name, table)
    per_day = _amount(name, table, "per_day", currency)
    per_payment = _amount(name, table, "per_payment", currency)
    if is_token and per_day is None:
        per_day = 0
    fee = table.get("max_fee_gwei")
    if fee is not None and (type(fee) is not int or not 0 <= fee <= _GWEI * _GWEI):
        raise InputError("policy.key", key=f"{name}.max_fee_gwei")
    secret = table.get("secret_sha256")
    return Rule(
        name=name,
        pay=_words(name, table, "pay"),
        per_payment=per_payment,
        per_day=per_day,
        currency=currency,
        messages=_words(name, table, "messages"),
        contracts=_words(name, table, "contracts"),
        max_fee=None if fee is None else fee * _GWEI,
        hours=_hours(name, table),
        secret_hash=None if secret is None else bytes.fromhex(secret),
        accounts=_words(name, table, "accounts"),
    )


def _currency(name: str, table: Mapping[str, Any]) -> Currency | None:
    code = table.get("currency")
    if code is None:
        if "per_day" in table or "per_payment" in table:
            raise InputError("policy.key", key=f"{name}.currency")
        return None
    try:
        return Currency.of(str(code))
    except AmountError as error:
        raise InputError("policy.key", key=f"{name}.currency") from error


def _amount(name: str, table: Mapping[str, Any], key: str, currency: Currency | None) -> int | None:
    text = table.get(key)
    if text is None or currency is None:
        return None
    try:
        if not isinstance(text, str):  # a number of TOML may be a float
            raise InputError("policy.amount", key=f"{name}.{key}")
        return parse_amount(text, currency)
    except AmountError as error:
        raise InputError("policy.amount", key=f"{name}.{key}") from error


def _words(name: str, table: Mapping[str, Any], key: str) -> frozenset[str] | None:
    words = table.get(key)
    if words is None:
        return None
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise InputError("policy.key", key=f"{name}.{key}")
    try:
        return frozenset(map(_address, words))
    except AddressError as error:
        raise InputError("policy.key", key=f"{name}.{key}") from error


def _address(word: str) -> str:
    """An address in its one form; any other word as it is."""
    return parse_address(word) if word.startswith("0x") else word


def _hours(name: str, table: Mapping[str, Any]) -> Hours:
    hours, days, offset = (table.get(key) for key in ("hours", "days", "utc_offset"))
    found = Hours()
    start, end, shift = found.start, found.end, found.offset
    if hours is not None:
        match = _HOURS.fullmatch(str(hours))
        start, end = (
            (0, 0) if match is None else (_minute(match[1], match[2]), _minute(*match.group(3, 4)))
        )
        if match is None or start == end or end > _LAST_MINUTE:
            raise InputError("policy.hours_form", key=f"{name}.hours")
    if offset is not None:
        match = _OFFSET.fullmatch(str(offset))
        if match is None:
            raise InputError("policy.key", key=f"{name}.utc_offset")
        shift = _minute(match[2], match[3]) * (1 if match[1] == "+" else -1)
    if days is None:
        return Hours(start, end, offset=shift)
    if not isinstance(days, list) or not days or not set(map(str, days)) <= set(_DAYS):
        raise InputError("policy.key", key=f"{name}.days")
    return Hours(start, end, frozenset(map(_DAYS.index, days)), shift)


def _minute(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)
