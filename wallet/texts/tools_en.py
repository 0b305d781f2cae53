"""Wallet: the texts of requests, history, networks and help, in English."""

TEXTS: dict[str, str] = {
    "help.config": "show or change where the chain and the bank are asked, and how",
    "help.config.example": "jiaozi config set rpc_url https://node.example",
    "help.networks": "the chains, tokens and banks of this wallet, and which one is used",
    "help.networks.example": "jiaozi networks add test --bank https://bridge.example "
    "--rpc http://127.0.0.1:8545\n"
    "jiaozi networks use test",
    "label.chain_id": "chain",
    "label.network": "network",
    "label.token": "token",
    "option.on": "the network to use for this command (jiaozi networks)",
    "option.unchecked": "write it although it cannot be checked now",
}

ERRORS: dict[str, tuple[str, str]] = {
    "config.fixed": (
        "{key} says what is signed for, and is not changed in place.",
        "Add another network: jiaozi networks add NAME.",
    ),
    "config.key": ("There is no setting “{key}”.", "Give one of these: {known}."),
    "config.value": (
        "“{value}” is no value of {key}.",
        "Give a whole number, true or false, as the setting has it now (jiaozi config show).",
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
}
