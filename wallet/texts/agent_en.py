"""Wallet: the texts of the unlocked agent, in English."""

TEXTS: dict[str, str] = {
    "accounts.retired": "retired",
    "agent.locked": "The wallet is locked.",
    "agent.unlocked": "The wallet is unlocked until {until} ({minutes} min) for:",
    "help.accounts": "list the accounts of this wallet (no password, no network)",
    "help.accounts.example": "jiaozi accounts --json",
    "help.agent": "unlock the wallet for some minutes, so that no password is asked",
    "help.agent.example": "jiaozi agent start --minutes 30\njiaozi agent lock",
    "option.count": "the first N addresses below the stored xpub, each with its path",
    "option.minutes": "how long to stay unlocked (else 15, at most 1440)",
}

ERRORS: dict[str, tuple[str, str]] = {
    "agent.account": (
        "The agent does not hold the key of this account.",
        "Start it again: jiaozi agent start.",
    ),
    "agent.answer": (
        "The agent gave no usable answer.",
        "Lock it and start it again: jiaozi agent start.",
    ),
    "agent.no_keys": (
        "This wallet has no keys here that an agent could hold.",
        "Sign with the device, or use a wallet of a phrase or key.",
    ),
    "agent.none": (
        "The wallet was locked meanwhile; nothing was signed.",
        "Run the command again with the password, or unlock it: jiaozi agent start.",
    ),
    "agent.path": (
        "The name of {home} is too long for an agent on this system.",
        "Move the wallet to a directory with a shorter name.",
    ),
    "agent.refused": (
        "The agent does not sign this: {reason}.",
        "Ask the owner of the wallet, or sign with the password.",
    ),
    "agent.request": (
        "What was asked of the agent lacks a usable {field}.",
        "Use the same version of jiaozi on both sides.",
    ),
    "agent.request_refused": (
        "The agent could not do what was asked ({reason}).",
        "Start it anew with the same version: jiaozi agent start.",
    ),
    "agent.stranger": (
        "The agent in this directory belongs to another user; nothing was sent to it.",
        "Remove agent.sock there, and look at who may write to the directory.",
    ),
}
