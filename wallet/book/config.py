"""Wallet: config.toml, which chain, token and bank this wallet is for."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wallet.address import Address, parse_address
from wallet.errors import AddressError, AmountError, SetupError
from wallet.money import Currency
from wallet.typed_data import Domain

_FILE: Final = "config.toml"


@dataclass(frozen=True, slots=True)
class Network:
    """The chain, the token on it, and the bank behind it.

    `depth` is how many blocks must follow a payment's before it counts; `first_block` is where
    the token's history begins; `bank_url` is None for a wallet that knows the chain only; `teller`
    is the bank's own issuing contract; `insecure_http` takes http:// URLs of other computers.
    """

    chain_id: int
    rpc_url: str
    token: Address
    token_name: str
    symbol: str
    currency: Currency
    first_block: int
    depth: int
    bank_url: str | None
    teller: Address | None = None
    insecure_http: bool = False

    def domain(self) -> Domain:
        """The EIP-712 domain that every message of this token is signed under."""
        return Domain(self.token_name, self.chain_id, self.token)

    def to_toml(self) -> str:
        """The file's text."""
        lines = [
            "# Written by `jiaozi init`. URLs may be edited; the rest names what is signed for.",
            "[network]",
            f"chain_id = {self.chain_id}",
            f"rpc_url = {_quoted(self.rpc_url)}",
            f"token = {_quoted(self.token)}",
            f"token_name = {_quoted(self.token_name)}",
            f"symbol = {_quoted(self.symbol)}",
            f"currency = {_quoted(self.currency.code)}",
            f"first_block = {self.first_block}",
            f"depth = {self.depth}",
        ]
        if self.teller is not None:
            lines.append(f"teller = {_quoted(self.teller)}")
        if self.insecure_http:
            lines.append("insecure_http = true")
        if self.bank_url is not None:
            lines += ["", "[bank]", f"url = {_quoted(self.bank_url)}"]
        return "\n".join([*lines, ""])

    @classmethod
    def from_toml(cls, text: str) -> Network:
        """Read the file; SetupError naming the field that is missing or wrong."""
        try:
            whole = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SetupError("config.syntax", reason=str(error)) from error
        network, bank = _table(whole, "network"), whole.get("bank", {})
        try:
            return cls(
                chain_id=_number(network, "chain_id", 1),
                rpc_url=_text(network, "rpc_url"),
                token=_address(network, "token"),
                token_name=_text(network, "token_name"),
                symbol=_text(network, "symbol"),
                currency=Currency.of(_text(network, "currency")),
                first_block=_number(network, "first_block", 0),
                depth=_number(network, "depth", 0),
                bank_url=_text(bank, "url") if bank else None,
                teller=_address(network, "teller") if "teller" in network else None,
                insecure_http=_flag(network, "insecure_http"),
            )
        except AmountError as error:
            raise SetupError("config.field", file=_FILE, field="currency") from error


def _quoted(text: str) -> str:
    # A TOML basic string is spelled like JSON's, but takes no bare delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _table(whole: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    table = whole.get(field)
    if not isinstance(table, dict):
        raise SetupError("config.field", file=_FILE, field=field)
    return table


def _text(table: Mapping[str, Any], field: str) -> str:
    value = table.get(field) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value:
        raise SetupError("config.field", file=_FILE, field=field)
    return value


def _address(table: Mapping[str, Any], field: str) -> Address:
    try:
        return parse_address(_text(table, field))
    except AddressError as error:
        raise SetupError("config.field", file=_FILE, field=field) from error


def _flag(table: Mapping[str, Any], field: str) -> bool:
    value = table.get(field, False)
    if not isinstance(value, bool):
        raise SetupError("config.field", file=_FILE, field=field)
    return value


def _number(table: Mapping[str, Any], field: str, least: int) -> int:
    value = table.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SetupError("config.field", file=_FILE, field=field)
    return value
