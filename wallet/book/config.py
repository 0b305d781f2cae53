"""Wallet: a network, which is a chain, the token on it and the bank; one table of config.toml."""

from __future__ import annotations

from collections.abc import Mapping

from wallet.address import Address, parse_address
from wallet.errors import AddressError, AmountError, SetupError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.money import Currency
from wallet.record import Record

if TYPE_CHECKING:
    from wallet.eip712 import Domain

_FILE: Final = "config.toml"


class Network(Record):
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
        from wallet.eip712 import Domain  # noqa: PLC0415  # where something is signed

        return Domain(self.token_name, self.chain_id, self.token)

    def asset(self) -> str:
        """The token's CAIP-19 id: what tells two networks apart, whatever their names."""
        return f"eip155:{self.chain_id}/erc20:{self.token}"

    def rows(self) -> list[str]:
        """The lines of the network's own table; the bank's URL is not among them."""
        lines = [
            f"chain_id = {self.chain_id}",
            f"rpc_url = {quoted(self.rpc_url)}",
            f"token = {quoted(self.token)}",
            f"token_name = {quoted(self.token_name)}",
            f"symbol = {quoted(self.symbol)}",
            f"currency = {quoted(self.currency.code)}",
            f"first_block = {self.first_block}",
            f"depth = {self.depth}",
        ]
        if self.teller is not None:
            lines.append(f"teller = {quoted(self.teller)}")
        if self.insecure_http:
            lines.append("insecure_http = true")
        return lines

    @classmethod
    def from_table(cls, table: Mapping[str, Any], bank_url: str | None) -> Network:
        """Read a network's table; SetupError naming the field that is missing or wrong."""
        try:
            return cls(
                chain_id=_number(table, "chain_id", 1),
                rpc_url=text_field(table, "rpc_url"),
                token=_address(table, "token"),
                token_name=text_field(table, "token_name"),
                symbol=text_field(table, "symbol"),
                currency=Currency.of(text_field(table, "currency")),
                first_block=_number(table, "first_block", 0),
                depth=_number(table, "depth", 0),
                bank_url=bank_url,
                teller=_address(table, "teller") if "teller" in table else None,
                insecure_http=_flag(table, "insecure_http"),
            )
        except AmountError as error:
            raise SetupError("config.field", file=_FILE, field="currency") from error


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    import json  # noqa: PLC0415  # writing alone needs it

    # A TOML basic string is spelled like JSON's, but takes no bare delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def table_field(whole: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """A table of the file; SetupError if it is not there."""
    table = whole.get(field)
    if not isinstance(table, dict):
        raise SetupError("config.field", file=_FILE, field=field)
    return table


def text_field(table: Mapping[str, Any], field: str) -> str:
    """A text of a table, not empty; SetupError if it is not there."""
    value = table.get(field) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value:
        raise SetupError("config.field", file=_FILE, field=field)
    return value


def _address(table: Mapping[str, Any], field: str) -> Address:
    try:
        return parse_address(text_field(table, field))
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
