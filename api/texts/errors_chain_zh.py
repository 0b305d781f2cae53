"""Texts: errors of the chain's side, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    (
        "Take the file that the deploy script wrote for this chain.",
        "请使用部署脚本为本链写出的文件。",
    ),
    ("There is no deployment file at {file}.", "{file} 处没有部署文件。"),
    ("The deployment file {file} cannot be read as JSON.", "部署文件 {file} 不是可读的 JSON。"),
    ("is wrong: {error}", "有误：{error}"),
    ("The deployment file {file} {what}.", "部署文件 {file} {what:said}。"),
    ("{name} is not a whole number", "{name} 不是整数"),
    (
        "The {left}, which this bridge did not save{more}.",
        "{left:said}，并非由本桥保存{more:said}。",
    ),
    (" ({left} more like it)", "（同类另有 {left} 笔）"),
    (
        "{address} made transactions that this database does not know.",
        "{address} 发出了本数据库所不知道的交易。",
    ),
    (
        (
            "Somebody else signs with the key of lane «{lane}»: find out who (jiaozi-bridge "
            "explain {address}). Was it the bank, two persons let the address go on "
            "(jiaozi-bridge free {address}); else revoke its role and give the lane a new key."
        ),
        (
            "有人在用通道 «{lane}» 的密钥签名：请查明是谁（jiaozi-bridge explain {address}）。"
            "若是本行所为，由双人准许该地址恢复签名（jiaozi-bridge free {address}）；否则撤销其"
            "权限，并给该通道换新密钥。"
        ),
    ),
    (
        "The node counts nonce {nonce} of {address} as used, but does not show by what.",
        "节点把 {address} 的 nonce {nonce} 计为已用，但未显示被什么用掉。",
    ),
    ("Setting {field} is missing.", "缺少设置 {field}。"),
    ("Two keys of the lane «{lane}» are one and the same.", "通道 «{lane}» 有两个密钥是同一个。"),
    ("Add a table [{field}] to the settings.", "请在设置中加入表 [{field}]。"),
    (
        "The keystore for {field} cannot be read: {keystore}.",
        "{field} 的密钥文件无法读取：{keystore}。",
    ),
    ("The keystore for {field} cannot be opened: {error}", "{field} 的密钥文件无法打开：{error}"),
    ("Give each address of a lane a key of its own.", "请给通道的每个地址各配一个密钥。"),
    (
        "Give a Web3 Secret Storage (version 3) file, readable by the bridge alone.",
        "请给出 Web3 Secret Storage（第 3 版）文件，并只让桥可读。",
    ),
    ("out of gas", "燃料耗尽"),
    ("given up", "已放弃"),
    (
        "The chain's node did not take a signed transaction: {message}.",
        "节点没有接受已签名的交易：{message}。",
    ),
    ("The contract refused: {revert}.", "合约拒绝：{revert}。"),
    (
        "The chain's node refused {method}: {message} ({code}).",
        "节点拒绝 {method}：{message}（{code}）。",
    ),
    (
        "It is saved and is sent again. If this lasts, look at the node's log.",
        "已保存，将再次发送。若持续如此，请查看节点日志。",
    ),
    ("Nothing was sent.", "没有发送任何内容。"),
    (
        "It is asked again; if this lasts, look at the node's log.",
        "将再次查询；若持续如此，请查看节点日志。",
    ),
    (
        "The node is on chain {found}, but the deployment is on {chain_id}.",
        "节点在链 {found} 上，而部署在链 {chain_id} 上。",
    ),
    (
        "The call takes more gas than a block has: {error}.",
        "该调用所需燃料超过一个区块的上限：{error}。",
    ),
    (
        "Give the address of a node of that chain, or the other deployment file.",
        "请给出该链的节点网址，或换用另一个部署文件。",
    ),
    (
        "At {address} there is {what} the deployment file names.",
        "地址 {address} 上的代码与部署文件所写的不符（{what}）。",
    ),
    ("Nothing was sent. Make it smaller.", "没有发送任何内容。请减小规模。"),
    (
        (
            "Take the file written by the deployment on this very chain; a local chain that "
            "was started anew needs a new deployment."
        ),
        "请使用在这条链上部署时写出的文件；重新启动的本地链需要重新部署。",
    ),
    (
        (
            "The chain asks {base_fee} wei per gas, more than the ceiling of {fee_ceiling}: "
            "{address} signs nothing."
        ),
        "链要求每单位燃料 {base_fee} wei，高于上限 {fee_ceiling}：{address} 停止签名。",
    ),
    (
        "{place} is on chain {found}, not on {chain_id}.",
        "{place} 在链 {found} 上，而不在 {chain_id} 上。",
    ),
    ("The chain's clock differs from ours by {skew} seconds.", "链的时钟与本机相差 {skew} 秒。"),
    (
        "See that chain.rpc_url is a node of the right chain.",
        "请确认 chain.rpc_url 是正确链的节点。",
    ),
    (
        "Set this machine's clock, or look at the node: nothing is signed.",
        "请校准本机时钟，或检查节点：停止签名。",
    ),
    ("{place} does not agree with {place2}, {what}.", "{place} 与 {place2} 不一致，{what:said}。"),
    (
        "{place} has {hash} as block {number}, not {hash2}.",
        "{place} 的区块 {number} 是 {hash}，而不是 {hash2}。",
    ),
    (
        "{place} has {theirs} events in blocks {range}, not {logs}",
        "{place} 在区块 {range} 中有 {theirs} 个事件，而不是 {logs} 个",
    ),
    (
        "It is asked again. If this lasts, find out which of them is right.",
        "将再次查询。若持续如此，请查明哪一个正确。",
    ),
    (
        "{place} does not say which block is final: {why}.",
        "{place} 没有说明哪个区块已终局：{why:said}。",
    ),
    ("no answer", "没有回答"),
    (
        (
            "It is asked again, and nothing leaves the bank meanwhile. If the chain finalizes "
            'nothing, set chain.payouts_wait_for = "depth".'
        ),
        (
            "将再次查询，其间银行不付出任何款项。若该链没有终局性，请设置 "
            'chain.payouts_wait_for = "depth"。'
        ),
    ),
    ("which has another block {agreed}", "后者的区块 {agreed} 不同"),
    ("{place} is {behind} blocks behind or more.", "{place} 落后 {behind} 个区块或更多。"),
    ("{found}, or others.", "{found:said}，或有其他不同。"),
    ("of which it is said: {trouble}", "后者的情况是：{trouble:said}"),
    (
        (
            "The bridge has read the chain up to block {stored} ({stored2}), but the node's "
            "chain {found}: they part after {fork}."
        ),
        "桥已读至区块 {stored}（{stored2}），而节点的链{found:said}：两者分叉于：{fork}。",
    ),
    (
        "The chain changed around block {number} while it was read.",
        "读取期间，链在区块 {number} 附近发生了变化。",
    ),
    ("does not reach it", "还没有到达该区块"),
    ("has {hash} there", "在该处是 {hash}"),
    ("a block that is not kept", "已不再保存的区块"),
    ("It is read again; nothing was stored.", "将重新读取；没有保存任何内容。"),
    (
        "{place} is at block {number}, but does not show block {stored}, which was read before.",
        "{place} 在区块 {number}，却没有给出此前已读到的区块 {stored}。",
    ),
    (
        "It is asked again: this node, or another one behind the same address, lags.",
        "将再次查询：该节点或同一网址后的另一节点落后。",
    ),
    (
        (
            "If this is a local chain that was started anew, start the bridge anew too (a "
            "fresh database). If not, the chain was reorganised deeper than chain.depth: "
            "payouts are frozen. Compare several nodes, then run: jiaozi-bridge rebuild."
        ),
        (
            "若这是重新启动的本地链，请桥也重新开始（用新的数据库）。否则就是链的重组深于 "
            "chain.depth：付款已冻结。请比较几个节点，然后运行：jiaozi-bridge rebuild。"
        ),
    ),
    ("It is asked again: this node is behind.", "将再次查询：该节点落后。"),
    ("One payment of {value} is above the limit {limit}", "单笔付款 {value} 超过限额 {limit}"),
    (
        "With it, {value} would be spent today; the limit is {limit}",
        "加上这笔，今日支出将为 {value}；限额为 {limit}",
    ),
    (
        "With it, the balance would be {value}; the limit is {limit}",
        "加上这笔，余额将为 {value}；限额为 {limit}",
    ),
    ("The token is paused.", "代币已暂停。"),
    ("Try again when the bank has lifted it.", "请待银行解除暂停后再试。"),
    ("The signature is not the holder's over this message.", "签名并非持有人对此内容的签名。"),
    ("Sign again, for this chain and this token.", "请针对本链和本代币重新签名。"),
    ("The authorization has expired.", "授权已过期。"),
    ("Sign a new one.", "请另签一份。"),
    ("The authorization is not valid yet.", "授权尚未生效。"),
    ("Send it again later.", "请稍后再发。"),
    ("This authorization was used or cancelled before.", "该授权此前已使用或取消。"),
    (
        "Look at the holder's history before you sign another one.",
        "另签之前，请先查看持有人的往来记录。",
    ),
    ("The order has expired.", "指令已过期。"),
    ("This order was burned or cancelled before.", "该指令此前已销毁或取消。"),
    ("The fee is larger than the amount.", "手续费大于金额。"),
    ("Redeem a larger amount.", "请赎回较大的金额。"),
    ("The amount is zero.", "金额为零。"),
    ("Give an amount above zero.", "请给出大于零的金额。"),
    ("The recipient cannot hold tokens.", "收款人不能持有代币。"),
    ("Check the recipient's address.", "请检查收款人地址。"),
    ("The signature is not the signer's over this message.", "签名并非签名人对此内容的签名。"),
    (
        "Sign exactly these values, for this chain and this token, with the holder's key.",
        "请用持有人的密钥，针对本链和本代币签署这些数值。",
    ),
    ("The account {account} is not registered with the bank.", "账户 {account} 未在银行登记。"),
    ("The account {account} is frozen.", "账户 {account} 已被冻结。"),
    ("The account holds {have}, but {need} are needed.", "账户有 {have}，而需要 {need}。"),
    ("The token refused: {revert}.", "代币拒绝：{revert}。"),
    ("Ask the bank what it means.", "请向银行询问其含义。"),
    (
        "Its holder must link it to a bank account first: jiaozi link.",
        "其持有人须先绑定银行账户：jiaozi link。",
    ),
    ("The signature cannot be used: {error}", "签名无法使用：{error}"),
    (
        "Take a smaller amount, or ask the bank for a higher tier.",
        "请减小金额，或向银行申请更高等级。",
    ),
    ("Its holder must speak to the bank.", "其持有人须与银行联系。"),
    (
        "Take a smaller amount, or wait until an incoming payment is final.",
        "请减小金额，或等待来款最终确认。",
    ),
    (
        "{place} takes our transactions for another chain's.",
        "{place} 把我们的交易当作另一条链的。",
    ),
    (
        "{address} cannot pay the chain's fees: send it coin.",
        "{address} 付不起链的费用：请充入原生币。",
    ),
    (
        (
            "{purpose} {ref} (nonce {nonce} of {address}) waits: the chain asks {base_fee} wei "
            "per gas, and a better offer than {highest} is above the ceiling of {ceiling}."
        ),
        (
            "{purpose} {ref}（{address} 的 nonce {nonce}）在等待：链要求每单位燃料 {base_fee} "
            "wei，而高于 {highest} 的出价超过上限 {ceiling}。"
        ),
    ),
    (
        "{place} forbids to pay {highest} wei per gas.",
        "{place} 不允许每单位燃料付 {highest} wei。",
    ),
    (
        (
            "{place} counts {counted} transactions of {address} with those that wait, but no "
            "more than {first} can be."
        ),
        "{place} 把 {address} 的交易连同等待中的计为 {counted} 笔，但最多只可能有 {first} 笔。",
    ),
    (
        (
            "Nothing was signed; it is asked again. If this lasts, compare another node, and "
            "look at what waits in this one's pool."
        ),
        "没有签名；将再次查询。若持续如此，请与另一个节点比较，并查看该节点池中等待的交易。",
    ),
    ("The chain's node gave no usable answer to {what}.", "节点对 {what} 没有给出可用的答复。"),
    ("The chain's node does not answer ({why}).", "节点没有应答（{why}）。"),
    ("Nothing was lost; it is asked again.", "没有任何损失；将再次查询。"),
    (
        "Nothing was lost; it is asked again. See that it runs and can be reached.",
        "没有任何损失；将再次查询。请确认它在运行且可以连通。",
    ),
    ("It is no http:// or https:// address.", "不是 http:// 或 https:// 网址。"),
    ("Mend it.", "请更正。"),
    ("{gas_used} of {gas} used", "{gas} 单位燃料用去 {gas_used}"),
    (
        "The node has no receipt of {tx_hash}, but counts its nonce as used.",
        "节点没有 {tx_hash} 的回执，却把其 nonce 计为已用。",
    ),
    (
        "The node has no receipt of {tx_hash}, but has it in a block.",
        "节点没有 {tx_hash} 的回执，但在区块中有它。",
    ),
    (
        "The chain lost {tx_hash}, which it had done, and would refuse it now: {refused}",
        "链上不再有已执行过的 {tx_hash}，而且现在会拒绝它：{refused:said}",
    ),
    (
        "The node {place} still syncs: it has no contracts yet.",
        "节点 {place} 仍在同步：其上还没有合约。",
    ),
    (
        "Wait until it has caught up, or name another node.",
        "请等它同步完成，或改用另一个节点。",
    ),
    ("Another process signs with {address}.", "另有进程在用 {address} 签名。"),
    (
        "See that the attestor posts its backing, then try again; after an hour it is given up.",
        "请确认证明进程已公布储备，然后重试；一小时后将放弃。",
    ),
    ("its nonce was used up by a no-op", "其 nonce 已由一笔空交易用掉"),
    ("{stranger}, not by us", "{stranger:said}，并非本桥所为"),
    (
        "It is asked again: a node behind the same address may lag.",
        "将再次查询：同一网址后的某个节点可能滞后。",
    ),
    ("It is asked again.", "将再次查询。"),
    (
        (
            "{place} does not have the receipt of {tx_hash} in block {block_number}, unlike "
            "{place2}."
        ),
        "{place} 在区块 {block_number} 中没有 {tx_hash} 的回执，与 {place2} 不同。",
    ),
    (
        "Nothing is settled until they agree: the one may lag, or lie.",
        "在两者一致之前不作结算：其一可能滞后或不实。",
    ),
    (
        "The transaction «{purpose} {ref}» was stored before with other content.",
        "交易 «{purpose} {ref}» 此前已以其他内容保存。",
    ),
    ("Transaction {id} is no longer {state}.", "交易 {id} 已不再是{state:said}。"),
    ("Another process has read the chain further than this one.", "另一进程读链比本进程更远。"),
    (
        "Nothing was added. Give a retry a reference of its own.",
        "没有添加任何内容。重试须用新的编号。",
    ),
    (
        "Two processes serve one lane. Stop all but one and start it again.",
        "有两个进程在服务同一通道。请停掉其余，只留一个，再启动它。",
    ),
    ("Stop all but one worker and start it again.", "请只留一个工作进程，再启动它。"),
    (
        "nonce {nonce} of {address} was used by {by}",
        "{address} 的 nonce {nonce} 已被 {by:said} 用掉",
    ),
    ("no transaction that a block shows", "区块中看不到的交易"),
    (
        "What halts {address} is not what was looked at: {found}.",
        "使 {address} 停用的并非当时所查看的：{found:said}。",
    ),
    ("No foreign transaction halts {address}.", "没有外来交易使 {address} 停用。"),
    (
        "Look again (jiaozi-bridge explain {address}), and propose it anew.",
        "请再次查看（jiaozi-bridge explain {address}），并重新提交。",
    ),
    (
        "See jiaozi-bridge status for what does; give the whole address.",
        "停用原因见 jiaozi-bridge status；请给出完整地址。",
    ),
    (
        "{place} is at block {number}, but block {top} was seen before.",
        "{place} 在区块 {number}，而此前已见过区块 {top}。",
    ),
    (
        "The chain's node does not reach block {block_number}, which the bridge has read.",
        "节点还没有到达桥已读过的区块 {block_number}。",
    ),
    (
        (
            "The chain no longer has the block {block_number} ({block_hash}) that the bridge "
            "has read."
        ),
        "链上已没有桥读过的区块 {block_number}（{block_hash}）。",
    ),
    (
        "Start the worker: it says what is different and what to do.",
        "请启动工作进程：它会说明不同之处和处理办法。",
    ),
    (
        "Nothing was lost; it is asked again. See that it is up to date.",
        "没有任何损失；将再次查询。请确认它已同步。",
    ),
)
