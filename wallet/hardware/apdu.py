"""Wallet: how a command (APDU) reaches a Ledger and its answer comes back.

The framing is the device's own («Transport protocol» in the Ethereum app's documentation):
packets of 64 bytes, each with channel 0101, tag 05 and its number; the first tells the length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final, Protocol

from wallet.errors import SetupError

_PACKET: Final = 64
_CHANNEL: Final = b"\x01\x01"
_TAG: Final = b"\x05"
_HEADER: Final = 5
_LEDGER: Final = 0x2C97  # the maker's USB id
_USAGE_PAGE: Final = 0xFFA0  # of the interface that takes commands
_WAIT_MILLISECONDS: Final = 5 * 60 * 1000  # a person reads and presses buttons meanwhile


class Transport(Protocol):
    """Gives a device one command and has its answer: data and two status bytes."""

    def exchange(self, command: bytes) -> bytes:
        """SetupError if the device is gone."""
        ...


def packets(command: bytes) -> Iterator[bytes]:
    """A command cut into the device's packets, the last one filled with zeros."""
    rest, number = len(command).to_bytes(2) + command, 0
    while rest:
        head = _CHANNEL + _TAG + number.to_bytes(2)
        taken, rest = rest[: _PACKET - _HEADER], rest[_PACKET - _HEADER :]
        yield (head + taken).ljust(_PACKET, b"\0")
        number += 1


def joined(read: Callable[[], bytes]) -> bytes:
    """An answer put together from packets; SetupError for one out of turn."""
    found, length, number = b"", 2, 0
    while len(found) < length:
        packet = read()
        if packet[:_HEADER] != _CHANNEL + _TAG + number.to_bytes(2):
            raise SetupError("device.packet")
        found += packet[_HEADER:]
        if number == 0:
            length = 2 + int.from_bytes(found[:2])
        number += 1
    return found[2:length]


class HidTransport:
    """A Ledger on USB, through the hid library."""

    def __init__(self, device: Any) -> None:
        """Take an open `hid.device`."""
        self._device = device

    def exchange(self, command: bytes) -> bytes:
        """See Transport.exchange."""
        try:
            for packet in packets(command):
                if self._device.write(b"\0" + packet) < 0:  # report id 0 goes before
                    raise SetupError("device.gone")
            return joined(self._read)
        except OSError as error:
            raise SetupError("device.gone") from error

    def _read(self) -> bytes:
        packet = bytes(self._device.read(_PACKET, _WAIT_MILLISECONDS))
        if not packet:
            raise SetupError("device.gone")
        return packet


def open_hid() -> HidTransport:
    """The first Ledger that is plugged in; SetupError if there is none or no hid library."""
    try:
        hid: Any = import_module("hid")  # an optional extra, for those who have the device
    except ImportError as error:
        raise SetupError("device.extra", extra="ledger") from error
    for found in hid.enumerate(_LEDGER, 0):
        if found.get("usage_page") == _USAGE_PAGE or found.get("interface_number") == 0:
            device = hid.device()
            try:
                device.open_path(found["path"])
            except OSError as error:
                raise SetupError("device.busy", device="Ledger") from error
            return HidTransport(device)
    raise SetupError("device.none", device="Ledger")
