"""Wallet: from a command line to an exit code; every foreseen fault ends as one line here."""

from __future__ import annotations

import os

from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.session import Environment, Result, Session
from wallet.cli.syntax import Line, parse
from wallet.errors import SetupError, WalletError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.texts import language_of_line
from wallet.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED: Final = 130
_READING: Final = (None, "accounts", "address", "balance", "history")


def run(arguments: Sequence[str], environment: Environment | None = None) -> int:
    """Run one command line; results on stdout, errors on stderr; the exit code."""
    environment = environment or Environment()
    as_json = "--json" in arguments
    language = language_of_line(arguments, environment.variables)
    line = Line(None)
    try:
        line = parse(arguments, COMMANDS, COMMON)
        code = _run(line, environment)
        environment.stdout.flush()
    except WalletError as error:
        return _fail(error, environment, language, as_json)
    except BrokenPipeError:
        # Whoever read our output has gone. Python would complain again when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), environment.stdout.fileno())
        if line.command in _READING or line.has("--help"):
            return 0
        return _fail(SetupError("output.closed"), environment, language, as_json)
    except OSError as error:
        file, reason = error.filename or "-", error.strerror or str(error)
        return _fail(
            SetupError("file.system", file=file, reason=reason), environment, language, as_json
        )
    except KeyboardInterrupt:
        return _fail(SetupError("interrupted"), environment, language, as_json, INTERRUPTED)
    return code


def _run(line: Line, environment: Environment) -> int:
    session = Session(line, environment)
    if line.has("--version"):
        session.show(Result({"version": VERSION}, [f"jiaozi {VERSION}"]))
    elif line.has("--help") or line.command is None:
        session.show(_module("help").page(line.command, session.text))
    else:
        result: Result | None = _module(line.command).run(session)
        if result is not None:
            session.show(result)
            return result.code
    return 0


def _module(name: str) -> Any:
    # What importlib.import_module does, without loading importlib.
    return __import__(f"wallet.cli.{name}", fromlist=["run"])


def _fail(
    error: WalletError, environment: Environment, language: str, as_json: bool, code: int = 0
) -> int:
    message, remedy = error.message(language), error.remedy(language)
    if as_json:
        import json  # noqa: PLC0415  # only where it is asked for

        body: dict[str, Any] = {"code": error.code, "message": message, "remedy": remedy}
        text = json.dumps({"error": body}, indent=2, ensure_ascii=False)
    else:
        gap = "" if message.endswith("。") else " "
        text = f"jiaozi: {message}{gap}{remedy}"
    print(text, file=environment.stderr, flush=True)
    return code or error.exit_code
