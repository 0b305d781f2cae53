"""Chain: JSON-RPC over HTTP with kept connections; one question, or many in one request.

No answer, or a nonsensical one, is `Unavailable`: wait and ask again. What a node says is given on
as it is; `api.chain.answers` knows what its words mean.
"""

from __future__ import annotations

import base64
import http.client
import io
import json
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias
from urllib.parse import unquote, urlsplit

from api.kernel.errors import Misconfigured, Unavailable

__all__ = ["Answer", "Question", "Rpc", "nonsense"]

Question: TypeAlias = tuple[str, Sequence[object]]
"""Method and parameters."""
Answer: TypeAlias = dict[str, Any]
"""A JSON-RPC response object: it has `result` or `error`."""

_TIMEOUT = 15.0
_MOST_BYTES = 256 * 2**20
_PART = 2**20
_BATCH_CALLS = 100
_BATCH_BYTES = 1_000_000
_OK = 200
_GONE = (
    http.client.RemoteDisconnected,
    http.client.CannotSendRequest,
    BrokenPipeError,
    ConnectionResetError,
    ConnectionAbortedError,
)
"""How a kept connection fails that the node has closed meanwhile: a new one is tried once."""


class Rpc:
    """One node's HTTP address. Threads may share it: each takes a connection of its own."""

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misconfigured(
                "chain.rpc_url", "It is no http:// or https:// address.", remedy="Mend it."
            )
        self.place = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
        """Scheme, host and port: what may be shown. A path may hold a key."""
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
        self._timeout = timeout
        self._idle: deque[http.client.HTTPConnection] = deque()
        self._batches = True

    def exchange(self, method: str, params: Sequence[object]) -> Answer:
        """One question's answer. Raises `Unavailable`."""
        answer = self._post(_envelope(0, (method, params)))
        if not isinstance(answer, dict):
            nonsense(method)
        return answer

    def exchange_many(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers in the questions' order, in as few requests as the node allows."""
        if not self._batches or len(questions) == 1:
            return [self.exchange(*question) for question in questions]
        answers: list[Answer] = []
        for part in _parts(questions):
            found = self._batch(part)
            if found is None:  # this node takes no batches: from now on one by one
                self._batches = False
                return answers + self.exchange_many(questions[len(answers) :])
            answers += found
        return answers

    def _batch(self, part: Sequence[tuple[str, Question]]) -> list[Answer] | None:
        answer = self._post("[" + ",".join(text for text, _ in part) + "]")
        if isinstance(answer, dict) and "error" in answer:
            return None
        if not isinstance(answer, list):
            nonsense("a batch")
        by_id = {each.get("id"): each for each in answer if isinstance(each, dict)}
        if len(by_id) != len(part) or any(at not in by_id for at in range(len(part))):
            nonsense("a batch")
        return [by_id[at] for at in range(len(part))]

    def _post(self, body: str) -> Any:
        status, received = self._send(body.encode())
        try:
            answer = json.loads(received)
        except ValueError as error:
            raise _silent(f"HTTP {status}" if status != _OK else "no JSON") from error
        # some nodes put their errors under an HTTP status of their own
        if status != _OK and not (isinstance(answer, dict) and answer.get("error")):
            raise _silent(f"HTTP {status}")
        return answer

    def _send(self, body: bytes) -> tuple[int, bytes]:
        end = time.monotonic() + self._timeout
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._over(self._connection(), body, end)
        try:
            return self._over(connection, body, end)
        except Unavailable as error:
            if not isinstance(error.__cause__, _GONE):
                raise
        return self._over(self._connection(), body, end)

    def _over(
        self, connection: http.client.HTTPConnection, body: bytes, end: float
    ) -> tuple[int, bytes]:
        try:
            if connection.sock is None:
                connection.timeout = _left(end)
                connection.connect()
            connection.sock.settimeout(_left(end))
            connection.request("POST", self._target, body, self._headers)
            connection.sock.settimeout(_left(end))
            response = connection.getresponse()
            received = _whole(response)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise _silent(type(error).__name__) from error
        if response.isclosed() and not response.will_close:
            self._idle.append(connection)
        else:
            connection.close()
        return response.status, received

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port)
        connection.response_class = _Answer
        return connection


class _Bytes(io.RawIOBase):
    """What a socket gives. Its time limit, which is for a single read, becomes one for all: a node
    that sends a byte now and then would never meet the other."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._end = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        """See RawIOBase."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """See RawIOBase. Raises `TimeoutError` when the time for all of it is over."""
        self._sock.settimeout(_left(self._end))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """See RawIOBase."""
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer whose status, headers and body come within the time that the socket has left."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Bytes(sock))


def _left(end: float) -> float:
    """Seconds until `end`; raises `TimeoutError` when there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _whole(response: http.client.HTTPResponse) -> bytes:
    """All of an answer, up to the most that is taken."""
    parts: list[bytes] = []
    size = 0
    while size < _MOST_BYTES and (part := response.read1(_PART)):
        parts.append(part)
        size += len(part)
    if size < _MOST_BYTES:
        response.read()  # nothing is left, or the answer is shorter than it said: `IncompleteRead`
    return b"".join(parts)


def nonsense(what: str) -> NoReturn:
    """Raise that the node's answer to `what` cannot be used."""
    raise Unavailable(
        f"The chain's node gave no usable answer to {what}.",
        remedy="Nothing was lost; it is asked again.",
        slug="chain-unavailable",
    )


def _silent(why: str) -> Unavailable:
    return Unavailable(
        f"The chain's node does not answer ({why}).",
        remedy="Nothing was lost; it is asked again. See that it runs and can be reached.",
        slug="chain-unavailable",
    )


def _envelope(at: int, question: Question) -> str:
    method, params = question
    body = {"jsonrpc": "2.0", "id": at, "method": method, "params": list(params)}
    return json.dumps(body, separators=(",", ":"))


def _parts(questions: Sequence[Question]) -> list[list[tuple[str, Question]]]:
    """The questions in requests that nodes take: by number and by size."""
    parts: list[list[tuple[str, Question]]] = [[]]
    size = 0
    for question in questions:
        text = _envelope(len(parts[-1]), question)
        if parts[-1] and (len(parts[-1]) == _BATCH_CALLS or size + len(text) > _BATCH_BYTES):
            parts.append([])
            size, text = 0, _envelope(0, question)
        parts[-1].append((text, question))
        size += len(text)
    return parts
