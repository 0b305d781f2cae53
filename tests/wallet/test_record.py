"""Tests of wallet.record: a record is what a frozen dataclass with slots would be."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from wallet.errors import InputError
from wallet.record import Record


class Coin(Record):
    """A record with a default, a constant and a check."""

    code: str
    places: int = 2
    KIND: ClassVar[str] = "coin"

    def __post_init__(self) -> None:
        if self.places < 0:
            raise InputError("usage.number", option="places", value=self.places, most=4)


class Marked(Coin):
    """A record that adds a field."""

    mark: str = "x"


def test_values_by_place_and_by_name() -> None:
    assert Coin("EUR").as_tuple() == ("EUR", 2)
    assert Coin(places=0, code="JPY").as_tuple() == ("JPY", 0)
    assert Marked("EUR", mark="y").as_tuple() == ("EUR", 2, "y")
    assert (Coin.KIND, Coin("EUR").KIND) == ("coin", "coin")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        (("EUR", 2, 3), {}),
        (("EUR",), {"code": "EUR"}),
        (("EUR",), {"colour": "red"}),
        ((), {"places": 2}),
    ],
)
def test_a_field_too_many_or_too_few(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Coin"):
        Coin(*values, **named)


def test_records_are_their_values() -> None:
    assert Coin("EUR") == Coin("EUR", 2)
    assert Coin("EUR") != Coin("EUR", 3)
    assert Coin("EUR") != Marked("EUR")
    assert Coin("EUR") != ("EUR", 2)
    assert len({Coin("EUR"), Coin("EUR"), Coin("JPY")}) == 2
    assert repr(Coin("EUR")) == "Coin(code='EUR', places=2)"
    match Marked("EUR"):
        case Marked(code, places, mark):
            assert (code, places, mark) == ("EUR", 2, "x")


def test_records_do_not_change() -> None:
    coin = Coin("EUR")
    with pytest.raises(AttributeError):
        coin.code = "JPY"  # type: ignore[misc]  # that is the point
    with pytest.raises(AttributeError):
        del coin.code
    with pytest.raises(AttributeError):
        coin.other = 1  # type: ignore[attr-defined]  # as above
    assert not hasattr(coin, "__dict__")
    assert coin == Coin("EUR")


def test_what_is_made_for_dataclasses_takes_records() -> None:
    assert replace(Marked("EUR"), places=3) == Marked("EUR", 3)
    assert asdict(Marked("EUR")) == {"code": "EUR", "places": 2, "mark": "x"}
    assert [field.name for field in fields(Coin)] == ["code", "places"]
    assert is_dataclass(Coin)
    with pytest.raises(TypeError):
        replace(Coin("EUR"), colour="red")  # type: ignore[call-arg]  # that is the point
    with pytest.raises(InputError):
        replace(Coin("EUR"), places=-1)


def test_a_record_is_checked_and_copied() -> None:
    with pytest.raises(InputError):
        Coin("EUR", -1)
    coin = Marked("EUR", 3, "y")
    assert copy.deepcopy(coin) == copy.copy(coin) == pickle.loads(pickle.dumps(coin)) == coin  # noqa: S301  # our own bytes
