"""Tests of wallet.hd (and wallet.base58) against BIP-32's vectors and eth-account."""

from __future__ import annotations

import copy
import hashlib
import hmac
import pickle
from typing import Any

import pytest
from eth_account.hdaccount.deterministic import HDPath
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wallet.vectors import load
from wallet import mnemonic
from wallet.base58 import decode_check, encode_check
from wallet.curve import ORDER
from wallet.errors import InputError, PathError, SecretLeak
from wallet.hd import PrivateNode, PublicNode
from wallet.path import Hardened, Normal, Path, ethereum_path
from wallet.secret import Secret

VECTORS = load("bip32/bitcoinjs_index.json")
BITCOIN = [case for case in VECTORS["valid"] if case["network"] == "bitcoin"]
ABANDON = mnemonic.parse("abandon " * 11 + "about")
MASTER = PrivateNode.from_seed(mnemonic.seed(ABANDON))


def _check(node: PrivateNode, stated: dict[str, Any]) -> None:
    assert node.private_key().reveal().hex() == stated["privKey"]
    assert node.to_xprv().reveal().decode() == stated["base58Priv"]
    assert node.public().to_xpub() == stated["base58"]
    assert PrivateNode.from_xprv(node.to_xprv()).to_xprv() == node.to_xprv()
    assert PublicNode.from_xpub(stated["base58"]).to_xpub() == stated["base58"]


@pytest.mark.parametrize("case", BITCOIN, ids=lambda case: case["master"]["fingerprint"])
def test_official_chains(case: dict[str, Any]) -> None:
    master = case["master"]
    if "seed" in master:
        root = PrivateNode.from_seed(Secret(bytes.fromhex(master["seed"])))
    else:
        root = PrivateNode.from_xprv(Secret(master["base58Priv"].encode()))
    _check(root, master)
    for child in case["children"]:
        _check(root.derive(Path.parse(child["path"])), child)
    assert case["children"]


@pytest.mark.parametrize("case", VECTORS["invalid"]["fromBase58"], ids=lambda c: c["string"][:20])
def test_official_invalid_keys(case: dict[str, str]) -> None:
    with pytest.raises(InputError):
        PrivateNode.from_xprv(Secret(case["string"].encode()))
    with pytest.raises(InputError):
        PublicNode.from_xpub(case["string"])


@pytest.mark.parametrize("case", VECTORS["invalid"]["fromSeed"], ids=lambda c: c["exception"])
def test_official_invalid_seeds(case: dict[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        PrivateNode.from_seed(Secret(bytes.fromhex(case["seed"])))
    assert caught.value.code == "hd.seed"


def test_mnemonic_vectors_reach_their_master_keys() -> None:
    for _, words, seed, xprv in load("bip39/trezor_vectors.json")["english"]:
        assert mnemonic.parse(words)
        node = PrivateNode.from_seed(Secret(bytes.fromhex(seed)))
        assert node.to_xprv().reveal().decode() == xprv


def test_the_known_first_address() -> None:
    signer = MASTER.derive(ethereum_path(0)).signer()
    assert signer.address == "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"


@given(st.lists(st.integers(0, 2**31 - 1), max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_agrees_with_eth_account(indices: list[int], hardened: bool) -> None:
    kind = Hardened if hardened else Normal
    path = Path(tuple(map(kind, indices)))
    theirs = HDPath(str(path)).derive(mnemonic.seed(ABANDON).reveal())
    assert MASTER.derive(path).private_key().reveal() == theirs


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
@settings(max_examples=40, deadline=None)
def test_public_children_are_the_public_side_of_private_ones(first: int, second: int) -> None:
    node = MASTER.derive(Path.parse("m/44'/60'/0'"))
    private = node.child(Normal(first)).child(Normal(second))
    public = node.public().child(Normal(first)).child(Normal(second))
    assert public.to_xpub() == private.public().to_xpub()
    assert public.address == private.signer().address


def test_a_child_that_has_no_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case BIP-32 asks for and nobody can find: I_L is not below n, or the sum is 0."""
    public = MASTER.public()
    key = MASTER.private_key().reveal()
    for left in (ORDER, ORDER + 1, ORDER - int.from_bytes(key)):
        answer = left.to_bytes(32) + bytes(32)
        monkeypatch.setattr(hmac, "digest", lambda *_, answer=answer: answer)
        for node in (MASTER, public):
            with pytest.raises(PathError) as caught:
                node.child(Normal(0))
            assert caught.value.code == "path.no_key"


def test_an_unusable_seed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hmac, "digest", lambda *_: bytes(64))
    with pytest.raises(InputError) as caught:
        PrivateNode.from_seed(Secret(bytes(16)))
    assert caught.value.code == "hd.seed_unusable"


def test_a_node_below_depth_255_is_refused() -> None:
    node = MASTER.derive(Path((Normal(0),) * 255))
    with pytest.raises(PathError) as caught:
        node.child(Normal(0))
    assert caught.value.code == "path.depth"


def test_ripemd160_without_openssls_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = MASTER.child(Normal(0)).public().to_xpub()

    def refuse(name: str, data: bytes) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", refuse)
    assert MASTER.child(Normal(0)).public().to_xpub() == expected


def test_nodes_never_show_or_copy_their_key() -> None:
    hexes = MASTER.private_key().reveal().hex(), MASTER.to_xprv().reveal().decode()
    assert repr(MASTER) == "PrivateNode(depth=0)"
    assert not hasattr(MASTER, "__dict__")
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SecretLeak):
            leak(MASTER)
    with pytest.raises(InputError) as caught:
        PrivateNode.from_xprv(Secret(hexes[1][:-1].encode() + b"x"))
    assert hexes[1][:20] not in str(caught.value)


@given(st.binary(max_size=90))
def test_base58_round_trips(payload: bytes) -> None:
    assert decode_check(encode_check(payload)) == payload


@pytest.mark.parametrize("text", ["", "1", "0", "l", "é", "3" * 20])
def test_base58_refuses(text: str) -> None:
    assert decode_check(text) is None


def test_many_addresses_at_once_are_those_of_the_children() -> None:
    node = MASTER.derive(Path.parse("m/44'/60'/0'/0"))
    one_by_one = [node.child(Normal(number)).public().address for number in range(40)]
    assert node.addresses(40) == node.public().addresses(40) == one_by_one
    assert node.addresses(3, 37) == node.public().addresses(3, 37) == one_by_one[37:]
    assert node.addresses(0) == []


@pytest.mark.parametrize(("count", "start"), [(1, 2**31), (2, 2**31 - 1), (1, -1), (-1, 0)])
def test_many_addresses_end_at_the_last_index(count: int, start: int) -> None:
    assert len(MASTER.addresses(1, 2**31 - 1)) == 1
    for node in (MASTER, MASTER.public()):
        with pytest.raises(PathError):
            node.addresses(count, start)
