"""Wallet: what may be typed: every command with its words and options."""

from __future__ import annotations

from wallet.cli.syntax import Command, Option
from wallet.hints import Final

#: Options that every command takes.
COMMON: Final = (
    Option("--home", "DIR"),
    Option("--account", "NAME"),
    Option("--on", "NETWORK"),
    Option("--password-file", "FILE"),
    Option("--token-file", "FILE"),
    Option("--lang", "LANG"),
    Option("--json"),
    Option("--yes"),
    Option("--accept-risk", "RISK"),
    Option("--help"),
    Option("--version"),
)
_CHAIN: Final = (Option("--bank", "URL"), Option("--rpc", "URL"), Option("--network", "FILE"))
_UNSAFE: Final = (Option("--insecure-http"), Option("--unchecked"))
_PASSPHRASE: Final = (Option("--passphrase"), Option("--passphrase-file", "FILE"))
_BROUGHT_BACK: Final = (
    Option("--from-shares"),
    Option("--word-list", "LANGUAGE"),
    *_PASSPHRASE,
)
_PAYING: Final = (Option("--direct"), Option("--memo", "TEXT"), Option("--save-as", "NAME"))
_WAITING: Final = (Option("--no-wait"), Option("--timeout", "SECONDS"))

#: Each command; its module is wallet.cli.<name>.
COMMANDS: Final = {
    command.name: command
    for command in (
        Command(
            "init",
            options=(
                *_CHAIN,
                Option("--words", "N"),
                Option("--word-list", "LANGUAGE"),
                Option("--restore"),
                Option("--phrase-file", "FILE"),
                *_PASSPHRASE,
                Option("--keystore", "FILE"),
                Option("--key-password-file", "FILE"),
                Option("--watch", "XPUB|ADDRESS"),
                Option("--ledger"),
                Option("--trezor"),
                Option("--coin-type", "N"),
                Option("--private"),
                *_UNSAFE,
            ),
        ),
        Command("address", options=(Option("--count", "N"), Option("--phrase-file", "FILE"))),
        Command("accounts"),
        Command(
            "agent",
            options=(Option("--minutes", "N"),),
            actions={"status": (), "start": (), "lock": (), "token": ("new", "NAME")},
        ),
        Command(
            "account",
            options=(Option("--path", "PATH"),),
            actions={
                "show": ("[ACCOUNT]",),
                "new": ("[NAME]",),
                "use": ("ACCOUNT",),
                "rename": ("ACCOUNT", "NAME"),
                "retire": ("ACCOUNT",),
            },
        ),
        Command(
            "export",
            options=(Option("--key-password-file", "FILE"),),
            actions={"address": (), "xpub": (), "key": ("FILE",)},
        ),
        Command(
            "backup",
            words=("FILE",),
            options=(
                Option("--shares", "PLAN"),
                Option("--groups", "N"),
                Option("--share-dir", "DIR"),
            ),
            instead=("--shares",),
        ),
        Command(
            "restore",
            words=("FILE",),
            options=(
                *_BROUGHT_BACK,
                *_CHAIN,
                Option("--coin-type", "N"),
                *_UNSAFE,
            ),
            instead=("--from-shares",),
        ),
        Command(
            "rehearse",
            words=("FILE",),
            options=_BROUGHT_BACK,
            instead=("--from-shares",),
        ),
        Command("password", options=(Option("--new-password-file", "FILE"),)),
        Command(
            "bip85",
            options=(
                Option("--words", "N"),
                Option("--word-list", "LANGUAGE"),
                Option("--bytes", "N"),
            ),
            actions={
                "phrase": ("[INDEX]",),
                "hex": ("[INDEX]",),
                "xprv": ("[INDEX]",),
                "wif": ("[INDEX]",),
            },
        ),
        Command("balance"),
        Command(
            "link",
            words=("IBAN",),
            options=(Option("--name", "NAME"), Option("--code", "CODE"), *_WAITING),
        ),
        Command(
            "send",
            words=("AMOUNT", "TO"),
            options=(
                *_PAYING,
                Option("--again", "ID"),
                Option("--speed-up", "ID"),
                Option("--cancel", "ID"),
                *_WAITING,
            ),
            instead=("--again", "--speed-up", "--cancel"),
        ),
        Command(
            "redeem",
            words=("AMOUNT",),
            options=(
                Option("--to", "IBAN"),
                Option("--reference", "TEXT"),
                Option("--max-fee", "AMOUNT"),
                Option("--again", "ID"),
                *_WAITING,
            ),
            instead=("--again",),
        ),
        Command(
            "history",
            options=(
                Option("--since", "DATE"),
                Option("--until", "DATE"),
                Option("--kind", "KIND"),
                Option("--with", "WHO"),
                Option("--limit", "N"),
                Option("--csv", "FILE"),
            ),
        ),
        Command(
            "networks",
            options=(*_CHAIN, *_UNSAFE),
            actions={"list": (), "add": ("NAME",), "use": ("NAME",), "remove": ("NAME",)},
        ),
        Command(
            "config",
            options=(Option("--unchecked"),),
            actions={"show": (), "get": ("KEY",), "set": ("KEY", "VALUE")},
        ),
        Command(
            "request",
            words=("[AMOUNT]",),
            options=(Option("--png", "FILE"), Option("--svg", "FILE")),
        ),
        Command(
            "pay",
            words=("LINK",),
            options=(
                Option("--amount", "AMOUNT"),
                *_PAYING,
                *_WAITING,
            ),
        ),
        Command("unlink", words=("IBAN",)),
        Command("reserve", options=(Option("--day", "DATE"),)),
        Command(
            "contacts",
            actions={
                "list": (),
                "add": ("NAME", "ADDRESS"),
                "remove": ("NAME",),
                "rename": ("NAME", "NEW"),
            },
        ),
        Command("allowances", options=_WAITING, actions={"list": (), "revoke": ("SPENDER",)}),
        Command(
            "policy",
            options=(Option("--limit", "N"),),
            actions={"show": (), "check": (), "sign": (), "log": ()},
        ),
        Command(
            "sign",
            options=(Option("--message", "TEXT"),),
            actions={"typed": ("[FILE]",), "text": ("[FILE]",)},
        ),
        Command(
            "verify",
            options=(
                Option("--signature", "HEX"),
                Option("--by", "WHO"),
                Option("--message", "TEXT"),
            ),
            actions={"typed": ("[FILE]",), "text": ("[FILE]",)},
        ),
        Command("doctor", options=(Option("--find", "ADDRESS"),)),
        Command(
            "offline",
            options=(
                Option("--direct"),
                Option("--memo", "TEXT"),
                Option("--hours", "N"),
                Option("--out", "FILE"),
                Option("--png", "FILE"),
                *_WAITING,
            ),
            actions={"prepare": ("AMOUNT", "TO"), "sign": ("FILE…",), "send": ("FILE…",)},
        ),
        Command(
            "completion",
            actions={"bash": (), "zsh": (), "fish": (), "next": ("[WORD…]",)},
        ),
    )
}
