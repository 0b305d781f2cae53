"""Tests of the devices' signers against what others recorded with real devices and firmware.

tests/vectors/devices holds the exchanges; README.md there says whose they are.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wallet.hardware.faketrezor import FakeTrezor
from tests.wallet.hardware.test_ledger import Recorded, Someone
from tests.wallet.vectors import VECTORS, load
from wallet import mnemonic
from wallet.address import Address, parse_address
from wallet.hardware.ledger import Ledger, LedgerSigner
from wallet.hardware.trezor import Trezor
from wallet.hd import PrivateNode, PublicNode
from wallet.path import Normal, Path, ethereum_path
from wallet.signer import recover
from wallet.transaction import Transaction
from wallet.typed_json import TypedData

FRAME = load("devices/ledger_frame.json")
TREZOR = load("devices/trezor.json")
ACCOUNT = Path.parse(FRAME["account"]["path"])
OWNER = Address(FRAME["account"]["address"])
STRING, ADDRESS = "string", "address"


def typed(primary: str, types: dict[str, Any], domain: Any, message: Any) -> TypedData:
    whole = {
        "types": {
            name: [{"name": field, "type": kind} for field, kind in fields.items()]
            for name, fields in types.items()
        },
        "primaryType": primary,
        "domain": domain,
        "message": message,
    }
    return TypedData.parse(json.dumps(whole).encode())


DOMAIN = {"name": STRING, "version": STRING, "chainId": "uint256", "verifyingContract": ADDRESS}
PERSON = {"name": STRING, "wallets": "address[]"}
COW = {
    "name": "Cow",
    "wallets": [
        "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826",
        "0xDeaDbeefdEAdbeefdEadbEEFdeadbeEFdEaDbeeF",
    ],
}
B = ["0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB", "0xB0BdaBea57B0BDABeA57b0bdABEA57b0BDabEa57"]
B0 = "0xB0B0b0b0b0b0B000000000000000000000000000"


def ether_mail(chain_id: int | str) -> TypedData:
    """The message of the first recorded exchange, and on another chain that of Frame's."""
    domain = {
        "name": "Ether Mail",
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    }
    message = {"from": COW, "to": [{"name": "Bob", "wallets": [*B, B0]}], "contents": "Hello, Bob!"}
    types = {
        "EIP712Domain": DOMAIN,
        "Group": {"name": STRING, "members": "Person[]"},
        "Mail": {"from": "Person", "to": "Person[]", "contents": STRING},
        "Person": PERSON,
    }
    return typed("Mail", types, domain, message)


LIST = typed(
    "Mail",
    {
        "EIP712Domain": DOMAIN,
        "Mail": {
            "from": "Person",
            "to": "MailingList",
            "contents": STRING,
            "attach": "Attachments",
        },
        "Person": PERSON,
        "MailingList": {"name": STRING, "members": "Person[]"},
        "Attachments": {"list": "Attachment[]"},
        "Attachment": {"name": STRING, "size": "uint16"},
    },
    ether_mail(5).whole["domain"],
    {
        "from": COW,
        "to": {
            "name": "test list",
            "members": [
                {"name": "Bob", "wallets": [B[0], B0]},
                {"name": "Alice", "wallets": [B[1]]},
            ],
        },
        "contents": "Hello, Bob!",
        "attach": {"list": [{"name": "first", "size": 100}, {"name": "second", "size": 3400}]},
    },
)
AUTH = typed(
    "Auth",
    {
        "Auth": {"banner": STRING, "curDate": "uint32", "id": "uint8"},
        "EIP712Domain": {"name": STRING, "version": STRING},
    },
    {"name": "Who are You?", "version": "1"},
    {"banner": "Please sign this message with your wallet", "curDate": 1660659773, "id": 38},
)
BY_FIELDS = {"ledger_live_1": ether_mail(5), "ledger_live_6": LIST, "ledger_live_12": AUTH}


def exchanges(name: str) -> list[tuple[str, str]]:
    """The commands and answers of a file."""
    lines = (VECTORS / f"devices/{name}.apdus").read_text().split("\n")
    sent = [line[3:] for line in lines if line.startswith("=> ")]
    return list(zip(sent, [line[3:] for line in lines if line.startswith("<= ")], strict=True))


def answer_signer(name: str) -> Address:
    """Whose signature a recorded exchange ends with, over the message as the wallet hashes it."""
    raw = bytes.fromhex(exchanges(name)[-1][1])[:65]
    return recover(BY_FIELDS[name].digest(), raw[1:] + raw[:1])


@pytest.mark.parametrize("name", BY_FIELDS)
def test_a_ledger_was_sent_these_messages_field_by_field(name: str) -> None:
    """Byte for byte what Ledger's own library sent. Whose account signed is not recorded."""
    owner = answer_signer(name)
    wire = Recorded(exchanges(name))
    signer = LedgerSigner(Ledger(wire, Someone()), ethereum_path(0), owner)
    assert recover(BY_FIELDS[name].digest(), signer.sign_typed(BY_FIELDS[name])) == owner
    assert wire.exchanges == []


def test_two_messages_were_signed_by_one_device() -> None:
    """So both are hashed as the device hashed them: else the signers would be two."""
    assert answer_signer("ledger_live_1") == answer_signer("ledger_live_6")


def frame(name: str, path: Path, address: Address, *before: tuple[str, str]) -> LedgerSigner:
    wire = Recorded([*before, tuple(FRAME[name]["exchange"])])
    return LedgerSigner(Ledger(wire, Someone(takes_hashes=True)), path, address)


def device_node() -> PublicNode:
    wire = Recorded([tuple(FRAME["account"]["exchange"])])
    return PublicNode.from_xpub(Ledger(wire, Someone()).xpub(ACCOUNT))


def test_a_ledgers_public_node_and_its_children() -> None:
    node = device_node()
    assert node.address == OWNER
    assert node.child(Normal(5)).address == parse_address(FRAME["account"]["child_5"])


def test_a_ledger_signed_this_transaction() -> None:
    fields = {
        name: int(v, 16) for name, v in FRAME["transaction"]["fields"].items() if name != "to"
    }
    to = parse_address(FRAME["transaction"]["fields"]["to"])
    signed = Transaction(to=to, data=b"", **fields).sign(frame("transaction", ACCOUNT, OWNER))
    assert "0x" + signed.raw.hex() == FRAME["transaction"]["signed"]


def test_a_ledger_signed_this_text() -> None:
    path, text = Path.parse(FRAME["text"]["path"]), FRAME["text"]["text"].encode()
    address = device_node().child(Normal(2)).address
    assert frame("text", path, address).sign_text(text)


def test_an_older_ledger_signed_these_hashes() -> None:
    first = b"EIP712Domain".hex()
    unknown = (f"e01a00000c{first}", "6d00")
    signer = frame("hashes", ACCOUNT, OWNER, unknown)
    message = ether_mail("4")
    assert recover(message.digest(), signer.sign_typed(message)) == OWNER


ALL = PrivateNode.from_seed(mnemonic.seed(mnemonic.parse(TREZOR["mnemonic"])))


def trezor_signer(path: str) -> Any:
    place = Path.parse(path)
    return Trezor(FakeTrezor(ALL), Someone()).signer(place, ALL.derive(place).public().address)


@pytest.mark.parametrize("case", TREZOR["transactions"], ids=lambda case: case["name"])
def test_a_trezor_signed_these_transactions(case: dict[str, Any]) -> None:
    plan = Transaction(
        chain_id=case["chain_id"],
        nonce=int(case["nonce"], 16),
        max_priority_fee_per_gas=int(case["max_priority_fee"], 16),
        max_fee_per_gas=int(case["max_gas_fee"], 16),
        gas_limit=int(case["gas_limit"], 16),
        to=parse_address(case["to_address"]),
        value=int(case["value"], 16),
        data=bytes.fromhex(case["data"]),
    )
    signature = trezor_signer(case["path"]).sign_transaction(plan)
    assert signature.hex() == case["sig_r"] + case["sig_s"] + f"{27 + case['sig_v']:02x}"


@pytest.mark.parametrize("case", TREZOR["typed"], ids=lambda case: case["name"])
def test_a_trezor_signed_these_messages(case: dict[str, Any]) -> None:
    message = TypedData.parse(json.dumps(case["data"]).encode())
    assert "0x" + message.separator.hex() == case["domain_separator_hash"]
    assert "0x" + message.struct_hash.hex() == case["message_hash"]
    signature = trezor_signer("m/44'/60'/0'/0/0").sign_typed(message)
    assert "0x" + signature.hex() == case["sig"]
