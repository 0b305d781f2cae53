"""Deposits: the token's reasons for refusing an entry, by their four-byte selectors."""

from __future__ import annotations

from wallet.keccak import keccak256

__all__ = ["NUMBER_USED", "reason_name"]

NUMBER_USED = "NumberUsed"

# the custom errors that `DepositToken.issue` can name in IssueRefused
_ERRORS = (
    "TokenPaused()",
    "FrozenAccount(address)",
    "PaymentLimitExceeded(address,uint256,uint256)",
    "DailyLimitExceeded(address,uint256,uint256)",
    "BalanceLimitExceeded(address,uint256,uint256)",
    "NumberUsed(uint256)",
    "ERC20InvalidReceiver(address)",
    "UnknownTier(uint8)",
)
_NAMES = {keccak256(error.encode())[:4]: error.partition("(")[0] for error in _ERRORS}


def reason_name(selector: bytes) -> str:
    """The error's name, or its selector in hex when it is none of the token's."""
    return _NAMES.get(bytes(selector), f"0x{bytes(selector).hex()}")
