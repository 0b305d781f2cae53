"""Wallet: the texts of requests, history, networks and help, in 简体中文."""

TEXTS: dict[str, str] = {
    "doctor.accounts": "账户与记录完好",
    "doctor.bank": "银行有应答，且所说的正是这种代币",
    "doctor.chain": "节点有应答，是这条链，且与本机时钟一致",
    "doctor.files": "文件完好，且只有您能读",
    "doctor.found": "{address} 是本助记词在 {path} 处的密钥。",
    "doctor.ill": "有问题；箭头所指是解决办法。",
    "doctor.payments": "没有卡住的付款",
    "doctor.program": "Python 和所需的库都正常",
    "doctor.skipped": "因上面的问题而没有检查：{name}",
    "doctor.token": "代币存在，且承认本钱包的签名",
    "doctor.well": "一切正常。",
    "help.completion": "供 bash、zsh 或 fish 补全 jiaozi 命令行的脚本",
    "help.completion.example": "source <(jiaozi completion bash)\n"
    "source <(jiaozi completion zsh)\n"
    "jiaozi completion fish | source",
    "help.config": "显示或修改向哪里查询链和银行，以及怎样查询",
    "help.config.example": "jiaozi config set rpc_url https://node.example",
    "help.doctor": "检查本钱包有什么问题、怎样解决；找回遗忘的路径",
    "help.doctor.example": "jiaozi doctor\n"
    "jiaozi doctor --find 0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.group.bank": "银行：",
    "help.group.begin": "开始：",
    "help.group.keys": "密钥与账户：",
    "help.group.money": "收付：",
    "help.group.options": "所有命令的选项：",
    "help.group.people": "信任的对象：",
    "help.group.settings": "设置：",
    "help.group.signing": "签名：",
    "help.networks": "本钱包的链、代币和银行，以及正在使用哪一个",
    "help.networks.example": "jiaozi networks add test --bank https://bridge.example "
    "--rpc http://127.0.0.1:8545\n"
    "jiaozi networks use test",
    "help.offline": "用不联网的电脑上的密钥付款：准备、签署、发送",
    "help.offline.example": "jiaozi offline prepare 12.50 Bo --out payment.json\n"
    "jiaozi offline sign payment.json --png signed.png\n"
    "jiaozi offline send signed.png",
    "help.pay": "按付款链接或其二维码图片付款",
    "help.pay.example": "jiaozi pay bill.png\n"
    "jiaozi pay 'ethereum:0x7e7e7e7E7e7E7e7e7e7E7e7e7e7E7e7e7e7e7e7E@31337/transfer"
    "?address=0x9858EfFD232B4033E47d90003D41EC34EcaEda94&uint256=1250'",
    "help.request": "请人付款：付款链接（ERC-681）及其二维码",
    "help.request.example": "jiaozi request 12.50 --png bill.png",
    "help.unlink": "解除银行账户与本钱包的绑定",
    "help.unlink.example": "jiaozi unlink 'DE89 3704 0044 0532 0130 00'",
    "history.exported": "已把 {count} 条记录写入 {file}。",
    "history.none_such": "没有符合条件的往来。",
    "label.chain_id": "链",
    "label.file": "已写入",
    "label.instead_of": "替代",
    "label.network": "网络",
    "label.token": "代币",
    "offline.next_send": "请把它带回联网的电脑并发送：jiaozi offline send FILE。",
    "offline.next_sign": "请把它带到有密钥的电脑：jiaozi offline sign FILE。",
    "offline.prepared": "已准备好，尚未有人签署：",
    "option.amount": "链接未定金额时付多少",
    "option.cancel": "撤回尚未入块的 --direct 付款",
    "option.csv": "把记录以 CSV 写入新文件；- 表示直接输出",
    "option.find": "找出助记词在哪条路径上有这个地址",
    "option.hours": "准备好的付款有效多少小时（默认 24，至多 720）",
    "option.kind": "只看这一类：sent、received、issued、redeemed、returned、seized、issue_refused",
    "option.limit": "只看最新的若干条",
    "option.on": "本次命令使用的网络（jiaozi networks）",
    "option.out": "写入新文件",
    "option.png": "把二维码存为新的 PNG 图片文件（有多个时为 NAME-1、NAME-2……）",
    "option.since": "只看从这一天或这一刻起的（2026-01-31，2026-01-31T12:00Z；UTC）",
    "option.speed-up": "为尚未入块的 --direct 付款提高链上费用",
    "option.svg": "把二维码存为新的 SVG 图片文件",
    "option.unchecked": "即使现在无法核对，也相信所给的内容",
    "option.until": "只看到这一天结束，或这一刻之前的（UTC）",
    "option.with": "只看与这位联系人或这个地址的往来",
    "progress.asking": "正在询问 {place}……",
    "progress.working": "正在计算……",
    "redeem.settled_before": "这份指令此前已经付款：{amount} 至 {account}。没有再次下达。",
    "send.cancel_done": "已撤销：{amount} 没有付给 {payee}，以后也不会。",
    "send.cancel_race": "如果原付款先进入区块，则以它为准，撤销无效。",
    "send.cancel_title": "您将用一笔空交易撤销这笔付款：",
    "send.cancel_under_way": "正在撤销，编号 {id}。",
    "send.paid_before": "这笔付款此前已经完成：{amount} 付给 {payee}。没有再次发送。",
    "send.way_faster": "同一笔付款，提高费用再发；两者只有一笔有效",
    "unlink.consequence": "解除后，重新绑定之前不能充值，也不能赎回。",
    "unlink.done": "账户 {account} 已不再与本钱包绑定。",
}

ERRORS: dict[str, tuple[str, str]] = {
    "config.fixed": (
        "{key} 决定为什么签名，不能就地修改。",
        "请另加一个网络：jiaozi networks add NAME。",
    ),
    "config.key": ("没有“{key}”这项设置。", "请从这些中选一个：{known}。"),
    "config.value": (
        "“{value}”不能作为 {key} 的值。",
        "请按该设置现有的形式给出整数、true 或 false（jiaozi config show）。",
    ),
    "doctor.clock": (
        "本机时钟与 {place} 相差 {seconds} 秒。",
        "请让本机按网络校时（timedatectl set-ntp true）。",
    ),
    "doctor.draft": ("{file} 是被中止的命令留下的。", "可以删除：它本要替换的文件完好。"),
    "doctor.package": ("没有安装 {package} 这个库。", "请重新安装钱包：pip install jiaozi。"),
    "doctor.lock": ("本钱包的另一个命令正占用 {file}。", "请等它结束，或终止它；锁随之解除。"),
    "doctor.lost": ("节点已不知道已签付款 {id}。", "请再次发送同一笔：jiaozi send --again {id}。"),
    "doctor.mode": (
        "{file} 的权限是 {mode}：他人可以读取或修改。",
        "请用 chmod {wanted} {file} 收回权限。",
    ),
    "doctor.not_found": (
        "在各钱包使用的位置上，本钱包都没有 {address}。",
        "请试试当时所用的 BIP-39 密语，或另一份助记词。",
    ),
    "doctor.old_block": (
        "{place} 的最新区块已有 {minutes} 分钟。",
        "若这条链出块很少，请等待；否则请检查节点和本机时钟。",
    ),
    "doctor.owner": ("{file} 属于本机的另一个用户。", "请用 chown 收回，并查看它被做过什么。"),
    "doctor.python": ("Python {version} 对本钱包太旧。", "请使用 Python 3.11 或更新的版本。"),
    "doctor.slow": (
        "银行十分钟来没有把已签付款 {id} 送上链。",
        "请自己送上链：jiaozi send --again {id} --direct；或等它过期。",
    ),
    "doctor.socket": ("{file} 已无人应答。", "请删除它，并重新解锁代理。"),
    "doctor.stuck": (
        "付款 {id} 等待入块已有十分钟。",
        "可提高费用（jiaozi send --speed-up {id}），或撤回（jiaozi send --cancel {id}）。",
    ),
    "doctor.teller": (
        "柜台合约的地址 {teller} 上没有合约。",
        "请向银行核对地址；在此之前不要信任这个网络。",
    ),
    "doctor.unregistered": (
        "{address} 尚未在银行登记，因此既不能付款也不能收款。",
        "请绑定银行账户：jiaozi link。",
    ),
    "history.formats": ("不能同时以 CSV 和 JSON 回答。", "请去掉 --csv 或 --json。"),
    "history.kind": ("没有“{kind}”这一类记录。", "请从这些中选一个：{known}。"),
    "history.time": (
        "“{value}”不是日期或时刻（{option}）。",
        "请写 2026-01-31，或以 2026-01-31T12:00Z 表示 UTC 时刻。",
    ),
    "image.large": ("作为二维码图片，{file} 太大。", "请把图片裁剪到只剩二维码。"),
    "image.libraries": (
        "读取图片需要 pillow 和 zxing-cpp，目前没有安装。",
        "请安装（pip install 'jiaozi[images]'），或直接给出链接文字。",
    ),
    "image.none": ("{file} 中没有可读的二维码。", "请把整个二维码拍得更清楚，或直接给出链接文字。"),
    "image.several": ("{file} 中有 {count} 个不同的二维码。", "请把图片裁剪到只剩要付的那一个。"),
    "image.unreadable": ("{file} 不是可读取的图片。", "请给出 PNG、JPEG、WebP、GIF 或 BMP 文件。"),
    "init.unchecked": (
        "--unchecked 只相信文件，但没有给出文件，或者给出了银行网址。",
        "请给出 --network FILE 而不给 --bank；在联网的电脑上请去掉 --unchecked。",
    ),
    "network.exists": (
        "已有名为 {name} 的网络。",
        "请换一个名字，或先移除它：jiaozi networks remove {name}。",
    ),
    "network.name": (
        "“{name}”不能作为网络的名字。",
        "请用至多 30 个小写字母 a-z、数字和连字符，例如 test-2。",
    ),
    "network.needed": (
        "网络 {name} 是主网络或正在使用，须保留。",
        "请先改用另一个：jiaozi networks use NAME；主网络不能移除。",
    ),
    "network.unknown": (
        "本钱包没有网络“{name}”。",
        "请从这些中选一个：{known}；或添加：jiaozi networks add NAME。",
    ),
    "offline.account": (
        "这笔付款是为 {sender} 准备的，而本账户是 {address}。",
        "请用 --account 选择账户，或为本账户重新准备。",
    ),
    "offline.contradiction": (
        "所准备的交易 {id} 与其说明不符。",
        "不要签署；请重新准备，并检查准备它的电脑。",
    ),
    "offline.differs": (
        "带回来的不是主人对此处所准备内容的签名（{id}）。",
        "不要发送；请重新签署，并检查签署它的电脑。",
    ),
    "offline.large": ("内容太多，二维码装不下。", "请写入文件：--out FILE。"),
    "offline.missing": ("共 {count} 个二维码，缺少：{parts}。", "请一次给出全部二维码的图片。"),
    "offline.mixed": ("这些二维码不属于同一份内容。", "请只给出同一笔付款的图片。"),
    "offline.network": (
        "这笔付款属于链 {chain} 上的代币 {token}，与本网络不同。",
        "请用 --on 选择网络，否则不要签署。",
    ),
    "offline.no_network": ("不询问任何人：这个命令不使用网络。", "请在准备付款的电脑上核对。"),
    "offline.part": ("这不是 jiaozi offline 的文字，或者不完整。", "请重新拍摄，或复制全部文字。"),
    "offline.prepared": (
        "这不是 jiaozi offline prepare 准备的付款。",
        "请给出它写出的文件或全部二维码。",
    ),
    "offline.signed": ("这不是 jiaozi offline sign 的结果。", "请给出它写出的文件或全部二维码。"),
    "offline.unknown": ("本机在这个网络上没有准备过付款 {id}。", "请用准备它的钱包和网络来发送。"),
    "paylink.amount": (
        "“{amount}”不是链接可以请求的金额。",
        "请收款人重发链接，其 uint256 须是大于零的最小单位整数。",
    ),
    "paylink.call": (
        "链接请求的是“{call}”，而不是普通转账。",
        "不要据此付款；请收款人用 jiaozi request 生成链接。",
    ),
    "paylink.chain": ("“{chain}”不是链的编号。", "请收款人重发链接。"),
    "paylink.fixed": (
        "链接请求 {amount}，与 --amount 不同。",
        "请去掉 --amount，或用 jiaozi send 付款。",
    ),
    "paylink.format": ("“{link}”不是付款链接。", "请复制完整链接；它以 ethereum: 开头，没有空格。"),
    "paylink.name": (
        "链接中的“{name}”是名称，不是地址。",
        "请收款人给出带地址的链接：名称指的是谁，这里看不出来。",
    ),
    "paylink.native": (
        "链接请求的是链上原生币，或没有写明代币转账。",
        "请收款人用 jiaozi request 生成链接；本钱包支付的是存款代币。",
    ),
    "paylink.neither": (
        "“{link}”既不是付款链接，也不是图片文件。",
        "请给出以 ethereum: 开头的链接，或图片的路径。",
    ),
    "paylink.open": ("链接没有写明金额。", "请说明付多少：--amount 12.34。"),
    "paylink.other_chain": (
        "链接属于链 {actual}，而本网络是链 {expected}。",
        "请用 --on NETWORK 选择那条链的网络（jiaozi networks），或询问收款人。",
    ),
    "paylink.other_token": (
        "链接请求的是另一种代币 {token}，而不是 {symbol}。",
        "请用 --on NETWORK 选择该代币的网络（jiaozi networks），或询问收款人。",
    ),
    "paylink.parameter": (
        "链接中有“{name}”，而代币付款没有这一项。",
        "不要据此付款；请收款人用 jiaozi request 生成链接。",
    ),
    "paylink.payee": ("链接没有写明付给谁。", "请收款人重发链接。"),
    "paylink.twice": ("链接中“{name}”出现了两次。", "不要据此付款；请收款人重发链接。"),
    "send.mined": (
        "该付款已在区块 {block} 中；未签署任何内容。",
        "可用 jiaozi send --again {id} 查看。已付的款只能由收款人退回。",
    ),
    "send.not_direct": (
        "付款 {id} 由银行转发，没有由您支付的费用可以提高。",
        "请用 jiaozi send --again {id} --direct 自己送上链，或等它过期。",
    ),
    "send.not_waiting": (
        "{place} 不知道这笔付款的交易；未签署任何内容。",
        "请先再次发送：jiaozi send --again {id}。",
    ),
    "send.too_late": (
        "付款比撤销更快：它已在区块 {block} 中，照常有效。",
        "只能由收款人退回；可用 jiaozi send --again {id} 查看。",
    ),
    "unlink.none": (
        "账户 {account} 与本钱包没有有效的绑定。",
        "请核对账号；jiaozi link 可建立绑定。",
    ),
}
