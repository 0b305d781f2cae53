"""Cli: `jiaozi-bridge serve`, the HTTP side of the bridge."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
from dataclasses import replace
from types import FrameType

import uvicorn

from api.bootstrap import build
from api.chain import provide_chain
from api.cli.common import Subparsers, add_command
from api.kernel.errors import Misconfigured
from api.kernel.log import configure, note
from api.kernel.settings import Settings, load
from api.migrations import upgrade
from api.statements import Apart
from api.web.app import create_app

__all__ = ["register"]

_BACKLOG = 512
_GRACE_SECONDS = 10


def register(commands: Subparsers) -> None:
    """Add the command."""
    add_command(
        commands,
        "serve",
        _serve,
        summary="answer wallets and operators over HTTP",
        example="jiaozi-bridge --config bridge.toml serve",
    )


def _serve(args: argparse.Namespace) -> int:
    settings = load(args.config)
    listening = _listen(settings)
    log = configure()
    upgrade(settings.database_url)
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
    # uvicorn stops on these by itself and raises them again when it has: then there is no more
    # to do, and the exit code is 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopped)
    note(log, "listening", host=settings.http_host, port=settings.http_port)
    try:
        server.run(sockets=[listening])
    finally:
        apart.close()
        parts.close()
    note(log, "stopped")
    return 0


def _stopped(_number: int, _frame: FrameType | None) -> None:
    """The signal has done its work already."""


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
