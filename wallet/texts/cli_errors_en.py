"""Wallet: the texts of the command's errors, in English: code → (what happened, what to do)."""

ERRORS: dict[str, tuple[str, str]] = {
    "amount.zero": ("The amount is zero.", "Give an amount above zero."),
    "bank.answer": (
        "{place} answered without a usable {field}.",
        "Check that the URL is that of the bank's bridge; else ask the bank.",
    ),
    "bank.none": (
        "This wallet was set up without a bank.",
        "Pay with --direct, or add [bank] and its url to config.toml in {home}.",
    ),
    "bank.not_json": (
        "{place} answered {status} with something that is not JSON.",
        "Check that the URL is that of the bank's bridge.",
    ),
    "bank.other_token": (
        "{place} speaks of another token: {token}.",
        "Check the bank's URL; do not sign anything until they agree.",
    ),
    "bank.problem": (
        "{place} could not do it ({status}): {detail}",
        "{bank_remedy} If it stays so, ask the bank.",
    ),
    "bank.refused": (
        "The bank says no ({status}): {detail}",
        "{bank_remedy} If you expected something else, ask the bank.",
    ),
    "book.damaged": (
        "book.json is damaged or was written by another version.",
        "Restore it from a backup; the money itself needs only the recovery phrase.",
    ),
    "config.field": (
        "{file} is missing its field {field}, or the field is wrong.",
        "Correct it, or create the wallet again from its phrase: jiaozi init --restore.",
    ),
    "config.syntax": (
        "config.toml cannot be read: {reason}.",
        "Correct that line.",
    ),
    "confirm.declined": ("Nothing was signed.", "Run the command again when you are ready."),
    "confirm.needed": (
        "This needs your consent, and there is no terminal to ask at.",
        "Look at the values and add --yes.",
    ),
    "contact.name": (
        "“{name}” cannot be a contact's name: it is too long, an address, or means something else.",
        "Choose another name of at most {longest} characters.",
    ),
    "file.system": (
        "{file}: {reason}.",
        "Check that the file or directory exists and that you may use it.",
    ),
    "file.text": ("{file} is not a text file.", "Give a file with the words in UTF-8."),
    "home.account": (
        "account.json is damaged.",
        "Restore it from a backup, or the wallet from its phrase: jiaozi init --restore.",
    ),
    "home.exists": (
        "There is a wallet in {home} already; it is left as it is.",
        "Choose another place with --home DIR.",
    ),
    "home.file": (
        "{file} is missing in {home}.",
        "Restore it from a backup, or the wallet from its phrase: jiaozi init --restore.",
    ),
    "home.mismatch": (
        "The vault holds the key of {actual}, account.json names {address}.",
        "The files are of two wallets: restore the right ones from a backup.",
    ),
    "home.missing": (
        "There is no wallet in {home}.",
        "Create one with jiaozi init, or name its directory with --home DIR.",
    ),
    "iban.checksum": (
        "The check digits of “{account}” do not agree: a letter or digit is wrong.",
        "Compare it with the bank's papers.",
    ),
    "iban.format": (
        "“{account}” is not an IBAN.",
        "Give two letters, two digits and the account, as on the bank's papers.",
    ),
    "init.file": (
        "{file} is not the description of a deployment.",
        "Give deployments/<chainId>.json as the deployment wrote it.",
    ),
    "init.network": (
        "It is not said which token this wallet is for.",
        "Give --bank URL, or --network FILE.",
    ),
    "init.rpc": (
        "It is not said where the chain is.",
        "Give --rpc URL, such as http://127.0.0.1:8545.",
    ),
    "interrupted": (
        "Stopped by Ctrl-C.",
        "What was signed before is in jiaozi history.",
    ),
    "link.refused": (
        "The bank refused the link to {account}: {reason}",
        "Check name, account and code with the bank and link again.",
    ),
    "link.waiting": (
        "After {seconds} seconds the link is not active yet; its state is {state}.",
        "Run the same command again later; it asks about this very link.",
    ),
    "password.differ": ("The two passwords are not the same.", "Type the same one twice."),
    "output.closed": (
        "Whoever was to read the output has gone before the end.",
        "Look at jiaozi history, or for a wallet with jiaozi address, before you repeat it.",
    ),
    "password.end": (
        "The input ended where a password or phrase was asked for.",
        "Type it and press Enter.",
    ),
    "password.none": (
        "There is no terminal to ask for a password or phrase at.",
        "Give --password-file FILE (and --phrase-file FILE to restore).",
    ),
    "password.short": (
        "The password is too short.",
        "Choose one of at least {least} characters.",
    ),
    "payee.self": ("That is this wallet's own address.", "Give the payee's address."),
    "payee.teller": (
        "That is the bank's own Teller contract; it holds no money and cannot be paid.",
        "Give the payee's address; to be paid out, use jiaozi redeem.",
    ),
    "payee.token": (
        "That is the token's own address; money sent there would be lost.",
        "Give the payee's address.",
    ),
    "payee.unknown": (
        "“{payee}” is neither an address nor a contact.",
        "Give 0x and 40 digits 0-9 a-f, or the name of a contact.",
    ),
    "redeem.fee": (
        "The bank's fee of {fee} takes all of {amount}.",
        "Redeem a larger amount.",
    ),
    "redeem.max_fee": (
        "The bank's fee is {fee}, and at most {most} may be signed; nothing was signed.",
        "Run it without --yes to be shown the fee, or allow it with --max-fee AMOUNT.",
    ),
    "redeem.no_link": (
        "No bank account is linked to this wallet.",
        "Link one first: jiaozi link IBAN --name NAME --code CODE.",
    ),
    "redeem.not_linked": (
        "{account} is not linked to this wallet.",
        "Redeem to a linked account, or link this one first.",
    ),
    "redeem.refused": (
        "The redemption was not carried out, nothing was burned: {reason}",
        "Look at the reason and make a new one. This order is {id}.",
    ),
    "redeem.returned": (
        "The bank could not pay out, and the tokens were credited again: {reason}",
        "Ask the bank about the account, then redeem again.",
    ),
    "redeem.unanswered": (
        "{place} did not answer; the signed order is kept and may or may not have arrived.",
        "Send the very same order again: jiaozi redeem --again {id} (it counts once).",
    ),
    "redeem.unknown": (
        "No single redemption of this account has an id that starts with “{id}”.",
        "Give at least 8 characters of an id that jiaozi history shows, or choose --account.",
    ),
    "redeem.waiting": (
        "After {seconds} seconds the redemption is not settled yet; its state is {state}.",
        "Look again with jiaozi redeem --again {id}.",
    ),
    "secret.file": (
        "{option}: {file} cannot be read: {reason}.",
        "Check that the file exists and that you may read it.",
    ),
    "send.cancelled": (
        "The signed payment was cancelled; no money moved by it.",
        "Make a new one. This one was {id}.",
    ),
    "send.chain_unanswered": (
        "{place} did not answer; the signed payment is kept and may or may not have arrived.",
        "Send the very same one again: jiaozi send --again {id} --direct (it counts once).",
    ),
    "send.failed": (
        "The bank could not bring the payment to the chain: {reason}",
        "Bring it yourself: jiaozi send --again {id} --direct; or let it expire.",
    ),
    "send.native": (
        "The chain's fee may come to {needed}, and {address} has less of its native coin.",
        "Send without --direct (the bank then pays the fee), or get some of that coin.",
    ),
    "send.no_bank": (
        "{place} cannot be reached, so the bank cannot relay the payment; nothing was signed.",
        "Pay straight to the chain: repeat the command with --direct.",
    ),
    "send.replaced": (
        "Another transaction of this wallet took this one's place; this payment never happens.",
        "Look at jiaozi history before you pay again. This one was {id}.",
    ),
    "send.reverted": (
        "The token refused the payment in block {block}; no money moved.",
        "Try again to learn the reason before anything is signed. This one was {id}.",
    ),
    "send.unanswered": (
        "{place} did not answer; the signed payment is kept and may or may not have arrived.",
        "Send the very same one: jiaozi send --again {id}, or add --direct (it counts once).",
    ),
    "send.unknown": (
        "No single payment of this account has an id that starts with “{id}”.",
        "Give at least 8 characters of an id that jiaozi history shows, or choose --account.",
    ),
    "send.waiting": (
        "After {seconds} seconds the payment is not final yet; it may still become so.",
        "Look again with jiaozi send --again {id}; do not pay a second time.",
    ),
    "signer.mismatch": (
        "What was signed is not what was shown; it was not sent.",
        "Do not use this computer for {address}; report this as a fault of the program.",
    ),
    "text.line": (
        "{field} must be one line of 1 to {longest} visible characters.",
        "Write it without line breaks and invisible characters.",
    ),
    "token.differs": (
        "The token at {token} calls itself “{name}”, which is not what the bank or file says.",
        "Do not use it; check chain and token with the bank.",
    ),
    "usage.action": (
        "“{word}” is nothing that jiaozi {command} does.",
        "Give one of these: {known}.",
    ),
    "usage.command": (
        "“{command}” is not a command.",
        "jiaozi --help lists the commands.",
    ),
    "usage.extra": (
        "“{word}” is one word too many.",
        "See jiaozi {command} --help; put text with blanks in quotes.",
    ),
    "usage.home": (
        "“{home}” names no directory.",
        "Give --home a directory, or leave it out.",
    ),
    "usage.instead": (
        "{option} names an order that is signed already; “{word}” cannot be added to it.",
        "Give {option} alone, or leave it out to make a new order.",
    ),
    "usage.language": (
        "“{language}” is not a language of this program.",
        "Choose one of: {known}.",
    ),
    "usage.missing": ("{word} is missing.", "See jiaozi {command} --help."),
    "usage.near_command": (
        "“{command}” is not a command.",
        "Did you mean {near}? jiaozi --help lists the commands.",
    ),
    "usage.no_value": ("{option} takes no value.", "Give it alone."),
    "usage.number": (
        "“{value}” is not a number that {option} takes.",
        "Give a whole number from 1 to {most}.",
    ),
    "usage.option": ("{option} is not an option here.", "See {command} --help."),
    "usage.twice": ("{option} is given twice.", "Give it once."),
    "usage.value": ("{option} needs a value.", "Write {option} {value}."),
}
