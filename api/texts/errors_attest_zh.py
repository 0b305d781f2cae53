"""Texts: errors of backing, proofs and the comparison of the books, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("postings without a line, an event or a word of the bank", "没有明细、事件或银行答复的分录"),
    (
        (
            "The ledger counts {ledger} minor units of {currency} as tokens, or about to be; "
            "bank files and chain give {of_tokens}: {why}."
        ),
        (
            "总账计入代币或即将成为代币的有 {ledger} 个最小单位（{currency}）；银行文件与链得出"
            " {of_tokens}：{why:said}。"
        ),
    ),
    (
        (
            "Nothing was attested, so issuing closes by itself. Find the rows with "
            "jiaozi-bridge audit. A statement that came by other ways than the bank's channel "
            "must lie in a directory of attest.files too."
        ),
        (
            "未作证明，因此发行自动停止。请用 jiaozi-bridge audit 找出有问题的行。不经银行通道"
            "送来的对账单，也须放在 attest.files 所设的目录中。"
        ),
    ),
    (
        (
            "The token's events come to {supply} minor units at block {block_number}, its "
            "supply is {supply2}."
        ),
        "到区块 {block_number} 为止，代币事件合计 {supply} 个最小单位，而总量为 {supply2}。",
    ),
    (
        (
            "They are read again. If it lasts, the node leaves events out: name another in "
            "chain.rpc_url."
        ),
        "将重新读取。若持续如此，说明节点遗漏了事件：请在 chain.rpc_url 中另设节点。",
    ),
    (
        "The Teller refused the attestation: {reason}.",
        "银行柜台合约（Teller）拒绝了该证明：{reason}。",
    ),
    (
        "See that the attestor's key has its role, and compare its clock with the chain's.",
        "请确认证明密钥有其权限，并比对其时钟与链的时钟。",
    ),
    ("The node did not take the attestation ({outcome}).", "节点没有接受该证明（{outcome}）。"),
    (
        "The base fee ({base_fee} wei) is above chain.fee_ceiling.",
        "基础费用（{base_fee} wei）高于 chain.fee_ceiling。",
    ),
    (
        (
            "It is worked out and sent again. Is another attestor at work with this key, or "
            "has its address no coin?"
        ),
        "将重新计算并再次发送。是否另有证明进程在用此密钥，或其地址没有原生币？",
    ),
    (
        "It is tried again; raise the ceiling if this lasts.",
        "将再次尝试；若持续如此，请提高上限。",
    ),
    (
        "The attestation ({tx_hash}) is in no block after {patience} seconds.",
        "证明（{tx_hash}）在 {patience} 秒后仍未进入区块。",
    ),
    ("It may still come. See that the chain makes blocks.", "它仍可能进入区块。请确认链在出块。"),
    (
        (
            "The bank's newest figure is {age} seconds old ({read_from}); the Teller takes "
            "none that is older than {max_age}."
        ),
        ("银行最新的余额已有 {age} 秒（{read_from:said}）；柜台合约不接受早于 {max_age} 秒的。"),
    ),
    (
        "The bank's balance is in {currency}, the token's in {currency2}.",
        "银行余额的币种是 {currency}，代币的是 {currency2}。",
    ),
    (
        (
            "At block {block_number} the chain counts {supply} minor units of tokens, the "
            "ledger {tokens}."
        ),
        "在区块 {block_number}，链上计有代币 {supply} 个最小单位，总账计有 {tokens}。",
    ),
    (
        (
            "The bank's figure is of second {as_of}; the last attestation speaks of {as_of2} "
            "already."
        ),
        "银行余额的时间是第 {as_of} 秒；上次证明已说到第 {as_of2} 秒。",
    ),
    (
        (
            "Nothing was attested, so issuing closes by itself. See why the bank's statements "
            "do not come."
        ),
        "未作证明，因此发行自动停止。请查明银行对账单为何没有来。",
    ),
    (
        "Check bank.reserve_account in the settings; nothing was attested.",
        "请检查设置中的 bank.reserve_account；未作证明。",
    ),
    (
        "Nothing was attested, so issuing closes by itself. Find the difference first.",
        "未作证明，因此发行自动停止。请先查明差异。",
    ),
    ("Attest again when the bank has a newer figure.", "待银行有更新的余额后再作证明。"),
    (
        "The attestation {tx_hash} waits, and its fee is at the ceiling.",
        "证明 {tx_hash} 正在等待，其费用已达上限。",
    ),
    (
        "It may still come. Raise chain.fee_ceiling if this lasts.",
        "它仍可能进入区块。若持续如此，请提高 chain.fee_ceiling。",
    ),
    ("There is no file of the bank in {str}.", "{str} 中没有银行的文件。"),
    ("{place} is no directory.", "{place} 不是目录。"),
    (
        "Give the directory with its archive, or the simulated bank's database.",
        "请给出银行文件档案的目录，或模拟银行的数据库。",
    ),
    ("Give the bank's archive.", "请给出银行文件档案。"),
    ("It is of another account.", "它属于另一账户。"),
    ("Leave it out.", "请不要包含它。"),
    (
        (
            "the bridge accounts for {id}, a debit of {amount} minor units, by what neither "
            "bank nor chain has room for"
        ),
        "桥为 {id}（{amount} 个最小单位的借记）给出的依据，银行和链都容不下",
    ),
    (
        (
            "the bridge credits redemption {redemption} again, and no paper of the bank says "
            "that its payment ({key}) failed or came back"
        ),
        "桥把赎回 {redemption} 重新入账，而没有银行文件说明其付款（{key}）失败或退回",
    ),
    ("The node at {url} refuses {method}: {error}.", "节点 {url} 拒绝 {method}：{error}。"),
    ("The node at {url} does not answer {method}.", "节点 {url} 对 {method} 没有应答。"),
    ("Name another node with --rpc.", "请用 --rpc 另指一个节点。"),
    ("See that it runs, or name another with --rpc.", "请确认它在运行，或用 --rpc 另指一个。"),
    ("deposit {number} does not count: {why}", "存款 {number} 不计：{why:said}"),
    ("the money of {id} is another deposit's", "{id} 的款项属于另一笔存款"),
    (
        "the money of {id} is what came back of something else",
        "{id} 的款项是另一笔付款退回的款项",
    ),
    ("{id} is no credit of {amount} minor units", "{id} 不是 {amount} 个最小单位的贷记"),
    (
        "{holder} is not registered on chain as its link's wallet",
        "{holder} 在链上没有登记为其绑定的钱包",
    ),
    ("{id} does not name its link", "{id} 没有写明其绑定"),
    ("it was not looked at", "没有查看"),
    (
        (
            "{unpaid} issues on chain, of {unpaid_tokens} minor units, name lines that no file "
            "of the bank tells of"
        ),
        "链上有 {unpaid} 次发行，共 {unpaid_tokens} 个最小单位，所指的明细没有银行文件提及",
    ),
    (
        "The chain has another block {number} than it had, or than the bridge has read.",
        "链上的区块 {number} 与先前的，或与桥读过的不同。",
    ),
    (
        "The bridge is at block {number} again, the attestor has read to {block}.",
        "桥重新处于区块 {number}，而证明进程已读到 {block}。",
    ),
    ("The node does not have block {number}.", "节点没有区块 {number}。"),
    (
        "It is tried again. The bridge reads the chain anew, or lags behind.",
        "将再次尝试。桥正在重读链，或有滞后。",
    ),
    ("It is asked again. See that it is up to date.", "将再次查询。请确认它已同步。"),
    (
        "The journal was changed: {table} {row}: {problem}.",
        "日记账曾被改动：{table} {row}：{problem:said}。",
    ),
    (
        (
            "The replayed balances add up to {total} minor units, the supply at block "
            "{block_number} is {supply}."
        ),
        "重算的余额合计 {total} 个最小单位，而区块 {block_number} 的总量为 {supply}。",
    ),
    (
        "The bank's newest figure is of {as_of} ({read_from}).",
        "银行最新的余额是 {as_of} 的（{read_from:said}）。",
    ),
    (
        "No proof was made. See why the bank's statements do not come.",
        "没有制作证明。请查明银行对账单为何没有来。",
    ),
    (
        "The books are of block {block}, of second {made}; the chain's time is {time}.",
        "账目属于区块 {block}（第 {made} 秒），而链的时间是第 {time} 秒。",
    ),
    (
        "No proof was made. See that the worker runs and reads the chain.",
        "没有制作证明。请确认工作进程在运行并读取链。",
    ),
    (
        "No proof was made. See jiaozi-bridge reconcile.",
        "没有制作证明。请看 jiaozi-bridge reconcile。",
    ),
    ("No proof was made. Compare the row with a backup.", "没有制作证明。请把该行与备份核对。"),
    (
        "The transfers up to block {to} leave {holder} {balance} minor units.",
        "截至区块 {to} 的转账使 {holder} 的余额为 {balance} 个最小单位。",
    ),
    (
        (
            "No proof was made. The next look reads all transfers anew; if this comes again, ask "
            "another node."
        ),
        "没有制作证明。下一次会重新读取全部转账；如再次出现，请换一个节点查询。",
    ),
    ("Another prover replays the transfers at this moment.", "另一证明进程此刻正在重算转账。"),
    (
        "Another prover has made the proof of {day} meanwhile.",
        "另一证明进程已制作 {day} 的证明。",
    ),
    (
        "Block {block} is not final yet; the node's last final one is {final}.",
        "区块 {block} 尚未终局；节点最后的终局区块是 {final}。",
    ),
    (
        "The proof's transaction ({tx_hash}, {outcome}) is in no block yet.",
        "证明的交易（{tx_hash}，{outcome:said}）尚未进入区块。",
    ),
    ("Run it again later.", "请稍后再运行。"),
    (
        "It is saved. Run it again; see that the chain makes blocks.",
        "已保存。请再次运行；并确认链在出块。",
    ),
    (
        "The chain has another block {block} than the ledger was read up to.",
        "链上的区块 {block} 与总账所读到的不同。",
    ),
    ("The node does not have block {number} yet.", "节点还没有区块 {number}。"),
    ("The bridge has not read the chain yet.", "桥还没有读过链。"),
    (
        "The ledger is out of balance by {balances} minor units.",
        "总账不平，相差 {balances} 个最小单位。",
    ),
    ("Start the worker: jiaozi-bridge worker.", "请启动工作进程：jiaozi-bridge worker。"),
    (
        "Stop the bridge. The journal was changed from outside: compare with a backup.",
        "请停止桥。日记账曾被外部改动：请与备份核对。",
    ),
    ("There is no difference {number}.", "没有差异 {number}。"),
    ("Difference {number} does not stand in the way of issuing.", "差异 {number} 并不阻止发行。"),
    ("The break {number} ({kind}) lasts.", "对账不平 {number}（{kind:said}）仍在持续。"),
    (
        "The bank does not answer: whether the break {number} ({kind}) lasts is not known.",
        "银行没有应答：无法得知对账不平 {number}（{kind:said}）是否仍在持续。",
    ),
    ("See jiaozi-bridge reconcile for them.", "请看 jiaozi-bridge reconcile。"),
    ("Nothing needs to be done.", "无须处理。"),
    (
        "Find the cause. It can be cleared once the figures agree again.",
        "请查明原因。待各方数字重新一致后即可确认。",
    ),
    (
        "See that the bank answers. It can be cleared once the figures agree again.",
        "请确认银行能够应答。待各方数字重新一致后即可确认。",
    ),
)
