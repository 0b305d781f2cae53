"""Wallet: the texts of requests, history, networks and help, in 简体中文."""

TEXTS: dict[str, str] = {
    "help.config": "显示或修改向哪里查询链和银行，以及怎样查询",
    "help.config.example": "jiaozi config set rpc_url https://node.example",
    "help.networks": "本钱包的链、代币和银行，以及正在使用哪一个",
    "help.networks.example": "jiaozi networks add test --bank https://bridge.example "
    "--rpc http://127.0.0.1:8545\n"
    "jiaozi networks use test",
    "label.chain_id": "链",
    "label.network": "网络",
    "label.token": "代币",
    "option.on": "本次命令使用的网络（jiaozi networks）",
    "option.unchecked": "即使现在无法核对也写入",
}

ERRORS: dict[str, tuple[str, str]] = {
    "config.fixed": (
        "{key} 决定为什么签名，不能就地修改。",
        "请另加一个网络：jiaozi networks add NAME。",
    ),
    "config.key": ("没有“{key}”这项设置。", "请从这些中选一个：{known}。"),
    "config.value": (
        "“{value}”不能作为 {key} 的值。",
        "请按该设置现有的形式给出整数、true 或 false（jiaozi config show）。",
    ),
    "network.exists": (
        "已有名为 {name} 的网络。",
        "请换一个名字，或先移除它：jiaozi networks remove {name}。",
    ),
    "network.name": (
        "“{name}”不能作为网络的名字。",
        "请用至多 30 个小写字母 a-z、数字和连字符，例如 test-2。",
    ),
    "network.needed": (
        "网络 {name} 是主网络或正在使用，须保留。",
        "请先改用另一个：jiaozi networks use NAME；主网络不能移除。",
    ),
    "network.unknown": (
        "本钱包没有网络“{name}”。",
        "请从这些中选一个：{known}；或添加：jiaozi networks add NAME。",
    ),
}
