"""Wallet: the token's reasons for saying no, as a wallet's words for them.

The token's errors carry their values, and `transferCheck` gives the same reasons before
anything is signed; both come here.
"""

from __future__ import annotations

from wallet.abi import arguments, decode, selector
from wallet.address import Address, checksum
from wallet.errors import ChainError, RefusedError, RpcError
from wallet.hints import Any, Final
from wallet.money import Currency, format_amount
from wallet.record import Record
from wallet.rpc import revert_data

#: The errors that a holder's payment or redemption can meet.
ERRORS: Final = (
    "TokenPaused()",
    "FrozenAccount(address)",
    "PaymentLimitExceeded(address,uint256,uint256)",
    "DailyLimitExceeded(address,uint256,uint256)",
    "BalanceLimitExceeded(address,uint256,uint256)",
    "ERC20InsufficientBalance(address,uint256,uint256)",
    "ERC20InvalidReceiver(address)",
    "ERC20InvalidSender(address)",
    "ZeroAmount()",
    "InvalidSignature(address)",
    "AuthorizationExpired(uint256)",
    "AuthorizationNotYetValid(uint256)",
    "AuthorizationUsedOrCanceled(address,bytes32)",
    "OrderExpired(uint256)",
    "OrderUsed(address,bytes32)",
    "FeeExceedsAmount(uint256,uint256)",
)
_BY_SELECTOR: Final = {selector(error): error for error in ERRORS}
#: The texts that say it; the rest are of the program's making and share "refused.other".
_CODES: Final = {
    "TokenPaused": "refused.paused",
    "FrozenAccount": "refused.frozen",
    "PaymentLimitExceeded": "refused.payment_limit",
    "DailyLimitExceeded": "refused.daily_limit",
    "BalanceLimitExceeded": "refused.balance_limit",
    "ERC20InsufficientBalance": "refused.balance",
    "ERC20InvalidReceiver": "refused.account",
    "ERC20InvalidSender": "refused.account",
    "AuthorizationUsedOrCanceled": "refused.used",
    "OrderUsed": "refused.used",
    "AuthorizationExpired": "refused.expired",
    "OrderExpired": "refused.expired",
}
_ADDRESS_BYTES: Final = 20
_SELECTOR_BYTES: Final = 4


class Refusal(Record):
    """An error of the token: its name, the account it speaks of, the value and the limit."""

    name: str
    account: Address | None = None
    value: int = 0
    limit: int = 0

    def error(self, currency: Currency) -> RefusedError:
        """The refusal as an error whose texts say what it means."""
        code = _CODES.get(self.name, "refused.other")
        if self.name.endswith("LimitExceeded") and self.limit == 0:
            code = "refused.unregistered"  # a limit of zero is how a tier is closed
        return RefusedError(
            code,
            name=self.name,
            account=self.account,
            amount=format_amount(self.value, currency),
            limit=format_amount(self.limit, currency),
            currency=currency.code,
        )


def decode_refusal(
    reason: bytes, value: int, limit: int, *, sender: Address, to: Address
) -> Refusal:
    """The refusal that `transferCheck` answered with."""
    signature = _BY_SELECTOR.get(reason)
    if signature is None:
        return Refusal("0x" + reason.hex(), value=value, limit=limit)
    name = signature[: signature.index("(")]
    if name in ("FrozenAccount", "ERC20InvalidReceiver", "ERC20InvalidSender"):
        return Refusal(name, account=checksum(value.to_bytes(32)[-_ADDRESS_BYTES:]))
    account = to if name == "BalanceLimitExceeded" else sender
    return Refusal(name, account=account, value=value, limit=limit)


def refusal_of_revert(error: RpcError) -> Refusal | None:
    """The token's refusal inside a node's error; None if it is no revert of a known error."""
    data = revert_data(error)
    signature = _BY_SELECTOR.get(data[:_SELECTOR_BYTES])
    if signature is None:
        return None
    try:
        values = decode(arguments(signature), data[_SELECTOR_BYTES:])
    except ChainError:
        return None
    account = next((each for each in values if isinstance(each, str)), None)
    numbers: list[Any] = [each for each in values if isinstance(each, int)]
    value, limit = (*numbers, 0, 0)[:2]
    name = signature[: signature.index("(")]
    return Refusal(name, None if account is None else Address(account), value, limit)
