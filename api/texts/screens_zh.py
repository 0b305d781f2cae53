"""Texts: what the commands answer, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    (", ", "，"),
    ("{name:said}: {value:said}", "{name:said}：{value:said}"),
    (": {reason}", "：{reason}"),
    ("Approved and done: {action}. {result:said}", "已复核通过并执行：{action}。{result:said}"),
    ("To agree, type {start}: ", "同意请输入 {start}："),
    ("Declined: {id}", "已否决：{id}"),
    ("Withdrawn: {id}", "已撤回：{id}"),
    ("Nothing waits for a second person.", "没有等待复核的提议。"),
    ("  {action} of {subject} {parameters}", "  {action}，对象 {subject} {parameters}"),
    ("{action} of {subject}", "{action}，对象 {subject}"),
    ("  because: {reason}", "  原因：{reason}"),
    (
        "  by {maker} at {made_at}, until {expires_at}",
        "  由 {maker} 提出于 {made_at}，有效至 {expires_at}",
    ),
    ("  digest {digest}", "  摘要 {digest}"),
    ("  decided by {checker}", "  由 {checker} 复核"),
    ("No operator has done anything yet.", "尚无任何操作记录。"),
    (
        "Nothing new: the backing is {backing}, as attested before.",
        "没有变化：备付金支持仍为 {backing}，与上次证明相同。",
    ),
    (
        ("Attested a backing of {backing} at block {block}: {headroom} may be issued ({tx_hash})."),
        "已在区块 {block} 证明备付金支持 {backing}：还可发行 {headroom}（{tx_hash}）。",
    ),
    (
        (
            "Looked at {files} files with {lines} lines, and at {events} events up to block "
            "{head}; the database has read up to block {read_up_to_block}."
        ),
        (
            "查看了 {files} 个文件、{lines} 条明细，以及截至区块 {head} 的 {events} 个事件；数"
            "据库已读至区块 {read_up_to_block}。"
        ),
    ),
    ("Every row of every table follows from them.", "各表的每一行都可由此推导得出。"),
    ("{count} do not follow:", "有 {count} 处推导不出："),
    (
        "  {table}, row {row}, {field}: {problem:said}",
        "  表 {table}，行 {row}，列 {field}：{problem:said}",
    ),
    ("Nothing comes next: all of it has come to its end.", "没有下一步：全部已了结。"),
    ("next: {kind:said} {id} is {state:said}", "下一步：{kind:said} {id} 处于{state:said}"),
    ("  waits for {waits_for:said}", "  等待：{waits_for:said}"),
    ("  way out:  {command:said}", "  处理办法：{command:said}"),
    ("  way out: {way:said}", "  处理办法：{way:said}"),
    ("{reason}: {file}.", "{file}：{reason}。"),
    ("  … and {more} more", "  …… 另有 {more} 项"),
    (
        "Taken in: {count} statuses, {changed} payouts moved on.",
        "已录入：{count} 条付款状态，{changed} 笔付款有进展。",
    ),
    (
        "This very file was taken in before ({id}): nothing was changed.",
        "这个文件此前已录入（{id}）：没有任何变化。",
    ),
    (
        (
            "Taken in as {id}: {lines} lines, {new} new, {known} known, {conflicting} "
            "conflicting, {bad} bad."
        ),
        (
            "已录入为 {id}：共 {lines} 条明细，新增 {new}，已知 {known}，冲突 {conflicting}，无"
            "效 {bad}。"
        ),
    ),
    (
        "  statement {statement}, line {line} ({kind}): {field}: {problem:said}",
        "  第 {statement} 份对账单，第 {line} 条明细（{kind}）：{field}：{problem:said}",
    ),
    (
        "  statement {number} is in quarantine ({doubt:said}): {words:said}",
        "  第 {number} 份对账单被隔离（{doubt:said}）：{words:said}",
    ),
    ("The database is at step {step}.", "数据库处于第 {step} 步。"),
    (
        (
            "The proof of {day} speaks of block {block} and {holders} holders; it stands on "
            "chain in {tx_hash}."
        ),
        ("{day} 的准备金证明针对区块 {block} 和 {holders} 位持有人；已由 {tx_hash} 写到链上。"),
    ),
    ("The chain was read again: {events} events.", "已重读链：{events} 个事件。"),
    (
        (
            "Sent again, because the chain had lost them: {count} transactions. When they are "
            "final, run the same command once more."
        ),
        "链上丢失了 {count} 笔交易，已重新发送。待其最终确认后，请再次运行同一命令。",
    ),
    ("Not sent again, although the chain had lost them:", "链上丢失了以下交易，但未能重新发送："),
    (
        "Nothing was changed: the ledger has events that the chain lacks:\n  {events}",
        "未作任何改动：总账中有链上没有的事件：\n  {events}",
    ),
    ("{events} events up to block {head}.", "截至区块 {head} 共 {events} 个事件。"),
    ("{count} differ; nothing was changed:", "有 {count} 处不同；未作任何改动："),
    ("The tables are what they come to.", "各表与之相符。"),
    ("bank:   does not answer", "银行：没有应答"),
    ("bank:   {balance} ({as_of})", "银行：{balance}（{as_of}）"),
    ("ledger: {reserve} in reserve, {tokens} in tokens", "总账：备付金 {reserve}，代币 {tokens}"),
    ("chain:  {supply} in tokens at block {block}", "链上：代币 {supply}，区块 {block}"),
    ("Nothing differs.", "三方一致，没有差异。"),
    ("differs: {what}", "差异：{what}"),
    ("BREAK: {what}", "对账不平：{what}"),
    (
        (
            "Nothing is issued while a break stands. One that has ended is cleared by: "
            'jiaozi-bridge clear NUMBER --reason "…"'
        ),
        (
            "对账不平未了结之前不发行。已消除的用以下命令确认：jiaozi-bridge clear NUMBER "
            '--reason "…"'
        ),
    ),
    ("nonce {nonce} was used by {tx_hash:said}", "nonce {nonce} 已被 {tx_hash:said} 用掉"),
    ("no transaction", "不明交易"),
    (
        (
            "Proposed as {id}: it takes a second person, until {expires_at}. Another operator "
            "runs:\n  jiaozi-bridge approve {id}"
        ),
        (
            "已提交，编号 {id}：须由另一人复核，{expires_at} 前有效。请另一位操作员运行：\n  "
            "jiaozi-bridge approve {id}"
        ),
    ),
    ("Held:", "已暂扣："),
    ("Released:", "已解除暂扣："),
    ("On its way again:", "已重新办理："),
    ("Assigned:", "已认领："),
    ("Accepted:", "已认可："),
    ("Dismissed:", "已作废："),
    ("Cleared:", "已确认查明："),
    ("Acknowledged:", "警报已处理："),
    ("Resumed:", "已恢复付款："),
    ("Free:", "已恢复签名："),
    ("Done:", "已完成："),
    ("Goes back:", "正在退回："),
    (
        (
            "An error that nobody foresaw ({name}). What was begun goes on where it stopped; "
            "report it with the log's last line."
        ),
        ("发生未预见的错误（{name}）。已开始的工作会从中断处继续；请连同日志最后一行一并报告。"),
    ),
    ("the bank's files", "银行文件"),
    ("what the bank has just handed over", "银行刚交来的文件"),
    ("the bank's files: {number}", "银行文件：{number}"),
    ("jiaozi-bridge: {line}", "jiaozi-bridge：{line}"),
)
