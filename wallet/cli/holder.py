"""Wallet: the person with a signing device in hand, as the terminal reaches them."""

from __future__ import annotations

from wallet.cli.session import Session


class Holder:
    """See wallet.hardware.common.Owner."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def look(self) -> None:
        """Say, on stderr, that the device waits for its owner."""
        if not self._session.as_json:
            print(self._session.text("device.look"), file=self._session.environment.stderr)

    def pin(self) -> str:
        """The PIN by its places on the device's grid; SecretError without a terminal."""
        return self._session.ask_secret("device.pin")

    def accept_hashes(self, domain_hash: bytes, message_hash: bytes) -> None:
        """Go on only where the risk `blind-device` is accepted by name."""
        text = self._session.text(
            "device.hashes", domain=domain_hash.hex(), message=message_hash.hex()
        )
        self._session.accept_risk("blind-device", text.splitlines())
