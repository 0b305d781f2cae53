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

import atexit
import gc
import os
import sys
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper

_INTERRUPTED = 130
_RARELY = 100_000


def main() -> int:
    """Run the command line of this process, and end the process with its exit code.

    It ends at once: taking the interpreter apart would take as long as many a command, and here
    nothing waits for that. What asked to be called at the end is called.
    """
    code = _run()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads on; the interpreter says so where it matters
        return code
    os._exit(code)


def _run() -> int:
    # Loading modules makes much and leaves no garbage: looking for some would take a tenth longer.
    gc.set_threshold(_RARELY)
    try:
        _prepare_streams()
        from wallet.cli.run import run  # noqa: PLC0415  # a Ctrl-C meanwhile is caught, too

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after the command itself, which says more
        return _INTERRUPTED
    return code


def _prepare_streams() -> None:
    """Give a closed stream (`<&-`, `>&-`) an end, and every letter a form."""
    sys.stdin = sys.stdin or TextIOWrapper(BufferedReader(FileIO(os.devnull)))
    sys.stdout = sys.stdout or TextIOWrapper(BufferedWriter(FileIO(os.devnull, "w")))
    sys.stderr = sys.stderr or TextIOWrapper(BufferedWriter(FileIO(os.devnull, "w")))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number, not an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
