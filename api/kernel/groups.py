"""Kernel: the groups of settings, as `api.kernel.settings` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

__all__ = [
    "GWEI",
    "MOST_MINOR",
    "BankSettings",
    "ChainSettings",
    "KeySettings",
    "PayoutSettings",
]

GWEI = 10**9
MOST_MINOR = 10**15
"""The largest ceiling: as much as the bridge takes in one line."""
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """Where the chain is and when an event on it counts."""

    rpc_url: str
    deployment: Path
    depth: int
    """Blocks that must follow a block before its events count."""
    poll: timedelta
    more_nodes: tuple[str, ...] = ()
    """RPC URLs of further nodes: they must agree before money leaves the bank."""
    payouts_wait_for: str = "finalized"
    """«finalized», or «depth» on a chain that finalizes nothing."""
    fee_ceiling: int = 500 * GWEI
    """Wei per gas that the bridge pays at most; above it a transaction waits and says so."""
    bump_after: timedelta = timedelta(seconds=30)
    """A transaction that waits longer, and for `bump_after_blocks`, is paid better."""
    bump_after_blocks: int = 3
    lag: int = 20
    """Blocks that a node may be behind another one before it is told."""
    max_skew: timedelta = timedelta(minutes=5)
    """How far our clock and the chain's may be apart before nothing is signed."""


@dataclass(frozen=True, slots=True)
class KeySettings:
    """One signing key of the bank: a Web3 keystore file and the file with its password."""

    keystore: Path
    password_file: Path


@dataclass(frozen=True, slots=True)
class BankSettings:
    """Which adapter stands behind the Bank port and where its data lies."""

    adapter: str
    path: Path
    reserve_account: str
    """IBAN of the account that backs the token."""
    reserve_owner: str
    bic: str
    cut_off: time = time(16, 0)
    """In `time_zone`: a payout file after it is carried out on the next business day."""
    time_zone: ZoneInfo = _UTC
    holidays: frozenset[date] = frozenset()
    """Days on which the bank carries out nothing, besides Saturdays and Sundays."""
    signers: tuple[Path, ...] = ()
    """Ed25519 public keys (PEM) of the bank's channel: with any, what is not signed by one of
    them is refused, and a statement that is handed in waits for two operators."""


@dataclass(frozen=True, slots=True)
class PayoutSettings:
    """Ceilings of payout files (minor units), and when a burn was heard of too late."""

    most_payments: int = 500
    """In one file."""
    file_total: int = MOST_MINOR
    """A file that comes to more is held until two persons release it."""
    day_total: int = MOST_MINOR
    """The same for all files with one execution date."""
    park_after: timedelta = timedelta(hours=1)
    """A burn that is older when it is first read may have been paid before a restore."""
