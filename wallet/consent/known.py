"""Wallet: what known messages and calls do: the bank money's own, and those of tokens in general.

Known are the ways in which tokens let money move: ERC-20, EIP-2612, EIP-3009, DAI's permit,
Permit2. All the rest is OTHER.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wallet.abi import arguments, decode, selector
from wallet.consent.acts import Act, ActKind
from wallet.errors import ChainError, InputError
from wallet.hints import Any, Final
from wallet.token import calls
from wallet.transaction import Transaction
from wallet.typed_data import (
    AccountLink,
    AccountUnlink,
    CancelAuthorization,
    CancelRedeem,
    IssueApproval,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    TransferAuthorization,
)
from wallet.typed_json import TypedData

_Values = Mapping[str, Any]


def acts_of_typed(typed: TypedData) -> tuple[Act, ...]:
    """What a typed message does; InputError for a known one of which a struct is left out.

    Its hash is then 32 zero bytes: what an order or permit says there, nobody has seen.
    """
    build = _TYPED.get(typed.encode_type())
    if build is None:
        return tuple(_unknown(typed))
    for leaf in typed.fields():
        if leaf.value is None:
            raise InputError("typed.value", field=f"message.{leaf.path}", kind=leaf.kind)
    return tuple(build(typed))


def acts_of_transaction(transaction: Transaction) -> tuple[Act, ...]:
    """What a transaction does: it may move the native coin and call a contract."""
    to, data = transaction.to, transaction.data
    found: list[Act] = []
    if transaction.value or (to is not None and not data):
        found.append(
            Act(ActKind.PAY, "", transaction.chain_id, to, party=to, amount=transaction.value)
        )
    if data or to is None:
        found.append(_called(transaction))
    return tuple(found)


def _called(transaction: Transaction) -> Act:
    """What its call does. One that cannot be read whole has no name, whatever its selector."""
    to, chain_id = transaction.to, transaction.chain_id
    build = _CALLS.get(transaction.data[:4])
    if build is None or to is None:
        return Act(ActKind.OTHER, "", chain_id, to)
    try:
        values = build[1](decode(arguments(build[0]), transaction.data[4:]))
    except ChainError:
        return Act(ActKind.OTHER, "", chain_id, to)
    return _placed(values, build[0].partition("(")[0], chain_id, to)


def _placed(values: _Values, name: str, chain_id: int, contract: str | None) -> Act:
    fixed = {"name": name, "chain_id": chain_id, "contract": contract, "token": contract}
    fields: dict[str, Any] = {**fixed, **values}
    return Act(**fields)


def _own(kind: ActKind, **names: str) -> Callable[[TypedData], Iterator[Act]]:
    """A message about the domain's own contract; `names` says which field is what."""

    def build(typed: TypedData) -> Iterator[Act]:
        values = {attribute: typed.message[field] for attribute, field in names.items()}
        contract, domain = typed.domain.verifying_contract, typed.domain
        token = contract if kind in (ActKind.PAY, ActKind.ALLOW, ActKind.REDEEM) else None
        fixed: dict[str, Any] = {"chain_id": domain.chain_id, "contract": contract, "token": token}
        yield Act(kind, typed.primary_type, **fixed, **values)  # type: ignore[arg-type]  # by type

    return build


def _dai(typed: TypedData) -> Iterator[Act]:
    message, contract = typed.message, typed.domain.verifying_contract
    expiry: Any = message["expiry"]
    yield Act(
        ActKind.ALLOW,
        typed.primary_type,
        typed.domain.chain_id,
        contract,
        account=str(message["holder"]),
        party=str(message["spender"]),
        amount=None if message["allowed"] else 0,
        token=contract,
        until=expiry or None,
    )


def _permit2(inner: str, deadline: str) -> Callable[[TypedData], Iterator[Act]]:
    """Permit2: one or several tokens, of which a spender may take."""

    def build(typed: TypedData) -> Iterator[Act]:
        details: Any = typed.message[inner]
        until: Any = typed.message[deadline]
        for each in details if isinstance(details, tuple) else (details,):
            yield Act(
                ActKind.ALLOW,
                typed.primary_type,
                typed.domain.chain_id,
                typed.domain.verifying_contract,
                party=str(typed.message["spender"]),
                amount=each["amount"],
                token=each["token"],
                until=each.get("expiration", until),
            )

    return build


_SPENDERS: Final = ("spender", "spenders", "operator", "operators")


def _last(path: str) -> str:
    """The last name of a path, whatever its capitals, and without its place in an array."""
    return path.rpartition(".")[2].partition("[")[0].lower()


def _unknown(typed: TypedData) -> Iterator[Act]:
    """A message of nobody we know. One that names a spender allows something, whatever it is."""
    domain, name = typed.domain, typed.primary_type
    spenders = [
        leaf.value
        for leaf in typed.fields()
        if leaf.kind == "address" and _last(leaf.path) in _SPENDERS
    ]
    for spender in spenders:
        party = str(spender)
        yield Act(ActKind.ALLOW, name, domain.chain_id, domain.verifying_contract, party=party)
    if not spenders:
        yield Act(ActKind.OTHER, name, domain.chain_id, domain.verifying_contract)


_AUTHORIZATION: Final = {
    "account": "from", "party": "to", "amount": "value", "until": "validBefore",
}  # fmt: skip
_DAI: Final = "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)"
_DETAILS: Final = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
_PERMITTED: Final = "TokenPermissions(address token,uint256 amount)"
_ONCE: Final = "address spender,uint256 nonce,uint256 deadline)"
_TYPED: Final[Mapping[str, Callable[[TypedData], Iterator[Act]]]] = {
    TransferAuthorization.encode_type(): _own(ActKind.PAY, **_AUTHORIZATION),
    ReceiveAuthorization.encode_type(): _own(ActKind.PAY, **_AUTHORIZATION),
    CancelAuthorization.encode_type(): _own(ActKind.CANCEL, account="authorizer"),
    Permit.encode_type(): _own(
        ActKind.ALLOW, account="owner", party="spender", amount="value", until="deadline"
    ),
    RedeemOrder.encode_type(): _own(
        ActKind.REDEEM, account="holder", amount="amount", until="deadline"
    ),
    CancelRedeem.encode_type(): _own(ActKind.CANCEL, account="holder"),
    "Policy(address owner,bytes32 hash,Contact[] contacts,uint256 signedAt)"
    "Contact(string name,address account)": _own(ActKind.POLICY, account="owner"),
    AccountLink.encode_type(): _own(ActKind.LINK, account="wallet"),
    AccountUnlink.encode_type(): _own(ActKind.LINK, account="wallet"),
    IssueApproval.encode_type(): _own(ActKind.ISSUE, until="deadline"),
    _DAI: _dai,
    f"PermitSingle(PermitDetails details,address spender,uint256 sigDeadline){_DETAILS}": (
        _permit2("details", "sigDeadline")
    ),
    f"PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline){_DETAILS}": (
        _permit2("details", "sigDeadline")
    ),
    f"PermitTransferFrom(TokenPermissions permitted,{_ONCE}{_PERMITTED}": (
        _permit2("permitted", "deadline")
    ),
    f"PermitBatchTransferFrom(TokenPermissions[] permitted,{_ONCE}{_PERMITTED}": (
        _permit2("permitted", "deadline")
    ),
}


def _call(signature: str, build: Callable[..., _Values]) -> tuple[bytes, tuple[str, Any]]:
    return selector(signature), (signature, lambda values: build(*values))


def _paid(account: str, to: str, amount: int, _after: int, until: int, *_: bytes) -> _Values:
    return {
        "kind": ActKind.PAY, "account": account, "party": to, "amount": amount, "until": until,
    }  # fmt: skip


def _moved(owner: str, to: str, amount: int) -> _Values:
    return {"kind": ActKind.PAY, "account": owner, "party": to, "amount": amount}


def _allowed(owner: str | None, spender: str, amount: int | None, until: int | None) -> _Values:
    return {
        "kind": ActKind.ALLOW, "account": owner, "party": spender, "amount": amount, "until": until,
    }  # fmt: skip


def _redeemed(order: tuple[Any, ...], _: bytes) -> _Values:
    return {
        "kind": ActKind.REDEEM, "account": order[0], "amount": order[1], "until": order[5],
    }  # fmt: skip


#: By selector: the call's signature, and what it does.
_CALLS: Final = dict(
    (
        _call(calls.TRANSFER, lambda to, n: {"kind": ActKind.PAY, "party": to, "amount": n}),
        _call("transferFrom(address,address,uint256)", _moved),
        _call(calls.APPROVE, lambda spender, n: _allowed(None, spender, n, None)),
        _call(
            "increaseAllowance(address,uint256)",
            lambda spender, n: _allowed(None, spender, n, None),
        ),
        _call(
            "setApprovalForAll(address,bool)",
            lambda operator, yes: _allowed(None, operator, None if yes else 0, None),
        ),
        _call(calls.PERMIT, lambda o, s, n, until, _: _allowed(o, s, n, until)),
        _call(
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            lambda o, s, n, until, *_: _allowed(o, s, n, until),
        ),
        _call(calls.TRANSFER_WITH_AUTHORIZATION, _paid),
        _call(calls.RECEIVE_WITH_AUTHORIZATION, _paid),
        _call(calls.CANCEL_AUTHORIZATION, lambda who, *_: {"kind": ActKind.CANCEL, "account": who}),
        _call(calls.REDEEM, _redeemed),
        _call(calls.CANCEL_REDEEM, lambda who, *_: {"kind": ActKind.CANCEL, "account": who}),
    )
)
