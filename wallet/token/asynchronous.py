"""Wallet: the token client for programs that run on web3.py's AsyncWeb3.

The same answers and the same errors as `TokenClient`, awaited; every read can be pinned to one
block. It takes the program's own AsyncWeb3, with whatever provider and middleware that has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.abi import decode, encode_call
from wallet.address import Address
from wallet.errors import ChainError, Unreachable, WrongChain
from wallet.money import Currency, shorten
from wallet.token.client import VIEWS, AccountState, Limits, RedemptionState, TokenFacts
from wallet.token.refusals import Refusal, decode_refusal

if TYPE_CHECKING:
    from web3 import AsyncWeb3

    from wallet.eip712 import Domain

_PLACE: Final = "AsyncWeb3"


class AsyncTokenClient:
    """One token at one address, read through an AsyncWeb3."""

    def __init__(self, w3: AsyncWeb3[Any], token: Address) -> None:
        self.w3 = w3
        self.token = token

    async def check_chain(self, chain_id: int) -> None:
        """WrongChain unless the node serves the chain with this id."""
        actual = await self._ask("eth_chainId", self.w3.eth.chain_id)
        if actual != chain_id:
            raise WrongChain("chain.id", place=_PLACE, expected=chain_id, actual=actual)

    async def facts(self) -> TokenFacts:
        """Name, symbol and currency.

        WrongChain if there is no such token at the address, or if its decimals are not those
        of its currency.
        """
        code = await self._ask("eth_getCode", self.w3.eth.get_code(self.token))  # type: ignore[arg-type]  # both are checksummed text
        if not code:
            raise WrongChain("token.missing", token=self.token, place=_PLACE)
        currency = Currency.of(await self._one("currency()"))
        if await self._one("decimals()") != currency.exponent:
            raise WrongChain("token.decimals", token=self.token, currency=currency.code)
        return TokenFacts(await self._one("name()"), await self._one("symbol()"), currency)

    async def check_domain(self, domain: Domain) -> None:
        """WrongChain unless the token verifies signatures under exactly this domain."""
        if await self._one("DOMAIN_SEPARATOR()") != domain.separator():
            raise WrongChain("token.domain", token=self.token, name=domain.name)

    async def account(self, address: Address, block: int | str = "latest") -> AccountState:
        """Balance, today's spending, tier and freeze of an address."""
        return AccountState(*await self._read("getAccount(address)", address, block=block))

    async def limits(self, tier: int) -> Limits:
        """The limits of a tier, 0 to 5."""
        return Limits(*await self._read("getLimits(uint8)", tier))

    async def paused(self) -> bool:
        """Whether transfers, issues and redemptions are stopped."""
        return bool(await self._one("paused()"))

    async def total_supply(self, block: int | str = "latest") -> int:
        """Minor units outstanding."""
        return int(await self._one("totalSupply()", block=block))

    async def total_minted(self, block: int | str = "latest") -> int:
        """Minor units ever credited."""
        return int(await self._one("totalMinted()", block=block))

    async def transfer_check(self, sender: Address, to: Address, amount: int) -> Refusal | None:
        """Why the token would refuse this payment now; None if it would not."""
        signature = "transferCheck(address,address,uint256)"
        reason, value, limit = await self._read(signature, sender, to, amount)
        if not any(reason):
            return None
        return decode_refusal(reason, value, limit, sender=sender, to=to)

    async def authorization_used(self, authorizer: Address, nonce: bytes) -> bool:
        """Whether an EIP-3009 authorization was used or cancelled."""
        return bool(await self._one("authorizationState(address,bytes32)", authorizer, nonce))

    async def redemption(self, holder: Address, nonce: bytes) -> tuple[RedemptionState, int]:
        """What became of a redemption order, and the minor units it pays out."""
        state, payable = await self._read("getRedemption(address,bytes32)", holder, nonce)
        try:
            return RedemptionState(state), payable
        except ValueError:
            raise ChainError("abi.answer", kind="redemption") from None

    async def _one(self, signature: str, *values: object, block: int | str = "latest") -> Any:
        return (await self._read(signature, *values, block=block))[0]

    async def _read(self, signature: str, *values: object, block: int | str = "latest") -> Any:
        request: Any = {"to": self.token, "data": "0x" + encode_call(signature, *values).hex()}
        view = signature[: signature.index("(")]
        answer = await self._ask(view, self.w3.eth.call(request, block))  # type: ignore[arg-type]  # web3 names its tags one by one
        return decode(VIEWS[signature], bytes(answer))

    async def _ask(self, view: str, question: Any) -> Any:
        """Await an answer; Unreachable if nobody gave one, ChainError if the node refused."""
        from aiohttp import ClientError  # noqa: PLC0415  # the caller has both loaded
        from web3.exceptions import Web3Exception  # noqa: PLC0415  # as above

        try:
            return await question
        except Web3Exception as error:
            reason = shorten(str(error))
            raise ChainError("token.read", token=self.token, view=view, reason=reason) from error
        except (ClientError, OSError) as error:
            reason = shorten(type(error).__name__)
            raise Unreachable("net.unreachable", place=_PLACE, reason=reason) from error
