"""Wallet: the agent itself: keys in memory, until their time is up or somebody says lock."""

from __future__ import annotations

import os
import socket

from wallet.agent.decision import decide
from wallet.agent.place import peer_uid
from wallet.agent.protocol import receive, request_of, send
from wallet.errors import DamagedFile, InputError, RefusedError, SetupError, WalletError
from wallet.hints import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.address import Address
    from wallet.agent.decision import Decision
    from wallet.agent.protocol import Request
    from wallet.book.accounts import Accounts
    from wallet.book.home import Home
    from wallet.clock import Clock
    from wallet.secret import Secret
    from wallet.signer import LocalSigner

#: How often the agent looks at the clock, and how long a peer may take for a sentence.
_LOOK_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 2.0


def signers_of(home: Home, accounts: Accounts, password: Secret) -> dict[Address, LocalSigner]:
    """A signer for each account whose key is in the vault, which is opened once.

    SetupError for a wallet without keys here; DamagedFile where the vault is another wallet's.
    """
    from wallet.book.accounts import KEY  # noqa: PLC0415  # the agent needs these once
    from wallet.book.keys import master  # noqa: PLC0415  # as above
    from wallet.path import Path  # noqa: PLC0415  # as above
    from wallet.signer import LocalSigner  # noqa: PLC0415  # as above

    if not accounts.has_vault:
        raise SetupError("agent.no_keys", kind=accounts.kind)
    if accounts.kind == KEY:
        found = [LocalSigner(home.secret(password))]
    else:
        node = master(home, password)
        found = [node.derive(Path.parse(each.path or "m")).signer() for each in accounts.entries]
    for signer, account in zip(found, accounts.entries, strict=True):
        if signer.address != account.address:
            raise DamagedFile("home.mismatch", address=account.address, actual=signer.address)
    return {signer.address: signer for signer in found}


@final
class Agent:
    """Answers requests one by one. A fault that nobody foresaw ends it, and so locks it."""

    def __init__(
        self,
        signers: Mapping[Address, LocalSigner],
        clock: Clock,
        seconds: int,
        decide: Callable[[Request], Decision] = decide,
    ) -> None:
        """Sign with these for so many seconds from now; `decide` may say no to a request."""
        self._signers = dict(signers)
        self._clock = clock
        self._decide = decide
        self._from = clock.now()
        #: When it locks itself, in seconds since 1970.
        self.until = self._from + seconds

    @property
    def is_locked(self) -> bool:
        """Whether its time is up (or the clock was turned back), or somebody locked it."""
        return not self._signers or not self._from <= self._clock.now() < self.until

    def lock(self) -> None:
        """Forget the keys."""
        self._signers.clear()
        self.until = 0

    def serve(self, listener: socket.socket) -> None:
        """Answer whoever connects, until the agent is locked; the keys are forgotten then."""
        listener.settimeout(_LOOK_SECONDS)
        try:
            while not self.is_locked:
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    self._hear(connection)
        finally:
            self.lock()

    def _hear(self, connection: socket.socket) -> None:
        if peer_uid(connection) != os.getuid():
            return
        try:
            try:
                answer = self.answer(receive(connection, _PATIENCE_SECONDS))
            except WalletError as error:
                reason = str(error.values.get("reason", ""))
                answer = {"error": {"code": error.code, "reason": reason}}
            connection.settimeout(_PATIENCE_SECONDS)
            send(connection, answer)
        except (EOFError, OSError):
            return  # the peer went away or fell silent: its own affair

    def answer(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What to say to one request; WalletError for what cannot be done."""
        if self.is_locked:
            self.lock()
        match said.get("do"):
            case "status":
                addresses = list(self._signers)
                return {"until": self.until, "addresses": addresses, "pid": os.getpid()}
            case "lock":
                self.lock()
                return {"until": self.until, "addresses": []}
            case "sign":
                return {"signature": self._sign(request_of(said)).hex()}
        raise InputError("agent.request", field="do")

    def _sign(self, request: Request) -> bytes:
        signer = self._signers.get(request.address)
        if signer is None:
            raise SetupError("agent.account")
        decision = self._decide(request)
        if not decision.allowed:
            raise RefusedError("agent.refused", reason=decision.reason)
        if isinstance(request.message, bytes):
            return signer.sign_text(request.message)
        # A transaction and a typed message each hash themselves; nobody hands a digest in.
        return signer.sign_digest(request.message.digest())
