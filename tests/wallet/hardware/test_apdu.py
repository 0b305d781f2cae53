"""Tests of wallet.hardware.apdu: packets as documented, broken ones, and the hid library."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import SetupError
from wallet.hardware.apdu import HidTransport, joined, open_hid, packets


def test_a_short_command_is_one_packet() -> None:
    (packet,) = packets(bytes.fromhex("e006000000"))
    assert packet == bytes.fromhex("0101050000" + "0005" + "e006000000").ljust(64, b"\0")


def test_a_long_command_is_several_numbered_packets() -> None:
    command = bytes(range(200))
    first, second, third, fourth = packets(command)
    assert first == bytes.fromhex("010105000000c8") + command[:57]
    assert second == bytes.fromhex("0101050001") + command[57:116]
    assert third == bytes.fromhex("0101050002") + command[116:175]
    assert fourth == (bytes.fromhex("0101050003") + command[175:]).ljust(64, b"\0")


@given(st.binary(min_size=1, max_size=600))
def test_an_answer_is_put_together_again(answer: bytes) -> None:
    assert joined(iter(packets(answer)).__next__) == answer


@pytest.mark.parametrize(
    "change", [(0, b"\2"), (2, b"\2"), (4, b"\1"), (3, b"\1")], ids=["channel", "tag", "n", "n2"]
)
def test_a_packet_out_of_turn_is_refused(change: tuple[int, bytes]) -> None:
    place, byte = change
    for number in (0, 1):
        cut = list(packets(bytes(100)))
        wrong = cut[number]
        other = byte if wrong[place : place + 1] != byte else b"\7"
        cut[number] = wrong[:place] + other + wrong[place + 1 :]
        with pytest.raises(SetupError) as caught:
            joined(iter(cut).__next__)
        assert caught.value.code == "device.packet"


@dataclass
class Hid:
    """hid.device, as far as it is used: written packets, and those to be read."""

    answers: list[bytes]
    written: list[bytes] = field(default_factory=list)
    fails: bool = False
    sent: int = 65

    def write(self, data: bytes) -> int:
        if self.fails:
            raise OSError("gone")
        self.written.append(data)
        return self.sent

    def read(self, size: int, timeout: int) -> list[int]:
        assert size == 64
        assert timeout > 60_000  # somebody reads and presses buttons
        return list(self.answers.pop(0)) if self.answers else []

    def open_path(self, path: bytes) -> None:
        if path == b"busy":
            raise OSError("open failed")


def test_an_exchange_over_usb() -> None:
    device = Hid(list(packets(b"answer\x90\x00")))
    assert HidTransport(device).exchange(b"\xe0\x06\0\0\0") == b"answer\x90\x00"
    assert device.written == [b"\0" + next(packets(b"\xe0\x06\0\0\0"))]  # report id, packet


@pytest.mark.parametrize("device", [Hid([]), Hid([], fails=True), Hid([b""], sent=-1)])
def test_a_device_that_is_gone(device: Hid) -> None:
    with pytest.raises(SetupError) as caught:
        HidTransport(device).exchange(b"\xe0\x06\0\0\0")
    assert caught.value.code == "device.gone"


LEDGER = {"path": b"ledger", "usage_page": 0xFFA0, "interface_number": 0}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([], "device.none"),
        ([LEDGER | {"usage_page": 0xF1D0, "interface_number": 1}], "device.none"),  # its FIDO
        ([LEDGER | {"path": b"busy"}], "device.busy"),
        (None, "device.extra"),
    ],
)
def test_no_ledger(monkeypatch: pytest.MonkeyPatch, found: Any, code: str) -> None:
    library = found and SimpleNamespace(enumerate=lambda *_: found, device=lambda: Hid([]))
    if found == []:
        library = SimpleNamespace(enumerate=lambda *_: [])
    monkeypatch.setitem(sys.modules, "hid", library)  # None is a library that is not there
    with pytest.raises(SetupError) as caught:
        open_hid()
    assert caught.value.code == code


def test_the_interface_that_takes_commands_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Hid(list(packets(b"\x90\x00")))
    asked: list[tuple[int, int]] = []

    def enumerate_(vendor: int, product: int) -> list[dict[str, object]]:
        asked.append((vendor, product))
        return [LEDGER | {"usage_page": 0xF1D0, "interface_number": 1}, LEDGER]

    library = SimpleNamespace(enumerate=enumerate_, device=lambda: device)
    monkeypatch.setitem(sys.modules, "hid", library)
    assert open_hid().exchange(b"\xe0\x06\0\0\0") == b"\x90\x00"
    assert asked == [(0x2C97, 0)]
