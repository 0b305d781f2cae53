"""Wallet: the texts of accounts, phrases and backups, in English."""

TEXTS: dict[str, str] = {
    "account.is_retired": "This account is retired: its key has left this wallet, or you put it "
    "aside.",
    "account.made": "Account {account} is there.",
    "account.renamed": "The account is now called {account}.",
    "account.retired": "Account {account} is retired.",
    "account.retired_warning": "Careful: account {account} is retired; its key may be known to "
    "others.",
    "account.use_it": "Use it with --account {number}, or from now on: {command} account use "
    "{number}",
    "account.used": "Account {account} is the one in use now.",
    "device.compare": "Compare this address with the one on the device, and confirm it there:\n"
    "  {address}",
    "device.hashes": "The device cannot show this message; it shows two hashes only:\n"
    "  domain hash   {domain}\n"
    "  message hash  {message}\n"
    "What is signed can then be read on this computer alone. Go on only if you trust it.",
    "device.look": "Look at the device, and confirm or refuse there.",
    "device.pin": "PIN, by the places on the device's grid (not shown):",
    "export.done": "The key of {address} is in {file}, under the password that you gave for it.",
    "export.retired": "Account {account} is retired. Move its money to another wallet if "
    "anybody else may get that file.",
    "export.warning": "This writes the private key of this account to a file: {account}, "
    "{address}\n"
    "The wallet's xpub lies beside it in clear. Whoever gets both can work out the\n"
    "keys of ALL accounts of this wallet, not of this one only.\n"
    "The account will be marked as retired.",
    "guide.bank": "The bank's bridge (a URL), or the file of a deployment",
    "guide.create": "a new wallet with a new recovery phrase",
    "guide.keystore": "a wallet from a key file (keystore)",
    "guide.keystore_file": "The key file",
    "guide.ledger": "a wallet whose keys are on a Ledger",
    "guide.node": "A node of the chain",
    "guide.prompt": "{question}:",
    "guide.prompt_default": "{question} [{default}]:",
    "guide.restore": "a wallet from its recovery phrase",
    "guide.title": "What shall the wallet be?",
    "guide.trezor": "a wallet whose keys are on a Trezor",
    "guide.watch": "a wallet that only watches an address or an xpub",
    "guide.watch_what": "The address or xpub to watch",
    "guide.which": "Number",
    "help.account": "show, make, choose, name or retire an account of this wallet",
    "help.account.example": "jiaozi account new savings\njiaozi account use savings",
    "help.export": "export an address, the xpub, or one account's key as a key file",
    "help.export.example": "jiaozi export xpub\njiaozi export key savings.json --account savings",
    "init.looking": "Looking on the chain for accounts that were used.",
    "init.next_balance": "Next: {command} balance",
    "init.passphrase": "BIP-39 passphrase (not shown):",
    "init.passphrase_again": "The same passphrase again:",
    "init.watching": "The wallet is ready. It watches and cannot sign.",
    "kind.key": "a single key",
    "kind.ledger": "keys on a Ledger",
    "kind.phrase": "keys of a recovery phrase",
    "kind.trezor": "keys on a Trezor",
    "kind.watch": "watched, no key here",
    "label.account_name": "name",
    "label.accounts": "accounts found",
    "label.kind": "kind",
    "label.number": "account",
    "label.path": "path",
    "option.account": "use this account, by name, number or address",
    "option.coin-type": "SLIP-44 coin type of the paths (else the chain's, mostly 60)",
    "option.key-password-file": "read the key file's own password from a file",
    "option.keystore": "import the key of a key file (Web3 Secret Storage)",
    "option.ledger": "the keys are on a Ledger (its Ethereum app is open)",
    "option.passphrase": "ask for the BIP-39 passphrase that goes with the phrase",
    "option.passphrase-file": "read the BIP-39 passphrase from a file",
    "option.path": "with new: the key at this derivation path",
    "option.private": "seal the addresses too: showing one then needs the password",
    "option.trezor": "the keys are on a Trezor",
    "option.watch": "watch an address or an xpub, without any key",
    "password.key_file": "Password of the key file:",
    "password.key_file_new": "A password for the key file (8 characters or more):",
}

ERRORS: dict[str, tuple[str, str]] = {
    "account.name": (
        "“{name}” cannot be the name of an account: it is taken, a number or an address.",
        "Choose another name.",
    ),
    "account.path": (
        "The path m is the tree's root, not an account.",
        "Give a whole path, as m/44'/60'/0'/0/1.",
    ),
    "account.present": (
        "{address} is in this wallet already, as account {account}.",
        "Use it with --account {account}.",
    ),
    "account.private": (
        "The accounts of this wallet are sealed; showing an address needs the password.",
        "Give the password, by --password-file or at a terminal.",
    ),
    "account.single": (
        "This wallet has no tree of accounts.",
        "Make another wallet in another --home for another key or address.",
    ),
    "account.unknown": (
        "This wallet has no account “{account}”.",
        "Name one of these by its name, number or address: {known}.",
    ),
    "account.watch": (
        "This wallet only watches {address}; it has no key to sign with.",
        "Sign where the key is, or make a wallet there with jiaozi init --restore.",
    ),
    "device.answer": (
        "The device gave an answer that makes no sense.",
        "Unplug it, plug it in again, and try once more; nothing was signed.",
    ),
    "device.app": (
        "The Ethereum app is not open on the Ledger.",
        "Open the Ethereum app on the device, then try again.",
    ),
    "device.busy": (
        "The {device} is in use by another program, or may not be opened.",
        "Close other wallets; on Linux, install the maker's udev rules.",
    ),
    "device.declined": (
        "Refused on the device; nothing was signed.",
        "Run the command again if you want to sign it.",
    ),
    "device.encoding": (
        "The transaction was not given to the device: two ways of encoding it differ.",
        "This is a fault of the program; report it.",
    ),
    "device.extra": (
        "The library for this device is not installed.",
        "Install it with pip install 'jiaozi[{extra}]'.",
    ),
    "device.failed": (
        "The Trezor could not do it: {reason}.",
        "Check the device and its firmware, then try again.",
    ),
    "device.gone": (
        "The device does not answer any more.",
        "Plug it in, unlock it, open its Ethereum app, and try again.",
    ),
    "device.locked": (
        "The {device} is locked.",
        "Unlock it with its PIN, then try again.",
    ),
    "device.nobody": (
        "The keys are on a device ({kind}), which this program cannot ask.",
        "Sign with the jiaozi command, with the device at hand.",
    ),
    "device.none": (
        "No {device} was found.",
        "Plug it in and unlock it; on Linux, the maker's udev rules must be installed.",
    ),
    "device.not_taken": (
        "The app on the device does not take this.",
        "Allow blind signing in the Ethereum app's settings if the data is a contract's call.",
    ),
    "device.other": (
        "This device has {actual} where the wallet has {expected}.",
        "Use the wallet's own device, with the same passphrase as before.",
    ),
    "device.packet": (
        "The device's answer came in the wrong order.",
        "Unplug it, plug it in again, and close other wallets.",
    ),
    "device.path": (
        "The device takes no path as long as {path}.",
        "Use a path of ten steps at most.",
    ),
    "device.signature": (
        "The device's signature is not that of {address} over this message; it was not used.",
        "Check that it is the right device; do not use it if this happens again.",
    ),
    "device.status": (
        "The device answered with the status {status}.",
        "Unlock it, open its Ethereum app, update both if need be, and try again.",
    ),
    "device.typed": (
        "This message has a form that the device cannot take.",
        "Sign it with a key in this wallet's vault, or ask for a simpler message.",
    ),
    "device.unknown": (
        "The app on the device does not know this command ({status}).",
        "Update the device's Ethereum app.",
    ),
    "export.exists": (
        "There is something at {file} already; it is left as it is.",
        "Choose another name.",
    ),
    "export.no_key": (
        "There is no private key in this wallet.",
        "Export it where the key is.",
    ),
    "guide.end": (
        "The questions were not answered; nothing was written.",
        "Run jiaozi init again, or give its options: jiaozi init --help.",
    ),
    "home.no_phrase": (
        "This wallet was not made from a recovery phrase.",
        "Use its own backup: the key file, the device, or the wallet that is watched.",
    ),
    "init.one": (
        "A wallet is made of one thing: {options}.",
        "Give only one of these options.",
    ),
    "init.passphrase": (
        "The passphrase has characters that cannot be shown, or is not in UTF-8.",
        "Give the passphrase as one line of visible characters.",
    ),
    "keystore.json": (
        "{file} is not a key file.",
        "Give the JSON file (Web3 Secret Storage, version 3) of the key.",
    ),
    "signature.blind": (
        "This signer shows what it signs, and 32 bytes say nothing.",
        "Give it the whole message: sign_typed_data, sign_transaction or a text.",
    ),
    "watch.depth": (
        "This extended key stands at depth {depth} of its tree, which is no account.",
        "Give the xpub of m/44'/60'/0' (depth 3) or m/44'/60'/0'/0 (depth 4).",
    ),
    "watch.secret": (
        "What was given to --watch looks like a private key or a phrase.",
        "Watch an address or an xpub. If it was real, others may have seen it: move the money.",
    ),
    "web3.digest": (
        "eth-account reads this typed message as another one than other wallets do.",
        "Give every field of its type, spelled as the type says.",
    ),
    "web3.primary": (
        "The types of this message leave open which one is meant.",
        "Give full_message with its primaryType.",
    ),
    "web3.value": (
        "A value of the kind {kind} has no place in a typed message.",
        "Give numbers, texts, bytes, lists and objects.",
    ),
}
