"""Wallet: `jiaozi verify`: whether a signature is somebody's, a key's or a contract's (ERC-1271).

As the bank's contracts have it, the key is tried first: an account that runs others' code
(EIP-7702) keeps its ordinary signature. Only where that fails is the chain asked.
"""

from __future__ import annotations

import re
from typing import Final

from wallet.abi import encode_call, selector
from wallet.address import Address
from wallet.cli.access import Wallet
from wallet.cli.papers import Paper
from wallet.cli.session import Result, Session
from wallet.errors import InputError, RpcError, SignatureError
from wallet.money import shorten
from wallet.signer import recover

_IS_VALID: Final = "isValidSignature(bytes32,bytes)"
_HEX: Final = re.compile(r"(0x)?([0-9a-fA-F]{2})+", re.ASCII)
_LONGEST: Final = 10_000  # hex digits; a contract may want several keys' signatures
_PLAIN_BYTES: Final = 65
_LEAST_V: Final = 27


def run(session: Session) -> Result:
    """Say whose signature it is; SignatureError if it is not the account's."""
    wallet, paper = Wallet(session), Paper(session)
    signature = _signature(session)
    given = session.line.get("--by")
    by = wallet.address if given is None else wallet.whose(given)
    how = (
        "key" if _is_keys(paper.digest, signature, by) else _contracts(wallet, paper, signature, by)
    )
    if how is None:
        raise SignatureError("verify.wrong", by=by)
    data = {"valid": True, "by": by, "how": how, "digest": "0x" + paper.digest.hex()}
    said = session.text("verify.key" if how == "key" else "verify.contract", by=wallet.named(by))
    return Result(data, [said])


def _signature(session: Session) -> bytes:
    text = session.line.get("--signature")
    if text is None:
        raise InputError("usage.missing", word="--signature", command="verify")
    if len(text) > _LONGEST or _HEX.fullmatch(text) is None:
        raise InputError("verify.signature", signature=shorten(text))
    raw = bytes.fromhex(text.removeprefix("0x"))
    if len(raw) == _PLAIN_BYTES and raw[-1] < 2:  # noqa: PLR2004  # the other way to write v
        raw = raw[:-1] + bytes([raw[-1] + _LEAST_V])
    return raw


def _is_keys(digest: bytes, signature: bytes, by: Address) -> bool:
    try:
        return recover(digest, signature) == by
    except SignatureError:
        return False


def _contracts(wallet: Wallet, paper: Paper, signature: bytes, by: Address) -> str | None:
    rpc = wallet.token.rpc
    if not rpc.code(by):
        return None
    try:
        answer = rpc.read(by, encode_call(_IS_VALID, paper.digest, signature))
    except RpcError:  # the contract reverts where it does not know the method, or says no so
        return None
    return "contract" if answer[:32] == selector(_IS_VALID).ljust(32, b"\0") else None
