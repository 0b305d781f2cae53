"""Wallet: keys, signing, the chain client and the `jiaozi` command.

Knows the contracts' ABIs and nothing of the bank's bridge: `wallet` never imports `api`.

What is listed in `__all__` is the library's public face; each name is loaded when it is first
used, so that a command pays only for what it needs. Amounts are `int` minor units, addresses
are EIP-55 text, secrets are `Secret`, errors are one tree under `WalletError`.

    >>> from wallet import Currency, LocalSigner, format_amount, parse_amount
    >>> euro = Currency.of("EUR")
    >>> format_amount(parse_amount("12.3", euro), euro)
    '12.30'
    >>> LocalSigner(bytes(31) + b"\\x01").address
    '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
"""

from __future__ import annotations

# Every command pays for what is imported here, and a Ctrl-C meanwhile is a traceback: nothing is.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from wallet.address import Address, checksum, parse_address
    from wallet.agent.client import AgentSigner
    from wallet.coins import coin_type_of
    from wallet.discovery import find_path
    from wallet.errors import WalletError
    from wallet.hd import PrivateNode, PublicNode
    from wallet.keystore import decrypt_key, encrypt_key
    from wallet.money import Currency, format_amount, parse_amount
    from wallet.path import Hardened, Normal, Path, account_root, ethereum_path
    from wallet.rpc import Rpc
    from wallet.secret import Secret
    from wallet.signer import LocalSigner, Signer, recover, text_digest
    from wallet.token import TokenClient
    from wallet.token.asynchronous import AsyncTokenClient
    from wallet.transaction import SignedTransaction, Transaction
    from wallet.typed_data import (
        AccountLink,
        CancelAuthorization,
        CancelRedeem,
        Domain,
        IssueApproval,
        IssueEntry,
        Payout,
        Permit,
        ReceiveAuthorization,
        RedeemOrder,
        TransferAuthorization,
        teller_domain,
    )
    from wallet.typed_json import TypedData
    from wallet.web3_account import Web3Account

__all__ = [
    "AccountLink",
    "Address",
    "AgentSigner",
    "AsyncTokenClient",
    "CancelAuthorization",
    "CancelRedeem",
    "Currency",
    "Domain",
    "Hardened",
    "IssueApproval",
    "IssueEntry",
    "LocalSigner",
    "Normal",
    "Path",
    "Payout",
    "Permit",
    "PrivateNode",
    "PublicNode",
    "ReceiveAuthorization",
    "RedeemOrder",
    "Rpc",
    "Secret",
    "SignedTransaction",
    "Signer",
    "TokenClient",
    "Transaction",
    "TransferAuthorization",
    "TypedData",
    "WalletError",
    "Web3Account",
    "account_root",
    "checksum",
    "coin_type_of",
    "decrypt_key",
    "encrypt_key",
    "ethereum_path",
    "find_path",
    "format_amount",
    "parse_address",
    "parse_amount",
    "recover",
    "teller_domain",
    "text_digest",
]

_MODULES = {
    "agent.client": ("AgentSigner",),
    "address": ("Address", "checksum", "parse_address"),
    "coins": ("coin_type_of",),
    "discovery": ("find_path",),
    "errors": ("WalletError",),
    "hd": ("PrivateNode", "PublicNode"),
    "keystore": ("decrypt_key", "encrypt_key"),
    "money": ("Currency", "format_amount", "parse_amount"),
    "path": ("Hardened", "Normal", "Path", "account_root", "ethereum_path"),
    "rpc": ("Rpc",),
    "secret": ("Secret",),
    "signer": ("LocalSigner", "Signer", "recover", "text_digest"),
    "token": ("TokenClient",),
    "token.asynchronous": ("AsyncTokenClient",),
    "transaction": ("SignedTransaction", "Transaction"),
    "typed_data": (
        "AccountLink",
        "CancelAuthorization",
        "CancelRedeem",
        "Domain",
        "IssueApproval",
        "IssueEntry",
        "Payout",
        "Permit",
        "ReceiveAuthorization",
        "RedeemOrder",
        "TransferAuthorization",
        "teller_domain",
    ),
    "typed_json": ("TypedData",),
    "web3_account": ("Web3Account",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'wallet' has no attribute {name!r}")
    return getattr(__import__(f"wallet.{_HOME[name]}", fromlist=[name]), name)
