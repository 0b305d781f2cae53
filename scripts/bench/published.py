"""Bench: what deployed tokens are known to cost, whole transactions. Not measured in our runs.

Written down once, so that a reader can place ours; no run repeats them and no check reads them.
Batches are rounded to thousands.
"""

from __future__ import annotations

from collections.abc import Mapping

AS_OF = "2026-11"
PUBLISHED: Mapping[str, Mapping[str, int]] = {
    "transfer": {
        "AUSD": 37_072,
        "USDC": 45_148,
        "PYUSD": 48_463,
        "EURe": 54_424,
        "T-REX with one KYC claim": 210_126,
    },
    "transfer_registered": {"AUSD": 54_172, "USDC": 62_248},
    "permit": {"AUSD": 46_553, "USDC": 59_348},
    "transferWithAuthorization": {"AUSD": 68_060, "PYUSD": 80_400, "USDC": 85_809},
    "issue_100": {
        "AUSD": 1_066_000,
        "EURe": 1_277_000,
        "USDC": 1_352_000,
        "T-REX": 8_097_000,
    },
}
