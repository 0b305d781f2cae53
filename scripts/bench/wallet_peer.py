"""Bench: one thing done by another wallet's library, in a process of that library's environment.

`python wallet_peer.py LIBRARY THING` prints the seconds that one unit takes: a thousand addresses
from a seed, or one signature. What takes too long to do a thousand times is done for a part.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

SEED = bytes(range(64))
KEY = b"\x11" * 32
TO = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
TRANSACTION: dict[str, Any] = {
    "type": 2,
    "chainId": 31337,
    "nonce": 7,
    "maxPriorityFeePerGas": 10**9,
    "maxFeePerGas": 2 * 10**9,
    "gas": 60_000,
    "to": TO,
    "value": 0,
    "data": b"\xa9\x05\x9c\xbb" + bytes(64),
}
THOUSAND = 1000
SIGNATURES = 20


def timed(do: Callable[[], object], times: int = 1) -> float:
    """Seconds that one time takes."""
    began = time.perf_counter()
    for _ in range(times):
        do()
    return (time.perf_counter() - began) / times


def bip32_addresses() -> float:
    """bip32 gives public keys; they are hashed as it would have to be."""
    from bip32 import BIP32  # noqa: PLC0415  # in one environment only
    from coincurve import PublicKey  # noqa: PLC0415
    from eth_utils.address import to_checksum_address  # noqa: PLC0415
    from eth_utils.crypto import keccak  # noqa: PLC0415

    def do() -> None:
        account = BIP32.from_seed(SEED).get_xpub_from_path("m/44'/60'/0'/0")
        parent = BIP32.from_xpub(account)
        for number in range(THOUSAND):
            public = PublicKey(parent.get_pubkey_from_path([number])).format(compressed=False)
            to_checksum_address(keccak(public[1:])[-20:])

    return timed(do)


def bip_utils_addresses() -> float:
    """bip_utils has Ethereum's addresses."""
    from bip_utils import Bip44, Bip44Changes, Bip44Coins  # noqa: PLC0415  # as above

    def do() -> None:
        account = Bip44.FromSeed(SEED, Bip44Coins.ETHEREUM).Purpose().Coin().Account(0)
        change = account.Change(Bip44Changes.CHAIN_EXT)
        for number in range(THOUSAND):
            change.AddressIndex(number).PublicKey().ToAddress()

    return timed(do)


def eth_account_addresses() -> float:
    """eth-account derives each from the seed; twenty, times fifty."""
    from eth_account import Account  # noqa: PLC0415  # whose ECC backend the environment chooses
    from eth_account.hdaccount import key_from_seed  # noqa: PLC0415

    part = 20

    def do() -> None:
        for number in range(part):
            Account.from_key(key_from_seed(SEED, f"m/44'/60'/0'/0/{number}")).address  # noqa: B018  # computed when asked for

    return timed(do) * THOUSAND / part


def eth_account_transaction() -> float:
    """One EIP-1559 transaction."""
    from eth_account import Account  # noqa: PLC0415  # as above

    account = Account.from_key(KEY)
    account.sign_transaction(TRANSACTION)
    return timed(lambda: account.sign_transaction(TRANSACTION), SIGNATURES)


def eth_account_typed() -> float:
    """One typed message out of its JSON text, which comes on standard input."""
    from eth_account import Account  # noqa: PLC0415  # as above

    account, text = Account.from_key(KEY), sys.stdin.read()

    def do() -> None:
        account.sign_typed_data(full_message=json.loads(text))

    do()
    return timed(do, SIGNATURES)


THINGS: dict[tuple[str, str], Callable[[], float]] = {
    ("bip32", "addresses"): bip32_addresses,
    ("bip_utils", "addresses"): bip_utils_addresses,
    ("eth_account", "addresses"): eth_account_addresses,
    ("eth_account", "transaction"): eth_account_transaction,
    ("eth_account", "typed"): eth_account_typed,
}

if __name__ == "__main__":
    print(THINGS[sys.argv[1], sys.argv[2]]())
