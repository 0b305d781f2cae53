"""Texts: what things wait for, the ways out, and alarms, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    (
        "whoever it belongs to: an active link matches it by itself",
        "查明归属：有了有效绑定即自动匹配",
    ),
    ("an operator: the token refused its deposit", "操作员处理：代币拒绝了它的存款"),
    (
        "the bank, to give it back: two persons name the credit by which it does",
        "银行归还；由双人指明归还所用的贷记",
    ),
    (
        (
            'jiaozi-bridge payment CREDIT --gives-back {id} --reason "…", or '
            'jiaozi-bridge payment {id} --own-cost --reason "…"'
        ),
        (
            'jiaozi-bridge payment CREDIT --gives-back {id} --reason "…"，或 '
            'jiaozi-bridge payment {id} --own-cost --reason "…"'
        ),
    ),
    (
        "the payment that it books, which matches it by itself; or two persons, who say what it is",
        "它所记账的付款（会自动匹配），或由双人说明它是什么",
    ),
    (
        (
            'jiaozi-bridge payment {id} --booked-as END_TO_END_ID --reason "…", or '
            'jiaozi-bridge payment {id} --own-cost (or --claim) --reason "…"'
        ),
        (
            'jiaozi-bridge payment {id} --booked-as END_TO_END_ID --reason "…"，或 '
            'jiaozi-bridge payment {id} --own-cost（或 --claim）--reason "…"'
        ),
    ),
    ("the bank, to say what it is, or to deliver it again", "银行说明它是什么，或重新递送"),
    (
        (
            "take {id} out of refused/, once the bank has said what it is: back into inbox/ with "
            "what it lacked, or away"
        ),
        "银行说明它是什么之后，将 {id} 移出 refused/：补齐所缺后放回 inbox/，或移走",
    ),
    ("whoever lets the bridge read it", "让本桥可以读取它的人"),
    (
        "let the bridge read {id} in inbox/, or take it out",
        "让本桥可读 inbox/ 中的 {id}，或将其移走",
    ),
    ("nothing: see what accounts for it", "无：请看由什么入账"),
    ("the end of its statement's quarantine", "其对账单解除隔离"),
    (
        "nothing: another line counts, or its statement was dismissed",
        "无：以另一条明细为准，或其对账单已作废",
    ),
    (
        ("the bank, to say which is true: another line stands under its id; nothing is booked"),
        "银行说明哪一条属实：同一编号下另有明细；未入账",
    ),
    ("the next batch", "下一批次"),
    ("the chain's final word on its transaction", "其交易在链上的终局结果"),
    ("nothing: its holder has the tokens", "无：持有人已得到代币"),
    (
        "an operator: its number is closed and its money is unmatched",
        "操作员处理：存款号已作废，款项未匹配",
    ),
    ("an operator", "操作员处理"),
    ("its lane: it is signed in its turn", "其通道：按顺序签名"),
    ("a node that takes it", "有节点接受它"),
    ("a block, and the blocks that make it final", "进入区块，并由后续区块最终确认"),
    ("nothing: it is final", "无：已最终确认"),
    ("nothing: it had no effect, and whoever needed it tries again", "无：没有生效，需要者会再试"),
    (
        "nothing: it was never signed, and whoever needed it tries again",
        "无：从未签名，需要者会再试",
    ),
    (
        "two persons, who find out who signs with our key: its address signs nothing",
        "双人查明谁在用本行密钥签名：该地址停止签名",
    ),
    ("nothing: two persons know of it", "无：已经双人知悉"),
    ("the bank's transaction", "银行的交易"),
    ("the chain's final word on the burn", "销毁在链上的终局结果"),
    ("nothing: the tokens were not burned", "无：代币没有销毁"),
    (
        "the holder, who hands the signed order in; or an operator",
        "持有人提交已签名的指令；或由操作员处理",
    ),
    ("the next payout file", "下一个付款文件"),
    ("the bank, to take the payout file", "银行接收付款文件"),
    ("the bank's word on the payment", "银行对付款的答复"),
    ("the booking on a statement", "对账单上的记账"),
    (
        "the bank's debit, which settles it; or two persons: it may have been paid before",
        "银行的借记，据此结清；或双人复核：此前可能已付款",
    ),
    (
        "the bank's word, and nothing else: ask the bank for it in writing",
        "只等银行的答复：请向银行索取书面答复",
    ),
    ("nothing: it is paid", "无：已付款"),
    (
        "room in the attested backing, to credit the tokens again",
        "备付金证明有余量后，重新入账代币",
    ),
    (
        ("two persons: another sum came back than was paid, and the bank's own funds may bear it"),
        "双人复核：退回金额与付款不同，差额可由银行自有资金承担",
    ),
    ("the chain's final word on the return", "退回在链上的终局结果"),
    ("nothing: the tokens are credited again", "无：代币已重新入账"),
    ("nothing: the money moved", "无：转账已完成"),
    (
        "nothing: the money did not move; its sender signs another",
        "无：转账未发生；付款人可另签一笔",
    ),
    ("the bank's word on the account: the wallet asks again", "银行对账户的答复：钱包会再次询问"),
    ("the chain's final word on the wallet's tier", "钱包等级在链上的终局结果"),
    ("nothing", "无"),
    ("nothing: the bank said no; the wallet may ask anew", "无：银行已拒绝；钱包可重新申请"),
    ("two persons: its sum is above a ceiling", "双人复核：金额超出上限"),
    (
        "the bank, to take it: it is handed in until the bank has it",
        "银行接收：会反复提交，直至银行收到",
    ),
    (
        "nothing: the bank has it, and speaks of each of its payments",
        "无：银行已收到，并将逐笔答复",
    ),
    ("the bank, to send another: nothing of it was taken", "银行另发一份：其内容均未录入"),
    (
        "the chain's final word on the closing of its deposit's number",
        "作废存款号在链上的终局结果",
    ),
    (
        "nothing: the money became tokens after all, or was tried again",
        "无：款项最终成为代币，或已重试",
    ),
    (
        "two persons, who say whom to pay: the bank's line does not",
        "双人复核，指明退给谁：银行明细未写明",
    ),
    ("two persons, who give another account", "双人复核，另给一个账户"),
    (
        "nothing: the bank took the credit back before its money went",
        "无：款项退出之前，银行已撤回该贷记",
    ),
    ("the chain's final word on the deposit that is taken back", "被撤回的存款在链上的终局结果"),
    (
        "nothing: it was never issued, and the two lines cancel each other",
        "无：从未发行，两条明细相互抵销",
    ),
    (
        "the chain's final word on the freezing of the holder's account",
        "冻结持有人账户在链上的终局结果",
    ),
    ("the same file once more: its reading was interrupted", "再次收到同一文件：读取曾中断"),
    (
        "the statement that is missing before it, or two persons: nothing acts on its lines",
        "其前缺少的对账单，或双人复核：其明细暂不生效",
    ),
    ("nothing: its lines are never booked", "无：其明细永不入账"),
    ("a second person, until it expires", "另一人复核，直至过期"),
    ("nothing: it is done", "无：已执行"),
    ("nothing: propose it anew if it is still to be done", "无：若仍需办理，请重新提交"),
    (
        "an attestation that leaves room: see that the attestor runs",
        "有余量的备付金证明：请确认证明进程在运行",
    ),
    (
        "the operator's bucket: it refills with time, or officers approve the batch",
        "操作员的发行额度桶：随时间回补，或由主管批准该批次",
    ),
    ("the governor, to lift the pause", "治理者解除暂停"),
    (
        "its role: the operator's key may not issue until it is granted on chain",
        "权限：操作员密钥须在链上获授权后方可发行",
    ),
    ("the next try: the last call failed without a reason", "下次重试：上次调用失败，未给原因"),
    ("the next try, after a revert (see the reason)", "回退后的下次重试（见原因）"),
    (
        "the chain, to become cheaper; or a higher chain.fee_ceiling_gwei and a restart",
        "链上费用回落；或提高 chain.fee_ceiling_gwei 并重启",
    ),
    (
        "whoever sends coin to the address: the chain wants fees",
        "有人向该地址充入原生币：链要收费",
    ),
    (
        "two persons, who find out who signs with our key: the address signs nothing",
        "双人查明谁在用本行密钥签名：该地址停止签名",
    ),
    (
        "a node of the right chain under chain.rpc_url, and a restart",
        "把 chain.rpc_url 设为正确链的节点并重启",
    ),
    ("this machine's clock, or the node's, to be set", "校准本机或节点的时钟"),
    (
        "that node, or another one in chain.more_nodes and a restart",
        "该节点恢复，或在 chain.more_nodes 中另设节点并重启",
    ),
    (
        "the node that errs: compare them, and take it out of the list",
        "找出出错的节点：逐一比较，并将其移出列表",
    ),
    ("two persons, who let the chain be read again", "双人复核，准许重读链"),
    (
        "two persons, who say that the bank's statements were read up to today",
        "双人复核，确认银行对账单已录入至今日",
    ),
    (
        "the bank's line: without it, somebody else issues with our key",
        "银行的明细：若没有，就是他人在用本行密钥发行",
    ),
    (
        "the reader, to come to the last final block: see duties",
        "读链进程读到最后的终局区块：见“职责”",
    ),
    ("something that this version does not know", "本版本不认识的状态"),
    ("a person who looks at its alarm; {waits:said}", "有人处理其警报；{waits:said}"),
    (
        '{command:said}; then jiaozi-bridge acknowledge {id} --reason "…"',
        '{command:said}；然后 jiaozi-bridge acknowledge {id} --reason "…"',
    ),
    (
        (
            'jiaozi-bridge assign {id} --to LINK --reason "…", or jiaozi-bridge return {id} '
            '--reason "…"'
        ),
        (
            'jiaozi-bridge assign {id} --to LINK --reason "…"，或 jiaozi-bridge return {id} '
            '--reason "…"'
        ),
    ),
    (
        'jiaozi-bridge retry {id} --reason "…", or jiaozi-bridge return {id} --reason "…"',
        'jiaozi-bridge retry {id} --reason "…"，或 jiaozi-bridge return {id} --reason "…"',
    ),
    (
        'jiaozi-bridge release {id} --reason "…", or jiaozi-bridge return {id} --reason "…"',
        'jiaozi-bridge release {id} --reason "…"，或 jiaozi-bridge return {id} --reason "…"',
    ),
    (
        (
            "jiaozi-bridge hand-in FILE, with the statement that the bank mends, if it must; then "
            'jiaozi-bridge acknowledge {id} --reason "…"'
        ),
        (
            "必要时 jiaozi-bridge hand-in FILE（银行更正后的对账单）；然后 "
            'jiaozi-bridge acknowledge {id} --reason "…"'
        ),
    ),
    (
        'jiaozi-bridge hold {id} --reason "…", to keep it out',
        'jiaozi-bridge hold {id} --reason "…"（使其不入批次）',
    ),
    (
        ('jiaozi-bridge free {id} --reason "…"; if it was nobody of ours, revoke its role first'),
        'jiaozi-bridge free {id} --reason "…"；若非本行人员所为，先撤销其权限',
    ),
    (
        'jiaozi-bridge return {id} --reason "…", to credit the tokens again instead',
        'jiaozi-bridge return {id} --reason "…"（改为重新入账代币）',
    ),
    (
        'jiaozi-bridge payment {id} --paid (or --not-paid) --reason "…"',
        'jiaozi-bridge payment {id} --paid（或 --not-paid）--reason "…"',
    ),
    (
        "jiaozi-bridge hand-in FILE, if the bank does not give it again",
        "jiaozi-bridge hand-in FILE（若银行不再提供）",
    ),
    (
        "jiaozi-bridge hand-in FILE, with the statements since the backup",
        "jiaozi-bridge hand-in FILE（备份以来的各对账单）",
    ),
    (
        (
            'jiaozi-bridge accept-statement {id} --reason "…", or jiaozi-bridge '
            'dismiss-statement {id} --reason "…"'
        ),
        (
            'jiaozi-bridge accept-statement {id} --reason "…"，或 jiaozi-bridge '
            'dismiss-statement {id} --reason "…"'
        ),
    ),
    (
        'jiaozi-bridge approve {id}, or jiaozi-bridge decline {id} --reason "…"',
        'jiaozi-bridge approve {id}，或 jiaozi-bridge decline {id} --reason "…"',
    ),
    (
        'jiaozi-bridge explain {id}, then jiaozi-bridge free {id} --reason "…"',
        'jiaozi-bridge explain {id}，然后 jiaozi-bridge free {id} --reason "…"',
    ),
)
