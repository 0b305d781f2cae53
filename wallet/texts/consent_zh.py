"""Wallet: the texts of what is signed, its risks and the policy, in 简体中文."""

TEXTS: dict[str, str] = {
    "option.accept-risk": "接受这一项具名风险；可多次给出",
    "risk.question": "如要继续，请输入 {risk}；输入其他内容则停止：",
}

ERRORS: dict[str, tuple[str, str]] = {
    "risk.declined": (
        "已在风险 {risk} 处停止：未签署任何内容。",
        "核实之后可再次运行该命令。",
    ),
    "risk.needed": (
        "此操作有一项必须具名接受的风险：{risk}。",
        "读懂提示后加上 --accept-risk={risk}；--yes 不包括它。",
    ),
}
