"""Tests of wallet.money: an amount is read exactly or not at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import AmountError
from wallet.money import MAX_AMOUNT, Currency, format_amount, parse_amount

EUR, JPY, KWD = Currency.of("EUR"), Currency.of("JPY"), Currency.of("KWD")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", EUR, 1234),
        ("12.3", EUR, 1230),
        ("12", EUR, 1200),
        ("0", EUR, 0),
        ("0.01", EUR, 1),
        ("5000", JPY, 5000),
        ("1.234", KWD, 1234),
    ],
)
def test_reads_plain_decimals(text: str, currency: Currency, minor: int) -> None:
    assert parse_amount(text, currency) == minor


NOT_AMOUNTS = [
    *("-1", "-0", "+1", "NaN", "Inf", "1e2", "1e400", "1E2", "0x10", "1,000", "1.000,00"),
    *("1'000", "1_000", ".5", "5.", "1..2", "1.2.3", "007", "00", "٣", "１２", "１.５", "½"),
    *("1.٣", "€5", "5EUR"),
]


@pytest.mark.parametrize(
    "text",
    [*NOT_AMOUNTS, "", " ", "1 ", " 1", "1\n", "x" * 5000, "1\x00", "\u202e12"],
)
def test_refuses_what_is_not_a_plain_amount(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text, EUR)
    assert caught.value.code in ("amount.format", "amount.digits", "amount.zeros")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("１２", "amount.digits", "“１２”"),
        ("٣\n", "amount.digits", "٣\\n"),
        ("01", "amount.zeros", "leading zeros"),
        ("01.50", "amount.zeros", "leading zeros"),
        ("-1", "amount.format", "-1"),
    ],
)
def test_what_is_wrong_with_a_near_miss_is_said(text: str, code: str, shown: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text, EUR)
    assert caught.value.code == code
    assert shown in caught.value.message() + caught.value.remedy()


@pytest.mark.parametrize(("text", "currency"), [("0.001", EUR), ("1.0", JPY), ("1.2345", KWD)])
def test_refuses_more_decimals_than_the_currency_has(text: str, currency: Currency) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text, currency)
    assert caught.value.code == "amount.decimals"


def test_refuses_more_than_a_balance_can_hold() -> None:
    assert parse_amount(format_amount(MAX_AMOUNT, EUR), EUR) == MAX_AMOUNT
    for text in (format_amount(MAX_AMOUNT + 1, EUR), "9" * 29, "9" * 61, "9" * 5000):
        with pytest.raises(AmountError) as caught:
            parse_amount(text, EUR)
        assert caught.value.code == "amount.too_large"


def test_unknown_currency_is_refused() -> None:
    for code in ("EURO", "eur", "XXX", "", "ＥＵＲ"):
        with pytest.raises(AmountError):
            Currency.of(code)


def test_formats_every_decimal_and_the_sign_of_a_difference() -> None:
    assert format_amount(5, EUR) == "0.05"
    assert format_amount(-5, EUR) == "-0.05"
    assert format_amount(5, JPY) == "5"
    for wrong in (True, 1.0, "5", None):
        with pytest.raises(TypeError):
            format_amount(wrong, EUR)  # type: ignore[arg-type]  # the wrong type is the test


@given(st.integers(0, MAX_AMOUNT), st.sampled_from([EUR, JPY, KWD, Currency.of("CLF")]))
def test_what_is_written_reads_back(minor: int, currency: Currency) -> None:
    text = format_amount(minor, currency)
    assert parse_amount(text, currency) == minor
    assert Fraction(text) * 10**currency.exponent == minor


@given(st.text(max_size=30))
def test_any_text_is_read_exactly_or_refused(text: str) -> None:
    try:
        minor = parse_amount(text, EUR)
    except AmountError:
        return
    assert text.isascii()
    assert Fraction(text) * 100 == minor
