"""Wallet: the `jiaozi` command.

`syntax` and `commands` say what may be typed, `session` is one run's view of the outside
world, each command has a module of its own that is loaded only when it is asked for, and
`wallet.texts` holds every sentence. Results go to stdout; prompts, progress and errors go to
stderr. Exit codes:

    0    done
    1    failed
    2    something that was typed is wrong
    3    the rules of the money, or the bank, say no
    4    nobody answered, or the end was not seen in time
    5    a password or a secret file cannot be used
    130  stopped by Ctrl-C
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

_INTERRUPTED = 130


def main() -> int:
    """Run the command line of this process; the exit code."""
    try:
        _prepare_streams()
        code: int = import_module("wallet.cli.run").run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after the command itself, which says more
        return _INTERRUPTED
    return code


def _prepare_streams() -> None:
    """Give a closed stream (`<&-`, `>&-`) an end, and every letter a form."""
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number, not an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(mode: str) -> TextIOWrapper:
    stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # until the end
    if not isinstance(stream, TextIOWrapper):
        raise TypeError(mode)
    return stream
