"""Tests of scripts.bench.people: always the same, and no zero byte that a figure could hang on."""

from __future__ import annotations

from functools import partial

from scripts.bench.people import BATCH, People, person, plain_bytes, signed
from wallet.address import Address, address_bytes
from wallet.signer import recover
from wallet.typed_data import CancelAuthorization, Domain

DOMAIN = Domain("Peer Euro", 31337, Address("0x5FbDB2315678afecb367f032d93F642f64180aa3"))


def test_everybody_is_somebody_else_and_without_zeros() -> None:
    everybody = [*People().registered, People().relay]
    assert len(set(everybody)) == len(everybody) > 2 * BATCH
    assert not [address for address in everybody if 0 in address_bytes(address)]


def test_people_are_the_same_in_every_run() -> None:
    assert person("payer").address == "0x834E7da84C0698df31141a5C5C0926DA15D1b7af"
    assert list(People().registered) == list(People().registered)


def test_bytes_are_without_zeros_and_their_own() -> None:
    made = [plain_bytes(f"line {n}", 16) for n in range(1_000)]
    assert {len(each) for each in made} == {16}
    assert len(set(made)) == len(made)
    assert not [each for each in made if 0 in each]


def test_a_signature_without_zeros_is_found_and_is_the_signers() -> None:
    signer, tried = person("payer"), list[int]()

    def variant(name: str, n: int) -> CancelAuthorization:
        tried.append(n)
        return CancelAuthorization(signer.address, plain_bytes(f"{name}/{n}"))

    for number in range(40):
        message, signature = signed(signer, DOMAIN, partial(variant, f"message {number}"))
        assert 0 not in signature
        assert recover(message.digest(DOMAIN), signature) == signer.address
    assert max(tried) > 0, "the first variant always served: nothing was sought"
