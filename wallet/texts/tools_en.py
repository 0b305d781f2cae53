"""Wallet: the texts of requests, history, networks and help, in English."""

TEXTS: dict[str, str] = {
    "doctor.accounts": "accounts and book are whole",
    "doctor.bank": "the bank answers, and speaks of this token",
    "doctor.chain": "the node answers, serves this chain, and agrees with this clock",
    "doctor.files": "the files are private and whole",
    "doctor.found": "{address} is this phrase's key at {path}.",
    "doctor.ill": "Something is wrong; the arrows say how to mend it.",
    "doctor.payments": "no payment is stuck",
    "doctor.program": "Python and the libraries are as they should be",
    "doctor.skipped": "not looked at, because of what is wrong above: {name}",
    "doctor.token": "the token is there and verifies what this wallet signs",
    "doctor.well": "Nothing is wrong.",
    "help.completion": "the script by which bash, zsh or fish completes command lines",
    "help.completion.example": "source <(jiaozi completion bash)\n"
    "source <(jiaozi completion zsh)\n"
    "jiaozi completion fish | source",
    "help.config": "show or change where the chain and the bank are asked, and how",
    "help.config.example": "jiaozi config set rpc_url https://node.example",
    "help.doctor": "what is wrong here, and how to mend it; find a lost path",
    "help.doctor.example": "jiaozi doctor\n"
    "jiaozi doctor --find 0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.group.bank": "The bank:",
    "help.group.begin": "Begin:",
    "help.group.keys": "Keys and accounts:",
    "help.group.money": "Money:",
    "help.group.options": "Options of every command:",
    "help.group.people": "Whom you trust:",
    "help.group.settings": "Settings:",
    "help.group.signing": "Signing:",
    "help.networks": "the chains, tokens and banks of this wallet, and which one is used",
    "help.networks.example": "jiaozi networks add test --bank https://bridge.example "
    "--rpc http://127.0.0.1:8545\n"
    "jiaozi networks use test",
    "help.offline": "pay with a key on a computer that has no network",
    "help.offline.example": "jiaozi offline prepare 12.50 Bo --out payment.json\n"
    "jiaozi offline sign payment.json --png signed.png\n"
    "jiaozi offline send signed.png",
    "help.pay": "pay what a payment link, or a picture of its QR code, asks for",
    "help.pay.example": "jiaozi pay bill.png\n"
    "jiaozi pay 'ethereum:0x7e7e7e7E7e7E7e7e7e7E7e7e7e7E7e7e7e7e7e7E@31337/transfer"
    "?address=0x9858EfFD232B4033E47d90003D41EC34EcaEda94&uint256=1250'",
    "help.request": "ask to be paid: a payment link (ERC-681) and its QR code",
    "help.request.example": "jiaozi request 12.50 --png bill.png",
    "help.reserve": "verify the bank's daily proof of reserve, and your part in it",
    "help.reserve.example": "jiaozi reserve\njiaozi reserve --day 2026-11-19",
    "help.unlink": "end the link of a bank account to this wallet",
    "help.unlink.example": "jiaozi unlink 'DE89 3704 0044 0532 0130 00'",
    "history.exported": "{count} entries are written to {file}.",
    "history.none_such": "Nothing that moved is as you ask.",
    "label.chain_id": "chain",
    "label.file": "written",
    "label.instead_of": "instead of",
    "label.network": "network",
    "label.token": "token",
    "offline.next_send": "Carry this back, and send it: jiaozi offline send FILE.",
    "offline.next_sign": "Carry this to the computer with the key: jiaozi offline sign FILE.",
    "offline.prepared": "Prepared, and not signed by anybody yet:",
    "option.amount": "what to pay where the link leaves it open",
    "option.cancel": "take back a --direct payment that is in no block yet",
    "option.csv": "write the entries as CSV to a new file; - is the output itself",
    "option.day": "the day of the proof, YYYY-MM-DD in UTC (else the newest)",
    "option.find": "find the path at which the phrase has this address",
    "option.hours": "how long a prepared payment is good (24 hours, at most 720)",
    "option.kind": "only entries of this kind: sent, received, issued, redeemed, "
    "returned, seized, issue_refused",
    "option.limit": "only the newest so many",
    "option.on": "the network to use for this command (jiaozi networks)",
    "option.out": "write it to a new file",
    "option.png": "write the QR code as a PNG picture to a new file (NAME-1, NAME-2 … for several)",
    "option.since": "only from this day or moment on (2026-01-31, 2026-01-31T12:00Z; UTC)",
    "option.speed-up": "offer the chain a higher fee for a --direct payment that is in "
    "no block yet",
    "option.svg": "write the QR code as an SVG picture to a new file",
    "option.unchecked": "believe what is given although it cannot be checked now",
    "option.until": "only to the end of this day, or before this moment (UTC)",
    "option.with": "only with this contact or address",
    "progress.asking": "asking {place} …",
    "progress.working": "working …",
    "redeem.settled_before": "This order was paid out before: {amount} to {account}. "
    "Nothing was ordered again.",
    "reserve.attestor": "the contracts let that attestor speak for this token",
    "reserve.attestor_not": "the contracts do not know that attestor",
    "reserve.bank": "at the bank",
    "reserve.bank_as_of": "the bank's figure of",
    "reserve.block": "the chain has the block that it speaks of, and the block is final",
    "reserve.block_not": "the chain has another block there, or it is not final yet",
    "reserve.block_time": "the block's time",
    "reserve.covered": "the bank's balance, as it states it, reaches what is owed",
    "reserve.covered_not": "the bank's balance, as it states it, does not reach what is owed",
    "reserve.digest": "its digest is of these very words",
    "reserve.digest_not": "its digest is of other words",
    "reserve.fails": "This proof does not hold; keep it, and ask the bank about the lines above.",
    "reserve.figure": "the bank's figure is of that day or of the week before it",
    "reserve.figure_not": "the bank's figure is more than a week older than that day, or of a time "
    "that does not fit it",
    "reserve.form": "it says all that a proof has to say",
    "reserve.form_not": "it is of another form, as older proofs are: it does not say what was "
    "taken from the account and nobody explains",
    "reserve.holds": "Everything that can be verified holds.",
    "reserve.meaning": "Verified on the chain: the tokens, your part, and that the bank's "
    "attestor said this and cannot take it back. The bank's word: its account balance, and "
    "money that is no token yet or no more.",
    "reserve.of": "proof of, block",
    "reserve.onchain": "a final block of the chain holds that digest, sent by the attestor",
    "reserve.onchain_not": "no final block holds that digest from the attestor",
    "reserve.owed": "owed in all",
    "reserve.own": "your balance at that block is counted in, to the last unit",
    "reserve.own_not": "your balance at that block is not counted in",
    "reserve.subject": "it speaks of this day, this chain and this token",
    "reserve.subject_not": "it speaks of another day, chain or token",
    "reserve.supply": "all tokens at that block are as many as it says",
    "reserve.supply_not": "the chain counts other tokens at that block than it says",
    "reserve.time": "by the chain's clock that block is of that day, or of the one before",
    "reserve.time_not": "by the chain's clock that block is of another day",
    "reserve.tokens": "all tokens",
    "reserve.yours": "yours",
    "send.cancel_done": "Cancelled: {amount} to {payee} was not paid and never will be.",
    "send.cancel_race": "If the payment gets into a block first, it counts and this does not.",
    "send.cancel_title": "You are about to cancel this payment, by an empty transaction "
    "in its place:",
    "send.cancel_under_way": "The cancellation is under way, id {id}.",
    "send.paid_before": "This payment was made before: {amount} to {payee}. Nothing was "
    "sent again.",
    "send.way_faster": "the same payment again, with a higher fee; only one of them can count",
    "unlink.consequence": "After this you cannot top up or redeem until the account is "
    "linked again.",
    "unlink.done": "The account {account} is no longer linked to this wallet.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "config.fixed": (
        "{key} says what is signed for, and is not changed in place.",
        "Add another network: jiaozi networks add NAME.",
    ),
    "config.key": ("There is no setting “{key}”.", "Give one of these: {known}."),
    "config.value": (
        "“{value}” is no value of {key}.",
        ("Give a whole number, true or false, as the setting has it now (jiaozi config show)."),
    ),
    "doctor.clock": (
        "This computer's clock and that of {place} differ by {seconds} seconds.",
        "Set this computer's clock by the network (timedatectl set-ntp true).",
    ),
    "doctor.draft": (
        "{file} was left behind by a command that was killed.",
        "Remove it: the file that it would have replaced is whole.",
    ),
    "doctor.package": (
        "The library {package} is not installed.",
        "Install the wallet again: pip install jiaozi.",
    ),
    "doctor.lock": (
        "Another command of this wallet holds {file}.",
        "Wait for it, or end it; the lock ends with it.",
    ),
    "doctor.lost": (
        "The node does not know the signed payment {id} any more.",
        "Send the very same one again: jiaozi send --again {id}.",
    ),
    "doctor.mode": (
        "{file} has the mode {mode}: others may read or change it.",
        "chmod {wanted} {file} takes that from them.",
    ),
    "doctor.not_found": (
        "This wallet has {address} at none of the places that wallets use.",
        "Try the BIP-39 passphrase that went with it, or another phrase.",
    ),
    "doctor.old_block": (
        "The newest block of {place} is {minutes} minutes old.",
        ("Wait if the chain makes blocks seldom; else check the node, and this computer's clock."),
    ),
    "doctor.owner": (
        "{file} belongs to another user of this computer.",
        "Give it back to yourself with chown, and look at what was done with it.",
    ),
    "doctor.python": ("Python {version} is too old for this wallet.", "Use Python 3.11 or newer."),
    "doctor.slow": (
        "The bank has not brought the signed payment {id} to the chain for ten minutes.",
        "Bring it yourself: jiaozi send --again {id} --direct; or let it expire.",
    ),
    "doctor.socket": (
        "Nobody listens at {file} any more.",
        "Remove it, and unlock the agent again.",
    ),
    "doctor.stuck": (
        "The payment {id} has waited for a block for ten minutes.",
        ("Offer more (jiaozi send --speed-up {id}) or take it back (jiaozi send --cancel {id})."),
    ),
    "doctor.teller": (
        "There is no contract at the Teller's address {teller}.",
        "Check the address with the bank; until then do not trust this network.",
    ),
    "doctor.unregistered": (
        "{address} is not registered with the bank, so it can neither pay nor be paid.",
        "Link it to a bank account: jiaozi link.",
    ),
    "history.formats": ("CSV and JSON cannot both be the answer.", "Leave out --csv or --json."),
    "history.kind": ("“{kind}” is no kind of entry.", "Give one of these: {known}."),
    "history.time": (
        "“{value}” is not a day or a moment ({option}).",
        "Write 2026-01-31, or 2026-01-31T12:00Z for a moment in UTC.",
    ),
    "image.large": (
        "{file} is too large for a picture of a QR code.",
        "Cut the picture down to the code.",
    ),
    "image.libraries": (
        "Reading pictures needs pillow and zxing-cpp, which are not installed.",
        "Install them (pip install 'jiaozi[images]'), or give the link as text.",
    ),
    "image.none": (
        "{file} shows no readable QR code.",
        "Take a sharper picture of the whole code, or give the link as text.",
    ),
    "image.several": (
        "{file} shows {count} different QR codes.",
        "Cut the picture down to the one that is meant.",
    ),
    "image.unreadable": (
        "{file} is not a picture that can be read.",
        "Give a PNG, JPEG, WebP, GIF or BMP file.",
    ),
    "init.unchecked": (
        "--unchecked believes a file alone, and none is given, or a bank's URL is.",
        ("Give --network FILE and no --bank; on a computer with a network, leave --unchecked out."),
    ),
    "network.exists": (
        "There is a network {name} already.",
        "Choose another name, or remove that one first: jiaozi networks remove {name}.",
    ),
    "network.name": (
        "“{name}” cannot be the name of a network.",
        "Use up to 30 letters a-z, digits and hyphens, such as test-2.",
    ),
    "network.needed": (
        "The network {name} is the main one or in use, and stays.",
        "Use another one first: jiaozi networks use NAME; the main one cannot be removed.",
    ),
    "network.unknown": (
        "This wallet has no network “{name}”.",
        "Give one of these: {known}; or add it: jiaozi networks add NAME.",
    ),
    "offline.account": (
        "The payment is prepared for {sender}, this account is {address}.",
        "Choose the account with --account, or prepare the payment for this one.",
    ),
    "offline.contradiction": (
        "The prepared transaction {id} does something else than its description says.",
        ("Do not sign it; prepare the payment again, and look at the computer that prepared it."),
    ),
    "offline.differs": (
        "What came back is not the owner's signature of what was prepared here ({id}).",
        ("Do not send it; sign the prepared payment again, and look at the computer that signed."),
    ),
    "offline.large": ("This is too much for QR codes.", "Write it to a file: --out FILE."),
    "offline.missing": (
        "Of {count} QR codes these are missing: {parts}.",
        "Give the pictures of all of them at once.",
    ),
    "offline.mixed": (
        "The QR codes do not belong together.",
        "Give the pictures of one payment only.",
    ),
    "offline.network": (
        ("The payment is for the token {token} on chain {chain}, and this network is another."),
        "Choose the network with --on, or do not sign it.",
    ),
    "offline.no_network": (
        "Nobody is asked: this command uses no network.",
        "Check on the computer that prepares the payment.",
    ),
    "offline.part": (
        "This is not, or not all of, a text of jiaozi offline.",
        "Take the picture again, or copy the whole text.",
    ),
    "offline.prepared": (
        "This is not a payment prepared by jiaozi offline prepare.",
        "Give the file or all the QR codes that it wrote.",
    ),
    "offline.signed": (
        "This is not an answer of jiaozi offline sign.",
        "Give the file or all the QR codes that it wrote.",
    ),
    "offline.unknown": (
        "No payment {id} was prepared here on this network.",
        "Send it from the wallet, and on the network, that prepared it.",
    ),
    "paylink.amount": (
        "“{amount}” is not an amount that a link can ask for.",
        ("Ask the payee for a link whose uint256 is a whole number of minor units, above zero."),
    ),
    "paylink.call": (
        "The link asks for “{call}”, and not for a plain transfer.",
        "Do not pay by it; ask the payee for a link made by jiaozi request.",
    ),
    "paylink.chain": ("“{chain}” is not a chain's number.", "Ask the payee for the link again."),
    "paylink.fixed": (
        "The link asks for {amount}, and --amount for something else.",
        "Leave --amount out, or pay with jiaozi send.",
    ),
    "paylink.format": (
        "“{link}” is not a payment link.",
        "Copy the whole link; it begins with ethereum: and has no blanks.",
    ),
    "paylink.name": (
        "“{name}” in the link is a name and not an address.",
        "Ask the payee for a link with addresses: whom a name means cannot be seen here.",
    ),
    "paylink.native": (
        "The link asks for the chain's native coin, or names no transfer of the token.",
        ("Ask the payee for a link made by jiaozi request; this wallet pays the deposit token."),
    ),
    "paylink.neither": (
        "“{link}” is neither a payment link nor a picture file.",
        "Give a link that begins with ethereum:, or the path of a picture.",
    ),
    "paylink.open": ("The link leaves the amount open.", "Say how much: --amount 12.34."),
    "paylink.other_chain": (
        "The link is for chain {actual}, this network is chain {expected}.",
        ("Choose the network of that chain with --on NETWORK (jiaozi networks), or ask the payee."),
    ),
    "paylink.other_token": (
        "The link asks for another token, {token}, and not for {symbol}.",
        ("Choose the network of that token with --on NETWORK (jiaozi networks), or ask the payee."),
    ),
    "paylink.parameter": (
        "The link says “{name}”, which a payment of the token does not have.",
        "Do not pay by it; ask the payee for a link made by jiaozi request.",
    ),
    "paylink.payee": (
        "The link does not say who is to be paid.",
        "Ask the payee for the link again.",
    ),
    "paylink.twice": (
        "The link says “{name}” twice.",
        "Do not pay by it; ask the payee for the link again.",
    ),
    "reserve.day": ("“{day}” is no day.", "Write it as 2026-11-19."),
    "reserve.none": (
        "The bank at {place} has published no proof of reserve yet.",
        "Ask again tomorrow; a proof is made once a day.",
    ),
    "send.mined": (
        "The payment is in block {block} already; nothing was signed.",
        (
            "Look at it with jiaozi send --again {id}. What is paid can only be sent back by "
            "the payee."
        ),
    ),
    "send.not_direct": (
        "The payment {id} went through the bank's relay; it has no fee of yours to raise.",
        "Bring it yourself with jiaozi send --again {id} --direct, or let it expire.",
    ),
    "send.not_waiting": (
        "{place} does not know this payment's transaction; nothing was signed.",
        "Send it again first: jiaozi send --again {id}.",
    ),
    "send.too_late": (
        "The payment was faster than its cancellation: it is in block {block} and counts.",
        "It can only be sent back by the payee; look at it with jiaozi send --again {id}.",
    ),
    "unlink.none": (
        "The account {account} has no open link to this wallet.",
        "Check the number; jiaozi link makes a link.",
    ),
}
