"""Wallet: the texts of the unlocked agent, in 简体中文."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {}
