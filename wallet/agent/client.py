"""Wallet: a Signer whose key is the unlocked agent's."""

from __future__ import annotations

import os

from wallet.agent.protocol import SOCKET
from wallet.errors import DamagedFile, InputError, RefusedError, SetupError, SignatureError
from wallet.hints import TYPE_CHECKING, Any, Final, NoReturn, final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.address import Address
    from wallet.eip712 import Domain, Struct
    from wallet.transaction import Transaction
    from wallet.typed_json import TypedData

_TIMEOUT_SECONDS: Final = 10.0


@final
class AgentSigner:
    """Signs by asking the agent of a wallet's directory for one account's signature.

    Each signature is verified before it is given on. SetupError where the agent is gone or
    answers nonsense, RefusedError where it says no.
    """

    __slots__ = ("_address", "_home", "_token")

    def __init__(self, home: str | os.PathLike[str], address: Address, token: str | None = None):
        self._home = os.fspath(home)
        self._address = address
        self._token = token

    @property
    def address(self) -> Address:
        """The account's address."""
        return self._address

    def sign_transaction(self, transaction: Transaction) -> bytes:
        """See Signer.sign_transaction."""
        from wallet.agent.protocol import transaction_fields  # noqa: PLC0415  # for this alone

        return self._signed("transaction", transaction_fields(transaction), transaction.digest())

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """See Signer.sign_message."""
        import json  # noqa: PLC0415  # for this alone

        whole = json.dumps(message.to_json(domain), ensure_ascii=False)
        return self._signed("typed", whole, message.digest(domain))

    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed."""
        import json  # noqa: PLC0415  # for this alone

        whole = json.dumps(message.whole, ensure_ascii=False)
        return self._signed("typed", whole, message.digest())

    def sign_text(self, text: bytes) -> bytes:
        """See Signer.sign_text."""
        from wallet.signer import text_digest  # noqa: PLC0415  # loads the curve

        return self._signed("text", text.hex(), text_digest(text))

    def _signed(self, kind: str, message: object, digest: bytes) -> bytes:
        from wallet.signer import recover  # noqa: PLC0415  # as above

        said: dict[str, Any] = {"do": "sign", "address": self._address, kind: message}
        if self._token is not None:
            said["token"] = self._token
        answer = ask(self._home, said)
        if answer is None:
            raise SetupError("agent.none")
        try:
            signature = bytes.fromhex(answer["signature"])
            actual = recover(digest, signature)
        except (KeyError, TypeError, ValueError, SignatureError):
            raise SetupError("agent.answer") from None
        if actual != self._address:
            raise DamagedFile("signer.mismatch", address=self._address)
        return signature

    def __repr__(self) -> str:
        return f"AgentSigner({self._address})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer is not pickled")


def ask(home: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """The agent's answer; None if none is unlocked here, SetupError or RefusedError for a no."""
    if not os.path.lexists(f"{home}/{SOCKET}"):
        return None
    from wallet.agent.place import connect, peer_uid  # noqa: PLC0415  # most wallets have no agent
    from wallet.agent.protocol import receive, send  # noqa: PLC0415  # as above

    connection = connect(home, _TIMEOUT_SECONDS)
    if connection is None:
        return None
    try:
        if peer_uid(connection) != os.getuid():
            raise SetupError("agent.stranger")
        send(connection, said)
        answer = receive(connection, _TIMEOUT_SECONDS)
    except (EOFError, ConnectionError):
        return None  # its time was up just now
    except (OSError, InputError):
        raise SetupError("agent.answer") from None
    finally:
        connection.close()
    if "error" in answer:
        raise _error(answer["error"])
    return answer


def _error(told: object) -> SetupError | RefusedError:
    if isinstance(told, dict) and told.get("code") == "agent.refused":
        return RefusedError("agent.refused", reason=str(told.get("reason")))
    if isinstance(told, dict) and told.get("code") == "agent.account":
        return SetupError("agent.account")
    reason = str(told.get("code")) if isinstance(told, dict) else "-"
    return SetupError("agent.request_refused", reason=reason)


def find_agent(home: str, address: Address, token: str | None = None) -> AgentSigner | None:
    """A signer for an account whose key an agent of this directory holds now; None without one.

    `token` is who asks, where it is not the owner.
    """
    answer = ask(home, {"do": "status"})
    if answer is None or address not in answer.get("addresses", ()):
        return None
    return AgentSigner(home, address, token)
