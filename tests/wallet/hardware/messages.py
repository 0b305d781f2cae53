"""Messages that devices are asked to sign: every kind of type, and a transaction of each size."""

from __future__ import annotations

import json
from typing import Any

from wallet.address import Address
from wallet.transaction import Transaction
from wallet.typed_json import TypedData

PAYEE = Address("0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0")


def typed(
    fields: list[tuple[str, str]],
    message: dict[str, Any],
    domain: dict[str, Any] | None = None,
    **types: list[tuple[str, str]],
) -> TypedData:
    """A message of type Main."""
    named = {"Main": fields, **types}
    whole = {
        "types": {
            name: [{"name": field, "type": kind} for field, kind in members]
            for name, members in named.items()
        },
        "primaryType": "Main",
        "domain": {"name": "Test", "chainId": 1} if domain is None else domain,
        "message": message,
    }
    return TypedData.parse(json.dumps(whole).encode())


FULL_DOMAIN = {
    "name": "Full",
    "version": "2",
    "chainId": 31337,
    "verifyingContract": PAYEE,
    "salt": "0x" + "5a" * 32,
}
PERSON = [("name", "string"), ("wallet", "address")]
ADA = {"name": "Ada", "wallet": PAYEE}
#: Messages that every device can show.
FLAT = {
    "text": typed([("text", "string")], {"text": "支付 ✓"}),
    "domain": typed([("n", "uint256")], {"n": "7"}, FULL_DOMAIN),
    "no domain": typed([("n", "uint256")], {"n": 0}, {}),
    "numbers": typed(
        [("a", "uint8"), ("b", "uint256"), ("c", "int8"), ("d", "int256"), ("e", "int16")],
        {"a": 0, "b": str(2**256 - 1), "c": -1, "d": str(-(2**255)), "e": 200},
    ),
    "hex number": typed([("a", "uint64")], {"a": "0xff"}),
    "bools": typed([("a", "bool"), ("b", "bool")], {"a": True, "b": False}),
    "bytes": typed(
        [("a", "bytes"), ("b", "bytes4"), ("c", "bytes")],
        {"a": "0x", "b": "0x01020304", "c": "0x" + "ab" * 700},
    ),
    "long text": typed([("text", "string")], {"text": "é" * 400}),
    "struct": typed(
        [("from", "Person"), ("to", "Person")], {"from": ADA, "to": ADA}, Person=PERSON
    ),
    "structs": typed([("to", "Person[]")], {"to": [ADA, ADA]}, Person=PERSON),
    "array": typed([("a", "uint16[]"), ("b", "bool[2]")], {"a": [1, 2, 3], "b": [True, False]}),
    "empty array": typed([("a", "string[]")], {"a": []}),
    "unused type": typed([("n", "uint8")], {"n": 1}, Other=[("x", "uint8")]),
}
#: Messages with arrays in arrays.
NESTED = {
    "nested": typed([("a", "uint8[2][]")], {"a": [[1, 2], [3, 4]]}),
    "nested structs": typed([("a", "Person[][1]")], {"a": [[ADA, ADA]]}, Person=PERSON),
}
#: A struct that is null: no device has a way to be told.
NULL = typed([("n", "Node")], {"n": {"next": None}}, Node=[("next", "Node")])


def payment(data: bytes = b"", **changes: Any) -> Transaction:
    """A transaction with this call data."""
    values: dict[str, Any] = {
        "chain_id": 31337,
        "nonce": 7,
        "max_priority_fee_per_gas": 10**9,
        "max_fee_per_gas": 2 * 10**9,
        "gas_limit": 60_000,
        "to": PAYEE,
        "value": 5,
        "data": data,
    }
    return Transaction(**(values | changes))


TRANSACTIONS = {
    "plain": payment(),
    "call": payment(bytes.fromhex("a9059cbb") + bytes(64)),
    "long call": payment(bytes(range(256)) * 12),
    "no fee": payment(max_fee_per_gas=0, max_priority_fee_per_gas=0, nonce=0, value=0),
    "access list": payment(access_list=((PAYEE, (b"\1" * 32, b"\2" * 32)), (PAYEE, ()))),
    "large": payment(value=2**255, gas_limit=2**40, chain_id=2**40),
}
