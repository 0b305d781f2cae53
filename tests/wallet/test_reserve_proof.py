"""Tests of the proof of reserve's tree: every leaf leads to the root, and nothing else does."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.reserve_proof import (
    EMPTY,
    climb,
    digest_of,
    leaf_hash,
    levels_of,
    path_to,
    root_of,
)


def leaves(count: int) -> list[bytes]:
    """So many leaves, sorted."""
    holder = "0x" + "11" * 20
    return sorted(leaf_hash(number.to_bytes(32, "big"), holder, number) for number in range(count))


@pytest.mark.parametrize("count", range(201))
def test_every_leaf_leads_to_the_root(count: int) -> None:
    """Sizes 0 to 200; an index or a size that is another one does not."""
    tree = leaves(count)
    levels = levels_of(tree)
    root = root_of(levels)
    assert (root == EMPTY) == (count == 0)
    for index, leaf in enumerate(tree):
        path = path_to(levels, index)
        assert climb(leaf, index, count, path) == root
        assert len(path) <= count.bit_length()
        if count > 1:
            assert climb(leaf, index ^ 1 if index ^ 1 < count else 0, count, path) != root


@given(st.integers(1, 200), st.data())
def test_any_change_fails(count: int, data: st.DataObject) -> None:
    """Of the leaf, of a step, of their number, of their order."""
    tree = leaves(count)
    levels = levels_of(tree)
    root = root_of(levels)
    index = data.draw(st.integers(0, count - 1))
    path = path_to(levels, index)
    other = hashlib.sha256(data.draw(st.binary(max_size=8))).digest()
    assert climb(other, index, count, path) != root
    assert climb(tree[index], index, count, [*path, other]) is None
    assert climb(tree[index], count, count, path) is None
    assert climb(tree[index], -1, count, path) is None
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert climb(tree[index], index, count, [*path[:at], other, *path[at + 1 :]]) != root
        assert climb(tree[index], index, count, path[:-1]) is None


def test_a_node_is_no_leaf() -> None:
    """What stands above two leaves cannot pass for a leaf of a smaller tree, nor a leaf for it."""
    tree = leaves(4)
    levels = levels_of(tree)
    root = root_of(levels)
    assert climb(levels[1][0], 0, 2, [levels[1][1]]) == root  # the right size says which it is
    assert climb(levels[1][0], 0, 4, [levels[1][1]]) is None
    left, right = tree[:2]
    assert leaf_hash(left, "0x" + right[:20].hex(), 0) != levels[1][0]


def test_an_odd_leaf_is_not_doubled() -> None:
    """Three leaves and the last one twice are two trees."""
    three = leaves(3)
    assert root_of(levels_of(three)) != root_of(levels_of([*three, three[-1]]))


@pytest.mark.parametrize("change", [{"balance": 8}, {"holder": "0x" + "12" * 20}, {"salt": 1}])
def test_a_leaf_is_its_holder_balance_and_salt(change: dict[str, int | str]) -> None:
    """Another of them is another leaf."""
    plain = {"salt": 0, "holder": "0x" + "11" * 20, "balance": 7}
    changed = plain | change

    def of(fields: dict[str, int | str]) -> bytes:
        salt, holder, balance = fields["salt"], fields["holder"], fields["balance"]
        assert isinstance(salt, int)
        assert isinstance(holder, str)
        assert isinstance(balance, int)
        return leaf_hash(salt.to_bytes(32, "big"), holder, balance)

    assert of(plain) != of(changed)


def test_a_statement_is_every_word_of_it() -> None:
    """In whatever order they come."""
    assert digest_of({"a": 1, "b": "x"}) == digest_of({"b": "x", "a": 1})
    assert digest_of({"a": 1, "b": "x"}) != digest_of({"a": 1, "b": "y"})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})
