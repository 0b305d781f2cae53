"""Cli: reads the command line, runs one command, turns every foreseen error into one line.

Only the module of the command that was asked for is imported: most of them need neither the web
framework nor the chain's libraries, and start in a fraction of the time.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from api.kernel.errors import BridgeError, Misconfigured
from api.kernel.log import configure, note_failure
from wallet.errors import WalletError

__all__ = ["COMMANDS", "EXIT_BROKEN", "EXIT_FAILED", "EXIT_MISCONFIGURED", "main"]

EXIT_FAILED = 1
EXIT_MISCONFIGURED = 2
EXIT_BROKEN = 70
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class _Command:
    module: str
    summary: str
    register: str = "register"


COMMANDS = {
    "serve": _Command("api.cli.serve", "answer wallets and operators over HTTP"),
    "worker": _Command("api.cli.work", "carry deposits and redemptions forward"),
    "attest": _Command("api.cli.attesting", "say on chain what backs the tokens"),
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
        "say that a payment's alarm was looked at",
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
example:
  jiaozi-bridge --config bridge.toml serve
  jiaozi-bridge --config bridge.toml status --json
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. 0 done, 1 not done, 2 wrong settings or usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        # until a command has its own way to stop: nothing is begun yet, so there is nothing to end
        signal.signal(signal.SIGTERM, _leave)
    try:
        chosen = _parser(None).parse_known_args(words)[0].command
        args = _parser(chosen).parse_args(words)
        handler: Callable[[argparse.Namespace], int] = args.handler
        return handler(args)
    except (BridgeError, WalletError, OSError) as error:
        return _foreseen(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line: told in one line, logged by place
        note_failure(configure(), "unforeseen error", error)
        return _fail(
            f"An error that nobody foresaw ({type(error).__name__}). "
            "What was begun goes on where it stopped; report it with the log's last line.",
            EXIT_BROKEN,
        )


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _foreseen(error: BridgeError | WalletError | OSError) -> int:
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # whoever read us has gone: there is nobody to tell
        return EXIT_FAILED
    if isinstance(error, OSError):
        return _fail(f"{error.strerror}: {error.filename}.", EXIT_FAILED)
    if isinstance(error, WalletError):
        return _fail(f"{error} {error.remedy()}", EXIT_FAILED)
    return _fail(
        str(error), EXIT_MISCONFIGURED if isinstance(error, Misconfigured) else EXIT_FAILED
    )


def _fail(line: str, code: int) -> int:
    print(f"jiaozi-bridge: {' '.join(line.split())}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line."""

    def error(self, message: str) -> NoReturn:
        """End with 2."""
        self.exit(EXIT_MISCONFIGURED, f"jiaozi-bridge: {message}. See {self.prog} --help.\n")


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser: with the whole of the chosen command, or with just the names of all."""
    parser = _Parser(
        prog="jiaozi-bridge",
        description="The bridge between bank accounts and tokens.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
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
