"""Texts: errors of the command line and the settings, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("Payout {field} {problem}.", "付款的 {field} {problem:said}。"),
    ("The bridge is set to a real bank.", "桥已设为连接真实银行。"),
    ("Give --bank FILE.", "请给出 --bank FILE。"),
    ("No money has come in yet.", "还没有款项汇入。"),
    ("jiaozi-bridge simulate deposit …", "请运行 jiaozi-bridge simulate deposit …"),
    ("There is no scenario «{name}».", "没有演练 «{name}»。"),
    (
        "A log of event {name} does not have the form that the ABI gives it.",
        "事件 {name} 的日志与 ABI 规定的格式不符。",
    ),
    (
        "The deployment file names other contracts than the installed ABIs.",
        "部署文件所指的合约与已安装的 ABI 不同。",
    ),
    ("Nobody is at the terminal to look at the proposal.", "没有终端，无人查看该提议。"),
    (
        ("Look at it (jiaozi-bridge explain {id}, jiaozi-bridge proposals) and give its --digest."),
        ("请先查看（jiaozi-bridge explain {id}、jiaozi-bridge proposals），再给出其 --digest。"),
    ),
    ("You did not agree.", "您没有同意。"),
    ("--every {seconds} is no pause.", "--every {seconds} 不是有效的间隔。"),
    ("Give 1 to 86400 seconds.", "请给出 1 至 86400 秒。"),
    (
        "A status report counts only with the signature of the bank's channel.",
        "付款状态报告须有银行通道的签名才有效。",
    ),
    ("Let the bank deliver it again, with its signature beside it.", "请银行连同签名重新送达。"),
    ("The file {file} cannot be read ({reason}).", "文件 {file} 无法读取（{reason}）。"),
    ("Check its name and that the bridge may read it.", "请检查文件名，并确认桥有权读取。"),
    (
        "It is written down who does this, and you have not shown who you are.",
        "此操作会记录办理人，而您尚未表明身份。",
    ),
    (
        (
            "Give --token-file FILE or set {name}; the settings name the operators under "
            "[operators.NAME]."
        ),
        "请给出 --token-file FILE 或设置 {name}；操作员列于设置的 [operators.NAME]。",
    ),
    (
        "This is the token that all operators share: it is nobody's name.",
        "这是全体操作员共用的令牌，不代表任何个人。",
    ),
    (
        "Use a token of your own, under [operators.NAME] in the settings.",
        "请使用设置中 [operators.NAME] 下您自己的令牌。",
    ),
    ("The token is not that of the operator.", "令牌不属于该操作员。"),
    ("No operator has this token.", "没有操作员持有此令牌。"),
    (
        "See the names and files under [operators.NAME] in the settings.",
        "请看设置中 [operators.NAME] 下的名字和文件。",
    ),
    ("There is no --reason.", "缺少 --reason。"),
    ("Say why, for the other person.", "请说明原因，供复核人看。"),
    (
        "{id} is no rebuild that was approved within the last day.",
        "{id} 不是一日之内复核通过的重建。",
    ),
    (
        "Propose it with jiaozi-bridge rebuild; another operator approves it.",
        "请用 jiaozi-bridge rebuild 提交，由另一位操作员复核。",
    ),
    ("«{word}» is nothing that can go back.", "«{word}» 不能退回。"),
    ("Give the id of one of: {kinds}.", "请给出以下之一的编号：{kinds}。"),
    ("An account needs its holder's name.", "账户须有户名。"),
    ("Give --name NAME.", "请给出 --name NAME。"),
    ("Port {port} on {host} {why}.", "{host} 的端口 {port} {why:said}。"),
    ("is taken by another program", "已被另一程序占用"),
    ("cannot be used ({reason})", "无法使用（{reason}）"),
    ("Stop that program, or set another http.port.", "请停止该程序，或另设 http.port。"),
    ("Setting {name} {problem}.", "设置 {name} {problem:said}。"),
    ("«{action}» needs a {name}.", "«{action}» 需要 {name}。"),
)
