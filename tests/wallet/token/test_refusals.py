"""Tests of wallet.token.refusals: each reason names the right account and says what to do."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from wallet.address import address_bytes, checksum
from wallet.errors import RpcError
from wallet.money import Currency
from wallet.texts.errors_en import ERRORS as TEXTS
from wallet.token import decode_refusal, refusal_of_revert
from wallet.token.refusals import _CODES, ERRORS

EUR = Currency.of("EUR")
ME, YOU = checksum(b"\x11" * 20), checksum(b"\x22" * 20)


def _reason(name: str) -> bytes:
    (signature,) = (each for each in ERRORS if each.startswith(name + "("))
    return keccak(text=signature)[:4]


@pytest.mark.parametrize(
    ("name", "value", "limit", "code", "words"),
    [
        ("TokenPaused", 0, 0, "refused.paused", "paused"),
        ("FrozenAccount", int.from_bytes(address_bytes(YOU)), 0, "refused.frozen", YOU),
        ("PaymentLimitExceeded", 500_01, 500_00, "refused.payment_limit", "500.00 EUR"),
        ("DailyLimitExceeded", 500_01, 500_00, "refused.daily_limit", "500.01 EUR"),
        ("BalanceLimitExceeded", 500_01, 500_00, "refused.balance_limit", YOU),
        ("PaymentLimitExceeded", 1, 0, "refused.unregistered", ME),
        ("BalanceLimitExceeded", 1, 0, "refused.unregistered", YOU),
        ("ERC20InsufficientBalance", 5, 10, "refused.balance", "0.05 EUR"),
        ("ERC20InvalidReceiver", int.from_bytes(address_bytes(YOU)), 0, "refused.account", YOU),
    ],
)
def test_reasons_of_transfer_check(
    name: str, value: int, limit: int, code: str, words: str
) -> None:
    refusal = decode_refusal(_reason(name), value, limit, sender=ME, to=YOU)
    error = refusal.error(EUR)
    assert error.code == code
    assert words in str(error)
    assert error.exit_code == 3
    assert error.remedy("zh")


def test_a_reason_that_is_not_known_is_shown_as_it_is() -> None:
    refusal = decode_refusal(b"\xde\xad\xbe\xef", 1, 2, sender=ME, to=YOU)
    assert "0xdeadbeef" in str(refusal.error(EUR))


def test_every_error_has_words_or_shares_them() -> None:
    names = {signature[: signature.index("(")] for signature in ERRORS}
    assert set(_CODES) <= names
    assert set(_CODES.values()) <= set(TEXTS)


def _revert(data: object) -> RpcError:
    return RpcError("rpc.refused", method="eth_call", rpc_code=3, reason="reverted", data=data)


def test_a_revert_is_decoded() -> None:
    values = encode(["address", "uint256", "uint256"], [ME, 501, 500])
    data = "0x" + (_reason("DailyLimitExceeded") + values).hex()
    for given in (data, {"data": data}):
        refusal = refusal_of_revert(_revert(given))
        assert refusal is not None
        assert (refusal.name, refusal.account) == ("DailyLimitExceeded", ME)
        assert (refusal.value, refusal.limit) == (501, 500)


@pytest.mark.parametrize(
    "data",
    [None, "", "0x", "zz", "0x08c379a0", 5, {}, {"data": None}, "0x" + _reason("OrderUsed").hex()],
)
def test_what_is_no_known_revert_is_none(data: object) -> None:
    assert refusal_of_revert(_revert(data)) is None
