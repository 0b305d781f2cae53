"""Tests: one call of each entry point, as it is made in every state of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from tests.contracts.authorizations import AUTHORIZATION, BYTES, VRS
from tests.contracts.matrix.columns import RETURNED, Cast, Column
from tests.contracts.orders import as_struct, order_of
from tests.contracts.support import CASE, REF, ZERO, Party, now, split
from wallet.address import Address
from wallet.keccak import keccak256
from wallet.typed_data import (
    CancelAuthorization,
    CancelRedeem,
    Domain,
    Permit,
)

NONCE = keccak256(b"matrix")
NUMBER = 900
ENTRY_TYPES = ("uint256", "bytes16", "address", "uint256")
ENTRY = f"({','.join(ENTRY_TYPES)})"
SPLIT = "uint8,bytes32,bytes32"
ORDER = "(address,uint256,bytes32,uint256,bytes32,uint256)"


@dataclass(frozen=True)
class Scene:
    """A state that has come about: who pays whom how much in it."""

    cast: Cast
    column: Column

    @property
    def payer(self) -> Address:
        """Whose money it is."""
        return self.cast["alice"].address

    @property
    def payee(self) -> Address:
        """Who shall have it."""
        return Address(str(self.column.to(self.cast)))

    @property
    def spender(self) -> Address:
        """Who may spend the payer's money."""
        return self.cast["carol"].address

    @property
    def amount(self) -> int:
        """How much."""
        return self.column.amount


@dataclass(frozen=True)
class Call:
    """Who calls which contract with what; and what moves if it passes, if anything does."""

    sender: str
    contract: Any
    data: str
    moves: tuple[str, str, int] | None = None


Make = Callable[[Scene], Call]
Types = dict[str, list[tuple[str, str]]]


def _pays(scene: Scene) -> tuple[str, str, int]:
    return scene.payer, scene.payee, scene.amount


def _transfer(scene: Scene) -> Call:
    token = scene.cast.world.token
    data = token.transfer.encode_input(scene.payee, scene.amount)
    return Call(scene.payer, token, data, _pays(scene))


def _transfer_from(scene: Scene) -> Call:
    token = scene.cast.world.token
    data = token.transferFrom.encode_input(scene.payer, scene.payee, scene.amount)
    return Call(scene.spender, token, data, _pays(scene))


def _approve(scene: Scene) -> Call:
    token = scene.cast.world.token
    return Call(scene.payer, token, token.approve.encode_input(scene.spender, scene.amount))


def _proof(signature: bytes, form: str) -> tuple[Any, ...]:
    return split(signature) if form.endswith("bytes32,bytes32") else (signature,)


def _permit(form: str, scene: Scene) -> Call:
    token, alice = scene.cast.world.token, scene.cast["alice"]
    permit = Permit(alice.address, scene.spender, scene.amount, 0, now() + 60)
    signature = alice.sign(permit, scene.cast.world.domain)
    given = (alice.address, scene.spender, scene.amount, permit.deadline)
    data = token.permit[form].encode_input(*given, *_proof(signature, form))
    return Call(scene.cast["relay"].address, token, data)


def _sign(domain: Domain, types: Types, message: dict[str, Any], who: Party) -> bytes:
    """By eth-account, because the wallet's own messages cannot name nobody as a recipient."""
    separator = {
        "name": domain.name,
        "version": domain.version,
        "chainId": domain.chain_id,
        "verifyingContract": domain.verifying_contract,
    }
    described = {
        struct: [{"type": kind, "name": name} for kind, name in fields]
        for struct, fields in types.items()
    }
    signable = encode_typed_data(separator, described, message)
    return bytes(Account.sign_message(signable, who.account.private_key).signature)


def _signed_payment(scene: Scene, struct: str) -> tuple[tuple[Any, ...], bytes]:
    names = ("from", "to", "value", "validAfter", "validBefore", "nonce")
    values = (scene.payer, scene.payee, scene.amount, 0, now() + 60, NONCE)
    types = {struct: list(zip(AUTHORIZATION.split(","), names, strict=True))}
    message = dict(zip(names, values, strict=True))
    signature = _sign(scene.cast.world.domain, types, message, scene.cast["alice"])
    return values, signature


def _transfer_with_authorization(form: str, scene: Scene) -> Call:
    token = scene.cast.world.token
    values, signature = _signed_payment(scene, "TransferWithAuthorization")
    method = token.transferWithAuthorization[form]
    data = method.encode_input(*values, *_proof(signature, form))
    return Call(scene.cast["relay"].address, token, data, _pays(scene))


def _receive_with_authorization(form: str, scene: Scene) -> Call:
    token = scene.cast.world.token
    values, signature = _signed_payment(scene, "ReceiveWithAuthorization")
    method = token.receiveWithAuthorization[form]
    data = method.encode_input(*values, *_proof(signature, form))
    return Call(scene.payee, token, data, _pays(scene))


def _cancel_authorization(form: str, scene: Scene) -> Call:
    token, alice = scene.cast.world.token, scene.cast["alice"]
    cancel = CancelAuthorization(alice.address, NONCE)
    signature = alice.sign(cancel, scene.cast.world.domain)
    method = token.cancelAuthorization[form]
    data = method.encode_input(alice.address, NONCE, *_proof(signature, form))
    return Call(scene.cast["relay"].address, token, data)


def _order(scene: Scene) -> tuple[tuple[Any, ...], bytes]:
    alice = scene.cast["alice"]
    order = replace(order_of(alice, scene.amount), nonce=NONCE)
    return as_struct(order), alice.sign(order, scene.cast.world.domain)


def _redeem(scene: Scene) -> Call:
    token = scene.cast.world.token
    data = token.redeem.encode_input(*_order(scene))
    return Call(scene.cast["relay"].address, token, data, (scene.payer, ZERO, scene.amount))


def _cancel_redeem(scene: Scene) -> Call:
    token, alice = scene.cast.world.token, scene.cast["alice"]
    signature = alice.sign(CancelRedeem(alice.address, NONCE), scene.cast.world.domain)
    data = token.cancelRedeemOrder.encode_input(alice.address, NONCE, signature)
    return Call(scene.cast["relay"].address, token, data)


def _relay_transfers(scene: Scene) -> Call:
    values, signature = _signed_payment(scene, "TransferWithAuthorization")
    teller = scene.cast.world.teller
    data = teller.relayTransfers.encode_input([(*values, signature)])
    return Call(scene.cast["relay"].address, teller, data, _pays(scene))


def _relay_redeem_orders(scene: Scene) -> Call:
    teller = scene.cast.world.teller
    data = teller.relayRedeemOrders.encode_input([_order(scene)])
    return Call(scene.cast["relay"].address, teller, data, (scene.payer, ZERO, scene.amount))


def _mints(scene: Scene) -> tuple[str, str, int]:
    return ZERO, scene.payee, scene.amount


def _issue(contract: str, by: str, scene: Scene) -> Call:
    target = getattr(scene.cast.world, contract)
    entries = [(NUMBER, REF, scene.payee, scene.amount)]
    sender = str(getattr(scene.cast.world, by))
    return Call(sender, target, target.issue.encode_input(entries), _mints(scene))


def _issue_approved(scene: Scene) -> Call:
    world, deadline = scene.cast.world, now() + 60
    entry = {"number": NUMBER, "ref": REF, "holder": scene.payee, "amount": scene.amount}
    types = {
        "IssueApproval": [("IssueEntry[]", "entries"), ("uint256", "deadline")],
        "IssueEntry": list(zip(ENTRY_TYPES, entry, strict=True)),
    }
    message = {"entries": [entry], "deadline": deadline}
    words = [
        (officer.address, _sign(world.teller_domain, types, message, officer))
        for officer in scene.cast.officers
    ]
    data = world.teller.issueApproved.encode_input([tuple(entry.values())], deadline, words)
    return Call(str(world.operator), world.teller, data, _mints(scene))


def _return_payout(contract: str, by: str, scene: Scene) -> Call:
    world, burned = scene.cast.world, scene.cast.burned
    target = getattr(world, contract)
    data = target.returnPayout.encode_input(burned.holder, burned.nonce)
    return Call(str(getattr(world, by)), target, data, (ZERO, burned.holder, RETURNED))


def _forced_transfer(scene: Scene) -> Call:
    world = scene.cast.world
    data = world.token.forcedTransfer.encode_input(scene.payer, scene.payee, scene.amount, CASE)
    return Call(str(world.seizure), world.token, data, _pays(scene))


def _by_role(contract: str, function: str, by: str, *values: object) -> Make:
    """A call by a role that moves no money; a text names a value of the scene."""

    def make(scene: Scene) -> Call:
        target = getattr(scene.cast.world, contract)
        given = [getattr(scene, one) if isinstance(one, str) else one for one in values]
        data = getattr(target, function).encode_input(*given)
        return Call(str(getattr(scene.cast.world, by)), target, data)

    return make


def _set_contract_uri(scene: Scene) -> Call:
    token = scene.cast.world.token
    data = token.setContractURI.encode_input("https://bank.example/new.json")
    return Call(str(scene.cast.world.governor), token, data)


def _attest(scene: Scene) -> Call:
    teller = scene.cast.world.teller
    data = teller.attest.encode_input(10**9, 0, 0, now(), 1)
    return Call(str(scene.cast.world.attestor), teller, data)


PERMIT = "address,address,uint256,uint256"
CANCEL = "address,bytes32"
CALLS: dict[str, Make] = {
    "DepositToken.transfer(address,uint256)": _transfer,
    "DepositToken.transferFrom(address,address,uint256)": _transfer_from,
    "DepositToken.approve(address,uint256)": _approve,
    **{
        f"DepositToken.permit({PERMIT},{form})": partial(_permit, f"{PERMIT},{form}")
        for form in ("bytes", SPLIT)
    },
    **{
        f"DepositToken.{name}({form})": partial(make, form)
        for name, make in (
            ("transferWithAuthorization", _transfer_with_authorization),
            ("receiveWithAuthorization", _receive_with_authorization),
        )
        for form in (BYTES, VRS)
    },
    **{
        f"DepositToken.cancelAuthorization({CANCEL},{form})": partial(
            _cancel_authorization, f"{CANCEL},{form}"
        )
        for form in ("bytes", SPLIT)
    },
    f"DepositToken.redeem({ORDER},bytes)": _redeem,
    "DepositToken.cancelRedeemOrder(address,bytes32,bytes)": _cancel_redeem,
    f"DepositToken.issue({ENTRY}[])": partial(_issue, "token", "issuer"),
    "DepositToken.voidNumber(uint256)": _by_role("token", "voidNumber", "issuer", NUMBER),
    "DepositToken.returnPayout(address,bytes32)": partial(_return_payout, "token", "issuer"),
    "DepositToken.forcedTransfer(address,address,uint256,bytes32)": _forced_transfer,
    "DepositToken.setTier(address,uint8)": _by_role("token", "setTier", "compliance", "payee", 2),
    "DepositToken.freeze(address)": _by_role("token", "freeze", "compliance", "payee"),
    "DepositToken.unfreeze(address)": _by_role("token", "unfreeze", "compliance", "payee"),
    "DepositToken.pause()": _by_role("token", "pause", "guardian"),
    "DepositToken.unpause()": _by_role("token", "unpause", "governor"),
    "DepositToken.setLimits(uint8,uint256,uint256,uint256)": _by_role(
        "token", "setLimits", "governor", 1, 2, 3, 4
    ),
    "DepositToken.setContractURI(string)": _set_contract_uri,
    f"Teller.issue({ENTRY}[])": partial(_issue, "teller", "operator"),
    f"Teller.issueApproved({ENTRY}[],uint256,(address,bytes)[])": _issue_approved,
    "Teller.voidNumber(uint256)": _by_role("teller", "voidNumber", "operator", NUMBER),
    "Teller.returnPayout(address,bytes32)": partial(_return_payout, "teller", "operator"),
    "Teller.attest(uint256,uint256,uint256,uint64,uint64)": _attest,
    "Teller.setBucket(uint256,uint256)": _by_role("teller", "setBucket", "governor", 1, 1),
    "Teller.setMaxAge(uint64)": _by_role("teller", "setMaxAge", "governor", 1),
    "Teller.setApprovalsNeeded(uint8)": _by_role("teller", "setApprovalsNeeded", "governor", 1),
    f"Teller.relayTransfers(({BYTES})[])": _relay_transfers,
    f"Teller.relayRedeemOrders(({ORDER},bytes)[])": _relay_redeem_orders,
}
