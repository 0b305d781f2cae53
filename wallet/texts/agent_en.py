"""Wallet: the texts of the unlocked agent, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {}
