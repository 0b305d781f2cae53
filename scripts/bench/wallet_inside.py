"""Bench: ours inside one process, beside bare calls of the library that everything rests on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from scripts.bench.wallet_peer import KEY, SEED, SIGNATURES, THOUSAND, TO, TRANSACTION, timed
from wallet import curve
from wallet.address import parse_address
from wallet.hd import PrivateNode
from wallet.keccak import keccak256
from wallet.path import ETHEREUM_ACCOUNT, Normal
from wallet.secret import Secret
from wallet.signer import LocalSigner
from wallet.transaction import Transaction
from wallet.typed_data import Domain, TransferAuthorization
from wallet.typed_json import TypedData

SIGNER = LocalSigner(KEY)
PAYEE = parse_address(TO)
MESSAGE = TransferAuthorization(SIGNER.address, PAYEE, 12_50, 0, 2**40, bytes(range(32)))
TYPED = json.dumps(MESSAGE.to_json(Domain("Euro Deposit", 31337, PAYEE)))
BATCH = 10 * SIGNATURES


def bare_keys() -> float:
    """libsecp256k1's own making of a thousand public keys, and the hashes of their addresses.

    One Keccak gives the address and one its checksum; HMAC and additions are left out. Seconds.
    """
    library: Any = curve.LIBRARY
    lib, new = library.lib, library.ffi.new
    context = lib.secp256k1_context_create(lib.SECP256K1_CONTEXT_NONE)
    point, raw, size = new("secp256k1_pubkey *"), new("unsigned char[65]"), new("size_t *", 65)
    view, form = library.ffi.buffer(raw, 65), lib.SECP256K1_EC_UNCOMPRESSED
    keys = [number.to_bytes(32) for number in range(1, THOUSAND + 1)]

    def do() -> None:
        for key in keys:
            lib.secp256k1_ec_pubkey_create(context, point, key)
            lib.secp256k1_ec_pubkey_serialize(context, raw, size, point, form)
            keccak256(keccak256(view[1:])[-20:].hex().encode())

    return timed(do)


def bare_signature() -> float:
    """libsecp256k1's own signature of 32 bytes; seconds."""
    library: Any = curve.LIBRARY
    lib, new = library.lib, library.ffi.new
    context = lib.secp256k1_context_create(lib.SECP256K1_CONTEXT_NONE)
    signed, digest = new("secp256k1_ecdsa_recoverable_signature *"), SEED[:32]
    nothing = library.ffi.NULL
    sign = lib.secp256k1_ecdsa_sign_recoverable
    return timed(lambda: sign(context, signed, digest, KEY, nothing, nothing), BATCH)


def our_addresses() -> float:
    """A thousand addresses from a seed."""
    above = ETHEREUM_ACCOUNT / Normal(0)
    return timed(lambda: PrivateNode.from_seed(Secret(SEED)).derive(above).addresses(THOUSAND))


def our_transaction() -> float:
    """An EIP-1559 transaction out of its fields: checked, encoded, signed, encoded again."""
    given: dict[str, Any] = {
        "chain_id": TRANSACTION["chainId"],
        "nonce": TRANSACTION["nonce"],
        "max_priority_fee_per_gas": TRANSACTION["maxPriorityFeePerGas"],
        "max_fee_per_gas": TRANSACTION["maxFeePerGas"],
        "gas_limit": TRANSACTION["gas"],
        "to": PAYEE,
        "value": TRANSACTION["value"],
        "data": TRANSACTION["data"],
    }
    return timed(lambda: Transaction(**given).sign(SIGNER).raw, BATCH)


def our_typed() -> float:
    """A typed message out of its JSON text: read, checked, hashed, signed."""
    data = TYPED.encode()
    return timed(lambda: SIGNER.sign_typed(TypedData.parse(data)), BATCH)


#: Row → ours, and what it is compared with.
INSIDE: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
    "addresses_1000": (our_addresses, bare_keys),
    "sign_transaction": (our_transaction, bare_signature),
    "sign_typed": (our_typed, bare_signature),
}
