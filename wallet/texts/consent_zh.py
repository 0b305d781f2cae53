"""Wallet: the texts of what is signed, its risks and the policy, in 简体中文."""

TEXTS: dict[str, str] = {
    "address.own": "您的账户 {account}",
    "address.teller": "银行的柜台合约",
    "after.allowance": "支出方可随时取走，直到用完或被撤销",
    "after.no_allowance": "支出方再也不能取走任何款项",
    "agent.token_once": "该令牌的密钥，仅显示这一次；请存入单独的文件交给程序：",
    "agent.token_rule": "请将以下内容及其权限写入 policy.toml，再签署（jiaozi policy sign）：",
    "allowances.none": "没有人可以取走该账户的钱。",
    "allowances.read": "读自链上，截至区块 {block}：{chain}",
    "allowances.revoked": "{spender} 再也不能取走任何款项。",
    "allowances.under_way": "撤销 {spender} 授权的交易已发出。",
    "consent.title": "您将签署：{intent}",
    "contacts.none": "还没有联系人。",
    "decision.account": "不许用这个账户",
    "decision.chain": "不许在那条链上",
    "decision.contract": "不许用这个合约",
    "decision.fee": "手续费太高",
    "decision.hours": "不在准许的时段",
    "decision.message": "不许签这种消息",
    "decision.money": "不是规则的币种",
    "decision.no": "拒绝：{why}",
    "decision.no_token": "没有这样的令牌",
    "decision.other_account": "不许代表其他账户",
    "decision.payee": "不许付给该收款人",
    "decision.per_day": "超出每日限额",
    "decision.per_payment": "超出单笔限额",
    "decision.token": "没有该令牌的规则",
    "decision.tokens_only": "须带令牌",
    "decision.unlimited": "授权没有上限",
    "help.allowances": "列出谁可取走该账户的钱，并可撤销",
    "help.allowances.example": "jiaozi allowances\njiaozi allowances revoke "
    "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.contacts": "列出、添加、删除或改名联系人",
    "help.contacts.example": "jiaozi contacts add Bo 0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.policy": "签署、检查、显示 policy.toml 的规则及其裁决记录",
    "help.policy.example": "jiaozi policy sign\njiaozi policy log --limit 50",
    "help.sign": "签署类型化消息（EIP-712）、文本（EIP-191）或登录消息（EIP-4361）",
    "help.sign.example": "jiaozi sign typed order.json\n"
    "jiaozi sign text --message '是我本人'\n"
    "jiaozi sign text < sign-in.txt",
    "help.verify": "核对签名是否属于某账户，密钥或合约（ERC-1271）皆可",
    "help.verify.example": "jiaozi verify text --message '是我本人' --by Bo "
    '--signature "$(cat signature.txt)"',
    "intent.allow": "授权：他人可取走您的钱",
    "intent.allow_more": "提高授权：他人可取走您更多的钱",
    "intent.bring": "把已签的付款提交上链",
    "intent.cancel_order": "取消赎回指令",
    "intent.cancel_payment": "取消已签的付款",
    "intent.collect": "由收款人领取的付款",
    "intent.collect_now": "领取一笔已签的付款",
    "intent.issue": "批准发行代币",
    "intent.link": "声明该银行账户归您所有",
    "intent.native": "以链的原生币付款",
    "intent.pay": "付款",
    "intent.pay_from": "用另一账户的钱付款",
    "intent.redeem": "赎回：代币换成银行存款",
    "intent.revoke": "撤回授权",
    "intent.sign_in": "登录 {domain}",
    "intent.text": "文本",
    "intent.unknown_call": "对合约的调用，本钱包无法解释其内容",
    "intent.unknown_message": "消息“{name}”，本钱包不认识，逐字段列出",
    "intent.unlink": "解除与银行账户的绑定",
    "label.account_of": "所属账户",
    "label.afterwards": "之后",
    "label.at_most": "至多",
    "label.contract": "合约",
    "label.contracts": "合约",
    "label.data": "数据（字节）",
    "label.deposit": "存款编号",
    "label.digest": "摘要",
    "label.domain_version": "网站版本",
    "label.from": "付款方",
    "label.hours": "时段",
    "label.link": "绑定",
    "label.messages": "消息与调用",
    "label.native": "原生币",
    "label.nonce": "编号",
    "label.now": "目前",
    "label.owner": "所有者",
    "label.payee_check": "户名核对",
    "label.payout_hash": "付款信息的哈希",
    "label.pays": "可付给",
    "label.per_day": "每日",
    "label.per_payment": "单笔",
    "label.request_id": "请求编号",
    "label.resource": "资源",
    "label.salt": "盐值",
    "label.signature": "签名",
    "label.signed_at": "签署时间",
    "label.simulation": "试算",
    "label.site": "网站",
    "label.spender": "支出方",
    "label.standing_of_payee": "是否认识",
    "label.statement": "声明",
    "label.uri": "网页地址",
    "label.usable_accounts": "账户",
    "label.valid_from": "生效时间",
    "option.accept-risk": "接受这一项具名风险；可多次给出",
    "option.by": "应属于谁的签名：地址或联系人（默认为您自己）",
    "option.message": "文本本身，代替文件",
    "option.signature": "十六进制的签名",
    "option.token-file": "以文件中的代理令牌通过代理签名",
    "payee.contact": "联系人，此前未付过款",
    "payee.first": "否：您从未向该地址付款",
    "payee.not_checked": "未核对：银行不提供户名核对",
    "payee.own": "您自己的账户",
    "payee.paid": "已付过 {count} 次，最近一次 {last}",
    "policy.any": "不限",
    "policy.contacts": "其中的联系人（以此刻为准）：",
    "policy.good": "策略有效，签署于 {moment}。",
    "policy.no_log": "尚无裁决。",
    "policy.nothing": "无",
    "policy.signed": "策略已签署，即刻生效。",
    "policy.title": "您将签署以下规则，本钱包今后按其裁决每一次签名：",
    "policy.yes": "准许",
    "risk.blind-call": "风险 blind-call：无法得知对 {contract} 的这一调用会做什么，它可能取走您的"
    "一切。",
    "risk.blind-typed-data": "风险 blind-typed-data：消息 {message} 中没有可读的内容，只有代表其"
    "他东西的数字，可能是任何内容。",
    "risk.contract-payee": "风险 contract-payee：{address} 是合约，不是个人。合约若不能处理这笔钱"
    "，钱就没了。",
    "risk.hidden-text": "风险 hidden-text：该文本含有看不见的或改变书写方向的字符，实际内容可能与"
    "所见不同。",
    "risk.look-alike": "风险 look-alike：{address} 并不是您认识的 {known}，只是长得像。请逐字核对"
    "：骗子会造出这种地址并混入您的记录。",
    "risk.look-alike-name": "风险 look-alike-name：名称“{name}”容易与您的联系人“{known}”混淆。",
    "risk.mixed-script": "风险 mixed-script：名称“{name}”混用多种文字的字母或藏有字符，可能是为了"
    "冒充他人。",
    "risk.other-account": "风险 other-account：其中所写的账户是 {account}，而您以 {own} 签名。",
    "risk.other-chain": "风险 other-chain：它在链 {chain} 上有效（* 表示所有链），而本钱包设置的"
    "是链 {own}。",
    "risk.question": "如要继续，请输入 {risk}；输入其他内容则停止：",
    "risk.raw-digest": "风险 raw-digest：这只是一个哈希，可能代表任何内容，包括付出您的全部款项。",
    "risk.sign-in-look-alike": "风险 sign-in-look-alike：它看似登录消息，却不合标准（EIP-4361）。"
    "诚实的网站不会发这样的消息。",
    "risk.unknown-spender": "风险 unknown-spender：{spender} 将可取走您的钱，而您并不认识它：它既"
    "不属于银行，也不是您的联系人。",
    "risk.unlimited-allowance": "风险 unlimited-allowance：{spender} 将可取走您现在和以后的全部款"
    "项。",
    "sign.as": "签署账户：{account}",
    "sign.done": "已签署。",
    "simulation.none": "未试算：链没有回应",
    "simulation.passes": "代币现在会接受",
    "value.any_chain": "任何链",
    "value.expired": "{moment}：已过期",
    "value.no_end": "无期限",
    "value.units": "代币 {token} 的 {amount} 个最小单位",
    "value.unlimited": "现在和以后的全部",
    "verify.contract": "合约 {by} 承认该签名为其签名（ERC-1271）。",
    "verify.key": "该签名属于 {by}。",
}

ERRORS: dict[str, tuple[str, str]] = {
    "agent.token": (
        "无法创建令牌“{name}”。",
        "请写成：jiaozi agent token new NAME，名称只用字母、数字、- 和 _。",
    ),
    "allowance.none": (
        "{spender} 本来就不能取走该账户的任何款项。",
        "没有可撤销的授权。",
    ),
    "allowance.reverted": (
        "交易 0x{tx} 在区块 {block} 失败；授权仍然有效。",
        "请再次运行该命令；链的手续费已扣除。",
    ),
    "allowance.waiting": (
        "交易 0x{tx} 在 {seconds} 秒后仍未最终确认。",
        "请稍后用 jiaozi allowances 查看；它仍可能进入区块。",
    ),
    "contact.known": (
        "{address} 已是您的联系人“{name}”。",
        "请用该名称付款，或改名：jiaozi contacts rename。",
    ),
    "contact.taken": (
        "“{name}”是另一位联系人的名称。",
        "请换一个名称，或先删除那位联系人。",
    ),
    "contact.unknown": (
        "没有联系人“{name}”。",
        "请查看联系人：jiaozi contacts。",
    ),
    "paper.large": (
        "内容超过 {largest} 字节，人无法读完。",
        "请签署较短的文本，或在类型化消息中签署其哈希。",
    ),
    "paper.none": (
        "没有可签署或核对的内容。",
        "请给出文件、--message TEXT，或通过管道输入。",
    ),
    "policy.account": (
        "规则 {rule} 不允许使用账户 {account}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.amount": (
        "policy.toml 的 {key} 不是该货币的金额。",
        '请加引号书写，小数位不超过该货币："12.34"。',
    ),
    "policy.chain": (
        "规则 {rule} 适用于另一条链：{message} 在链 {what} 上有效。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.changed": (
        "policy.toml 与所有者签署的不一致。",
        "请阅读该文件；若内容无误，请签署：jiaozi policy sign。",
    ),
    "policy.contact": (
        "policy.toml 提到“{name}”，但没有这个联系人。",
        "请添加该联系人，或改写为地址。",
    ),
    "policy.contract": (
        "规则 {rule} 不允许在合约 {what} 上进行 {message}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.fee": (
        "规则 {rule} 允许的手续费为 {most} wei，而此交易可能花费 {fee}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.gone": (
        "{home} 中的策略不见了，而代理是在策略之下解锁的。",
        "请恢复 policy.toml 和 policy.sig；若确定不要策略，请锁定代理后重新解锁。",
    ),
    "policy.hours": (
        "规则 {rule} 不允许在这个时段签名。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.hours_form": (
        "policy.toml 的 {key} 不是时段。",
        '请写成 "08:00-20:00" 的样子。',
    ),
    "policy.key": (
        "policy.toml 的 {key} 缺失、不认识或有误。",
        "请参照文档改正；不认识的键不会被忽略。",
    ),
    "policy.log": (
        "policy.log 第 {line} 行已损坏，无法得知今日合计。",
        "请恢复该文件，或将其移走另起新文件。",
    ),
    "policy.message": (
        "规则 {rule} 不允许签署“{message}”。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.missing": (
        "{home} 中有 policy.sig，policy.toml 却不见了。",
        "请恢复 policy.toml；若确定不要策略，请一并删除 policy.sig。",
    ),
    "policy.money": (
        "规则 {rule} 的金额属于另一种货币，而此操作涉及 {token}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.no_token": (
        "policy.toml 中没有与该密钥对应的代理令牌。",
        "请新建：jiaozi agent token new NAME，写入 policy.toml 并签署。",
    ),
    "policy.none": (
        "{home} 中没有 policy.toml。",
        "请先编写，再签署：jiaozi policy sign。",
    ),
    "policy.older": (
        "该策略比代理已见过的更旧。",
        "请恢复较新的策略，或阅读这一份后重新签署：jiaozi policy sign。",
    ),
    "policy.other_account": (
        "规则 {rule} 不允许以账户 {what} 的名义签署。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.payee": (
        "规则 {rule} 不允许付给 {what}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.per_day": (
        "规则 {rule} 每日允许 {most}；加上此笔将达 {amount}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.per_payment": (
        "规则 {rule} 单笔允许 {most}，而此笔为 {amount}。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.syntax": (
        "无法读取 policy.toml：{reason}。",
        "请改正该行。",
    ),
    "policy.token": (
        "policy.toml 没有令牌 {token} 的规则。",
        "请编写并签署：jiaozi policy sign。",
    ),
    "policy.tokens_only": (
        "策略规定代理只为携带令牌者服务。",
        "请用 --token-file 指定令牌文件，或用密码签名（--password-file）。",
    ),
    "policy.unknown_account": (
        "policy.toml 提到“{name}”，本钱包没有这个账户。",
        "请写账户的名称、编号或地址：jiaozi accounts。",
    ),
    "policy.unlimited": (
        "规则 {rule} 设有限额，而此授权没有上限。",
        "请换一条规则，或修改 policy.toml 后重新签署：jiaozi policy sign。",
    ),
    "policy.unsigned": (
        "policy.toml 尚未签署，因此不签署任何内容。",
        "请阅读该文件；若内容无误，请签署：jiaozi policy sign。",
    ),
    "risk.declined": (
        "已在风险 {risk} 处停止：未签署任何内容。",
        "核实之后可再次运行该命令。",
    ),
    "risk.needed": (
        "此操作的风险须具名接受：{risk}。",
        "读懂提示后加上 --accept-risk={risk}；--yes 不包括它。",
    ),
    "siwe.part": (
        "这不是符合 EIP-4361 的登录消息：{part} 缺失、有误或位置不对。",
        "请勿签署；请向网站索取正确的消息。",
    ),
    "typed.domain": (
        "该类型化消息的 {field} 不是 EIP-712 的域。",
        "其字段只能是 name、version、chainId、verifyingContract 和 salt，并按此顺序。",
    ),
    "typed.extra": (
        "该类型化消息含有字段 {field}，而其类型 {kind} 并没有这个字段。",
        "该字段不会被签署；请向消息的制作者索取正确的消息。",
    ),
    "typed.json": (
        "这不是类型化消息：不是 JSON、有重复的键，或者过大、嵌套过深。",
        "请给出 eth_signTypedData_v4 的 JSON，最多 {largest} 字节。",
    ),
    "typed.missing": (
        "该类型化消息缺少字段 {field}（{kind}）。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.primary": (
        "该类型化消息的 primaryType {kind} 不在其类型之中。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.type": (
        "无法读取该类型化消息：{field} 处的 {kind} 不是 EIP-712 的类型。",
        "请向消息的制作者索取正确的消息。",
    ),
    "typed.value": (
        "无法读取该类型化消息：字段 {field} 的值不是 {kind} 类型。",
        "数字须为整数，写成十进制或 0x 十六进制；字节写成 0x 十六进制；地址须保留校验和。",
    ),
    "verify.signature": (
        "“{signature}”不是签名。",
        "请按原样以十六进制给出；密钥的签名为 65 字节。",
    ),
    "verify.wrong": (
        "这不是 {by} 对该内容的签名。",
        "请核对内容是否一字不差，以及应属于谁的签名（--by）。",
    ),
}
