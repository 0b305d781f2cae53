"""Wallet: the texts of accounts, phrases and backups, in 简体中文."""

TEXTS: dict[str, str] = {
    "account.is_retired": "该账户已停用：其密钥已离开本钱包，或由您停用。",
    "account.made": "账户 {account} 已建立。",
    "account.renamed": "该账户现名 {account}。",
    "account.retired": "账户 {account} 已停用。",
    "account.retired_warning": "注意：账户 {account} 已停用，其密钥可能已被他人知道。",
    "account.use_it": "用 --account {number} 使用它；若要一直使用：{command} account use {number}",
    "account.used": "现在使用账户 {account}。",
    "device.compare": "请与设备上显示的地址比较，并在设备上确认：\n  {address}",
    "device.hashes": "设备无法显示这条消息，只能显示两个哈希值：\n"
    "  域哈希    {domain}\n"
    "  消息哈希  {message}\n"
    "这样，所签内容只能在这台电脑上看到。信任这台电脑时才继续。",
    "device.look": "请看设备，在设备上确认或拒绝。",
    "device.pin": "PIN（按设备上九宫格的位置输入，不显示）：",
    "export.done": "{address} 的密钥已写入 {file}，由您为它设定的密码保护。",
    "export.retired": "账户 {account} 已停用。如果他人可能得到该文件，请把资金转到另一个钱包。",
    "export.warning": "此操作把这个账户的私钥写入文件：{account}，{address}\n"
    "钱包的 xpub 以明文保存。谁同时得到 xpub 和这把私钥，就能算出\n"
    "本钱包全部账户的私钥，而不只是这一个。\n"
    "该账户将标记为停用。",
    "guide.bank": "银行的桥（网址），或部署文件",
    "guide.create": "新钱包，使用新的助记词",
    "guide.keystore": "由密钥文件（keystore）导入的钱包",
    "guide.keystore_file": "密钥文件",
    "guide.ledger": "密钥在 Ledger 上的钱包",
    "guide.node": "链的一个节点",
    "guide.prompt": "{question}（请输入）：",
    "guide.prompt_default": "{question}（直接回车为 {default}）：",
    "guide.restore": "用助记词恢复的钱包",
    "guide.title": "要建立怎样的钱包？",
    "guide.trezor": "密钥在 Trezor 上的钱包",
    "guide.watch": "只观察某个地址或 xpub 的钱包",
    "guide.watch_what": "要观察的地址或 xpub",
    "guide.which": "编号",
    "help.account": "查看、新建、选用、命名或停用本钱包的账户",
    "help.account.example": "jiaozi account new 储蓄\njiaozi account use 储蓄",
    "help.export": "导出地址、xpub，或把一个账户的密钥导出为密钥文件",
    "help.export.example": "jiaozi export xpub\njiaozi export key savings.json --account 储蓄",
    "init.looking": "正在链上查找用过的账户。",
    "init.next_balance": "下一步：{command} balance",
    "init.passphrase": "BIP-39 密语（输入时不显示）：",
    "init.passphrase_again": "再次输入同一密语：",
    "init.watching": "钱包已就绪，只能观察，不能签署。",
    "kind.key": "单个密钥",
    "kind.ledger": "密钥在 Ledger 上",
    "kind.phrase": "由助记词产生的密钥",
    "kind.trezor": "密钥在 Trezor 上",
    "kind.watch": "仅观察，此处无密钥",
    "label.account_name": "名称",
    "label.accounts": "找到的账户",
    "label.kind": "类型",
    "label.number": "账户",
    "label.path": "路径",
    "option.account": "使用这个账户：名称、编号或地址",
    "option.coin-type": "路径中的 SLIP-44 币种号（否则按链而定，多为 60）",
    "option.key-password-file": "从文件读取密钥文件自己的密码",
    "option.keystore": "导入密钥文件（Web3 Secret Storage）中的密钥",
    "option.ledger": "密钥在 Ledger 上（请先打开其 Ethereum 应用）",
    "option.passphrase": "询问与助记词配套的 BIP-39 密语",
    "option.passphrase-file": "从文件读取 BIP-39 密语",
    "option.path": "用于 new：此派生路径上的密钥",
    "option.private": "地址也加密保存：显示地址需要密码",
    "option.trezor": "密钥在 Trezor 上",
    "option.watch": "观察一个地址或 xpub，不含任何密钥",
    "password.key_file": "密钥文件的密码：",
    "password.key_file_new": "密钥文件的新密码（至少 8 个字符）：",
}

ERRORS: dict[str, tuple[str, str]] = {
    "account.name": (
        "“{name}”不能用作账户名称：已被占用，或是数字、地址。",
        "请另选名称。",
    ),
    "account.path": (
        "路径 m 是树根，不是账户。",
        "请给出完整路径，例如 m/44'/60'/0'/0/1。",
    ),
    "account.present": (
        "{address} 已在本钱包中，即账户 {account}。",
        "请用 --account {account} 使用它。",
    ),
    "account.private": (
        "本钱包的账户已加密保存，显示地址也需要密码。",
        "请用 --password-file 或在终端输入密码。",
    ),
    "account.single": (
        "本钱包没有账户树。",
        "请用另一个 --home 为其他密钥或地址建立钱包。",
    ),
    "account.unknown": (
        "本钱包没有账户“{account}”。",
        "请用名称、编号或地址指明其中之一：{known}。",
    ),
    "account.watch": (
        "本钱包只能观察 {address}，没有可签署的密钥。",
        "请在持有密钥的地方签署，或用 jiaozi init --restore 在那里建立钱包。",
    ),
    "device.answer": (
        "设备的回答无法理解。",
        "请拔下再插上设备后重试；没有签署任何内容。",
    ),
    "device.app": (
        "Ledger 上没有打开 Ethereum 应用。",
        "请在设备上打开 Ethereum 应用后重试。",
    ),
    "device.busy": (
        "{device} 正被其他程序使用，或无权打开。",
        "请关闭其他钱包；在 Linux 上请安装厂商的 udev 规则。",
    ),
    "device.declined": (
        "已在设备上拒绝；没有签署任何内容。",
        "若要签署，请重新运行命令。",
    ),
    "device.encoding": (
        "交易没有交给设备：两种编码结果不同。",
        "这是程序的错误，请报告。",
    ),
    "device.extra": (
        "没有安装此设备所需的库。",
        "请用 pip install 'jiaozi[{extra}]' 安装。",
    ),
    "device.failed": (
        "Trezor 未能完成：{reason}。",
        "请检查设备及其固件后重试。",
    ),
    "device.gone": (
        "设备不再应答。",
        "请插好并解锁设备，打开其 Ethereum 应用后重试。",
    ),
    "device.locked": (
        "{device} 已锁定。",
        "请用 PIN 解锁后重试。",
    ),
    "device.nobody": (
        "密钥在设备上（{kind}），此程序无法向其请求。",
        "请手持设备，用 jiaozi 命令签署。",
    ),
    "device.none": (
        "没有找到 {device}。",
        "请插好并解锁；在 Linux 上须安装厂商的 udev 规则。",
    ),
    "device.not_taken": (
        "设备上的应用不接受这些数据。",
        "如果数据是合约调用，请在 Ethereum 应用的设置中允许盲签。",
    ),
    "device.other": (
        "此设备上是 {actual}，钱包里却是 {expected}。",
        "请使用本钱包的设备，以及与之前相同的密语。",
    ),
    "device.packet": (
        "设备的回答次序有误。",
        "请拔下再插上设备，并关闭其他钱包。",
    ),
    "device.path": (
        "设备不接受 {path} 这样长的路径。",
        "请使用不超过十级的路径。",
    ),
    "device.signature": (
        "设备的签名不是 {address} 对这条消息的签名，没有使用。",
        "请确认设备无误；若再次发生，请勿使用该设备。",
    ),
    "device.status": (
        "设备返回状态 {status}。",
        "请解锁并打开其 Ethereum 应用，必要时更新二者后重试。",
    ),
    "device.typed": (
        "此消息的形式是设备无法接受的。",
        "请用保险库中的密钥签署，或要求对方给出更简单的消息。",
    ),
    "device.unknown": (
        "设备上的应用不认识此命令（{status}）。",
        "请更新设备上的 Ethereum 应用。",
    ),
    "export.exists": (
        "{file} 已存在，保持不动。",
        "请另选文件名。",
    ),
    "export.no_key": (
        "本钱包没有私钥。",
        "请在持有密钥的地方导出。",
    ),
    "guide.end": (
        "问题没有答完，什么也没有写入。",
        "请重新运行 jiaozi init，或直接给出选项：jiaozi init --help。",
    ),
    "home.no_phrase": (
        "本钱包不是由助记词建立的。",
        "请使用它自己的备份：密钥文件、硬件设备，或被观察的钱包。",
    ),
    "init.one": (
        "一个钱包只能由一种来源建立：{options}。",
        "请只给出其中一个选项。",
    ),
    "init.passphrase": (
        "密语含有无法显示的字符，或不是 UTF-8。",
        "请给出由可见字符组成的一行密语。",
    ),
    "keystore.json": (
        "{file} 不是密钥文件。",
        "请给出该密钥的 JSON 文件（Web3 Secret Storage 第 3 版）。",
    ),
    "signature.blind": (
        "此签署者会显示所签内容，而 32 字节什么也说明不了。",
        "请给出完整消息：sign_typed_data、sign_transaction 或文本。",
    ),
    "watch.depth": (
        "这个扩展公钥位于树的第 {depth} 层，不是账户。",
        "请给出 m/44'/60'/0'（第 3 层）或 m/44'/60'/0'/0（第 4 层）的 xpub。",
    ),
    "watch.secret": (
        "给 --watch 的内容像是私钥或助记词。",
        "请给出地址或 xpub。如果它是真的，他人可能已看到：请转移资金。",
    ),
    "web3.digest": (
        "eth-account 对此类型化消息的理解与其他钱包不同。",
        "请按类型的写法给出每个字段。",
    ),
    "web3.primary": (
        "此消息的各类型无法确定以哪一个为主。",
        "请给出 full_message 及其 primaryType。",
    ),
    "web3.value": (
        "类型化消息中不能有 {kind} 类型的值。",
        "请使用数字、文本、字节、列表和对象。",
    ),
}
