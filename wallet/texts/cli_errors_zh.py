"""Wallet: the texts of the command's errors, in 简体中文: code → (what happened, what to do)."""

ERRORS: dict[str, tuple[str, str]] = {
    "amount.zero": ("金额为零。", "请给出大于零的金额。"),
    "bank.answer": (
        "{place} 的回答中没有可用的 {field}。",
        "请检查网址是否为银行的桥；否则请询问银行。",
    ),
    "bank.none": (
        "本钱包建立时没有指定银行。",
        "请用 --direct 付款，或在 {home} 的 config.toml 中加上 [bank] 及其 url。",
    ),
    "bank.not_json": (
        "{place} 以 {status} 回答，内容不是 JSON。",
        "请检查网址是否为银行的桥。",
    ),
    "bank.other_token": (
        "{place} 说的是另一种代币：{token}。",
        "请检查银行网址；两者一致之前不要签署任何东西。",
    ),
    "bank.problem": (
        "{place} 未能办成（{status}）：{detail}",
        "{bank_remedy} 若一直如此，请询问银行。",
    ),
    "bank.refused": (
        "银行拒绝（{status}）：{detail}",
        "{bank_remedy} 若与您所料不同，请询问银行。",
    ),
    "book.damaged": (
        "book.json 已损坏，或由别的版本写成。",
        "请从备份恢复；款项本身只需助记词。",
    ),
    "config.field": (
        "{file} 缺少字段 {field}，或该字段有误。",
        "请更正，或用助记词重建钱包：jiaozi init --restore。",
    ),
    "config.syntax": ("无法读取 config.toml：{reason}。", "请更正那一行。"),
    "confirm.declined": ("没有签署任何东西。", "准备好后请再次运行该命令。"),
    "confirm.needed": (
        "此操作需要您同意，但没有终端可供询问。",
        "请核对各项数值后加上 --yes。",
    ),
    "contact.name": (
        "“{name}”不能作为联系人名称：过长、是地址，或另有含义。",
        "请另选名称，最多 {longest} 个字符。",
    ),
    "file.system": ("{file}：{reason}。", "请检查文件或目录是否存在、您是否有权使用。"),
    "file.text": ("{file} 不是文本文件。", "请给出以 UTF-8 写有助记词的文件。"),
    "home.account": (
        "account.json 已损坏。",
        "请从备份恢复，或用助记词恢复钱包：jiaozi init --restore。",
    ),
    "home.exists": (
        "{home} 中已有钱包，保持不动。",
        "请用 --home DIR 另选位置。",
    ),
    "home.file": (
        "{home} 中缺少 {file}。",
        "请从备份恢复，或用助记词恢复钱包：jiaozi init --restore。",
    ),
    "home.mismatch": (
        "保险库里是 {actual} 的密钥，account.json 写的却是 {address}。",
        "这些文件属于两个钱包：请从备份恢复正确的文件。",
    ),
    "home.missing": (
        "{home} 中没有钱包。",
        "请用 jiaozi init 建立，或用 --home DIR 指明目录。",
    ),
    "iban.checksum": ("“{account}” 的校验位不符：有字符写错。", "请与银行单据核对。"),
    "iban.format": (
        "“{account}” 不是 IBAN。",
        "请按银行单据给出两个字母、两位数字和账号。",
    ),
    "init.file": (
        "{file} 不是部署说明文件。",
        "请给出部署时写成的 deployments/<chainId>.json。",
    ),
    "init.network": (
        "没有说明本钱包用于哪种代币。",
        "请给出 --bank URL 或 --network FILE。",
    ),
    "init.rpc": ("没有说明链在哪里。", "请给出 --rpc URL，例如 http://127.0.0.1:8545。"),
    "interrupted": ("已被 Ctrl-C 中止。", "此前已签署的内容见 jiaozi history。"),
    "link.refused": (
        "银行拒绝绑定 {account}：{reason}",
        "请向银行核对姓名、账户和一次性代码后再次绑定。",
    ),
    "link.waiting": (
        "等待 {seconds} 秒后绑定仍未生效；状态为 {state}。",
        "稍后再次运行同一命令，它会查询这次绑定。",
    ),
    "password.differ": ("两次输入的密码不同。", "请输入两次相同的密码。"),
    "output.closed": (
        "读取输出的一方在结束前离开了。",
        "重试前请先看 jiaozi history；是否已有钱包请看 jiaozi address。",
    ),
    "password.end": ("在询问密码或助记词时输入结束了。", "请输入后按回车。"),
    "password.none": (
        "没有终端可供输入密码或助记词。",
        "请给出 --password-file FILE（恢复时另给 --phrase-file FILE）。",
    ),
    "password.short": ("密码太短。", "请选择至少 {least} 个字符的密码。"),
    "payee.self": ("这是本钱包自己的地址。", "请给出收款人的地址。"),
    "payee.teller": (
        "这是银行自己的 Teller 合约；它不持有款项，也不能收款。",
        "请给出收款人的地址；要兑付请用 jiaozi redeem。",
    ),
    "payee.token": (
        "这是代币合约自己的地址；付到那里的钱会丢失。",
        "请给出收款人的地址。",
    ),
    "payee.unknown": (
        "“{payee}” 既不是地址，也不是联系人。",
        "请给出 0x 加 40 位十六进制数字，或联系人的名字。",
    ),
    "redeem.fee": ("银行手续费 {fee} 会占去全部 {amount}。", "请赎回较大的金额。"),
    "redeem.max_fee": (
        "银行手续费为 {fee}，而至多可签署 {most}；没有签署任何东西。",
        "请去掉 --yes 以查看费用，或用 --max-fee AMOUNT 允许它。",
    ),
    "redeem.no_link": (
        "本钱包没有绑定银行账户。",
        "请先绑定：jiaozi link IBAN --name NAME --code CODE。",
    ),
    "redeem.not_linked": (
        "{account} 没有与本钱包绑定。",
        "请赎回到已绑定的账户，或先绑定此账户。",
    ),
    "redeem.refused": (
        "赎回没有执行，没有销毁任何代币：{reason}",
        "请看原因后重新签发指令。此指令为 {id}。",
    ),
    "redeem.returned": (
        "银行未能付款，代币已退回账上：{reason}",
        "请向银行询问该账户后再次赎回。",
    ),
    "redeem.unanswered": (
        "{place} 没有回答；已签指令已保存，可能已送达，也可能没有。",
        "请再次发送同一指令：jiaozi redeem --again {id}（只生效一次）。",
    ),
    "redeem.unknown": (
        "本账户没有唯一一笔编号以 “{id}” 开头的赎回。",
        "请给出 jiaozi history 所列编号的至少 8 个字符，或用 --account 选择账户。",
    ),
    "redeem.waiting": (
        "等待 {seconds} 秒后赎回仍未结清；状态为 {state}。",
        "请用 jiaozi redeem --again {id} 再次查询。",
    ),
    "secret.file": (
        "{option}：无法读取 {file}：{reason}。",
        "请检查文件是否存在、您是否有权读取。",
    ),
    "send.cancelled": (
        "这笔已签付款已被取消；没有因它而动款。",
        "请重新付款。这笔为 {id}。",
    ),
    "send.chain_unanswered": (
        "{place} 没有回答；已签付款已保存，可能已送达，也可能没有。",
        "请再次发送同一笔：jiaozi send --again {id} --direct（只生效一次）。",
    ),
    "send.failed": (
        "银行未能把付款送上链：{reason}",
        "可自行送上链：jiaozi send --again {id} --direct；或任其过期。",
    ),
    "send.native": (
        "链上费用可能达 {needed}，而 {address} 的原生币不足。",
        "请去掉 --direct（由银行付费），或先取得一些原生币。",
    ),
    "send.no_bank": (
        "无法连接 {place}，银行不能代为转发；没有签署任何东西。",
        "请直接付到链上：在命令后加 --direct 重试。",
    ),
    "send.replaced": (
        "本钱包的另一笔交易取代了这一笔；这笔付款不会再发生。",
        "再次付款前请先看 jiaozi history。这笔为 {id}。",
    ),
    "send.reverted": (
        "代币在区块 {block} 拒绝了付款；款项未动。",
        "请重试，以便在签署前得知原因。这笔为 {id}。",
    ),
    "send.unanswered": (
        "{place} 没有回答；已签付款已保存，可能已送达，也可能没有。",
        "请发送同一笔：jiaozi send --again {id}，或再加 --direct（只生效一次）。",
    ),
    "send.unknown": (
        "本账户没有唯一一笔编号以 “{id}” 开头的付款。",
        "请给出 jiaozi history 所列编号的至少 8 个字符，或用 --account 选择账户。",
    ),
    "send.waiting": (
        "等待 {seconds} 秒后付款仍未终局；之后仍可能完成。",
        "请用 jiaozi send --again {id} 再次查询；不要重复付款。",
    ),
    "signer.mismatch": (
        "签署的内容与显示的不同；没有发送。",
        "请勿在此电脑上使用 {address}；这是程序的错误，请报告。",
    ),
    "text.line": (
        "{field} 必须是一行 1 到 {longest} 个可见字符。",
        "请去掉换行和不可见字符。",
    ),
    "token.differs": (
        "{token} 处的代币自称 “{name}”，与银行或文件所说不符。",
        "请勿使用；请向银行核对链和代币。",
    ),
    "usage.action": (
        "jiaozi {command} 没有“{word}”这个操作。",
        "请从这些中选一个：{known}。",
    ),
    "usage.command": (
        "“{command}” 不是命令。",
        "jiaozi --help 列出全部命令。",
    ),
    "usage.extra": (
        "多了一个词：“{word}”。",
        "请看 jiaozi {command} --help；含空格的文本请加引号。",
    ),
    "usage.home": ("“{home}” 不是目录名。", "请给 --home 一个目录，或不写它。"),
    "usage.instead": (
        "{option} 指的是已签的指令；不能再加上 “{word}”。",
        "请只给 {option}，或不写它以签发新指令。",
    ),
    "usage.language": ("“{language}” 不是本程序的语言。", "请选择：{known}。"),
    "usage.missing": ("缺少 {word}。", "请看 jiaozi {command} --help。"),
    "usage.near_command": (
        "“{command}” 不是命令。",
        "您是指 {near} 吗？jiaozi --help 列出全部命令。",
    ),
    "usage.no_value": ("{option} 不带值。", "请单独给出。"),
    "usage.number": ("“{value}” 不是 {option} 可用的数。", "请给出 1 到 {most} 的整数。"),
    "usage.option": ("{option} 不是此处的选项。", "请看 {command} --help。"),
    "usage.twice": ("{option} 给了两次。", "请只给一次。"),
    "usage.value": ("{option} 需要一个值。", "请写成 {option} {value}。"),
}
