"""Wallet: the texts of every error, in English: code → (what happened, what to do)."""

ERRORS: dict[str, tuple[str, str]] = {
    "abi.answer": (
        "The node's answer is not what the contract can have said ({kind}).",
        "Check the address of the token and the node's URL in config.toml.",
    ),
    "address.checksum": (
        "The address {address} has a wrong checksum: a letter or digit in it was changed.",
        "Copy the address again from where it came from; do not retype it.",
    ),
    "address.format": (
        "“{address}” is not an address.",
        "Give 0x and 40 digits 0-9 a-f, or the name of a contact.",
    ),
    "address.zero": (
        "The zero address belongs to nobody.",
        "Ask the payee for their own address.",
    ),
    "amount.decimals": (
        "{amount} has more decimals than {currency}, which has {places}.",
        "Write the amount with at most {places} decimals; it is never rounded for you.",
    ),
    "amount.digits": (
        "“{amount}” is not an amount of {currency}: its digits are of another script.",
        "Write it with the ordinary digits 0-9 and at most one point, such as 12.34.",
    ),
    "amount.format": (
        "“{amount}” is not an amount of {currency}.",
        "Write digits and at most one point, such as 12.34, without sign or separators.",
    ),
    "amount.too_large": (
        "{amount} {currency} is more than any account can hold.",
        "Check the amount.",
    ),
    "amount.zeros": (
        "“{amount}” is not an amount of {currency}: it begins with a needless zero.",
        "Write it without leading zeros, such as 1 or 0.01.",
    ),
    "chain.id": (
        "{place} serves chain {actual}, this wallet is for chain {expected}.",
        "Start the right chain, or give the URL of a node of chain {expected}.",
    ),
    "currency.unknown": (
        "“{currency}” is not a currency code.",
        "Use an ISO 4217 code in capitals, such as EUR or CNY.",
    ),
    "field.address": (
        "{field} is not a checksummed address.",
        "Read it with parse_address first.",
    ),
    "field.bytes": ("{field} is not {length} bytes.", "Give exactly {length} bytes."),
    "field.string": (
        "{field} is not text that has a UTF-8 form.",
        "Give text without lone surrogates.",
    ),
    "field.struct": ("{field} is not a {kind}.", "Give a {kind} record."),
    "field.tuple": ("{field} is not a tuple.", "Give a tuple of records."),
    "field.uint256": (
        "{field} is not a whole number from 0 to 2^256−1.",
        "Give an int in that range.",
    ),
    "hd.extended_key": (
        "This extended key cannot be used: its {part} is wrong.",
        "Copy the whole xpub or xprv again from where it came from.",
    ),
    "hd.seed": (
        "A seed has 16 to 64 bytes, this one has {length}.",
        "Make the seed from a recovery phrase.",
    ),
    "hd.seed_unusable": (
        "This seed gives no valid master key.",
        "Create a new recovery phrase; this happens once in 2^127 times.",
    ),
    "key.range": (
        "These bytes are not a private key.",
        "Give the 32 bytes of a key between 1 and the curve's order.",
    ),
    "keystore.field": (
        "The key file cannot be used: its field {field} is missing, damaged or not supported.",
        "Use an unchanged version 3 key file, or another backup.",
    ),
    "keystore.password": (
        "The password does not open the key file, or the file was changed.",
        "Check the password; if it is right, use another backup of the file.",
    ),
    "mnemonic.checksum": (
        "These words are all known, but together they are not a recovery phrase.",
        "Compare every word and their order with your written copy.",
    ),
    "mnemonic.entropy": (
        "A recovery phrase holds 16, 20, 24, 28 or 32 bytes, not {length}.",
        "Give the entropy that another wallet shows for a BIP-39 phrase.",
    ),
    "mnemonic.language": (
        "There is no list of recovery words named “{language}”.",
        "Choose one of these: {known}.",
    ),
    "mnemonic.length": (
        "A recovery phrase has 12, 15, 18, 21 or 24 words, not {count}.",
        "Check that no word is missing or doubled.",
    ),
    "mnemonic.suspects": (
        "These words are all known ({language}), but together they are not a recovery phrase.",
        "Compare words {places} with your written copy first: a slip there would explain it.",
    ),
    "mnemonic.word": (
        "Word {place} is not in the list of recovery words ({language}).",
        "Compare that word with your written copy, letter by letter.",
    ),
    "net.plain": (
        "{place} is not this computer, and http:// hides nothing from those between.",
        "Give its https:// URL; where the way is safe anyhow, jiaozi init --insecure-http.",
    ),
    "net.too_large": (
        "{place} sent more than 32 MiB.",
        "Check that the URL is that of the right server.",
    ),
    "net.unreachable": (
        "{place} cannot be reached: {reason}.",
        "Check that it runs, the URL and your connection; then try again.",
    ),
    "net.url": (
        "“{url}” is not a URL that can be used here.",
        "Give http:// or https://, host and port, without user name or password.",
    ),
    "path.depth": (
        "A derivation path has at most 255 steps, not {depth}.",
        "Give a shorter path.",
    ),
    "path.format": (
        "“{path}” is not a derivation path.",
        "Write it as m/44'/60'/0'/0/0.",
    ),
    "path.index": (
        "{index} is not a path index.",
        "Use a whole number from 0 to 2147483647, marked ' where it is hardened.",
    ),
    "path.no_key": (
        "No key exists at index {index} here.",
        "Use the next index; this happens once in 2^127 times.",
    ),
    "refused.account": (
        "The token does not take {account} as an account.",
        "Check the payee's address.",
    ),
    "refused.balance": (
        "The balance of {amount} {currency} is less than the {limit} {currency} needed.",
        "Choose a smaller amount, or top up first.",
    ),
    "refused.balance_limit": (
        "The payee {account} would hold {amount} {currency}; {limit} {currency} is its limit.",
        "Send less, or ask the payee to have the limit raised at the bank.",
    ),
    "refused.daily_limit": (
        "With this, {amount} {currency} would be spent today; the limit is {limit} {currency}.",
        "Send less, wait for the next day, or have the limit raised at the bank.",
    ),
    "refused.expired": (
        "The signed order's time has run out.",
        "Make a new one; this one can no longer be used.",
    ),
    "refused.frozen": (
        "The account {account} is frozen by the bank: it can neither pay nor be paid.",
        "Ask the bank; nothing was sent.",
    ),
    "refused.other": (
        "The token refuses this: {name}.",
        "Nothing was moved; check amount, payee and time, and try again.",
    ),
    "refused.paused": (
        "The bank has paused all payments in this token.",
        "Wait until it goes on; balances stay as they are.",
    ),
    "refused.payment_limit": (
        "{amount} {currency} is more than one payment may be; the limit is {limit} {currency}.",
        "Send less at once, or have the limit raised at the bank.",
    ),
    "refused.unregistered": (
        "The account {account} is not registered with the bank (or its tier is closed).",
        "Its owner links it to a bank account first: jiaozi link.",
    ),
    "refused.used": (
        "This signed order was used or cancelled before.",
        "Look at jiaozi history; make a new one only if the money did not move.",
    ),
    "rlp.malformed": (
        "These bytes are not RLP: the fault is at byte {offset}.",
        "Copy the whole of the bytes again from where they came from.",
    ),
    "rpc.answer": (
        "{place} gave an answer to {method} that is not Ethereum JSON-RPC.",
        "Check that the RPC URL is that of an Ethereum node.",
    ),
    "rpc.refused": (
        "The node refused {method}: {reason}.",
        "Read the node's reason; check the RPC URL if the method is not known to it.",
    ),
    "secret.hashed": (
        "A secret was about to be used as a dictionary key.",
        "This is a fault of the program; report it.",
    ),
    "secret.pickled": (
        "A secret was about to be copied or stored.",
        "This is a fault of the program; report it.",
    ),
    "signature.digest": (
        "A digest has 32 bytes, this one has {length}.",
        "Hash the message first.",
    ),
    "signature.length": (
        "A signature has 65 bytes, this one has {length}.",
        "Give r, s and v, 65 bytes together.",
    ),
    "signature.range": (
        "The signature is not valid: r or s is out of range, or s is in the upper half.",
        "Sign again with a wallet that makes low-s signatures (EIP-2).",
    ),
    "signature.v": (
        "The signature ends in {v}, where 27 or 28 belongs.",
        "Sign again with a wallet that follows Ethereum's form.",
    ),
    "token.decimals": (
        "The token at {token} does not count in the minor unit of {currency}.",
        "Do not use it; check the token's address with the bank.",
    ),
    "token.domain": (
        "The token at {token} does not verify signatures under the name “{name}” on this chain.",
        "Do not use it; check chain, token and name with the bank.",
    ),
    "token.missing": (
        "There is no contract at {token} on the chain of {place}.",
        "Check the RPC URL and the token's address with the bank.",
    ),
    "token.read": (
        "The token at {token} does not answer {view}: {reason}.",
        "Check that this is the deposit token's address.",
    ),
    "transaction.field": (
        "This is not a valid EIP-1559 transaction: its {field} is wrong.",
        "Make the transaction again.",
    ),
    "vault.damaged": (
        "The vault file is damaged: it is not what was written.",
        "Restore the wallet from its recovery phrase, or the file from a backup.",
    ),
    "vault.password": (
        "The password does not open the wallet, or the vault file was changed.",
        "Type the password again; if it is surely right, restore from the recovery phrase.",
    ),
}
