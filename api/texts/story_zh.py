"""Texts: what happened to a thing, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    (
        "{operator} {step:said} {action} of {subject}{of}{why:said}",
        "{operator} {step:said}：{action}，对象 {subject}{of}{why:said}",
    ),
    (
        "{kind:said}: {amount} debit {debit:said}, credit {credit:said} (about {about})",
        "{kind:said}：{amount}，借 {debit:said}，贷 {credit:said}（涉及 {about}）",
    ),
    (
        ("{direction:said} of {amount}, booked on {booked_on} under the bank's {bank_id}, stored"),
        "{direction:said} {amount}，{booked_on} 记账，银行编号 {bank_id}，已保存",
    ),
    ("credit", "贷记"),
    ("debit", "借记"),
    ("its {ref} was refused: {reason:said}", "其 {ref} 被拒：{reason:said}"),
    ("accounted for by {ref}", "入账依据 {ref}"),
    (
        "number {number} for {amount} to {holder}, of {line}",
        "存款号 {number}，{amount}，持有人 {holder}，来自 {line}",
    ),
    (" in {batch}, transaction {tx_id}", "，批次 {batch}，交易 {tx_id}"),
    (" by event {event}", "，事件 {event}"),
    (
        "{burned} of {holder}, {paid} to be paid out as {end_to_end_id}",
        "{holder} 的 {burned}，其中 {paid} 将以 {end_to_end_id} 付出",
    ),
    (", burned by event {event}", "，由事件 {event} 销毁"),
    ("; ALARM: {alarm:said}", "；警报：{alarm:said}"),
    ("{amount} of {line} goes back to its payer", "{line} 的 {amount} 退汇给付款人"),
    (
        "the bank took {amount} of {line} back: {reason:said}",
        "银行撤回 {line} 的 {amount}：{reason:said}",
    ),
    ("{value} from {sender} to {recipient}", "{value}，由 {sender} 付给 {recipient}"),
    (" by {tx_hash}", "，交易 {tx_hash}"),
    (
        "meant for «{purpose} {ref}», in the {lane:said}'s lane",
        "用于 «{purpose} {ref}»，走{lane:said}通道",
    ),
    (
        "nonce {nonce} of our {address} was used by {by:said}{to:said}: not by us",
        "本行 {address} 的 nonce {nonce} 已被 {by:said}{to:said} 用掉：并非本桥所为",
    ),
    (" to {address}", "（发往 {address}）"),
    ("two persons know of it: the address goes on behind it", "已经双人知悉：该地址从其后继续"),
    (
        "link number {number} of wallet {wallet} asked for",
        "钱包 {wallet} 申请绑定，绑定号 {number}",
    ),
    (", tier {tier}", "，等级 {tier}"),
    ("payout file saved, for {day}", "付款文件已保存，执行日 {day}"),
    ("; the bank refused it: {problem:said}", "；银行拒收：{problem:said}"),
    (" as {location}", "，位于 {location}"),
    (
        (
            "{state:said}: {lines} lines, {new} new, {known} known, {conflicting} conflicting, "
            "{bad} bad ({source:said})"
        ),
        (
            "{state:said}：共 {lines} 条明细，新增 {new}，已知 {known}，冲突 {conflicting}，无"
            "效 {bad}（{source:said}）"
        ),
    ),
    (": {reason:said}", "：{reason:said}"),
    ("attempt {number} with nonce {nonce}, {tx_hash}", "第 {number} 次，nonce {nonce}，{tx_hash}"),
    ("signed and saved: {what:said}", "已签名并保存：{what:said}"),
    ("sent to a node: {what:said}", "已发给节点：{what:said}"),
    ("looked at by a person: {alarm:said}", "已有人处理：{alarm:said}"),
    ("handed in as {name}", "提交文件 {name}"),
    ("bank document {id}", "银行文件 {id}"),
    ("deposit matched", "存款已匹配"),
    ("issued", "已发行"),
    ("issue refused", "发行被拒"),
    ("refund taken back", "退汇已撤销"),
    ("deposit recalled", "存款被撤回"),
    ("payout rejected", "付款被拒"),
    ("debit borne", "借记由自有资金承担"),
    ("debit given back", "借记已归还"),
    ("payout settled again", "付款再次结清"),
    ("difference of a booking", "记账差额"),
    ("difference of a return", "退回差额"),
    ("payout settled", "付款已结清"),
    ("payout sent back", "付款已退回"),
    ("return ordered", "已定退回"),
    ("bank credit", "银行贷记"),
    ("bank debit", "银行借记"),
    ("payout returned", "代币已退回"),
    ("redemption fee", "赎回手续费"),
    ("redeemed", "已赎回"),
)
