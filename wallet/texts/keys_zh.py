"""Wallet: the texts of accounts, phrases and backups, in 简体中文."""

TEXTS: dict[str, str] = {
    "option.account": "使用这个账户：名称、编号或地址",
}

ERRORS: dict[str, tuple[str, str]] = {}
