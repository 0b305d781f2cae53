"""Wallet: the texts of accounts, phrases and backups, in English."""

TEXTS: dict[str, str] = {
    "option.account": "use this account, by name, number or address",
}

ERRORS: dict[str, tuple[str, str]] = {}
