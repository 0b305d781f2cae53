"""Bench: HTTP over one kept connection, with next to no work: both sides share the machine."""

from __future__ import annotations

import socket

from scripts.bench import BenchError

__all__ = ["Link", "get", "post"]

_TIMEOUT = 60.0
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNK = 65_536


def get(path: str) -> bytes:
    """The bytes of a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def post(path: str, body: bytes, key: str) -> bytes:
    """The bytes of a POST of JSON with its Idempotency-Key."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Link:
    """One connection to the API on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; `BenchError` for one that is cut short."""
        self._socket.sendall(request)
        received = self._receive(b"")
        while _END not in received:
            received = self._receive(received)
        head, _, body = received.partition(_END)
        lines = head.lower().split(b"\r\n")
        [length] = [int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH)]
        while len(body) < length:
            body = self._receive(body)
        return int(lines[0].split()[1]), body

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _receive(self, before: bytes) -> bytes:
        more = self._socket.recv(_CHUNK)
        if not more:
            raise BenchError("the API closed a connection in the middle of an answer")
        return before + more
