"""Texts: errors of lines, payouts and what comes back, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("the chain no longer has the last block that was read", "链上已没有最后读过的区块"),
    ("No alarm stands on {subject}.", "{subject} 上没有警报。"),
    (
        "See what it waits for: jiaozi-bridge explain {subject}.",
        "请看它在等待什么：jiaozi-bridge explain {subject}。",
    ),
    ("the bank booked", "银行已记账"),
    (
        "{booked} the payout ({id}) while it was {state}",
        "{booked:said}付款（{id}），而当时为{state:said}",
    ),
    ("the bank sent back {back} of {paid} ({id})", "银行退回 {paid} 中的 {back}（{id}）"),
    ("There is no such line, or no such payment.", "没有这样的明细或付款。"),
    (
        "Line {line_id} is {state} and a {direction}.",
        "明细 {line_id} 为{state:said}，且方向不符（{direction}）。",
    ),
    ("The payment is {state}: the bank has not paid it.", "该付款为{state:said}：银行尚未付款。"),
    (
        "The payment is {state}: no booking of it is awaited.",
        "该付款为{state:said}：不在等待其记账。",
    ),
    (
        "Line {id} was just accounted for by somebody else.",
        "明细 {id} 刚被他人入账。",
    ),
    (
        "Name a debit that nobody has explained, or one that own funds bear.",
        "请指明一笔无人说明的借记，或由自有资金承担的借记。",
    ),
    (
        "The credit is {amount}, and {amount} was taken.",
        "贷记为 {amount}，而被扣的是 {amount}。",
    ),
    ("Ask the bank what the rest is for.", "请向银行询问其余是什么。"),
    ("Name a {direction} that nobody has explained.", "请指明一笔无人说明的{direction:said}。"),
    ("There is no payment {end_to_end_id}.", "没有付款 {end_to_end_id}。"),
    (
        "The payment is {state}: no other sum came back than was paid.",
        "该付款为{state:said}：退回金额与付款并无不同。",
    ),
    (
        "{booked} {amount} instead of the payout's amount ({id})",
        "{booked:said} {amount}，而不是付款金额（{id}）",
    ),
    (
        "{booked} a return back ({id}) while the payout was {state}",
        "{booked:said}撤回退款（{id}），而付款为{state:said}",
    ),
    (
        "{booked} {amount} back ({id}) while it was {state}",
        "{booked:said}退回 {amount}（{id}），而当时为{state:said}",
    ),
    ("Look under status for both.", "两者都请查看 status。"),
    ("Name a credit that nobody has explained.", "请指明一笔尚未入账的贷记。"),
    ("Nothing was changed.", "未作任何改动。"),
    ("Name a debit that nobody has explained.", "请指明一笔尚未入账的借记。"),
    (
        "Payout file {message_id} is of the kind «{kind}», which nobody knows.",
        "付款文件 {message_id} 的类别为 «{kind}»，无人认识。",
    ),
    ("There is no payout file {message_id}.", "没有付款文件 {message_id}。"),
    ("the file comes to", "该文件合计"),
    ("the files of its day come to", "当日各文件合计"),
    ("{what} {shown}, above the ceiling of {shown2}", "{what:said} {shown}，高于上限 {shown2}"),
    ("Start the version of the program that made it.", "请启动产生它的那个程序版本。"),
    ("See the files under status.", "文件见 status。"),
    ("the bank said {word} {what} that is {state}", "银行对{state:said}的{what:said}答复 {word}"),
    (
        "The payment is {state}: the bank has not been silent about it.",
        "该付款为{state:said}：银行并非没有答复。",
    ),
    (
        "The bank has booked a debit under the payment's id ({id}).",
        "银行已用该付款的编号记了一笔借记（{id}）。",
    ),
    ("of a payout", "付款"),
    (
        "Ask the bank which of its words is true; nothing was changed.",
        "请询问银行哪一个答复属实；未作任何改动。",
    ),
    ("of a second copy of a payout", "付款的副本"),
    ("in another order ({id}) of a payout", "另一付款指令（{id}）中的付款"),
    (
        "the chain credited it again while it was {state}: the bank may pay it",
        "它{state:said}时，链上已将其退回：银行仍可能支付",
    ),
    (
        "order {message_id}, unknown here, gave {subject} to the bank already",
        "此处未知的付款指令 {message_id} 已将 {subject} 交给银行",
    ),
    ("An alarm stands on {id}: {alarm}.", "{id} 有警报：{alarm:said}。"),
    (
        ("Find out what the bank pays, and acknowledge it first: jiaozi-bridge acknowledge {id}."),
        "请查明银行支付了什么，并先确认该警报：jiaozi-bridge acknowledge {id}。",
    ),
    ("{id} cannot be credited again: {why}.", "{id} 不能退回：{why:said}。"),
    (
        ("Ask the bank what became of that order; release the burn first where it was not paid."),
        "请询问银行该指令的结果；若未付款，请先放行该销毁。",
    ),
    (
        "The chain credited {id} again, which is {state} here.",
        "链上已退回 {id}，而此处为{state:said}。",
    ),
    (
        (
            "Hand in the bank's statements again, from the day of the backup on, and see what is "
            "to be decided: jiaozi-bridge explain {id}. If that does not help, run jiaozi-bridge "
            "audit."
        ),
        (
            "请重新录入备份之日以来的银行对账单，并查看有何待决定："
            "jiaozi-bridge explain {id}。若仍无济于事，请运行 jiaozi-bridge audit。"
        ),
    ),
    ("of the whole file of a payout", "付款的整个文件"),
    ("waits for {what}", "等待{what:said}"),
    ("the end of its transaction", "其交易了结"),
    ("the bank took the money back ({reason})", "银行已撤回款项（{reason}）"),
    ("nothing to pay: the fee took all of it", "无款可付：手续费已占去全部"),
    ("heard of late: it may have been paid before", "迟到才得知：此前可能已付款"),
    (
        "order {order}, unknown here, gave it to the bank already",
        "此处未知的付款指令 {order} 已将其交给银行",
    ),
    (
        "The chain tells of {amount} minor units in one step: more than a ledger can hold.",
        "链上一步计有 {amount} 个最小单位：超出总账所能记载。",
    ),
    (
        (
            "The chain returned a payout ({event_id}) that this database does not know in this "
            "amount."
        ),
        "链退回了一笔付款（{event_id}），本数据库没有这一金额的付款。",
    ),
    (
        "Stop. No bank has this much; find out what was minted.",
        "请停止。没有银行有这么多；请查明铸造了什么。",
    ),
    (
        "The redemption of burn {event_id} is stored and cannot be found.",
        "销毁 {event_id} 的赎回已保存，却找不到。",
    ),
    ("cancelled by holder", "已由持有人取消"),
    (
        "Stop. Find out who returned it, and from which database.",
        "请停止。请查明是谁、从哪个数据库退回的。",
    ),
    (
        "Stop. Look for another redemption with its end-to-end id.",
        "请停止。请寻找另一笔端到端编号相同的赎回。",
    ),
    ("credited again by decision of two persons", "已由双人决定重新入账"),
    (" and was heard of late", "，且迟到才得知"),
    (
        "Redemption {redemption_id} is {state}{late}.",
        "赎回 {redemption_id} 为{state:said}{late:said}。",
    ),
    (
        "Redemption {redemption_id} is {state} and waits for nobody's release.",
        "赎回 {redemption_id} 为{state:said}，不在等待任何人放行。",
    ),
    ("There is no redemption {redemption_id}.", "没有赎回 {redemption_id}。"),
    ("The bank has booked a debit under its id ({id}).", "银行已用其编号记了一笔借记（{id}）。"),
    (
        (
            "Only a burn that no payout file ever held is returned; release one that was heard "
            "of late first."
        ),
        "只有从未进入付款文件的销毁可以退回；迟到才得知的须先放行。",
    ),
    ("Look under status for its id.", "其编号请查看 status。"),
    (
        "Nothing was changed: the debit is matched, or shown as an alarm.",
        "未作任何改动：该借记会被匹配，或显示为警报。",
    ),
    (
        "Redemption {id} is in a payout file without a payout.",
        "赎回 {id} 在付款文件中，却没有付款。",
    ),
    (
        "Stop. Compare the redemption's row with the chain's event.",
        "请停止。请把该赎回的行与链上事件核对。",
    ),
    ("not returned: the bank has debited it ({id})", "没有退回：银行已借记（{id}）"),
    ("Redemption {id} is no longer {state}.", "赎回 {id} 已不再是{state:said}。"),
    (
        "the bank has paid it back already: these books are older than that",
        "银行已将其退付：这些账簿比那更旧",
    ),
    ("deposit {number} is {state}", "存款 {number} 为{state:said}"),
    ("There is no line {line_id}.", "没有明细 {line_id}。"),
    (
        "Refund {refund_id} is {state}: it waits for no account.",
        "退汇 {refund_id} 为{state:said}：不在等待账户。",
    ),
    (
        "The bank has booked a debit under an earlier payment of it ({id}).",
        "银行已用其先前的付款记了一笔借记（{id}）。",
    ),
    ("Line {id} is no payment of a customer.", "明细 {id} 不是客户的付款。"),
    ("Line {id} is {state}", "明细 {id} 为{state:said}"),
    ("The bank has taken the money of line {id} back.", "银行已收回明细 {id} 的款项。"),
    ("See its recall under status; nothing was changed.", "请看 status 中的撤回；未作任何改动。"),
    ("Its money is accounted for; nothing was changed.", "其款项已有入账依据；未作任何改动。"),
    ("There is no refund {refund_id}.", "没有退汇 {refund_id}。"),
    ("Only a credit that undoes nothing can go back.", "只有并非撤销他项的贷记可以退汇。"),
    ("Look under GET /v1/refunds.", "请看 GET /v1/refunds。"),
    (
        "Refund {id} is in a payout file without an account, a name or its currency.",
        "退汇 {id} 在付款文件中，却没有账户、户名或币种。",
    ),
    (
        "Stop. Compare the refund's row with the bank's line.",
        "请停止。请把该退汇的行与银行明细核对。",
    ),
    ("Refund {id} is no longer {state}.", "退汇 {id} 已不再是{state:said}。"),
    (
        "Two workers do one duty. Stop one of them and start the other again.",
        "有两个工作进程在做同一职责。请停掉一个，再启动另一个。",
    ),
    ("The process that was reading the file has died.", "读取该文件的进程已中止。"),
    (
        "Hand the same file in again: it goes on where it stopped.",
        "请再次提交同一文件：将从中断处继续。",
    ),
    (
        "The bank used this line's id before with another {field}: see {id}.",
        "银行此前用过该明细的编号，但 {field} 不同：见 {id}。",
    ),
    (
        "The amount is in {currency}, the account in {currency2}.",
        "金额的币种为 {currency}，账户的为 {currency2}。",
    ),
    ("The amount is larger than the ledger takes in one line.", "金额大于总账一条明细所能记载。"),
    ("a sound statement says otherwise", "另一份无误的对账单与之不同"),
    (
        "a person has seen that it says otherwise than the line that counts",
        "已有人看过：它与计入的明细不同",
    ),
    (
        "Line {id} is {state}: it contradicts no other line.",
        "明细 {id} 为 {state}：它与其他明细并不矛盾。",
    ),
    ("a sound statement tells it, too", "另一份无误的对账单也列出该明细"),
    ("this statement", "本对账单"),
    ("number {sequence} was used before, by {whose}", "号 {sequence} 此前已由 {whose:said} 使用"),
    ("it came late: number {behind} is known", "来得晚：已知号 {behind}"),
    ("number {missing} has not arrived yet", "号 {missing} 尚未到达"),
    (
        "Line {id} is {state}, and not by {ref}.",
        "明细 {id} 为{state:said}，且并非由 {ref}。",
    ),
    ("it was handed in without the signature of the bank's channel", "提交时没有银行通道的签名"),
    ("the statement that was missing", "当时缺少的对账单"),
    ("closes with {closing}", "以 {closing} 结束"),
    (
        ("it opens with {opening} and its lines come to {moved}, but it closes with {closing}"),
        "期初 {opening}，明细合计 {moved}，而期末为 {closing}",
    ),
    ("number {sequence} had other balances before", "号 {sequence} 此前有不同的余额"),
    ("the one before it closes", "而前一份的期末为"),
    ("the one behind it opens", "而后一份的期初为"),
    ("opens with {opening}", "以 {opening} 开始"),
    ("it {mine}, {words} with {other}", "它{mine:said}，{words:said} {other}"),
    ("it shows lines of earlier statements again", "它再次列出了先前对账单的明细"),
    (
        "There is no statement {number} in file {file_id}.",
        "文件 {file_id} 中没有第 {number} 份对账单。",
    ),
    ("the release of {statement_id}", "{statement_id} 的解除"),
    ("its statement was dismissed", "其对账单已作废"),
    (
        "See the report on the file: GET /v1/statements/{{file_id}}.",
        "请看该文件的报告：GET /v1/statements/{{file_id}}。",
    ),
    (
        "Statement {statement_id} is of another account than the reserve's.",
        "对账单 {statement_id} 属于备付金账户之外的账户。",
    ),
    (
        "Hand in statements of the account that the settings name as bank.reserve_account.",
        "请提交设置中 bank.reserve_account 所指账户的对账单。",
    ),
    (
        "Statement {statement_id} is in {currency}; the token is in {currency2}.",
        "对账单 {statement_id} 的币种为 {currency}；代币的为 {currency2}。",
    ),
    (
        "Hand in statements of the account that is kept in {currency}.",
        "请提交币种为 {currency} 的账户的对账单。",
    ),
    ("a balance is in another currency than the account", "有一项余额的币种与账户不同"),
    ("There is no statement in it.", "其中没有对账单。"),
    ("handed in by the operator", "由操作员提交"),
    ("{what:said} (account {account}).", "{what:said}（账户 {account}）。"),
)
