"""Tests of wallet.path: paths round-trip, and no index is out of range."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.vectors import load
from wallet.errors import PathError
from wallet.path import HARDENED_BIT, Hardened, Normal, Path, ethereum_path

_index = st.integers(0, HARDENED_BIT - 1)
_paths = st.lists(st.builds(Normal, _index) | st.builds(Hardened, _index), max_size=12).map(
    lambda steps: Path(tuple(steps))
)


@given(_paths)
def test_paths_round_trip(path: Path) -> None:
    assert Path.parse(str(path)) == path
    assert Path.parse(str(path).replace("'", "h")) == path


@pytest.mark.parametrize("kind", [Normal, Hardened])
@pytest.mark.parametrize("index", [-1, HARDENED_BIT, 2**32, True, 1.0, "1", None])
def test_an_index_out_of_range_cannot_be_made(kind: type[Normal | Hardened], index: Any) -> None:
    with pytest.raises(PathError) as caught:
        kind(index)
    assert caught.value.code == "path.index"


NOT_PATHS = [
    *("", "0/1", "M/0", "m/", "m//0", "m/0/", "m/-1", "m/+1", "m/1''", "m/1'h", "m/01", "m/1_0"),
    *("m/ 1", "m/٣", "m/0x1", "m/2147483648", "m/2147483648'", "m/99999999999", "m/1e3"),
]


@pytest.mark.parametrize("text", NOT_PATHS)
def test_refuses_what_is_no_path(text: str) -> None:
    with pytest.raises(PathError):
        Path.parse(text)


def test_official_invalid_paths() -> None:
    for case in load("bip32/bitcoinjs_index.json")["invalid"]["derivePath"]:
        if isinstance(case["derivationPath"], str):
            with pytest.raises(PathError):
                Path.parse(case["derivationPath"])


def test_the_next_hardened_index_is_not_a_normal_one() -> None:
    assert len({Hardened(0), Normal(0)}) == 2
    assert {Hardened(0).number, Normal(0).number} == {HARDENED_BIT, 0}


def test_the_ethereum_path() -> None:
    assert str(ethereum_path(7)) == "m/44'/60'/0'/0/7"


def test_no_more_steps_than_bip32_can_count() -> None:
    deepest = Path((Normal(0),) * 255)
    with pytest.raises(PathError) as caught:
        deepest / Normal(0)
    assert caught.value.code == "path.depth"
