"""Cli: reads the command line, runs one command, turns every foreseen error into one line.

Only the module of the command that was asked for is imported: most of them need neither the web
framework nor the chain's libraries, and start in a fraction of the time.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.cli.ending import EXIT_INTERRUPTED, end_when_asked, is_done_when_asked
from api.cli.helping import EXIT_USAGE, Parser
from api.kernel.errors import BridgeError, Misconfigured
from api.kernel.log import configure, note_failure
from api.texts import beside, language, reading, speak, text
from wallet.errors import WalletError
from wallet.texts import language_of_line

__all__ = ["COMMANDS", "EXIT_BROKEN", "EXIT_FAILED", "EXIT_MISCONFIGURED", "main", "parser_of"]

EXIT_FAILED = 1
EXIT_MISCONFIGURED = EXIT_USAGE
EXIT_BROKEN = 70


@dataclass(frozen=True, slots=True)
class _Command:
    module: str
    summary: str
    register: str = "register"
    stays: bool = False
    """It runs until it is asked to end."""


COMMANDS = {
    "serve": _Command("api.cli.serve", "answer wallets and operators over HTTP", stays=True),
    "worker": _Command("api.cli.work", "carry deposits and redemptions forward", stays=True),
    "attest": _Command("api.cli.attesting", "say on chain what backs the tokens", stays=True),
    "hand-in": _Command("api.cli.hand_in", "take in a statement or a status report of the bank"),
    "status": _Command("api.cli.status", "show where everything stands"),
    "explain": _Command("api.cli.explain", "tell the whole story of a thing, and what comes next"),
    "hold": _Command(
        "api.cli.deposits", "keep a queued deposit out of every batch", "register_hold"
    ),
    "release": _Command("api.cli.deposits", "let a held deposit queue again", "register_release"),
    "retry": _Command("api.cli.deposits", "try a held or refused deposit again", "register_retry"),
    "assign": _Command(
        "api.cli.deposits", "propose whose unmatched money this is (two persons)", "register_assign"
    ),
    "return": _Command(
        "api.cli.returning", "propose that money or tokens go back (two persons)", "register_return"
    ),
    "payment": _Command(
        "api.cli.returning", "propose what becomes of a payment (two persons)", "register_payment"
    ),
    "stop": _Command("api.cli.files", "hand a payout file in no more", "register_stop"),
    "withdraw": _Command(
        "api.cli.files",
        "propose that a payout file is never handed in (two persons)",
        "register_withdraw",
    ),
    "accept-statement": _Command(
        "api.cli.statements",
        "propose that a doubtful statement is right (two persons)",
        "register_accept_statement",
    ),
    "dismiss-statement": _Command(
        "api.cli.statements",
        "propose that a doubtful statement is not the bank's (two persons)",
        "register_dismiss_statement",
    ),
    "resume": _Command(
        "api.cli.understanding",
        "propose to pay out again after a restore (two persons)",
        "register_resume",
    ),
    "clear": _Command(
        "api.cli.understanding", "say that a break that has ended is understood", "register_clear"
    ),
    "acknowledge": _Command(
        "api.cli.understanding",
        "say what came of an alarm, a recall, a contradiction or a refused document",
        "register_acknowledge",
    ),
    "free": _Command(
        "api.cli.understanding",
        "propose that an address signs again that a stranger used (two persons)",
        "register_free",
    ),
    "reconcile": _Command("api.cli.reconciling", "compare bank, ledger and chain now"),
    "proposals": _Command(
        "api.cli.approving", "list what waits for a second person", "register_proposals"
    ),
    "approve": _Command(
        "api.cli.approving", "agree to what another operator proposed", "register_approve"
    ),
    "decline": _Command(
        "api.cli.approving", "say no to a proposal, or take your own back", "register_decline"
    ),
    "history": _Command("api.cli.approving", "list who did what, when and why", "register_history"),
    "rebuild": _Command(
        "api.cli.rebuild", "read the chain from its first block again (two persons)"
    ),
    "audit": _Command(
        "api.cli.auditing", "derive the books from bank files and chain alone, and compare"
    ),
    "prove": _Command("api.cli.proving", "make the day's proof of reserve, on chain"),
    "migrate": _Command("api.cli.migrate", "bring the database to this version"),
    "simulate": _Command("api.bank.simulate_cli", "work at the simulated bank's counter"),
}
_EXAMPLE = """\
jiaozi-bridge --config bridge.toml serve
  jiaozi-bridge --config bridge.toml status --json"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. 0 done, 1 not done, 2 wrong settings or usage, 70
    unforeseen; 130 and 143 for one that was cut off, by Ctrl-C or by SIGTERM."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    speak(language_of_line(words, os.environ))
    if arguments is None:
        end_when_asked()
    try:
        chosen = parser_of(None).parse_known_args(words)[0].command
        is_done_when_asked(COMMANDS[chosen].stays)
        args = parser_of(chosen).parse_args(words)
        if getattr(args, "once", False):
            is_done_when_asked(False)
        handler: Callable[[argparse.Namespace], int] = args.handler
        code = handler(args)
        sys.stdout.flush()  # what cannot be written is told here, not when Python has ended
    except (BridgeError, WalletError, OSError) as error:
        return _foreseen(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line: told in one line, logged by place
        note_failure(configure(), "unforeseen error", error)
        said = text(
            "An error that nobody foresaw ({name}). "
            "What was begun goes on where it stopped; report it with the log's last line.",
            name=type(error).__name__,
        )
        return _fail(said, EXIT_BROKEN)
    else:
        return code


def _foreseen(error: BridgeError | WalletError | OSError) -> int:
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # whoever read us has gone: there is nobody to tell
        return EXIT_FAILED
    if isinstance(error, OSError):
        reason, file = error.strerror or type(error).__name__, error.filename
        said = text("{reason}.", reason=reason)
        if file is not None:  # the output and a connection have none
            said = text("{reason}: {file}.", reason=reason, file=file)
        return _fail(said, EXIT_FAILED)
    if isinstance(error, WalletError):
        spoken = language()
        return _fail(beside(error.message(spoken), error.remedy(spoken)), EXIT_FAILED)
    return _fail(
        beside(reading(error.detail), reading(error.remedy)),
        EXIT_MISCONFIGURED if isinstance(error, Misconfigured) else EXIT_FAILED,
    )


def _fail(line: str, code: int) -> int:
    print(text("jiaozi-bridge: {line}", line=" ".join(line.split())), file=sys.stderr)
    return code


def parser_of(chosen: str | None) -> Parser:
    """The parser: with the whole of the chosen command, or with just the names of all."""
    parser = Parser(
        prog="jiaozi-bridge",
        description="The bridge between bank accounts and tokens.",
        epilog=text("example:\n  {example:said}", example=_EXAMPLE),
    )
    parser.add_argument("--version", action="version", version=f"jiaozi {version('jiaozi')}")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings; else $JIAOZI_BRIDGE_CONFIG, else ./bridge.toml",
    )
    commands: Any = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        if name == chosen:
            getattr(import_module(command.module), command.register)(commands)
        else:
            commands.add_parser(name, help=command.summary, add_help=False)
    return parser
