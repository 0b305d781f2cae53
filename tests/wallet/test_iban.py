"""Tests of wallet.iban: check digits, and every single slip of the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN as SCHWIFTY

from wallet.errors import IbanError
from wallet.iban import format_iban, parse_iban

# The examples of the IBAN registry.
EXAMPLES = [
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "MT84MALT011000012345MTLCAST001S",
    "NO9386011117947",
]


@pytest.mark.parametrize("iban", EXAMPLES)
def test_the_registrys_examples(iban: str) -> None:
    assert parse_iban(iban) == iban
    assert parse_iban(format_iban(iban)) == iban
    assert parse_iban(iban.lower()) == iban


@pytest.mark.parametrize("iban", EXAMPLES)
@given(data=st.data())
def test_one_wrong_character_is_refused(iban: str, data: st.DataObject) -> None:
    """A digit for a digit, a letter for a letter: what ISO 7064 promises to catch."""
    place = data.draw(st.integers(0, len(iban) - 1))
    kind = "0123456789" if iban[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    letter = data.draw(st.sampled_from(kind))
    changed = iban[:place] + letter + iban[place + 1 :]
    if changed != iban:
        with pytest.raises(IbanError):
            parse_iban(changed)


NOT_IBANS = [
    *("", "DE", "DE89", "89DE370400440532013000", "DE89-3704-0044", "0x" + "0" * 40),
    *("DE89370400440532013000" * 2, "ＤＥ89370400440532013000", "DE8937040044053201300０"),
]


@pytest.mark.parametrize("text", NOT_IBANS)
def test_refuses_what_is_no_iban(text: str) -> None:
    with pytest.raises(IbanError) as caught:
        parse_iban(text)
    assert caught.value.code == "iban.format"


@given(st.integers(0, 10**18 - 1))
def test_agrees_with_schwifty(number: int) -> None:
    theirs = SCHWIFTY.generate(
        "DE", bank_code=str(number)[:8].zfill(8), account_code=f"{number % 10**10:010d}"
    )
    assert parse_iban(str(theirs)) == str(theirs)
