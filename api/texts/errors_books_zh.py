"""Texts: errors of the books, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    (
        "Number {number} was issued for a line that this database does not have.",
        "存款号 {number} 已为一条本数据库没有的明细发行。",
    ),
    (
        "The chain ended deposit number {number} twice: by {known} and by {event_id}.",
        "链两次了结存款号 {number}：由 {known} 和由 {event_id}。",
    ),
    (
        "The chain credited {amount} minor units for line {line_id}, which has {amount2}.",
        "链为明细 {line_id} 入账 {amount} 个最小单位，而该明细为 {amount2}。",
    ),
    (
        (
            "The chain tells of deposit number {number} with another reference, holder or "
            "amount than this database has."
        ),
        "链上存款号 {number} 的附言、持有人或金额与本数据库不同。",
    ),
    (
        "Stop. The token's bitmap of used numbers should make this impossible.",
        "请停止。代币的已用号码表本应使之不可能。",
    ),
    (
        "Stop. Compare the line with the bank's own statement.",
        "请停止。请把该明细与银行自己的对账单核对。",
    ),
    (
        "Stop. Find out who issued it, and from which database.",
        "请停止。请查明是谁、从哪个数据库发行的。",
    ),
    ("number closed: the money goes back", "存款号已作废：款项将退回"),
    (
        "its number was closed by a transaction that this database did not make",
        "其存款号已由并非出自本数据库的交易作废",
    ),
    (
        "a line of it was issued before: by another life of this database",
        "其中有明细此前已由本数据库的另一份副本发行",
    ),
    ("There is no deposit {deposit_id}.", "没有存款 {deposit_id}。"),
    (
        "Deposit {number} is {state}: the chain may have it.",
        "存款 {number} 为{state:said}：链上可能已有它。",
    ),
    ("to go back to its payer", "将退汇给付款人"),
    ("number closed", "存款号已作废"),
    ("Look under status.", "请查看 status。"),
    (
        "Wait for the end of its transaction; what was issued cannot go back.",
        "请等待其交易了结；已发行的不能退回。",
    ),
    (
        "The chain says that number {number} was used, but no event that used it is known.",
        "链表明存款号 {number} 已用，却没有用掉它的事件。",
    ),
    (
        (
            "The chain tells of deposit number {number} with another holder or amount than "
            "this database has."
        ),
        "链上存款号 {number} 的持有人或金额与本数据库不同。",
    ),
    (
        "Compare the token's events with the deposits before going on.",
        "继续之前，请先核对代币事件与存款。",
    ),
    (
        (
            "Deposit number {number} is used on chain, but this database gave out only {last}: "
            "it is older than the chain."
        ),
        "链上已用存款号 {number}，而本数据库只发到 {last}：数据库旧于链。",
    ),
    (
        (
            "It waits until the chain was read to its last final block. If that does not help, "
            "somebody else issued it: run jiaozi-bridge rebuild."
        ),
        (
            "将等到读完链的最后终局区块。若仍无济于事，就是他人发行的：请运行 jiaozi-bridge "
            "rebuild。"
        ),
    ),
    ("its holder is frozen", "其持有人已被冻结"),
    (
        "Deposit {id} (number {number}) is {state} and cannot be {what}.",
        "存款 {id}（存款号 {number}）为{state:said}，不能{what:said}。",
    ),
    (
        "The money of line {id} is not unmatched: the line is {why}.",
        "明细 {id} 的款项并非未匹配：该明细为{why:said}。",
    ),
    ("tried again", "重试"),
    (
        (
            "Line {id} is no new money of a customer: it is a debit, or the bank undoes "
            "something with it."
        ),
        "明细 {id} 不是客户的新来款：它是借记，或是银行用来撤销别的记账。",
    ),
    (
        "The chain has issued the money of line {line_id} to {holder}, by number {number}.",
        "链上已以编号 {number} 把明细 {line_id} 的款项发行给 {holder}。",
    ),
    ("Assign the line to the link of that wallet.", "请把该明细认领给该钱包的绑定。"),
    (
        "Link {link_id} is {state}: nothing can be issued to its wallet.",
        "绑定 {link_id} 为{state:said}：不能向其钱包发行。",
    ),
    (
        "See what comes next: jiaozi-bridge explain {id}.",
        "请看下一步：jiaozi-bridge explain {id}。",
    ),
    ("See where it went: jiaozi-bridge explain {id}.", "请看其去向：jiaozi-bridge explain {id}。"),
    ("See what it is: jiaozi-bridge explain {id}.", "请看它是什么：jiaozi-bridge explain {id}。"),
    (
        "Assign the line to an active link, or return the money to its payer.",
        "请把该明细认领给有效的绑定，或把款项退汇给付款人。",
    ),
    (
        "Deposit {number} was moved by another process meanwhile.",
        "其间存款 {number} 已由另一进程推进。",
    ),
    (
        "{ended} deposits were moved by another process meanwhile.",
        "其间有 {ended} 笔存款已由另一进程推进。",
    ),
    ("Nothing was changed; it is tried again.", "未作任何改动；将再次尝试。"),
    (
        "The bank has paid a credit back ({id}) that these books could still issue.",
        "银行已退回一笔贷记（{id}），而这些账簿仍可能为它发行。",
    ),
    ("A batch is larger than the room it was made for.", "批次大于为其留出的余量。"),
    (
        (
            "It waits until the credit is known and closed. If that does not help, hand in the "
            "bank's statements from the day of the backup on."
        ),
        "将等到该贷记已知并了结。若仍无济于事，请录入备份之日以来的银行对账单。",
    ),
    ("Nothing was queued.", "没有任何内容入列。"),
    (
        "The ledger holds another posting for the event {event_id}.",
        "总账中已有事件 {event_id} 的另一条分录。",
    ),
    (
        "More would be taken out of an account of the ledger than was ever put into it.",
        "从总账某科目取出的将多于存入的。",
    ),
    (
        "Stop the bridge and compare the event with the posting before going on.",
        "继续之前，请停止桥，并核对该事件与分录。",
    ),
    (
        (
            "Nothing was changed. Stop the bridge and run: jiaozi-bridge audit. It names the "
            "row that the bank's files and the chain do not bear out."
        ),
        "未作任何改动。请停止桥并运行 jiaozi-bridge audit，它会指出银行文件和链不支持的行。",
    ),
    (
        "the posting ({event_id}) or its seal is not what was sealed",
        "分录（{event_id}）或其封存已不是当初封存的内容",
    ),
    ("the seal of this place is missing", "缺少该位的封存"),
    ("the posting was sealed and is missing", "分录曾被封存，现已缺失"),
    ("the posting was never sealed", "分录从未被封存"),
    ("it names {named}, the chain ends at {place}", "它标为 {named}，而链止于 {place}"),
    ("it says {is}, its postings {due}", "它写为 {is}，按其分录应为 {due}"),
    ("A worker is reading the chain.", "有工作进程正在读链。"),
    ("Stop every worker, then try again.", "请停止全部工作进程，然后重试。"),
    (
        (
            "The chain tells of entry {index} in the relay batch {id}, which the database "
            "knows otherwise."
        ),
        "链上有转发批次 {id} 的第 {index} 条，与数据库所知不同。",
    ),
    (
        "The relay batch {ref} is not in the database that queued its transaction.",
        "转发批次 {ref} 不在为其排队交易的数据库中。",
    ),
    (
        "Stop. Compare the batch's call data with the table relay_entries.",
        "请停止。请把该批次的调用数据与表 relay_entries 核对。",
    ),
    (
        (
            "Stop. The tables relay_batches and chain_transactions do not belong together: one "
            "of them was restored alone."
        ),
        "请停止。表 relay_batches 与 chain_transactions 不相配：其一曾被单独恢复。",
    ),
    ("{what} moved meanwhile.", "{what:said}其间已变动。"),
    ("{members} entries of the relay batch {batch_id}", "转发批次 {batch_id} 的 {members} 条"),
    ("{positions} relay entries that were {before}", "曾为{before:said}的 {positions} 条转发"),
    ("The relay entry of {subject}", "{subject} 的转发"),
    ("The relay batch {id} that was {state}", "曾为{state:said}的转发批次 {id}"),
    (
        "Two processes relay under one lease. Stop all but one and start it again.",
        "有两个进程用同一租约转发。请停掉其余，只留一个，再启动它。",
    ),
    ("The chain tells of tokens that these books never issued.", "链上有这些账簿从未发行的代币。"),
    (
        (
            "Hand in the bank's statements again, from the day of the backup on. If that does "
            "not help, run jiaozi-bridge audit."
        ),
        "请重新录入备份之日以来的银行对账单。若仍无济于事，请运行 jiaozi-bridge audit。",
    ),
    ("Transfer {id} is no longer {state}.", "转账 {id} 已不再是{state:said}。"),
    ("This worker does not hold the lease of what it does.", "本工作进程没有它所做之事的租约。"),
    ("Another worker does it, or will.", "另一工作进程正在做，或将会做。"),
)
