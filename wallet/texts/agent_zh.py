"""Wallet: the texts of the unlocked agent, in 简体中文."""

TEXTS: dict[str, str] = {
    "accounts.retired": "已停用",
    "agent.locked": "钱包已锁定。",
    "agent.unlocked": "钱包已解锁，直到 {until}（还有 {minutes} 分钟），可用账户：",
    "help.accounts": "列出本钱包的所有账户（无需密码，无需联网）",
    "help.accounts.example": "jiaozi accounts --json",
    "help.agent": "将钱包解锁几分钟，期间签名无需密码；也可立即锁定",
    "help.agent.example": "jiaozi agent start --minutes 30\njiaozi agent lock",
    "option.count": "由保存的 xpub 推导出的前 N 个地址，各附路径",
    "option.minutes": "解锁多少分钟（默认 15，最多 1440）",
}

ERRORS: dict[str, tuple[str, str]] = {
    "agent.account": (
        "代理没有这个账户的密钥。",
        "请重新启动代理：jiaozi agent start。",
    ),
    "agent.answer": (
        "代理没有给出可用的回答。",
        "请锁定后重新启动：jiaozi agent start。",
    ),
    "agent.no_keys": (
        "本钱包在这里没有代理可以保管的密钥。",
        "请用签名设备签名，或使用由助记词或密钥建立的钱包。",
    ),
    "agent.none": (
        "钱包刚刚被锁定，什么也没有签。",
        "请输入密码重新执行命令，或先解锁：jiaozi agent start。",
    ),
    "agent.path": (
        "{home} 的路径太长，本系统无法在那里运行代理。",
        "请把钱包移到路径较短的目录。",
    ),
    "agent.refused": (
        "代理拒绝签名：{reason}。",
        "请联系钱包的主人，或用密码签名。",
    ),
    "agent.request": (
        "向代理提出的请求缺少可用的 {field}。",
        "请让双方使用同一版本的 jiaozi。",
    ),
    "agent.request_refused": (
        "代理无法完成请求（{reason}）。",
        "请用同一版本重新启动代理：jiaozi agent start。",
    ),
    "agent.stranger": (
        "该目录中的代理属于另一个用户，没有向它发送任何内容。",
        "请删除那里的 agent.sock，并检查谁可以写入该目录。",
    ),
}
