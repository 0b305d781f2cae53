"""Wallet: what relayed and direct payments share: their ways and their states."""

from __future__ import annotations

from typing import Final

#: The two ways of a payment.
RELAY: Final = "relay"
DIRECT: Final = "direct"
#: Its states in the book: written down, handed in, and on the chain under enough blocks.
SIGNED: Final = "SIGNED"
SENT: Final = "SENT"
FINAL: Final = "FINAL"
#: Those of a direct payment that its owner takes back: on the way, and done.
CANCELLING: Final = "CANCELLING"
CANCELLED: Final = "CANCELLED"
