"""Wallet: the owner's signature over policy.toml, without which nothing is signed by it.

The message is EIP-712's `Policy`, under a domain of the wallet's own and no chain's: whose
wallet it is, the Keccak-256 of the file, the contacts that the file names, and when it was
signed. It lies in policy.sig. The contacts are those of that moment: whoever changes the
wallet's book afterwards changes nobody's payee.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wallet.address import Address, parse_address
from wallet.errors import AddressError, InputError, SetupError, SignatureError
from wallet.keccak import keccak256
from wallet.policy.model import ANY, BANK, CONTACTS, TELLER, TOKEN, Policy
from wallet.signer import recover
from wallet.strict_json import read_json
from wallet.typed_json import TypedData

_VERSION: Final = 1
_DOMAIN: Final = {"name": "Jiaozi Wallet", "version": "1"}
_TYPES: Final = {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}],
    "Policy": [
        {"name": "owner", "type": "address"},
        {"name": "hash", "type": "bytes32"},
        {"name": "contacts", "type": "Contact[]"},
        {"name": "signedAt", "type": "uint256"},
    ],
    "Contact": [{"name": "name", "type": "string"}, {"name": "account", "type": "address"}],
}
_WORDS: Final = (ANY, BANK, CONTACTS, TELLER, TOKEN)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the owner signed beside the file: the contacts that it means, and when."""

    contacts: Mapping[str, Address]
    signed_at: int


def named_contacts(policy: Policy, book: Mapping[str, Address]) -> dict[str, Address]:
    """The contacts that a policy means, out of the wallet's; InputError for one that is not there.

    The word "contacts" means all of them.
    """
    rules = (*policy.accounts.values(), *policy.tokens.values())
    words = {word for rule in rules for word in rule.pay or ()}
    if CONTACTS in words:
        words |= set(book)
    names = sorted(word for word in words if word not in _WORDS and not word.startswith("0x"))
    for name in names:
        if name not in book:
            raise InputError("policy.contact", name=name)
    return {name: book[name] for name in names}


def policy_message(owner: Address, file: bytes, seal: Seal) -> TypedData:
    """What the owner signs."""
    values = {
        "owner": owner,
        "hash": "0x" + keccak256(file).hex(),
        "contacts": [{"name": name, "account": address} for name, address in seal.contacts.items()],
        "signedAt": str(seal.signed_at),
    }
    whole = {"types": _TYPES, "primaryType": "Policy", "domain": _DOMAIN, "message": values}
    return TypedData.parse(json.dumps(whole).encode())


def encode_seal(owner: Address, seal: Seal, signature: bytes) -> bytes:
    """The bytes of policy.sig."""
    whole = {
        "version": _VERSION,
        "owner": owner,
        "contacts": dict(seal.contacts),
        "signed_at": seal.signed_at,
        "signature": "0x" + signature.hex(),
    }
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def check_seal(owner: Address, file: bytes, data: bytes) -> Seal:
    """What the owner signed beside this very file; SetupError if that was never."""
    try:
        whole: dict[str, Any] = read_json(data, unique=True)
        contacts = {name: parse_address(each) for name, each in whole["contacts"].items()}
        seal = Seal(contacts, whole["signed_at"])
        signature = bytes.fromhex(whole["signature"][2:])
        if whole["version"] != _VERSION or type(seal.signed_at) is not int:
            raise ValueError("version")  # noqa: TRY301  # told apart by nobody
        signer = recover(policy_message(owner, file, seal).digest(), signature)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError("policy.changed") from error
    except (AddressError, InputError, SignatureError) as error:
        raise SetupError("policy.changed") from error
    if signer != owner:
        raise SetupError("policy.changed")
    return seal
