"""Chain: which contracts the bridge talks to, read from deployments/<chain id>.json.

The file is written by the deploy script and checked against the chain before anything is signed:
an address with other code behind it is a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.kernel.errors import Misconfigured
from api.kernel.ids import Address
from wallet.address import parse_address
from wallet.errors import WalletError
from wallet.money import Currency
from wallet.typed_data import Domain

__all__ = ["Contract", "Deployment", "load_deployment"]

_FIELD = "chain.deployment"
_REMEDY = "Take the file that the deploy script wrote for this chain."


@dataclass(frozen=True, slots=True)
class Contract:
    """An address and the keccak-256 of the code that must stand there (0x-hex)."""

    address: Address
    code_hash: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """One token, its Teller and their roles on one chain."""

    chain_id: int
    caip2: str
    token: Address
    teller: Address
    access_manager: Address
    contracts: tuple[Contract, ...]
    name: str
    symbol: str
    currency: str
    decimals: int
    block: int
    """The block of the first deployed contract: no event of ours is older."""
    roles: Mapping[str, Any]

    def domain(self) -> Domain:
        """The EIP-712 domain under which every message is signed: the token's."""
        return Domain(name=self.name, chain_id=self.chain_id, verifying_contract=self.token)


def load_deployment(file: Path) -> Deployment:
    """Read and check the file; `Misconfigured` names what is wrong with it."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured(
            _FIELD, f"There is no deployment file at {file}.", remedy=_REMEDY
        ) from error
    except (OSError, ValueError) as error:
        raise Misconfigured(
            _FIELD, f"The deployment file {file} cannot be read as JSON.", remedy=_REMEDY
        ) from error
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError, WalletError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"is wrong: {error}"
        raise Misconfigured(
            _FIELD, f"The deployment file {file} {what}.", remedy=_REMEDY
        ) from error


def _read(data: Mapping[str, Any]) -> Deployment:
    token = data["token"]
    contracts = tuple(_contract(data[name]) for name in ("token", "teller", "accessManager"))
    chain_id, block, decimals = data["chainId"], data["block"], token["decimals"]
    for name, value in (("chainId", chain_id), ("block", block), ("decimals", decimals)):
        if type(value) is not int or value < 0:
            raise ValueError(f"{name} is not a whole number")
    if data["caip2"] != f"eip155:{chain_id}":
        raise ValueError(f"caip2 {data['caip2']} does not name chain {chain_id}")
    if Currency.of(token["currency"]).exponent != decimals:
        raise ValueError(f"{token['currency']} does not have {decimals} decimals")
    return Deployment(
        chain_id=chain_id,
        caip2=data["caip2"],
        token=contracts[0].address,
        teller=contracts[1].address,
        access_manager=contracts[2].address,
        contracts=contracts,
        name=token["name"],
        symbol=token["symbol"],
        currency=token["currency"],
        decimals=decimals,
        block=block,
        roles=dict(data["roles"]),
    )


def _contract(entry: Mapping[str, Any]) -> Contract:
    return Contract(parse_address(entry["address"]), entry["codeHash"].lower())
