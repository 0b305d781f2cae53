"""Wallet: the texts of what is signed, its risks and the policy, in English."""

TEXTS: dict[str, str] = {
    "address.own": "your account {account}",
    "address.teller": "the bank's Teller",
    "after.allowance": "the spender may take it at any time, until it is used up or revoked",
    "after.no_allowance": "the spender may take nothing any more",
    "agent.token_once": "The token's secret. It is shown this once; give it to the program in a "
    "file of its own:",
    "agent.token_rule": "Write this into policy.toml, with what it may sign, and sign that "
    "(jiaozi policy sign):",
    "allowances.none": "Nobody may take money of this account.",
    "allowances.read": "Read from the chain up to block {block}: {chain}",
    "allowances.revoked": "{spender} may take nothing any more.",
    "allowances.under_way": "The transaction that revokes it from {spender} is sent.",
    "consent.title": "You are about to sign this: {intent}",
    "contacts.none": "There is no contact yet.",
    "decision.account": "not this account",
    "decision.chain": "not on that chain",
    "decision.contract": "not at this contract",
    "decision.fee": "the fee is too high",
    "decision.hours": "not at this hour",
    "decision.message": "not such a message",
    "decision.money": "not this currency",
    "decision.no": "no: {why}",
    "decision.no_token": "not such a token",
    "decision.other_account": "not for another account",
    "decision.payee": "not to this payee",
    "decision.per_day": "too much for a day",
    "decision.per_payment": "too much for a payment",
    "decision.token": "no rule for this token",
    "decision.tokens_only": "only with a token",
    "decision.unlimited": "without a limit",
    "help.allowances": "list who may take money of this account, and revoke it",
    "help.allowances.example": "jiaozi allowances\njiaozi allowances revoke "
    "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.contacts": "list, add, remove or rename the names of payees",
    "help.contacts.example": "jiaozi contacts add Bo 0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
    "help.policy": "sign, check, show the rules of policy.toml, and their decisions",
    "help.policy.example": "jiaozi policy sign\njiaozi policy log --limit 50",
    "help.sign": "sign a typed message (EIP-712), a text or a sign-in (EIP-4361)",
    "help.sign.example": "jiaozi sign typed order.json\n"
    "jiaozi sign text --message 'It is me'\n"
    "jiaozi sign text < sign-in.txt",
    "help.verify": "check whether a signature is an account's (a contract's: ERC-1271)",
    "help.verify.example": "jiaozi verify text --message 'It is me' --by Bo "
    '--signature "$(cat signature.txt)"',
    "intent.allow": "allowance: somebody may take your money",
    "intent.allow_more": "larger allowance: somebody may take more of your money",
    "intent.bring": "bringing of a signed payment to the chain",
    "intent.cancel_order": "cancelling of a redemption order",
    "intent.cancel_payment": "cancelling of a signed payment",
    "intent.collect": "payment that the payee collects",
    "intent.collect_now": "collecting of a signed payment",
    "intent.issue": "approval of an issue of tokens",
    "intent.link": "statement that a bank account is yours",
    "intent.native": "payment in the chain's native coin",
    "intent.pay": "payment",
    "intent.pay_from": "payment with another account's money",
    "intent.redeem": "redemption: tokens become bank money",
    "intent.revoke": "withdrawal of an allowance",
    "intent.sign_in": "sign-in at {domain}",
    "intent.text": "text",
    "intent.unknown_call": "call of a contract that this wallet cannot explain",
    "intent.unknown_message": "message “{name}”, unknown to this wallet, field by field",
    "intent.unlink": "end of the link to a bank account",
    "label.account_of": "account of",
    "label.afterwards": "afterwards",
    "label.at_most": "at most",
    "label.contract": "contract",
    "label.contracts": "contracts",
    "label.data": "data (bytes)",
    "label.deposit": "deposit",
    "label.digest": "digest",
    "label.domain_version": "version of the site",
    "label.from": "from",
    "label.hours": "hours",
    "label.link": "link",
    "label.messages": "messages and calls",
    "label.native": "native coin",
    "label.nonce": "number",
    "label.now": "until now",
    "label.owner": "owner",
    "label.payee_check": "name check",
    "label.payout_hash": "hash of the payout",
    "label.pays": "may pay",
    "label.per_day": "a day",
    "label.per_payment": "a payment",
    "label.request_id": "request",
    "label.resource": "resource",
    "label.salt": "salt",
    "label.signature": "signature",
    "label.signed_at": "signed at",
    "label.simulation": "tried out",
    "label.site": "site",
    "label.spender": "spender",
    "label.standing_of_payee": "known",
    "label.statement": "statement",
    "label.uri": "address of the page",
    "label.usable_accounts": "accounts",
    "label.valid_from": "valid from",
    "option.accept-risk": "go on past this named risk; may be given several times",
    "option.by": "whose signature it shall be: an address or contact (else your own)",
    "option.message": "the text itself, instead of a file",
    "option.signature": "the signature in hex",
    "option.token-file": "sign through the agent, as the agent token in a file",
    "payee.contact": "a contact, not paid before",
    "payee.first": "no: you have never paid this address",
    "payee.not_checked": "not checked: the bank offers no check of the name",
    "payee.own": "one of your own accounts",
    "payee.paid": "paid before: {count}, last {last}",
    "policy.any": "not restricted",
    "policy.contacts": "Its contacts, as they are now:",
    "policy.good": "The policy is in force, signed {moment}.",
    "policy.no_log": "Nothing has been decided yet.",
    "policy.nothing": "nothing",
    "policy.signed": "The policy is signed and in force from now on.",
    "policy.title": "You are about to sign these rules, by which this wallet will judge every "
    "signature:",
    "policy.yes": "yes",
    "risk.blind-call": "RISK blind-call: nobody can say what this call of {contract} does. It "
    "may take everything you have.",
    "risk.blind-typed-data": "RISK blind-typed-data: there is nothing to read in this message, "
    "{message}, but numbers that stand for something else. It may be anything.",
    "risk.contract-payee": "RISK contract-payee: {address} is a contract, not a person. Money "
    "that a contract is not made for is lost.",
    "risk.hidden-text": "RISK hidden-text: this text has letters that cannot be seen or that "
    "turn the direction of writing. It may say another thing than it seems to.",
    "risk.look-alike": "RISK look-alike: {address} is not {known}, which you know, but looks "
    "like it. Compare every letter: thieves make such addresses and slip them into your history.",
    "risk.look-alike-name": "RISK look-alike-name: the name “{name}” could be taken for your "
    "contact “{known}”.",
    "risk.mixed-script": "RISK mixed-script: the name “{name}” mixes letters of several scripts, "
    "or hides letters. It may be made to look like another.",
    "risk.other-account": "RISK other-account: this speaks of the account {account}, and you "
    "sign as {own}.",
    "risk.other-chain": "RISK other-chain: this holds on chain {chain} (* is every chain), and "
    "this wallet is set up for chain {own}.",
    "risk.question": "Type {risk} to go on, anything else to stop:",
    "risk.raw-digest": "RISK raw-digest: this is a bare hash. It may stand for anything, a "
    "payment of all you have included.",
    "risk.sign-in-look-alike": "RISK sign-in-look-alike: this looks like a sign-in but is not "
    "one by the standard (EIP-4361). A site that is honest does not send such.",
    "risk.unknown-spender": "RISK unknown-spender: {spender} would be allowed to take your "
    "money, and you do not know it: it is neither the bank's nor a contact of yours.",
    "risk.unlimited-allowance": "RISK unlimited-allowance: {spender} would be allowed to take "
    "all there is, now and later.",
    "sign.as": "You sign as {account}.",
    "sign.done": "Signed.",
    "simulation.none": "not tried out: the chain does not answer",
    "simulation.passes": "the token would take it now",
    "value.any_chain": "any chain",
    "value.expired": "{moment}: it has expired",
    "value.no_end": "no end",
    "value.units": "{amount} smallest units of the token {token}",
    "value.unlimited": "all there is, now and later",
    "verify.contract": "The contract {by} takes this signature as its own (ERC-1271).",
    "verify.key": "The signature is that of {by}.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "agent.token": (
        "“{name}” cannot be made a token.",
        "So: jiaozi agent token new NAME, the name of letters, digits, - and _.",
    ),
    "allowance.none": (
        "{spender} may take nothing of this account already.",
        "There is nothing to revoke.",
    ),
    "allowance.reverted": (
        "The transaction 0x{tx} failed in block {block}; the allowance stands.",
        "Run the command again; the chain's fee was taken.",
    ),
    "allowance.waiting": (
        "The transaction 0x{tx} was not final after {seconds} seconds.",
        "Look again with jiaozi allowances; it may still get into a block.",
    ),
    "contact.known": (
        "{address} is your contact “{name}” already.",
        "Pay it by that name, or rename it: jiaozi contacts rename.",
    ),
    "contact.taken": (
        "“{name}” is another contact's name.",
        "Choose another name, or remove that contact first.",
    ),
    "contact.unknown": (
        "“{name}” is no contact.",
        "See your contacts: jiaozi contacts.",
    ),
    "paper.large": (
        "This is larger than {largest} bytes, more than a person can read.",
        "Sign a shorter text, or its hash inside a typed message.",
    ),
    "paper.none": (
        "There is nothing to sign or verify.",
        "Name a file, give --message TEXT, or send it in through a pipe.",
    ),
    "policy.account": (
        "The rule {rule} does not allow to use the account {account}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.amount": (
        "{key} of policy.toml is no amount of its currency.",
        'Write it in quotes, with no more decimals than the currency has: "12.34".',
    ),
    "policy.chain": (
        "The rule {rule} is for another chain: {message} holds on chain {what}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.changed": (
        "policy.toml is not what its owner signed.",
        "Read it; if it is as you want it, sign it: jiaozi policy sign.",
    ),
    "policy.contact": (
        "policy.toml names “{name}”, who is no contact.",
        "Add the contact, or name an address instead.",
    ),
    "policy.contract": (
        "The rule {rule} does not allow {message} at the contract {what}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.fee": (
        "The rule {rule} allows a fee of {most} wei, and this may cost {fee}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.gone": (
        "The policy is gone from {home}; the agent was unlocked under one.",
        "Restore policy.toml and policy.sig; to do without, lock the agent and unlock it anew.",
    ),
    "policy.hours": (
        "The rule {rule} does not allow to sign at this hour.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.hours_form": (
        "{key} of policy.toml is no span of hours.",
        'Write it so: "08:00-20:00".',
    ),
    "policy.key": (
        "{key} of policy.toml is missing, unknown or wrong.",
        "See docs and correct it; a key that is not known is not ignored.",
    ),
    "policy.log": (
        "Line {line} of policy.log is damaged, so today's sum is not known.",
        "Restore the file, or move it away and begin a new one.",
    ),
    "policy.message": (
        "The rule {rule} does not allow to sign “{message}”.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.missing": (
        "policy.sig is in {home}, and policy.toml is gone.",
        "Restore policy.toml; only if there shall be no policy, delete policy.sig too.",
    ),
    "policy.money": (
        "The rule {rule} has an amount of another currency, and this moves {token}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.no_token": (
        "This secret is of no agent token of policy.toml.",
        "Make one: jiaozi agent token new NAME, write it into policy.toml, and sign that.",
    ),
    "policy.none": (
        "There is no policy.toml in {home}.",
        "Write one, then sign it: jiaozi policy sign.",
    ),
    "policy.older": (
        "The policy is an older one than the agent has seen.",
        "Restore the newer one, or read this one and sign it anew: jiaozi policy sign.",
    ),
    "policy.other_account": (
        "The rule {rule} does not allow to speak for the account {what}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.payee": (
        "The rule {rule} does not allow to pay {what}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.per_day": (
        "The rule {rule} allows {most} a day; with this it would be {amount}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.per_payment": (
        "The rule {rule} allows {most} a payment, and this is {amount}.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.syntax": (
        "policy.toml cannot be read: {reason}.",
        "Correct that line.",
    ),
    "policy.token": (
        "policy.toml has no rule for the token {token}.",
        "Write one and sign it: jiaozi policy sign.",
    ),
    "policy.tokens_only": (
        "The policy lets the agent serve only those who bring a token.",
        "Name the token's file with --token-file, or sign with the password (--password-file).",
    ),
    "policy.unknown_account": (
        "policy.toml names “{name}”, which is no account of this wallet.",
        "Name an account by its name, number or address: jiaozi accounts.",
    ),
    "policy.unlimited": (
        "The rule {rule} has a limit, and this allowance has none.",
        "Sign under another rule, or change policy.toml and sign it: jiaozi policy sign.",
    ),
    "policy.unsigned": (
        "policy.toml is not signed, so nothing is signed by it.",
        "Read it; if it is as you want it, sign it: jiaozi policy sign.",
    ),
    "risk.declined": (
        "Stopped at the risk {risk}: nothing was signed.",
        "Run the command again if you have checked it.",
    ),
    "risk.needed": (
        "Not accepted by name yet, as each risk must be: {risk}.",
        "Read what it says, then add --accept-risk={risk}; --yes does not cover it.",
    ),
    "siwe.part": (
        "This is no sign-in by EIP-4361: its {part} is missing, wrong or out of place.",
        "Do not sign it; ask the site for a correct message.",
    ),
    "typed.domain": (
        "The typed message's {field} is not a domain of EIP-712.",
        "Its fields are name, version, chainId, verifyingContract and salt, in this order.",
    ),
    "typed.extra": (
        "The typed message has a field {field} that its type {kind} does not have.",
        "Nothing of it would be signed; ask whoever made the message for a correct one.",
    ),
    "typed.json": (
        "This is no typed message: it is not JSON, has a key twice, or is too large or too deep.",
        "Give the JSON of eth_signTypedData_v4, at most {largest} bytes.",
    ),
    "typed.missing": (
        "The typed message lacks its field {field} ({kind}).",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.primary": (
        "The typed message's primaryType {kind} is not among its types.",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.type": (
        "The typed message cannot be read: {kind} at {field} is no type of EIP-712.",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.value": (
        "The typed message cannot be read: its field {field} is no value of type {kind}.",
        "Numbers are whole, in decimal or 0x-hex; bytes are 0x-hex; addresses keep their checksum.",
    ),
    "verify.signature": (
        "“{signature}” is no signature.",
        "Give it in hex, as it was made: 65 bytes for a key.",
    ),
    "verify.wrong": (
        "This is not a signature of {by} over this.",
        "Check that the text is the same to the letter, and whose signature it shall be (--by).",
    ),
}
