"""Wallet: the texts of accounts, phrases and backups, in 简体中文."""

TEXTS: dict[str, str] = {
    "option.account": "使用这个账户：名称、编号或地址",
}

ERRORS: dict[str, tuple[str, str]] = {
    "account.name": (
        "“{name}”不能用作账户名称：已被占用，或是数字、地址。",
        "请另选名称。",
    ),
    "account.present": (
        "{address} 已在本钱包中，即账户 {account}。",
        "请用 --account {account} 使用它。",
    ),
    "account.private": (
        "本钱包的账户已加密保存，显示地址也需要密码。",
        "请用 --password-file 或在终端输入密码。",
    ),
    "account.unknown": (
        "本钱包没有账户“{account}”。",
        "请用名称、编号或地址指明其中之一：{known}。",
    ),
    "account.watch": (
        "本钱包只能观察 {address}，没有可签署的密钥。",
        "请在持有密钥的地方签署，或用 jiaozi init --restore 在那里建立钱包。",
    ),
    "home.no_phrase": (
        "本钱包不是由助记词建立的，其类型为 {kind}。",
        "请使用它自己的备份：密钥文件、硬件设备，或被观察的钱包。",
    ),
}
