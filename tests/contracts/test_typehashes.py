"""Tests: each typed message, signed by implementations that are not ours, is accepted on chain.

eth-account signs all of them, `cast wallet sign` three. The types are spelled out here by hand and
shall stay so: a mistake that wallet and contract share must not pass.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from scripts.toolchain import program
from tests.contracts.conftest import World
from tests.contracts.support import Party, fresh_nonce, now
from wallet.keccak import keccak256

FIELDS = {
    "EIP712Domain": "string name, string version, uint256 chainId, address verifyingContract",
    "TransferWithAuthorization": "address from, address to, uint256 value, uint256 validAfter, "
    "uint256 validBefore, bytes32 nonce",
    "ReceiveWithAuthorization": "address from, address to, uint256 value, uint256 validAfter, "
    "uint256 validBefore, bytes32 nonce",
    "CancelAuthorization": "address authorizer, bytes32 nonce",
    "Permit": "address owner, address spender, uint256 value, uint256 nonce, uint256 deadline",
    "RedeemOrder": "address holder, uint256 amount, Payout payout, uint256 fee, bytes32 nonce, "
    "uint256 deadline",
    "Payout": "string account, string name, string reference, bytes32 salt",
    "CancelRedeem": "address holder, bytes32 nonce",
    "IssueApproval": "IssueEntry[] entries, uint256 deadline",
    "IssueEntry": "uint256 number, bytes16 ref, address holder, uint256 amount",
}
Sign = Callable[[dict[str, Any]], bytes]
KEY = keccak256(b"alice")


def types(*names: str) -> dict[str, list[dict[str, str]]]:
    """EIP-712's description of these structs."""
    return {
        name: [
            dict(zip(("type", "name"), field.split(" "), strict=True))
            for field in FIELDS[name].split(", ")
        ]
        for name in ("EIP712Domain", *names)
    }


def by_eth_account(document: dict[str, Any], key: bytes = KEY) -> bytes:
    """Signed by eth-account."""
    return bytes(Account.sign_message(encode_typed_data(full_message=document), key).signature)


def by_cast(document: dict[str, Any], key: bytes = KEY) -> bytes:
    """Signed by Foundry's cast."""
    argv = [program("cast"), "wallet", "sign", "--private-key", "0x" + key.hex(), "--data"]
    done = subprocess.run([*argv, json.dumps(document)], capture_output=True, text=True, check=True)
    return bytes.fromhex(done.stdout.strip().removeprefix("0x"))


@pytest.fixture
def document(world: World) -> Callable[..., dict[str, Any]]:
    """What `eth_signTypedData_v4` takes, for a message under the token's domain."""
    domain = {
        "name": "Jiaozi Euro",
        "version": "1",
        "chainId": 31337,
        "verifyingContract": str(world.token.address),
    }

    def make(message: dict[str, Any], *names: str) -> dict[str, Any]:
        return {
            "types": types(*names),
            "primaryType": names[0],
            "domain": domain,
            "message": message,
        }

    return make


@pytest.mark.parametrize("sign", [by_eth_account, by_cast])
def test_transfer_with_authorization(
    token: Any,
    document: Callable[..., dict[str, Any]],
    alice: Party,
    bob: Party,
    relay: Party,
    sign: Sign,
) -> None:
    message = {
        "from": alice.address,
        "to": bob.address,
        "value": "300",
        "validAfter": "0",
        "validBefore": str(now() + 60),
        "nonce": "0x" + fresh_nonce().hex(),
    }
    signature = sign(document(message, "TransferWithAuthorization"))
    form = "address,address,uint256,uint256,uint256,bytes32,bytes"
    token.transferWithAuthorization[form](*message.values(), signature, relay.sends())
    assert token.balanceOf(bob.address) == 1_300


def test_receive_with_authorization(
    token: Any, document: Callable[..., dict[str, Any]], alice: Party, bob: Party
) -> None:
    message = {
        "from": alice.address,
        "to": bob.address,
        "value": 300,
        "validAfter": 0,
        "validBefore": now() + 60,
        "nonce": "0x" + fresh_nonce().hex(),
    }
    signature = by_eth_account(document(message, "ReceiveWithAuthorization"))
    form = "address,address,uint256,uint256,uint256,bytes32,bytes"
    token.receiveWithAuthorization[form](*message.values(), signature, bob.sends())
    assert token.balanceOf(bob.address) == 1_300


def test_cancel_authorization(
    token: Any, document: Callable[..., dict[str, Any]], alice: Party, relay: Party
) -> None:
    message = {"authorizer": alice.address, "nonce": "0x" + fresh_nonce().hex()}
    signature = by_eth_account(document(message, "CancelAuthorization"))
    token.cancelAuthorization["address,bytes32,bytes"](*message.values(), signature, relay.sends())
    assert token.authorizationState(alice.address, message["nonce"]) is True


def test_permit(
    token: Any, document: Callable[..., dict[str, Any]], alice: Party, bob: Party, relay: Party
) -> None:
    deadline = now() + 60
    message = {
        "owner": alice.address,
        "spender": bob.address,
        "value": 300,
        "nonce": 0,
        "deadline": deadline,
    }
    signature = by_eth_account(document(message, "Permit"))
    form = "address,address,uint256,uint256,bytes"
    token.permit[form](alice.address, bob.address, 300, deadline, signature, relay.sends())
    assert token.allowance(alice.address, bob.address) == 300


@pytest.mark.parametrize("sign", [by_eth_account, by_cast])
def test_redeem_order(
    token: Any, document: Callable[..., dict[str, Any]], alice: Party, relay: Party, sign: Sign
) -> None:
    payout = {
        "account": "DE02120300000000202051",
        "name": "Zoë Ångström 张",
        "reference": "",
        "salt": "0x" + "5a" * 32,
    }
    message = {
        "holder": alice.address,
        "amount": "400",
        "payout": payout,
        "fee": "5",
        "nonce": "0x" + fresh_nonce().hex(),
        "deadline": str(now() + 60),
    }
    signature = sign(document(message, "RedeemOrder", "Payout"))
    payout_type = b"Payout(string account,string name,string reference,bytes32 salt)"
    texts = [keccak256(payout[field].encode()) for field in ("account", "name", "reference")]
    payout_hash = keccak256(keccak256(payout_type) + b"".join(texts) + b"\x5a" * 32)
    order = (*{**message, "payout": payout_hash}.values(),)
    token.redeem(order, signature, relay.sends())
    assert tuple(token.getRedemption(alice.address, message["nonce"])) == (1, 395)


def test_cancel_redeem(
    token: Any, document: Callable[..., dict[str, Any]], alice: Party, relay: Party
) -> None:
    message = {"holder": alice.address, "nonce": "0x" + fresh_nonce().hex()}
    signature = by_eth_account(document(message, "CancelRedeem"))
    token.cancelRedeemOrder(*message.values(), signature, relay.sends())
    assert token.getRedemption(alice.address, message["nonce"])[0] == 2


def test_issue_approval(
    world: World,
    token: Any,
    document: Callable[..., dict[str, Any]],
    officers: tuple[Party, ...],
    vip: Party,
) -> None:
    """One officer signs with eth-account, the other with cast."""
    entries = [
        {
            "number": number,
            "ref": "0x" + f"{number:02x}" * 16,
            "holder": vip.address,
            "amount": 200_000,
        }
        for number in (10, 11)
    ]
    message = {"entries": entries, "deadline": now() + 60}
    typed = document(message, "IssueApproval", "IssueEntry")
    teller = str(world.teller.address)
    typed["domain"] |= {"name": "Jiaozi Teller", "verifyingContract": teller}
    keys = {keccak256(name) for name in (b"first officer", b"second officer", b"third officer")}
    by_address = {Account.from_key(key).address: key for key in keys}
    words = [
        (officer.address, sign(typed, by_address[officer.address]))
        for officer, sign in zip(officers, (by_eth_account, by_cast), strict=False)
    ]
    rows = [tuple(entry.values()) for entry in entries]
    world.teller.issueApproved(rows, message["deadline"], words, {"from": world.operator})
    assert token.balanceOf(vip.address) == 1_400_000


def test_the_key_is_alices(alice: Party) -> None:
    assert Account.from_key(KEY).address == alice.address


def test_every_struct_that_a_contract_hashes_is_here() -> None:
    libraries = Path(__file__).resolve().parents[2] / "contracts" / "libraries"
    text = "".join(path.read_text() for path in libraries.glob("*Hashes.sol"))
    hashed = text.count("bytes32 internal constant ")
    assert hashed == len(FIELDS) - 2  # the domain is OpenZeppelin's, Payout comes hashed
