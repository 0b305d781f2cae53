"""Tests of the bytes of relayed messages: word for word what the ABI's own encoder makes."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from api.chain import relaying
from api.chain.abi import load_abi
from tests.api.chain import by_abi
from tests.api.world import ADA, BO, DOMAIN
from wallet.keccak import keccak256
from wallet.typed_data import Payout, RedeemOrder, TransferAuthorization

LENGTHS = (0, 1, 31, 32, 33, 65, 96, 2_048)
TRANSFER = "(address,address,uint256,uint256,uint256,bytes32,bytes)"
ORDER = "((address,uint256,bytes32,uint256,bytes32,uint256),bytes)"


def transfer(number: int = 1) -> TransferAuthorization:
    """Ada pays Bo."""
    return TransferAuthorization(ADA.wallet, BO.wallet, 500, 7, 2**40, number.to_bytes(32, "big"))


def order(number: int = 1) -> RedeemOrder:
    """Ada redeems."""
    payout = Payout(ADA.account, ADA.name, "ref", b"s" * 32)
    return RedeemOrder(ADA.wallet, 900, payout, 25, number.to_bytes(32, "big"), 2**40)


@pytest.mark.parametrize("length", LENGTHS)
def test_one_alone_is_the_tokens_own_call(length: int) -> None:
    """The same bytes as `eth_abi` makes of the token's call."""
    signature = bytes(range(1, 256)) * 9
    signature = signature[:length]
    moved = relaying.transfer_entry(transfer(), signature)
    assert relaying.TRANSFERS.alone(moved) == by_abi.transfer_with_authorization(
        transfer(), signature
    )
    burned = relaying.redeem_entry(order(), signature)
    assert relaying.REDEEMS.alone(burned) == by_abi.redeem(order(), signature)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_many_together_are_the_tellers_call(count: int) -> None:
    """Arrays of tuples, with signatures of different lengths."""
    signatures = [
        ADA.signer.sign_message(transfer(number), DOMAIN) + b"x" * number for number in range(count)
    ]
    moves = [transfer(number) for number in range(count)]
    rows = [
        (t.from_, t.to, t.value, t.valid_after, t.valid_before, t.nonce, s)
        for t, s in zip(moves, signatures, strict=True)
    ]
    entries = [relaying.transfer_entry(t, s) for t, s in zip(moves, signatures, strict=True)]
    selector = keccak256(f"relayTransfers({TRANSFER}[])".encode())[:4]
    assert relaying.TRANSFERS.together(entries) == selector + encode([f"{TRANSFER}[]"], [rows])
    burns = [order(number) for number in range(count)]
    burned = [
        ((o.holder, o.amount, o.payout.struct_hash(), o.fee, o.nonce, o.deadline), s)
        for o, s in zip(burns, signatures, strict=True)
    ]
    entries = [relaying.redeem_entry(o, s) for o, s in zip(burns, signatures, strict=True)]
    selector = keccak256(f"relayRedeemOrders({ORDER}[])".encode())[:4]
    assert relaying.REDEEMS.together(entries) == selector + encode([f"{ORDER}[]"], [burned])


def test_the_contracts_have_these_functions() -> None:
    """The selectors are of functions that the ABIs name."""
    for contract, wanted in (
        ("DepositToken", {relaying.TRANSFERS.token, relaying.REDEEMS.token}),
        ("Teller", {relaying.TRANSFERS.teller, relaying.REDEEMS.teller}),
    ):
        found = {
            keccak256(f"{entry['name']}({_kinds(entry['inputs'])})".encode())[:4]
            for entry in load_abi(contract)
            if entry["type"] == "function"
        }
        assert wanted <= found


def _kinds(inputs: list[dict[str, object]]) -> str:
    kinds = []
    for item in inputs:
        kind = str(item["type"])
        if kind.startswith("tuple"):
            inner = _kinds(item["components"])  # type: ignore[arg-type] # the ABI's own shape
            kind = f"({inner}){kind.removeprefix('tuple')}"
        kinds.append(kind)
    return ",".join(kinds)
