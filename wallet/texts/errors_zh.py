"""Wallet: the texts of every error, in 简体中文: code → (what happened, what to do)."""

ERRORS: dict[str, tuple[str, str]] = {
    "abi.answer": (
        "节点的回答不可能出自该合约（{kind}）。",
        "请检查 config.toml 中的代币地址和节点网址。",
    ),
    "address.checksum": (
        "地址 {address} 的校验和不对：其中有字符被改动。",
        "请从来源处重新复制地址，不要手工输入。",
    ),
    "address.format": (
        "“{address}” 不是地址。",
        "请给出 0x 加 40 位十六进制数字（0-9、a-f），或联系人的名字。",
    ),
    "address.zero": ("零地址不属于任何人。", "请向收款人索取其本人的地址。"),
    "amount.decimals": (
        "{amount} 的小数位数超过了 {currency} 的 {places} 位。",
        "请最多写 {places} 位小数；本程序从不替您舍入。",
    ),
    "amount.digits": (
        "“{amount}” 不是 {currency} 金额：其中的数字不是普通数字。",
        "请用普通数字 0-9 和至多一个小数点书写，例如 12.34。",
    ),
    "amount.format": (
        "“{amount}” 不是 {currency} 金额。",
        "请只写数字和至多一个小数点，例如 12.34，不带正负号和分隔符。",
    ),
    "amount.too_large": ("{amount} {currency} 超过任何账户所能持有的数额。", "请检查金额。"),
    "amount.zeros": (
        "“{amount}” 不是 {currency} 金额：开头有多余的零。",
        "请去掉开头的零，例如 1 或 0.01。",
    ),
    "chain.id": (
        "{place} 提供的是链 {actual}，而本钱包用于链 {expected}。",
        "请启动正确的链，或给出链 {expected} 的节点网址。",
    ),
    "currency.unknown": (
        "“{currency}” 不是货币代码。",
        "请使用大写的 ISO 4217 代码，例如 EUR 或 CNY。",
    ),
    "field.address": ("{field} 不是带校验和的地址。", "请先用 parse_address 读取。"),
    "field.bytes": ("{field} 不是 {length} 字节。", "请给出恰好 {length} 字节。"),
    "field.string": ("{field} 不是可用 UTF-8 表示的文本。", "请去掉孤立的代理码位。"),
    "field.struct": ("{field} 不是 {kind}。", "请给出一个 {kind} 记录。"),
    "field.tuple": ("{field} 不是元组。", "请给出由记录组成的元组。"),
    "field.uint256": ("{field} 不是 0 到 2^256−1 之间的整数。", "请给出该范围内的整数。"),
    "hd.extended_key": (
        "该扩展密钥无法使用：其 {part} 不对。",
        "请从来源处重新完整复制 xpub 或 xprv。",
    ),
    "hd.seed": ("种子应为 16 到 64 字节，这个有 {length} 字节。", "请由助记词生成种子。"),
    "hd.seed_unusable": (
        "该种子得不到有效的主密钥。",
        "请新建助记词；这种情况约 2^127 次才有一次。",
    ),
    "key.range": ("这些字节不是私钥。", "请给出 32 字节、介于 1 与曲线阶之间的私钥。"),
    "keystore.field": (
        "密钥文件无法使用：字段 {field} 缺失、损坏或不受支持。",
        "请使用未经改动的第 3 版密钥文件，或另一份备份。",
    ),
    "keystore.password": (
        "密码打不开该密钥文件，或文件已被改动。",
        "请检查密码；若密码无误，请使用该文件的另一份备份。",
    ),
    "mnemonic.checksum": (
        "这些词都认得，但合起来不是一组助记词。",
        "请把每个词及其顺序与您的抄写件逐一核对。",
    ),
    "mnemonic.entropy": (
        "助记词对应 16、20、24、28 或 32 字节的熵，而不是 {length} 字节。",
        "请提供其他钱包显示的 BIP-39 助记词的熵。",
    ),
    "mnemonic.language": (
        "没有名为“{language}”的助记词词表。",
        "请从以下词表中选择：{known}。",
    ),
    "mnemonic.length": (
        "助记词应为 12、15、18、21 或 24 个词，而不是 {count} 个。",
        "请检查有没有漏词或重复。",
    ),
    "mnemonic.suspects": (
        "这些词都在词表中（{language}），但合在一起不是有效的助记词。",
        "请先核对第 {places} 个词与您抄写的是否一致：那里的一处笔误就能解释这个错误。",
    ),
    "mnemonic.word": (
        "第 {place} 个词不在助记词词表中（{language}）。",
        "请逐个字母核对您抄写的那个词。",
    ),
    "net.plain": (
        "{place} 不是本机，而 http:// 对途中各方毫无遮掩。",
        "请给出 https:// 网址；若线路本身安全，请用 jiaozi init --insecure-http。",
    ),
    "net.too_large": ("{place} 发来的数据超过 32 MiB。", "请检查网址是否为正确的服务器。"),
    "net.unreachable": (
        "无法连接 {place}：{reason}。",
        "请检查它是否在运行、网址和网络，然后重试。",
    ),
    "net.url": (
        "“{url}” 不是此处可用的网址。",
        "请给出 http:// 或 https://、主机和端口，不带用户名和密码。",
    ),
    "path.depth": ("派生路径最多 255 级，而不是 {depth} 级。", "请给出较短的路径。"),
    "path.format": ("“{path}” 不是派生路径。", "请写成 m/44'/60'/0'/0/0 的样子。"),
    "path.index": (
        "{index} 不是路径序号。",
        "请使用 0 到 2147483647 的整数；硬化的序号加 ' 标记。",
    ),
    "path.no_key": (
        "此处序号 {index} 没有密钥。",
        "请使用下一个序号；这种情况约 2^127 次才有一次。",
    ),
    "refused.account": ("代币不接受 {account} 作为账户。", "请检查收款人的地址。"),
    "refused.balance": (
        "余额 {amount} {currency} 少于所需的 {limit} {currency}。",
        "请减少金额，或先充值。",
    ),
    "refused.balance_limit": (
        "收款人 {account} 的余额将达 {amount} {currency}；其上限为 {limit} {currency}。",
        "请减少金额，或请收款人到银行提高限额。",
    ),
    "refused.daily_limit": (
        "加上这一笔，今日支出将达 {amount} {currency}；每日限额为 {limit} {currency}。",
        "请减少金额、等到明天，或到银行提高限额。",
    ),
    "refused.expired": ("已签的指令已过期。", "请重新签发；旧指令不能再用。"),
    "refused.frozen": (
        "账户 {account} 已被银行冻结：既不能付款也不能收款。",
        "请询问银行；没有发送任何款项。",
    ),
    "refused.other": (
        "代币拒绝此操作：{name}。",
        "款项未动；请检查金额、收款人和时间后重试。",
    ),
    "refused.paused": ("银行已暂停该代币的全部支付。", "请等待恢复；余额保持不变。"),
    "refused.payment_limit": (
        "{amount} {currency} 超过单笔限额；限额为 {limit} {currency}。",
        "请减少单笔金额，或到银行提高限额。",
    ),
    "refused.unregistered": (
        "账户 {account} 未在银行登记（或其等级已关闭）。",
        "请账户所有人先绑定银行账户：jiaozi link。",
    ),
    "refused.used": (
        "该已签指令此前已被使用或取消。",
        "请查看 jiaozi history；仅在款项未动时才重新签发。",
    ),
    "rlp.malformed": (
        "这些字节不是 RLP：错误在第 {offset} 字节。",
        "请从来源处重新完整复制这些字节。",
    ),
    "rpc.answer": (
        "{place} 对 {method} 的回答不是以太坊 JSON-RPC。",
        "请检查 RPC 网址是否为以太坊节点。",
    ),
    "rpc.refused": (
        "节点拒绝了 {method}：{reason}。",
        "请看节点给出的原因；若它不认识该方法，请检查 RPC 网址。",
    ),
    "secret.hashed": ("有秘密数据险些被用作字典的键。", "这是程序的错误，请报告。"),
    "secret.pickled": ("有秘密数据险些被复制或保存。", "这是程序的错误，请报告。"),
    "signature.digest": ("摘要应为 32 字节，这个有 {length} 字节。", "请先对消息做哈希。"),
    "signature.length": (
        "签名应为 65 字节，这个有 {length} 字节。",
        "请给出 r、s、v 合计 65 字节。",
    ),
    "signature.range": (
        "签名无效：r 或 s 超出范围，或 s 位于上半区。",
        "请用能产生低 s 签名（EIP-2）的钱包重新签名。",
    ),
    "signature.v": (
        "签名以 {v} 结尾，而此处应为 27 或 28。",
        "请用遵循以太坊格式的钱包重新签名。",
    ),
    "token.decimals": (
        "{token} 处的代币不是以 {currency} 的最小单位计数。",
        "请勿使用；请向银行核对代币地址。",
    ),
    "token.domain": (
        "{token} 处的代币在本链上不以名称 “{name}” 验证签名。",
        "请勿使用；请向银行核对链、代币和名称。",
    ),
    "token.missing": (
        "在 {place} 的链上，{token} 处没有合约。",
        "请检查 RPC 网址，并向银行核对代币地址。",
    ),
    "token.read": (
        "{token} 处的代币不回答 {view}：{reason}。",
        "请检查这是否为存款代币的地址。",
    ),
    "transaction.field": (
        "这不是有效的 EIP-1559 交易：其 {field} 不对。",
        "请重新生成交易。",
    ),
    "vault.damaged": (
        "保险库文件已损坏：与当初写入的不同。",
        "请用助记词恢复钱包，或从备份恢复该文件。",
    ),
    "vault.password": (
        "密码打不开钱包，或保险库文件已被改动。",
        "请重新输入密码；若确信密码无误，请用助记词恢复。",
    ),
}
