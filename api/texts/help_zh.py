"""Texts: the help pages and complaints of the command line, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("usage: ", "用法： "),
    ("\npositional arguments:\n", "\n参数：\n"),
    ("\noptions:\n", "\n选项：\n"),
    ("example:\n  {example:said}", "例：\n  {example:said}"),
    ("{said}.", "{said}。"),
    (
        "jiaozi-bridge: {message:said}. See {command} --help.",
        "jiaozi-bridge：{message:said}。请看 {command} --help。",
    ),
    ("argument {name}: {problem:said}", "参数 {name}：{problem:said}"),
    ("the following arguments are required: {names}", "缺少必需的参数：{names}"),
    ("unrecognized arguments: {words}", "无法识别的参数：{words}"),
    ("invalid choice: {value} (choose from {choices})", "{value} 不在可选之列（可选：{choices}）"),
    ("invalid {type} value: {value}", "{value} 不是 {type} 值"),
    ("expected one argument", "需要一个值"),
    ("expected at least one argument", "至少需要一个值"),
    ("not allowed with argument {other}", "不能与 {other} 同时使用"),
    ("one of the arguments {names} is required", "必须给出其中之一：{names}"),
    ("ignored explicit argument {value}", "不接受值 {value}"),
    ("{text} is not a day such as 2026-01-31", "{text} 不是日期，应如 2026-01-31"),
    ("{text} is not a time such as 16:00", "{text} 不是时刻，应如 16:00"),
    ("The bridge between bank accounts and tokens.", "银行账户与代币之间的桥。"),
    ("show this help message and exit", "显示本帮助"),
    ("show program's version number and exit", "显示版本"),
    ("en or zh (else LANG)", "en 或 zh（否则看 LANG）"),
    (
        "settings; else $JIAOZI_BRIDGE_CONFIG, else ./bridge.toml",
        "设置文件；否则用 $JIAOZI_BRIDGE_CONFIG，再否则 ./bridge.toml",
    ),
    ("one JSON object", "以一个 JSON 对象回答"),
    ("answer wallets and operators over HTTP", "通过 HTTP 答复钱包和操作员"),
    ("carry deposits and redemptions forward", "推进存款和赎回"),
    ("say on chain what backs the tokens", "在链上证明代币的备付金支持"),
    ("take in a statement or a status report of the bank", "录入银行的对账单或付款状态报告"),
    ("show where everything stands", "显示全局状况"),
    ("tell the whole story of a thing, and what comes next", "讲述一笔业务的来龙去脉和下一步"),
    ("keep a queued deposit out of every batch", "暂扣一笔排队中的存款，不入任何批次"),
    ("let a held deposit queue again", "解除暂扣，让存款重新排队"),
    ("try a held or refused deposit again", "重试一笔被暂扣或被拒的存款"),
    ("propose whose unmatched money this is (two persons)", "提议未匹配款项的归属（双人复核）"),
    ("propose that money or tokens go back (two persons)", "提议退汇或退回代币（双人复核）"),
    ("propose what becomes of a payment (two persons)", "提议一笔付款如何了结（双人复核）"),
    (
        "propose that a doubtful statement is right (two persons)",
        "提议存疑的对账单有效（双人复核）",
    ),
    (
        "propose that a doubtful statement is not the bank's (two persons)",
        "提议存疑的对账单并非银行所出（双人复核）",
    ),
    (
        "propose to pay out again after a restore (two persons)",
        "恢复备份后，提议重新开始付款（双人复核）",
    ),
    ("say that a break that has ended is understood", "确认一项已消除的对账不平已查明"),
    (
        "propose that an address signs again that a stranger used (two persons)",
        "提议让被他人动用过的地址恢复签名（双人复核）",
    ),
    ("compare bank, ledger and chain now", "立即对账：银行、总账与链"),
    ("list what waits for a second person", "列出等待复核的提议"),
    ("agree to what another operator proposed", "复核通过另一位操作员的提议"),
    ("say no to a proposal, or take your own back", "否决一项提议，或撤回自己的提议"),
    ("list who did what, when and why", "列出谁在何时、因何、做了什么"),
    (
        "read the chain from its first block again (two persons)",
        "从第一个区块起重读链（双人复核）",
    ),
    (
        "derive the books from bank files and chain alone, and compare",
        "只凭银行文件和链重新推导账簿并逐表核对",
    ),
    ("make the day's proof of reserve, on chain", "制作当日的准备金证明并上链"),
    ("bring the database to this version", "把数据库升级到本版本"),
    ("work at the simulated bank's counter", "在模拟银行的柜台办理业务"),
    ("how many answer on the port, 1 to 64 (1)", "在该端口应答的进程数，1 至 64（默认 1）"),
    ("once, and end: 1 when it was refused", "只做一次即结束；被拒时退出码为 1"),
    ("at least so often; else as the settings say", "至少每隔这么多秒一次；否则按设置"),
    (
        "leave the day's proof of reserve to others (jiaozi-bridge prove)",
        "不制作当日的准备金证明，留给别的进程（jiaozi-bridge prove）",
    ),
    ("with --once: one JSON object", "与 --once 同用：以一个 JSON 对象回答"),
    (
        (
            "Take in a statement or a status report of the bank. The same file again changes "
            "nothing. Ends with 1 when a line of it was not taken; the good ones are kept."
        ),
        (
            "录入银行的对账单或付款状态报告。重复录入同一文件不会有任何变化。有明细未被接受时退"
            "出码为 1，其余明细照常保留。"
        ),
    ),
    ("camt.053, camt.054 or pain.002", "camt.053、camt.054 或 pain.002"),
    (
        (
            "any id of ours or the bank's: of a line, deposit, batch, transaction, event, "
            "posting, redemption, payout, link, transfer, proposal; a deposit's number; a hash"
        ),
        (
            "本系统或银行的任一编号：明细、存款、批次、交易、事件、分录、赎回、付款、绑定、转账"
            "、提议；或存款号；或哈希"
        ),
    ),
    (
        "keep a queued deposit out of every batch, until it is released",
        "暂扣一笔排队中的存款，解除之前不入任何批次",
    ),
    ("its id, its number, or the id of its line", "存款的编号、存款号，或其明细的编号"),
    ("why, for whoever reads the history", "原因，供日后查阅操作记录的人看"),
    ("your name in the settings; the token must be its", "您在设置中的名字；令牌必须是其本人的"),
    ("the file with your token; else ${name}", "您的令牌文件；否则用 ${name}"),
    (
        "try a held deposit again, or a refused one under a new number",
        "重试一笔被暂扣的存款；被拒的存款换新号重试",
    ),
    ("id of the unmatched line", "未匹配明细的编号"),
    ("id of an active link", "一个有效绑定的编号"),
    (
        "propose that a line's money goes back to its payer, or a burn's to its holder",
        "提议把明细的款项退汇给付款人，或把已销毁的代币退回持有人",
    ),
    (
        "of an unmatched line, a deposit that waits, or a redemption",
        "未匹配明细、等待中的存款或赎回的编号",
    ),
    (
        "propose what becomes of a payment that neither bank nor chain ends",
        "提议一笔银行和链都未了结的付款如何了结",
    ),
    ("of a redemption, refund, payout file or line", "赎回、退汇、付款文件或明细的编号"),
    ("the bank wrote that it has carried it out", "银行书面确认已执行该付款"),
    ("the bank wrote that it has not, and will not", "银行书面确认未执行该付款，今后也不会执行"),
    (
        "a burn heard of late: the statements show no payment of it",
        "迟到才得知的销毁：各对账单中没有它的付款",
    ),
    ("our own funds bear what came back too little", "退回不足的部分由自有资金承担"),
    ("where a refund goes; with --name", "退汇的收款账户；与 --name 同用"),
    ("the line ID is what came back of it", "明细 ID 是该付款的退回"),
    (
        "a debit that pays nothing of ours: our own funds bear it",
        "借记与本桥付款无关：由自有资金承担",
    ),
    ("the same, until the bank gives it back", "同上，直至银行归还"),
    (
        "the line ID is what the bank gives back of that debit",
        "明细 ID 是银行就该借记归还的款项",
    ),
    ("the line ID is the booking of that payment", "明细 ID 是该付款的记账"),
    ("whose account it is", "该账户的户名"),
    (
        "propose that a statement in quarantine is right: its lines count (two persons)",
        "提议隔离中的对账单有效，其明细计入账（双人复核）",
    ),
    (
        "propose that a statement in quarantine is not the bank's word (two persons)",
        "提议隔离中的对账单不是银行所出（双人复核）",
    ),
    ("id of the file, as status shows it", "文件的编号，见 status"),
    ("which statement of the file; else the first", "文件中的第几份对账单；默认第一份"),
    (
        "say that a break that has ended is understood, so that issuing goes on",
        "确认一项已消除的对账不平已查明，从而恢复发行",
    ),
    ("of the difference, as reconcile shows it", "差异的编号，见 reconcile"),
    (
        "propose that an address signs again whose nonces somebody else used (two persons)",
        "提议让 nonce 被他人用过的地址恢复签名（双人复核）",
    ),
    ("that is halted, as status shows it", "被停用的地址，见 status"),
    (
        (
            "Compare the bank's balance, the ledger and the token's supply at one final block, "
            "and write down what differs. Ends with 1 while a break stops issuing."
        ),
        (
            "在同一个终局区块上，核对银行余额、总账与代币总量，并记录差异。有对账不平阻止发行时"
            "退出码为 1。"
        ),
    ),
    ("those that are decided, too", "连同已有结论的"),
    (
        "agree to what another operator proposed: it is done at once",
        "复核通过另一位操作员的提议，随即执行",
    ),
    ("id of the proposal", "提议的编号"),
    (
        "of what you saw, for scripts; else it is shown and asked for",
        "您所看到内容的摘要，供脚本使用；否则显示内容并询问",
    ),
    ("how many of the newest (100)", "最近多少条（默认 100）"),
    (
        "propose to read the chain from its first block again, or do it once approved",
        "提议从第一个区块起重读链，或在复核通过后执行",
    ),
    ("do it: this proposal of it was approved today", "执行：该提议已于一日之内复核通过"),
    (
        (
            "change nothing: derive the tables from the chain alone beside those that are "
            "there, and name every row that differs; ends with 1 when one does"
        ),
        "不作任何改动：只凭链另行推导各表，指出每一个不同的行；有不同时退出码为 1",
    ),
    (
        "with --check: a node to ask; else the bridge's own",
        "与 --check 同用：要查询的节点；否则用桥自己的节点",
    ),
    (
        "derive the books from bank files and chain alone, and compare every table",
        "只凭银行文件和链重新推导账簿，逐表核对",
    ),
    (
        (
            "Derive the books from the bank's files and the chain alone, and compare every "
            "table with them, row by row. It writes nothing. Ends with 1 when something does "
            "not follow."
        ),
        (
            "只凭银行文件和链重新推导账簿，逐表逐行核对。不写入任何内容。有任何一处推导不出时退"
            "出码为 1。"
        ),
    ),
    (
        (
            "the bank's archive: statements, status reports and orders, in any directories "
            "below it; or the simulated bank's database; or several of them; else as the "
            "settings say"
        ),
        (
            "银行文件档案：对账单、状态报告和付款指令，可在其下任何目录；或模拟银行的数据库；可"
            "给多个；否则按设置"
        ),
    ),
    (
        "a node to ask, best not the bridge's own; else that one",
        "要查询的节点，最好不是桥自己的；否则就用桥的节点",
    ),
    ("do not tell how far it has come", "不显示进度"),
    ("make the day's proof of reserve and put it on chain", "制作当日的准备金证明并写到链上"),
    ('deposit_9f0c… --reason "payer under review"', 'deposit_9f0c… --reason "付款人待核查"'),
    ('deposit_9f0c… --reason "payer is known"', 'deposit_9f0c… --reason "付款人已核实"'),
    ('17 --reason "account is no longer frozen"', '17 --reason "账户已解冻"'),
    (
        'line_5e1d… --to link_9f0c… --reason "payer called"',
        'line_5e1d… --to link_9f0c… --reason "付款人来电说明"',
    ),
    ('line_5e1d… --reason "payer unknown"', 'line_5e1d… --reason "付款人不明"'),
    (
        'redemption_9f0c… --not-paid --reason "letter of 3 March"',
        'redemption_9f0c… --not-paid --reason "银行 3 月 3 日来函"',
    ),
    (
        'statement_5e1d… --reason "the bank confirmed by letter"',
        'statement_5e1d… --reason "银行已来函确认"',
    ),
    (
        '--reason "the statements up to 19 November are in"',
        '--reason "截至 11 月 19 日的对账单均已录入"',
    ),
    ('3 --reason "the statement came a day late"', '3 --reason "对账单晚到一天"'),
    (
        'redemption_9f0c… --reason "paid twice, one came back: letter of 3 May"',
        'redemption_9f0c… --reason "重复付款，一笔已退回：银行 5 月 3 日来函"',
    ),
    (
        '0x5aAe… --reason "our treasurer moved coin by hand"',
        '0x5aAe… --reason "本行司库手工转出原生币"',
    ),
    ('proposal_9f0c… --reason "wrong customer"', 'proposal_9f0c… --reason "客户有误"'),
    (
        (
            '--reason "deep reorganisation", then approve, then\n  jiaozi-bridge rebuild '
            '--approved proposal_9f0c… --reason "approved"\n  jiaozi-bridge rebuild --check'
        ),
        (
            '--reason "深度重组"，复核通过（approve）之后\n  jiaozi-bridge rebuild --approved '
            'proposal_9f0c… --reason "已复核"\n  jiaozi-bridge rebuild --check'
        ),
    ),
)
