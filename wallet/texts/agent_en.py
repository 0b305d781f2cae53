"""Wallet: the texts of the unlocked agent, in English."""

TEXTS: dict[str, str] = {
    "accounts.retired": "retired",
    "help.accounts": "list the accounts of this wallet (no password, no network)",
    "help.accounts.example": "jiaozi accounts --json",
    "option.count": "the first N addresses below the stored xpub, each with its path",
}

ERRORS: dict[str, tuple[str, str]] = {}
