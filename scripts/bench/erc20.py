"""Bench: what people do with any token. Each call is one transaction and gives its gas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from scripts.bench.chain import CHAIN_ID, Chain
from scripts.bench.people import People, plain_bytes, signed
from wallet.address import Address
from wallet.signer import Signer
from wallet.typed_data import Domain, Permit, TransferAuthorization

AMOUNT = 1_000_000
FUNDS = 50_000_000
ALLOWANCE = 1_000_000_000
# 2035, in four bytes of which none is zero; a deadline's variants count on from it.
DEADLINE = 0x7B7B7B01
WITH_AUTHORIZATION = (
    "transferWithAuthorization"
    "(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"
)
PERMIT = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"


class Erc20:
    """A token under measurement."""

    def __init__(self, chain: Chain, people: People, address: Address, name: str) -> None:
        """`name` is the one in the token's EIP-712 domain."""
        self.chain, self.people, self.address = chain, people, address
        self.domain = Domain(name, CHAIN_ID, address)
        self._newcomers = iter(people.newcomers)
        self._permits = self._authorizations = 0

    def transfer(self) -> int:
        """The payer pays the payee."""
        return self._transfer(self.people.payee)

    def transfer_registered(self) -> int:
        """The payer pays somebody who never held anything."""
        return self._transfer(next(self._newcomers))

    def approve(self) -> int:
        """The payer lets the spender spend a finite amount."""
        return self._send(
            self.people.payer.address, "approve(address,uint256)", self.people.spender, ALLOWANCE
        )

    def transfer_from(self) -> int:
        """The spender pays the payee with the payer's money."""
        return self._send(
            self.people.spender,
            "transferFrom(address,address,uint256)",
            self.people.payer.address,
            self.people.payee,
            AMOUNT,
            moves=1,
        )

    def permit(self) -> int:
        """The relay brings the payer's permit, never for the allowance that is there already."""
        number, payer = self._permits, self.people.payer
        self._permits += 1
        made, signature = signed(
            payer,
            self.domain,
            lambda n: Permit(
                payer.address, self.people.spender, AMOUNT + number, number, DEADLINE + n
            ),
        )
        return self._send(
            self.people.relay,
            PERMIT,
            made.owner,
            made.spender,
            made.value,
            made.deadline,
            *vrs(signature),
        )

    def transfer_with_authorization(self) -> int:
        """The relay brings a payment that the payer has signed."""
        made, signature = next(self.authorizations([self.people.payer], [self.people.payee]))
        return self._send(
            self.people.relay, WITH_AUTHORIZATION, *fields(made), *vrs(signature), moves=1
        )

    def authorizations(
        self, payers: Sequence[Signer], payees: Sequence[Address]
    ) -> Iterator[tuple[TransferAuthorization, bytes]]:
        """A signed payment from each payer to the payee beside them; none is ever made twice."""
        for payer, payee in zip(payers, payees, strict=True):
            self._authorizations += 1
            yield signed(payer, self.domain, partial(self._authorization, payer.address, payee))

    def _authorization(self, payer: Address, payee: Address, n: int) -> TransferAuthorization:
        nonce = plain_bytes(f"authorization {self._authorizations}/{n}")
        return TransferAuthorization(payer, payee, AMOUNT, 0, DEADLINE, nonce)

    def _transfer(self, payee: Address) -> int:
        return self._send(
            self.people.payer.address, "transfer(address,uint256)", payee, AMOUNT, moves=1
        )

    def _send(self, sender: Address, signature: str, *values: object, moves: int = 0) -> int:
        return self.chain.gas(sender, self.address, signature, *values, moves=moves)


def vrs(signature: bytes) -> tuple[int, bytes, bytes]:
    """A signature r ‖ s ‖ v as the three arguments of older functions."""
    return signature[64], signature[:32], signature[32:64]


def fields(made: TransferAuthorization) -> tuple[object, ...]:
    """The authorization's fields in the order in which functions take them."""
    return made.from_, made.to, made.value, made.valid_after, made.valid_before, made.nonce
