"""Tests of wallet.discovery: BIP-44's gap, and finding a key at the places wallets use."""

from __future__ import annotations

import pytest

from tests.wallet.world import ADDRESS, PHRASE
from wallet import mnemonic
from wallet.address import Address
from wallet.book.accounts import PHRASE as PHRASE_KIND
from wallet.book.accounts import Account, Accounts
from wallet.book.derive import find
from wallet.coins import coin_type_of
from wallet.discovery import GAP, MOST, find_path, used_count
from wallet.hd import PrivateNode
from wallet.path import Path, account_root

MASTER = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(PHRASE)))


def address_at(path: str) -> Address:
    return MASTER.derive(Path.parse(path)).public().address


def counted(*used: int) -> int:
    """How many addresses are taken where these numbers were used."""
    return used_count(lambda n: Address(str(n)), lambda address: int(address) in used)


@pytest.mark.parametrize(
    ("used", "count"),
    [
        ((), 1),
        ((0,), 1),
        ((3,), 4),
        ((0, 20), 21),  # nineteen unused ones between
        ((0, 21), 1),  # twenty: nobody looks further
        ((0, 20, 40), 41),
        ((20,), 1),
        ((19,), 20),
    ],
)
def test_the_gap_is_twenty_unused_addresses(used: tuple[int, ...], count: int) -> None:
    assert GAP == 20
    assert counted(*used) == count


def test_a_node_that_calls_all_used_ends_somewhere() -> None:
    assert counted(*range(MOST + 100)) == MOST


@pytest.mark.parametrize(
    "path",
    [
        "m/44'/60'/0'/0/0",
        "m/44'/60'/0'/0/99",
        "m/44'/60'/0'/1/3",
        "m/44'/60'/4'/0/7",
        "m/44'/60'/9'/0/0",  # Ledger Live's tenth account
        "m/44'/60'/0'/5",  # the older Ledger's, MEW's
        "m/44'/60'/0'",
        "m/44'/60'/0/2",
        "m/44'/60'/3",
        "m/44'/61'/0'/0/2",
        "m/44'/137'/0'/0/0",
        "m/44'/1'/0'/0/1",
        "m/0'/0'/2'",
        "m/0'/0/4",
        "m/7",
        "m",
    ],
)
def test_a_key_is_found_where_wallets_put_it(path: str) -> None:
    found = find_path(MASTER, address_at(path), coin_types=(60, 61, 137, 1))
    assert str(found) == path


def test_bip44s_first_address_is_the_one_of_the_world() -> None:
    assert str(find_path(MASTER, Address(ADDRESS))) == "m/44'/60'/0'/0/0"


def test_a_key_elsewhere_is_not_found() -> None:
    assert find_path(MASTER, address_at("m/44'/60'/0'/0/100"), coin_types=(60,)) is None
    assert find_path(MASTER, address_at("m/44'/60'/0'/0/3"), coin_types=(60,), indices=3) is None


def test_below_an_xpub() -> None:
    root = account_root()
    account = Account(0, address_at("m/44'/60'/0'/0/0"), "m/44'/60'/0'/0/0")
    xpub = MASTER.derive(root).public().to_xpub()
    accounts = Accounts(PHRASE_KIND, (account,), root=str(root), xpub=xpub)
    sought = address_at("m/44'/60'/0'/0/17")
    assert find(accounts, sought) == "m/44'/60'/0'/0/17"
    assert find(accounts, sought, count=17) is None


@pytest.mark.parametrize(("chain", "coin"), [(1, 60), (31337, 60), (61, 61), (30, 137)])
def test_a_chain_has_a_coin_type(chain: int, coin: int) -> None:
    assert coin_type_of(chain) == coin
