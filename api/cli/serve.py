"""Cli: `jiaozi-bridge serve`, the HTTP side of the bridge."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import NoReturn

import uvicorn

from api.bootstrap import build
from api.chain import provide_chain
from api.cli.common import Subparsers, add_command
from api.cli.ending import SIGNALS, asked_later
from api.cli.starting import await_database
from api.kernel.errors import Misconfigured
from api.kernel.garbage import spare_start
from api.kernel.log import configure, note, note_failure
from api.kernel.settings import Settings, load
from api.statements import Apart
from api.web.app import create_app

__all__ = ["register"]

_BACKLOG = 512
_GRACE_SECONDS = 10
_MOST_PROCESSES = 64


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "serve",
        _serve,
        summary="answer wallets and operators over HTTP",
        example="jiaozi-bridge --config bridge.toml serve --processes 2",
    )
    parser.add_argument(
        "--processes",
        type=int,
        choices=range(1, _MOST_PROCESSES + 1),
        default=1,
        metavar="N",
        help="how many answer on the port, 1 to 64 (1)",
    )


def _serve(args: argparse.Namespace) -> int:
    settings = load(args.config)
    listening = _listen(settings)
    log = configure()
    await_database(settings.database_url, threading.Event(), log)
    note(log, "listening", host=settings.http_host, port=settings.http_port)
    if args.processes > 1:
        # before anything has a thread or a connection: each process opens its own
        return _several(args.processes, partial(_answer, settings, listening, log))
    return _answer(settings, listening, log)


def _answer(settings: Settings, listening: socket.socket, log: logging.Logger) -> int:
    parts = build(settings, log=log)
    apart = Apart()
    app = create_app(replace(parts.bridge, apart=apart))
    provide_chain(app, parts.chain)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    spare_start()

    def stop(_number: int, _frame: FrameType | None) -> None:
        """Before uvicorn listens to signals itself; when it has stopped on one it raises it again,
        and then there is no more to do: the exit code is 0."""
        server.should_exit = True

    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        server.run(sockets=[listening])
    finally:
        apart.close()
        parts.close()
    note(log, "stopped")
    return 0


def _several(count: int, answer: Callable[[], int]) -> int:
    """Run `answer` in so many processes on one socket; one that ends ends the others.

    So does this one's own end, however it comes: it alone holds the pipe that they listen at.
    """
    children: list[int] = []
    ended, held = os.pipe()

    def end(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            with suppress(ProcessLookupError):
                # never a second SIGINT beside the terminal's: that would cut off who is answered
                os.kill(child, signal.SIGTERM)

    with asked_later():  # until every child is known to the handler
        children += [_child(answer, ended, held) for _ in range(count)]
        for number in SIGNALS:
            signal.signal(number, end)
    codes = []
    for _ in range(count):
        _, status = os.wait()
        codes.append(os.waitstatus_to_exitcode(status))
        end(signal.SIGTERM, None)
    return 0 if not any(codes) else 1


def _child(answer: Callable[[], int], ended: int, held: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for number in SIGNALS:
            signal.signal(number, _unheard)
        os.close(held)
        threading.Thread(target=_end_with_parent, args=(ended,), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = answer()
    except Exception as error:  # noqa: BLE001 - the process's last line: logged by class and place
        note_failure(logging.getLogger("jiaozi"), "process failed", error)
    finally:
        os._exit(code)  # the parent's handlers of its own end are not this process's to run


def _end_with_parent(ended: int) -> None:
    """A parent that was killed could tell nobody; its children would keep the port for ever."""
    os.read(ended, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _unheard(_number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to end before it could answer anybody: nothing is open yet that must be closed, and an
    exception could be lost in whatever is being loaded."""
    os._exit(0)


def _listen(settings: Settings) -> socket.socket:
    """The socket, taken before anything else is begun; `Misconfigured` when it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.http_host, settings.http_port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        why = "is taken by another program" if taken else f"cannot be used ({error.strerror})"
        raise Misconfigured(
            "http.port",
            f"Port {settings.http_port} on {settings.http_host} {why}.",
            remedy="Stop that program, or set another http.port.",
        ) from error
    return listening
