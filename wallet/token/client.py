"""Wallet: reading the token; every read can be pinned to one block."""

from __future__ import annotations

from enum import IntEnum

from wallet.abi import decode, encode_call
from wallet.address import Address
from wallet.errors import ChainError, RpcError, WrongChain
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.money import Currency
from wallet.record import Record
from wallet.rpc import Rpc
from wallet.token.refusals import Refusal, decode_refusal

if TYPE_CHECKING:
    from wallet.eip712 import Domain

#: Each view that the client calls, and the types of its answer.
VIEWS: Final = {
    "name()": ("string",),
    "symbol()": ("string",),
    "currency()": ("string",),
    "decimals()": ("uint8",),
    "DOMAIN_SEPARATOR()": ("bytes32",),
    "paused()": ("bool",),
    "totalSupply()": ("uint256",),
    "totalMinted()": ("uint256",),
    "getAccount(address)": ("uint256", "uint256", "uint8", "bool"),
    "getLimits(uint8)": ("uint256", "uint256", "uint256"),
    "transferCheck(address,address,uint256)": ("bytes4", "uint256", "uint256"),
    "allowance(address,address)": ("uint256",),
    "authorizationState(address,bytes32)": ("bool",),
    "getRedemption(address,bytes32)": ("uint8", "uint256"),
}


class TokenFacts(Record):
    """What a token says of itself."""

    name: str
    symbol: str
    currency: Currency


class AccountState(Record):
    """What the token knows of an address; amounts in minor units."""

    balance: int
    spent_today: int
    tier: int
    frozen: bool


class Limits(Record):
    """A tier's limits in minor units; zero is closed."""

    per_payment: int
    per_day: int
    balance: int


class RedemptionState(IntEnum):
    """What became of a redemption order on chain."""

    NONE = 0
    BURNED = 1
    CANCELLED = 2
    RETURNED = 3


class TokenClient:
    """One token at one address on the chain of one node."""

    def __init__(self, rpc: Rpc, token: Address) -> None:
        self.rpc = rpc
        self.token = token

    def facts(self) -> TokenFacts:
        """Name, symbol and currency.

        WrongChain if there is no such token at the address, or if its decimals are not those
        of its currency.
        """
        if not self.rpc.code(self.token):
            raise WrongChain("token.missing", token=self.token, place=self.rpc.place)
        currency = Currency.of(self._one("currency()"))
        if self._one("decimals()") != currency.exponent:
            raise WrongChain("token.decimals", token=self.token, currency=currency.code)
        return TokenFacts(self._one("name()"), self._one("symbol()"), currency)

    def check_domain(self, domain: Domain) -> None:
        """WrongChain unless the token verifies signatures under exactly this domain."""
        if self._one("DOMAIN_SEPARATOR()") != domain.separator():
            raise WrongChain("token.domain", token=self.token, name=domain.name)

    def account(self, address: Address, block: int | str = "latest") -> AccountState:
        """Balance, today's spending, tier and freeze of an address."""
        return AccountState(*self._read("getAccount(address)", address, block=block))

    def limits(self, tier: int) -> Limits:
        """The limits of a tier, 0 to 5."""
        return Limits(*self._read("getLimits(uint8)", tier))

    def paused(self) -> bool:
        """Whether transfers, issues and redemptions are stopped."""
        return bool(self._one("paused()"))

    def total_supply(self, block: int | str = "latest") -> int:
        """Minor units outstanding."""
        return int(self._one("totalSupply()", block=block))

    def total_minted(self, block: int | str = "latest") -> int:
        """Minor units ever credited."""
        return int(self._one("totalMinted()", block=block))

    def transfer_check(self, sender: Address, to: Address, amount: int) -> Refusal | None:
        """Why the token would refuse this payment now; None if it would not."""
        signature = "transferCheck(address,address,uint256)"
        reason, value, limit = self._read(signature, sender, to, amount)
        if not any(reason):
            return None
        return decode_refusal(reason, value, limit, sender=sender, to=to)

    def allowance(self, owner: Address, spender: Address) -> int:
        """Minor units that `spender` may still take from `owner`."""
        return int(self._one("allowance(address,address)", owner, spender))

    def authorization_used(self, authorizer: Address, nonce: bytes) -> bool:
        """Whether an EIP-3009 authorization was used or cancelled."""
        return bool(self._one("authorizationState(address,bytes32)", authorizer, nonce))

    def redemption(self, holder: Address, nonce: bytes) -> tuple[RedemptionState, int]:
        """What became of a redemption order, and the minor units it pays out."""
        state, payable = self._read("getRedemption(address,bytes32)", holder, nonce)
        try:
            return RedemptionState(state), payable
        except ValueError:
            raise ChainError("abi.answer", kind="redemption") from None

    def _one(self, signature: str, *values: object, block: int | str = "latest") -> Any:
        return self._read(signature, *values, block=block)[0]

    def _read(self, signature: str, *values: object, block: int | str = "latest") -> Any:
        data = encode_call(signature, *values)
        try:
            answer = self.rpc.read(self.token, data, block)
        except RpcError as error:
            view = signature[: signature.index("(")]
            reason = error.values.get("reason")
            raise ChainError("token.read", token=self.token, view=view, reason=reason) from error
        return decode(VIEWS[signature], answer)
