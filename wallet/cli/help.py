"""Wallet: the help pages, made from the table of commands and the texts."""

from __future__ import annotations

from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.session import Result
from wallet.cli.views import wrapped
from wallet.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.cli.syntax import Command, Option

    Text = Callable[..., str]

#: The commands by what they are for, in the order in which a newcomer meets them.
GROUPS = {
    "begin": ("init", "restore", "doctor"),
    "money": ("balance", "send", "request", "pay", "history"),
    "bank": ("link", "redeem", "unlink", "reserve"),
    "people": ("contacts", "allowances"),
    "keys": ("address", "accounts", "account", "export", "backup", "rehearse", "password", "bip85"),
    "signing": ("sign", "verify", "policy", "agent", "offline"),
    "settings": ("networks", "config", "completion"),
}
_WIDTH, _INDENT = 80, 27
EXIT_CODES = ("0", "1", "2", "3", "4", "5", "130")


def page(name: str | None, text: Text) -> Result:
    """The help of one command, or of all of them."""
    lines = list(_overview(text) if name is None else _command(COMMANDS[name], text))
    return Result({"help": "\n".join(lines)}, lines)


def _overview(text: Text) -> Iterator[str]:
    yield text("help.title")
    yield ""
    yield text("help.usage", line="jiaozi COMMAND [OPTION…]")
    yield ""
    for group, names in GROUPS.items():
        yield text(f"help.group.{group}")
        for name in names:
            yield f"  {name:<10}  {text(f'help.{name}')}"
        yield ""
    yield text("help.group.options")
    yield from _options(COMMON, text)
    yield ""
    yield text("help.exit_codes")
    for code in EXIT_CODES:
        yield f"  {code:<4} {text(f'help.exit.{code}')}"
    yield ""
    yield text("help.json")
    yield text("help.more")


def _command(command: Command, text: Text) -> Iterator[str]:
    yield text(f"help.{command.name}")
    yield ""
    for line in usages(command):
        yield text("help.usage", line=f"{line} [OPTION…]")
    yield ""
    if command.options:
        yield from _options(command.options, text)
        yield ""
    yield from _options(COMMON, text)
    yield ""
    yield text("help.example")
    yield from (f"  {line}" for line in text(f"help.{command.name}.example").splitlines())


def usages(command: Command) -> list[str]:
    """The forms that a command line may have, without its options."""
    rows = [command.words] if not command.actions else []
    rows += [(action, *words) for action, words in command.actions.items()]
    values = {option.flag: option.value for option in command.options}
    rows += [(flag, *filter(None, (values[flag],))) for flag in command.instead]
    return [" ".join(("jiaozi", command.name, *row)) for row in rows]


def _options(options: tuple[Option, ...], text: Text) -> Iterator[str]:
    for option in options:
        shown = f"{option.flag} {option.value}" if option.value else option.flag
        first, *more = wrapped(text(f"option.{option.flag[2:]}"), _WIDTH - _INDENT)
        yield f"  {shown:<24} {first}"
        yield from (" " * _INDENT + line for line in more)
