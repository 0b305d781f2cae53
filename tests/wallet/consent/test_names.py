"""Tests of wallet.consent.names: names that hide or imitate, and no alarm on honest ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.consent.names import double_of, is_mixed, skeletons

HONEST = [
    "Bo", "Ada Wu", "Müller & Söhne", "O'Neil-2", "艾达·王", "王 Ada", "Зоя Иванова", "Ωμέγα",
    "東京の店 Café", "カフェ 2", "서울 Mart", "Łódź", "محمد", "שרה", "Zoë", "नमस्ते", "€100",
    "", "123",
]  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_not_mixed(name: str) -> None:
    assert not is_mixed(name)


@pytest.mark.parametrize(
    "name",
    [
        "Bоb",  # a Cyrillic о
        "Аlice",  # a Cyrillic А
        "Αlice",  # a Greek Α
        "王Зоя",
        "pаypal",
        "Bo\u200bb",
        "Bo\u202eb",
        "Bo\u2066b",
        "Bo\u00adb",
        "Bo\u00a0b",
        "Bo\tb",
        "Ｂｏ",
        "ﬁnance",
        "Bo²",
        "Bo\U000e0041",
        "Ꭰavid",  # a Cherokee letter
        "𝐁𝐨",
    ],
)
def test_a_name_that_hides_is_mixed(name: str) -> None:
    assert is_mixed(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "ALICE"),
        ("Alice", "AIice"),  # a capital i
        ("Bob", "B0b"),
        ("Bob", "Воb"),
        ("раурal", "paypal"),
        ("corner", "comer"),
        ("Zoë", "Zoe"),
        ("Ada Wu", "AdaWu"),
        ("Ada", "A\u200bda".replace("\u200b", "")),
    ],
)
def test_names_that_the_eye_takes_for_each_other(one: str, other: str) -> None:
    assert skeletons(one) & skeletons(other)
    if one != other:
        assert double_of(one, [other, "Carol"]) == other


@pytest.mark.parametrize(
    ("one", "other"), [("Kai", "Kal"), ("Ada", "Eda"), ("王", "玉"), ("a", "")]
)
def test_names_that_differ_for_the_eye(one: str, other: str) -> None:
    assert double_of(one, [other]) is None


@given(st.text(max_size=30))
def test_any_text_can_be_judged(name: str) -> None:
    assert 1 <= len(skeletons(name)) <= 2
    assert double_of(name, [name]) is None
    assert is_mixed(name) == is_mixed(name[::-1]) or not name.isascii()


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=30))
def test_plain_latin_is_never_mixed(name: str) -> None:
    assert not is_mixed(name)
