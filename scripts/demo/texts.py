"""Demo: every sentence that it says, in English and 简体中文."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, dict[str, str]] = {
    "title": {
        "en": "Jiaozi: bank money you hold yourself, whose rules you can read.",
        "zh": "交子：自己持有的银行货币，规则人人可读。",
    },
    "prepare": {
        "en": "Getting ready: a local chain, the contracts, a bank and its bridge",
        "zh": "准备：本地链、合约、银行和它的桥",
    },
    "leftovers": {
        "en": "An earlier demo was cut short; what it left running was ended: {names}.",
        "zh": "上一次演示被中断，已结束它遗留的进程：{names}。",
    },
    "again": {
        "en": "This is demo number {number}: the customers, their links and their money are kept "
        "from before, and the bank books a new day.",
        "zh": "这是第 {number} 次演示：客户、账户绑定和余额都保留，银行记新的一天。",
    },
    "chain": {
        "en": "The local chain is up at {url}: one block a second, and no fees. On a chain that has "
        "fees, whoever sends a transaction pays them in that chain's native coin.",
        "zh": "本地链已启动：{url}，每秒一个区块，不收费。在收费的链上，谁发送交易，谁就用该链的原生币付费。",
    },
    "compile": {
        "en": "Compiling the contracts with py-solc-x and deploying them with brownie "
        "(about 15 seconds).",
        "zh": "用 py-solc-x 编译合约，用 brownie 部署（约十五秒）。",
    },
    "deployed": {
        "en": "{symbol} is at {token}, the bank's counter (Teller) at {teller}. Nobody is left with "
        "all the rights: the deployer gave its own away.",
        "zh": "{symbol} 位于 {token}，银行柜台（Teller）位于 {teller}。没有人握有全部权限：部署者已交出自己的权限。",
    },
    "bridge": {
        "en": "The bank's bridge runs: API at {url}, a worker, and an attestor with its own key and "
        "its own reading of the bank. Database: {store}.",
        "zh": "银行的桥已运行：API 在 {url}，一个工作进程，以及一个有自己密钥、自己查看银行的证明进程。数据库：{store}。",
    },
    "step1": {
        "en": "Two customers get wallets and link them to their bank accounts",
        "zh": "两位客户建立钱包并绑定自己的银行账户",
    },
    "init": {
        "en": "{name} creates a wallet. The key is made on this machine and never leaves it; the "
        "twelve words are shown once.",
        "zh": "{name} 建立钱包。密钥在本机生成，从不离开；十二个助记词只显示一次。",
    },
    "link": {
        "en": "{name} links the account {iban}. Two proofs: the wallet signs a message that names "
        "the account, and the bank confirms it by the one-time code that it gave to {name} alone.",
        "zh": "{name} 绑定账户 {iban}。两个证明：钱包签署写明该账户的消息；银行用只交给 {name} 的一次性代码确认。",
    },
    "tier": {
        "en": "Compliance has registered {name}'s wallet on chain, in tier {tier}: {address}",
        "zh": "合规部门已在链上登记 {name} 的钱包，等级 {tier}：{address}",
    },
    "kept": {
        "en": "{name} already has a wallet, linked to {iban}: {address}",
        "zh": "{name} 已有钱包，绑定 {iban}：{address}",
    },
    "step2": {
        "en": "The bank hands in its statements (ISO 20022 camt.053)",
        "zh": "银行提交对账单（ISO 20022 camt.053）",
    },
    "deposits": {
        "en": "Money arrives on the bank's reserve account: yesterday one deposit, today four and "
        "one from a stranger. By mistake, today's file repeats a line of yesterday's.",
        "zh": "钱进入银行的备付金账户：昨天一笔，今天四笔，另有一笔来自陌生人。今天的文件还误重复了昨天的一行。",
    },
    "deposits_again": {
        "en": "A new day at the bank, whose calendar is simulated: four deposits, one from a stranger, and again a line of the day before "
        "is repeated by mistake.",
        "zh": "银行（日历为模拟）新的一天：四笔存款，一笔来自陌生人，又误重复了前一天的一行。",
    },
    "step3": {
        "en": "Tokens appear in the wallets, exactly once",
        "zh": "代币到账，恰好一次",
    },
    "issued": {
        "en": "{count} deposits became tokens; the repeated line did not.",
        "zh": "{count} 笔存款已成为代币；重复的一行没有。",
    },
    "unmatched": {
        "en": "What matches nobody's link waits, in the open, until someone says whose it is or it "
        "is sent back:",
        "zh": "与任何绑定都不符的款项公开地等待，直到查明归属或退回：",
    },
    "again_same": {
        "en": "The same file is handed in once more:",
        "zh": "再次提交同一文件：",
    },
    "nothing_changed": {
        "en": "Nothing changed: no line is new, no balance moved.",
        "zh": "没有变化：没有新的行，余额不变。",
    },
    "step4": {
        "en": "{payer} pays {payee} twice: through the bank's relay, and without the bank",
        "zh": "{payer} 两次付款给 {payee}：一次经银行转发，一次不经银行",
    },
    "relayed": {
        "en": "Through the relay: {payer} signs an authorization (EIP-3009), the bank sends it. "
        "{payer} needs no native coin.",
        "zh": "经转发：{payer} 签署授权（EIP-3009），由银行发送。{payer} 不需要原生币。",
    },
    "api_stopped": {
        "en": "Now the bank's API is stopped. {payer} sends straight to the chain, which takes no "
        "fees here; on a chain that has them {payer} would need a little of its native coin.",
        "zh": "现在停止银行的 API。{payer} 直接发送到链上；这条链不收费，在收费的链上 {payer} 需要少许原生币。",
    },
    "api_back": {
        "en": "The API is started again; it lost nothing by being away.",
        "zh": "API 重新启动；停止期间没有丢失任何东西。",
    },
    "step5": {
        "en": "{name} turns tokens back into bank money at the linked account",
        "zh": "{name} 把代币换回绑定账户中的银行货币",
    },
    "redeem": {
        "en": "{name} signs the whole order, shown in clear; the token itself verifies it while it "
        "burns. The chain sees only the hash of account and name.",
        "zh": "{name} 签署完整指令（明文显示）；代币合约在销毁时亲自验证。链上只见账户和姓名的哈希。",
    },
    "closing": {
        "en": "The burn is final, the bank has paid and booked it; it closes its day. The papers:",
        "zh": "销毁已最终确认，银行已付款并入账，随后日终。往来文件：",
    },
    "paper.pain.001": {
        "en": "{file}: the bridge's payment order",
        "zh": "{file}：桥发出的付款指令",
    },
    "paper.pain.002": {
        "en": "{file}: the bank's answer, «settled»",
        "zh": "{file}：银行的答复“已结算”",
    },
    "paper.camt.054": {
        "en": "{file}: the bank's note of the debit",
        "zh": "{file}：银行的借记通知",
    },
    "paper.camt.053": {
        "en": "{file}: the day's statement, with the debit on it",
        "zh": "{file}：当日对账单，载有该笔借方",
    },
    "step6": {
        "en": "The proof: every cent is accounted for",
        "zh": "证明：每一分钱都有着落",
    },
    "balanced": {
        "en": "The two sides are equal, to the cent.",
        "zh": "两边相等，分文不差。",
    },
    "stay": {
        "en": "The demo stays up. API documentation: {docs}",
        "zh": "演示继续运行。API 文档：{docs}",
    },
    "try": {
        "en": "In a second terminal, from this folder, try:",
        "zh": "在第二个终端、同一目录下，可以试试：",
    },
    "stop_hint": {
        "en": "Ctrl-C stops everything; `make demo` goes on from here; `make clean` forgets it all.",
        "zh": "Ctrl-C 停止一切；`make demo` 从这里继续；`make clean` 清除全部数据。",
    },
    "stopping": {"en": "Stopping …", "zh": "正在停止……"},
    "stopped": {"en": "Stopped. Nothing is left running.", "zh": "已停止，没有遗留进程。"},
    "done": {"en": "Done in {seconds:.1f} s.", "zh": "完成，用时 {seconds:.1f} 秒。"},
    "waiting_line": {
        "en": "{amount} from {payer}, booked {day}, bank reference {reference}",
        "zh": "{amount}，付款人 {payer}，入账日 {day}，银行编号 {reference}",
    },
    "proof.tokens": {"en": "tokens outstanding", "zh": "流通代币"},
    "proof.issues": {"en": "+ issues in flight", "zh": "＋发行在途"},
    "proof.payouts": {"en": "+ payouts in flight", "zh": "＋付款在途"},
    "proof.returns": {"en": "+ returns in flight", "zh": "＋退回在途"},
    "proof.unmatched": {"en": "+ unmatched money", "zh": "＋未匹配资金"},
    "proof.own_funds": {"en": "+ the bank's own funds", "zh": "＋银行自有资金"},
    "proof.recalled": {"en": "− recalled deposits", "zh": "−被追回的存款"},
    "proof.total": {"en": "together", "zh": "合计"},
    "proof.reserve": {"en": "reserve at the bank", "zh": "银行备付金"},
}
