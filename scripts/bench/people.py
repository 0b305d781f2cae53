"""Bench: who pays whom, and what they sign. Fixed keys, and no byte of it all is zero.

A zero byte of call data costs 4 gas, any other 16. Were they left to chance, as in life, figures
would wobble by a dozen gas from run to run and between contenders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

from wallet.address import Address, address_bytes
from wallet.keccak import keccak256
from wallet.signer import LocalSigner, Signer
from wallet.typed_data import Domain, Struct

BATCH = 100

Message = TypeVar("Message", bound=Struct)


def person(name: str) -> LocalSigner:
    """The person of this name: always the same key, an address without zero bytes."""
    candidates = (LocalSigner(keccak256(f"{name}/{n}".encode())) for n in count())
    return next(each for each in candidates if 0 not in address_bytes(each.address))


def plain_bytes(name: str, length: int = 32) -> bytes:
    """Bytes for a nonce or a reference: always the same for a name, none of them zero."""
    candidates = (keccak256(f"{name}/{n}".encode())[:length] for n in count())
    return next(each for each in candidates if 0 not in each)


def signed(
    signer: Signer, domain: Domain, variants: Callable[[int], Message]
) -> tuple[Message, bytes]:
    """The first variant of a message whose signature (r ‖ s ‖ v) has no zero byte."""
    for message in map(variants, count()):
        signature = signer.sign_message(message, domain)
        if 0 not in signature:
            return message, signature
    raise AssertionError  # count() does not end


class People:
    """Everybody who takes part; each contender meets the same."""

    def __init__(self) -> None:
        self.payer = person("payer")
        self.payee = person("payee").address
        self.spender = person("spender").address
        self.relay = person("relay").address
        self.payers = [person(f"payer {i}") for i in range(BATCH)]
        self.holders = [person(f"holder {i}").address for i in range(BATCH)]
        self.newcomers = [person(f"newcomer {i}").address for i in range(8)]

    @property
    def funded(self) -> Iterator[Address]:
        """Those who hold money from the beginning."""
        yield from (self.payer.address, self.payee)
        yield from (each.address for each in self.payers)
        yield from self.holders

    @property
    def registered(self) -> Iterator[Address]:
        """Those whom a bank has registered: all but the relay, who holds nothing."""
        yield from self.funded
        yield self.spender
        yield from self.newcomers
