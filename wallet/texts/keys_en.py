"""Wallet: the texts of accounts, phrases and backups, in English."""

TEXTS: dict[str, str] = {
    "option.account": "use this account, by name, number or address",
}

ERRORS: dict[str, tuple[str, str]] = {
    "account.name": (
        "“{name}” cannot be the name of an account: it is taken, a number or an address.",
        "Choose another name.",
    ),
    "account.present": (
        "{address} is in this wallet already, as account {account}.",
        "Use it with --account {account}.",
    ),
    "account.private": (
        "The accounts of this wallet are sealed; showing an address needs the password.",
        "Give the password, by --password-file or at a terminal.",
    ),
    "account.unknown": (
        "This wallet has no account “{account}”.",
        "Name one of these by its name, number or address: {known}.",
    ),
    "account.watch": (
        "This wallet only watches {address}; it has no key to sign with.",
        "Sign where the key is, or make a wallet there with jiaozi init --restore.",
    ),
    "home.no_phrase": (
        "This wallet was not made from a recovery phrase; it is of the kind {kind}.",
        "Use its own backup: the key file, the device, or the wallet that is watched.",
    ),
}
