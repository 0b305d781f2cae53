"""Tests of wallet.plain: what is shown is what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import InputError
from wallet.plain import read_line, show


@pytest.mark.parametrize("text", ["Ada Wu", "吴艾达", "Zoë O'Hara-Müller", "a", "é" * 70])
def test_names_are_taken_as_they_are(text: str) -> None:
    assert read_line("name", text, 70) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Ada\nWu",
        "Ada\u202eWu",  # writes backwards from here
        "Ada\u200bWu",  # a space of no width
        "Ada\u2028Wu",
        "Ada\u00a0Wu",  # a space that is not the space
        "\ud800",
        "\x1b[2J",
        "a" * 71,
    ],
)
def test_what_does_not_show_as_it_is_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_line("name", text, 70)
    assert caught.value.values["field"] == "name"


@given(st.text())
def test_shown_text_is_printable(text: str) -> None:
    assert show(text).isprintable() or not show(text)
    assert show(show(text)) == show(text)
