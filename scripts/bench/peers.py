"""Bench: others' tokens, put through the same operations by the same people."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.bench.artifacts import Artifact
from scripts.bench.chain import DEPLOYER, Chain
from scripts.bench.erc20 import AMOUNT, FUNDS, Erc20, fields, vrs
from scripts.bench.measure import Operation, hundredth, measured
from scripts.bench.people import BATCH, People
from wallet.address import Address

NAME = "Peer Euro"
MINT = "mint((address,uint256)[])"
RELAY = "relay((address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)[])"

Built = Mapping[str, Artifact]


class Peer:
    """One contender: for each row the smallest of its contracts that has the function."""

    def __init__(self, chain: Chain, people: People, built: Built) -> None:
        self.chain, self.people, self.built = chain, people, built

    def openzeppelin(self) -> dict[str, int | None]:
        """OpenZeppelin's ERC20, with its Permit and its ERC3009 where a row needs them."""
        bare, permit, authorization = (
            self._token(self._deploy(f"OpenZeppelin{kind}"))
            for kind in ("Bare", "Permit", "Authorization")
        )
        return self._measured(
            self._plain(bare) | self._permit(permit) | self._authorizations(authorization)
        )

    def solady(self) -> dict[str, int | None]:
        """Solady's ERC20, which has permit and no EIP-3009."""
        token = self._token(self._deploy("SoladyBare"))
        return self._measured(self._plain(token) | self._permit(token))

    def regulated(self) -> dict[str, int | None]:
        """OpenZeppelin's parts put together as a regulated token, behind a proxy."""
        plain, authorization = (
            self._token(self._proxied(kind)) for kind in ("Regulated", "RegulatedAuthorization")
        )
        return self._measured(
            self._plain(plain) | self._permit(plain) | self._authorizations(authorization)
        )

    def _measured(self, operations: Mapping[str, Operation]) -> dict[str, int | None]:
        return measured(self.chain, operations).later

    def _deploy(self, name: str) -> Address:
        return self.chain.deploy(self.built[name].code)

    def _proxied(self, name: str) -> Address:
        code = self.built["RegulatedProxy"].code
        return self.chain.deploy(code, "address,address", self._deploy(name), DEPLOYER)

    def _token(self, address: Address) -> Erc20:
        token = Erc20(self.chain, self.people, address, NAME)
        funded = list(self.people.funded)
        for begin in range(0, len(funded), BATCH):
            self._mint(token, funded[begin : begin + BATCH], FUNDS)
        return token

    def _mint(self, token: Erc20, holders: list[Address], amount: int) -> int:
        minted = [(holder, amount) for holder in holders]
        return self.chain.gas(DEPLOYER, token.address, MINT, minted, moves=len(minted))

    def _plain(self, token: Erc20) -> dict[str, Operation]:
        token.approve()
        return {
            "transfer": token.transfer,
            "transfer_registered": token.transfer_registered,
            "transferFrom": token.transfer_from,
            "issue_100": lambda: self._mint(token, self.people.holders, AMOUNT),
        }

    def _permit(self, token: Erc20) -> dict[str, Operation]:
        return {"permit": token.permit}

    def _authorizations(self, token: Erc20) -> dict[str, Operation]:
        relay = self.chain.deploy(self.built["PlainRelay"].code, "address", token.address)
        return {
            "transferWithAuthorization": token.transfer_with_authorization,
            "relay_100_each": lambda: self._relay(token, relay),
        }

    def _relay(self, token: Erc20, relay: Address) -> int:
        signed_payments = token.authorizations(self.people.payers, self.people.holders)
        entries = [(*fields(made), *vrs(signature)) for made, signature in signed_payments]
        return hundredth(
            self.chain.gas(self.people.relay, relay, RELAY, entries, moves=len(entries))
        )
