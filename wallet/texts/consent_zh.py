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
    "typed.domain": (
        "该类型化消息的 {field} 不是 EIP-712 的域。",
        "其字段只能是 name、version、chainId、verifyingContract 和 salt，并按此顺序。",
    ),
    "typed.extra": (
        "该类型化消息含有字段 {field}，而其类型 {kind} 并没有这个字段。",
        "该字段不会被签署；请向消息的制作者索取正确的消息。",
    ),
    "typed.json": (
        "这不是类型化消息：不是 JSON、有重复的键，或者过大、嵌套过深。",
        "请给出 eth_signTypedData_v4 的 JSON，最多 {largest} 字节。",
    ),
    "typed.missing": (
        "该类型化消息缺少字段 {field}（{kind}）。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.primary": (
        "该类型化消息的 primaryType {kind} 不在其类型之中。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.type": (
        "无法读取该类型化消息：{field} 处的 {kind} 不是 EIP-712 的类型。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.value": (
        "无法读取该类型化消息：字段 {field} 的值不是 {kind} 类型。",
        "数字须为整数，写成十进制或 0x 十六进制；字节写成 0x 十六进制；地址须保留校验和。",
    ),
}
