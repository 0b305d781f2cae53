"""Wallet: a wait that lasts longer than a second is shown on the terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from wallet.cli.session import Session
from wallet.hints import Final
from wallet.http import Reply, Transport

_AFTER_SECONDS: Final = 1


@contextmanager
def working(session: Session) -> Iterator[None]:
    """Say on a terminal that this computer is at work: a password's key takes long, on purpose."""
    if not session.environment.stderr.isatty():
        yield
        return
    session.show_progress(session.text("progress.working"))
    try:
        yield
    finally:
        session.hide_progress()


class Patient:
    """A Transport that says whom it asks, from the first second of asking on.

    The line is wiped before anything else is written. While `Session.wait` shows what is being
    waited for, this says nothing.
    """

    def __init__(self, transport: Transport, session: Session) -> None:
        self._transport = transport
        self._session = session
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_late = False
        self._is_asking = False

    @property
    def place(self) -> str:
        """See Transport.place."""
        return self._transport.place

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """See Transport.request."""
        if self._timer is None:
            self._timer = threading.Timer(_AFTER_SECONDS, self._grow_late)
            self._timer.daemon = True
            self._timer.start()
        with self._lock:
            self._is_asking = True
            self._show()
        try:
            return self._transport.request(method, path, body, headers)
        finally:
            with self._lock:
                self._is_asking = False
                if self._is_late:
                    self._session.hide_progress()

    def _grow_late(self) -> None:
        with self._lock:
            self._is_late = True
            self._show()

    def _show(self) -> None:
        if self._is_late and self._is_asking:
            self._session.show_progress(self._session.text("progress.asking", place=self.place))
