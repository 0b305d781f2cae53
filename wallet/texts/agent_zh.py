"""Wallet: the texts of the unlocked agent, in 简体中文."""

TEXTS: dict[str, str] = {
    "accounts.retired": "已停用",
    "help.accounts": "列出本钱包的所有账户（无需密码，无需联网）",
    "help.accounts.example": "jiaozi accounts --json",
    "option.count": "由保存的 xpub 推导出的前 N 个地址，各附路径",
}

ERRORS: dict[str, tuple[str, str]] = {}
