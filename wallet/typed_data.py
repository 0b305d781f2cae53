"""Wallet: every EIP-712 message that a holder or an officer signs, shared with the bridge.

Each is checked when it is made, and each can be shown in clear by any wallet: `to_json` gives
the `eth_signTypedData_v4` form of exactly what the contracts (or the bank) verify.
"""

from __future__ import annotations

from wallet.address import Address
from wallet.eip712 import Domain, Struct
from wallet.hints import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from wallet.eip712 import Fields

__all__ = [
    "AccountLink",
    "AccountUnlink",
    "CancelAuthorization",
    "CancelRedeem",
    "Domain",
    "IssueApproval",
    "IssueEntry",
    "Payout",
    "Permit",
    "ReceiveAuthorization",
    "RedeemOrder",
    "Struct",
    "TransferAuthorization",
    "teller_domain",
]

_AUTHORIZATION_FIELDS: Fields = (
    ("from_", "from", "address"),
    ("to", "to", "address"),
    ("value", "value", "uint256"),
    ("valid_after", "validAfter", "uint256"),
    ("valid_before", "validBefore", "uint256"),
    ("nonce", "nonce", "bytes32"),
)


class TransferAuthorization(Struct):
    """EIP-3009: whoever brings this moves `value` minor units from `from_` to `to`, once.

    Valid while `valid_after` < now < `valid_before` (seconds since 1970, chain time). `nonce`
    is 32 random bytes.
    """

    from_: Address
    to: Address
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes
    NAME: ClassVar[str] = "TransferWithAuthorization"
    FIELDS: ClassVar[Fields] = _AUTHORIZATION_FIELDS


class ReceiveAuthorization(Struct):
    """EIP-3009: as TransferAuthorization, but only `to` itself may bring it."""

    from_: Address
    to: Address
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes
    NAME: ClassVar[str] = "ReceiveWithAuthorization"
    FIELDS: ClassVar[Fields] = _AUTHORIZATION_FIELDS


class CancelAuthorization(Struct):
    """EIP-3009: the authorization with this nonce shall never be used."""

    authorizer: Address
    nonce: bytes
    NAME: ClassVar[str] = "CancelAuthorization"
    FIELDS: ClassVar[Fields] = (
        ("authorizer", "authorizer", "address"),
        ("nonce", "nonce", "bytes32"),
    )


class Permit(Struct):
    """EIP-2612: `spender` may take up to `value` minor units; `nonce` is the token's counter."""

    owner: Address
    spender: Address
    value: int
    nonce: int
    deadline: int
    NAME: ClassVar[str] = "Permit"
    FIELDS: ClassVar[Fields] = (
        ("owner", "owner", "address"),
        ("spender", "spender", "address"),
        ("value", "value", "uint256"),
        ("nonce", "nonce", "uint256"),
        ("deadline", "deadline", "uint256"),
    )


class Payout(Struct):
    """Where a redemption's bank money goes. Only its hash reaches the chain.

    `salt` is 32 random bytes: without it, a known IBAN could be found from the hash.
    """

    account: str
    name: str
    reference: str
    salt: bytes
    NAME: ClassVar[str] = "Payout"
    FIELDS: ClassVar[Fields] = (
        ("account", "account", "string"),
        ("name", "name", "string"),
        ("reference", "reference", "string"),
        ("salt", "salt", "bytes32"),
    )


class RedeemOrder(Struct):
    """Burn `amount` minor units of the holder's and pay `amount − fee` out to `payout`.

    `fee` is part of `amount`. `deadline` is chain time; `nonce` is 32 random bytes.
    """

    holder: Address
    amount: int
    payout: Payout
    fee: int
    nonce: bytes
    deadline: int
    NAME: ClassVar[str] = "RedeemOrder"
    FIELDS: ClassVar[Fields] = (
        ("holder", "holder", "address"),
        ("amount", "amount", "uint256"),
        ("payout", "payout", "Payout"),
        ("fee", "fee", "uint256"),
        ("nonce", "nonce", "bytes32"),
        ("deadline", "deadline", "uint256"),
    )
    NESTED: ClassVar[tuple[type[Struct], ...]] = (Payout,)


class CancelRedeem(Struct):
    """The redemption order with this nonce shall never be burned."""

    holder: Address
    nonce: bytes
    NAME: ClassVar[str] = "CancelRedeem"
    FIELDS: ClassVar[Fields] = (
        ("holder", "holder", "address"),
        ("nonce", "nonce", "bytes32"),
    )


class AccountLink(Struct):
    """The wallet names its bank account to the bank; checked off chain, never sent to it.

    `issued_at` is seconds since 1970; the bank refuses a link that is too old.
    """

    wallet: Address
    account: str
    name: str
    issued_at: int
    nonce: bytes
    NAME: ClassVar[str] = "AccountLink"
    FIELDS: ClassVar[Fields] = (
        ("wallet", "wallet", "address"),
        ("account", "account", "string"),
        ("name", "name", "string"),
        ("issued_at", "issuedAt", "uint256"),
        ("nonce", "nonce", "bytes32"),
    )


class AccountUnlink(Struct):
    """The wallet ends its link to a bank account; checked off chain, never sent to it.

    `link` is the bank's id of that one link, so an old message cannot end a later one.
    `issued_at` is seconds since 1970; the bank refuses a message that is too old.
    """

    wallet: Address
    account: str
    link: str
    issued_at: int
    NAME: ClassVar[str] = "AccountUnlink"
    FIELDS: ClassVar[Fields] = (
        ("wallet", "wallet", "address"),
        ("account", "account", "string"),
        ("link", "link", "string"),
        ("issued_at", "issuedAt", "uint256"),
    )


class IssueEntry(Struct):
    """One deposit that the bank wants credited: `amount` minor units to `holder`.

    `number` is the bank's running deposit number; `ref`, 16 bytes, its keyed reference of the
    statement line.
    """

    number: int
    ref: bytes
    holder: Address
    amount: int
    NAME: ClassVar[str] = "IssueEntry"
    FIELDS: ClassVar[Fields] = (
        ("number", "number", "uint256"),
        ("ref", "ref", "bytes16"),
        ("holder", "holder", "address"),
        ("amount", "amount", "uint256"),
    )


class IssueApproval(Struct):
    """An officer's word that the Teller may issue exactly these entries past its bucket.

    Signed under the `teller_domain`. `deadline` is chain time, the last second at which it is
    good. Each entry's number can be used once, so no approval is good twice.
    """

    entries: tuple[IssueEntry, ...]
    deadline: int
    NAME: ClassVar[str] = "IssueApproval"
    FIELDS: ClassVar[Fields] = (
        ("entries", "entries", "IssueEntry[]"),
        ("deadline", "deadline", "uint256"),
    )
    NESTED: ClassVar[tuple[type[Struct], ...]] = (IssueEntry,)


def teller_domain(chain_id: int, teller: Address) -> Domain:
    """The domain of what officers sign; holders sign under their token's."""
    return Domain("Jiaozi Teller", chain_id, teller)
