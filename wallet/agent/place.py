"""Wallet: the agent's socket: where it is, how it is reached, and who is at the other end."""

from __future__ import annotations

# `socket` loads what servers need, and takes longer than to ask the agent; this is what it wraps.
import _socket
import os
import sys

from wallet.agent.protocol import SOCKET
from wallet.errors import SetupError
from wallet.hints import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_LONGEST: Final = 100  # a socket's name has 104 bytes on some systems, 108 on others
_PRIVATE_UMASK: Final = 0o177
# macOS: <sys/un.h> LOCAL_PEERCRED at level 0 gives a struct xucred, whose second word is the uid.
_LOCAL_PEERCRED: Final = 1
_XUCRED_BYTES: Final = 76
_WORD: Final = 4


def connect(home: str, timeout: float) -> _socket.socket | None:
    """A connection to the agent of a wallet's directory; None if none listens there."""
    connection = _socket.socket(_socket.AF_UNIX)
    connection.settimeout(timeout)
    try:
        _at(home, connection.connect)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        connection.close()
        return None
    return connection


def listen(home: str) -> socket.socket:
    """The agent's socket, made anew with mode 0600."""
    import socket  # noqa: PLC0415  # see above

    listener = socket.socket(socket.AF_UNIX)
    path = f"{home}/{SOCKET}"
    if os.path.lexists(path):
        os.unlink(path)  # noqa: PTH108  # of an agent that was killed
    before = os.umask(_PRIVATE_UMASK)
    try:
        _at(home, listener.bind)
    finally:
        os.umask(before)
    listener.listen()
    return listener


def peer_uid(connection: _socket.socket) -> int:
    """The user id of the process at the other end, as the system knows it."""
    if sys.platform == "darwin":
        raw = connection.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_BYTES)
    else:
        credentials = _socket.SOL_SOCKET, _socket.SO_PEERCRED
        raw = connection.getsockopt(*credentials, 3 * _WORD)  # pid uid gid
    return int.from_bytes(raw[_WORD : 2 * _WORD], sys.byteorder)


def _at(home: str, use: Callable[[str], None]) -> None:
    """Use the socket's name, by a short way where the directory's name is too long for one."""
    path = f"{home}/{SOCKET}"
    if len(os.fsencode(path)) <= _LONGEST:
        use(path)
        return
    if sys.platform == "darwin":
        raise SetupError("agent.path", home=home)
    directory = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        use(f"/proc/self/fd/{directory}/{SOCKET}")
    finally:
        os.close(directory)
