"""Wallet: the texts of requests, history, networks and help, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {}
