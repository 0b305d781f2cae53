"""Wallet: the texts of requests, history, networks and help, in 简体中文."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {}
