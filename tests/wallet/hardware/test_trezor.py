"""Tests of wallet.hardware.trezor: trezorlib as it is, with a device in memory behind it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from trezorlib import client, exceptions, messages, transport

from tests.wallet.hardware.faketrezor import FakeTrezor
from tests.wallet.hardware.messages import FLAT, NESTED, NULL, PAYEE, TRANSACTIONS
from tests.wallet.hardware.test_ledger import LOCAL, PATH, Someone
from wallet.eip712 import Domain
from wallet.errors import SetupError, SignatureError, WalletError
from wallet.hardware.trezor import Trezor, TrezorSigner, open_trezor
from wallet.hd import PrivateNode, PublicNode
from wallet.path import Normal, account_root
from wallet.secret import Secret
from wallet.typed_data import CancelRedeem
from wallet.typed_json import TypedData


def signer(device: FakeTrezor) -> TrezorSigner:
    return Trezor(device, Someone()).signer(PATH, LOCAL.address)


def test_addresses_and_the_xpub() -> None:
    device, owner = FakeTrezor(), Someone()
    trezor = Trezor(device, owner)
    assert trezor.address(PATH) == LOCAL.address
    assert (owner.looked, device.shown) == (0, [])
    assert trezor.address(PATH, show=True) == LOCAL.address
    assert (owner.looked, device.shown) == (1, [LOCAL.address])
    node = PublicNode.from_xpub(trezor.xpub(account_root()))
    assert node.child(Normal(0)).child(Normal(0)).address == LOCAL.address


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_transactions(name: str) -> None:
    device, plan = FakeTrezor(), TRANSACTIONS[name]
    assert plan.sign(signer(device)) == plan.sign(LOCAL)
    assert device.shown == [f"{PAYEE} {plan.value}"]


@pytest.mark.parametrize("text", [b"a", b"\xff\x00", "支付".encode() * 500])
def test_texts(text: bytes) -> None:
    assert signer(FakeTrezor()).sign_text(text) == LOCAL.sign_text(text)


@pytest.mark.parametrize("name", FLAT)
def test_typed_messages(name: str) -> None:
    device = FakeTrezor()
    assert signer(device).sign_typed(FLAT[name]) == LOCAL.sign_typed(FLAT[name])
    assert len(device.shown) == 1


def test_our_own_messages() -> None:
    domain = Domain("Euro Deposit", 31337, PAYEE)
    order = CancelRedeem(LOCAL.address, b"\7" * 32)
    assert signer(FakeTrezor()).sign_message(order, domain) == LOCAL.sign_message(order, domain)


@pytest.mark.parametrize("message", [*NESTED.values(), NULL])
def test_what_the_library_cannot_say_is_not_begun(message: TypedData) -> None:
    device = FakeTrezor()
    with pytest.raises(SignatureError) as caught:
        signer(device).sign_typed(message)
    assert caught.value.code == "device.typed"
    assert device.calls == ["EthereumGetAddress"]


def failure(code: Any) -> Exception:
    return exceptions.TrezorFailure(messages.Failure(code=code, message="no"))


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (exceptions.Cancelled(), "device.declined"),
        (failure(messages.FailureType.ActionCancelled), "device.declined"),
        (failure(messages.FailureType.FirmwareError), "device.failed"),
        (exceptions.PinException(), "device.locked"),
        (transport.DeviceIsBusy(), "device.busy"),
        (transport.TransportException(), "device.none"),
        (exceptions.TrezorException(), "device.failed"),
    ],
)
def test_what_goes_wrong_on_the_device(raised: Exception, code: str) -> None:
    device = FakeTrezor()
    one = signer(device)
    device.refuses = raised
    plan = TRANSACTIONS["plain"]
    for sign in (
        lambda: one.sign_text(b"a"),
        lambda: one.sign_transaction(plan),
        lambda: one.sign_typed(FLAT["text"]),
    ):
        with pytest.raises(WalletError) as caught:
            sign()
        assert caught.value.code == code


def test_a_signature_of_something_else_is_not_used() -> None:
    one = signer(FakeTrezor(spoils=True))
    for sign in (
        lambda: one.sign_text(b"a"),
        lambda: one.sign_transaction(TRANSACTIONS["plain"]),
        lambda: one.sign_typed(FLAT["text"]),
    ):
        with pytest.raises(SignatureError):
            sign()


def test_another_device_or_passphrase_is_noticed() -> None:
    with pytest.raises(SetupError) as caught:
        signer(FakeTrezor(master=PrivateNode.from_seed(Secret(b"\1" * 64))))
    assert caught.value.code == "device.other"


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trezorlib.client", None)
    with pytest.raises(SetupError) as caught:
        open_trezor(Someone())
    assert caught.value.code == "device.extra"
    assert "jiaozi[trezor]" in caught.value.remedy()


def test_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own way to a device; the PIN comes from the owner."""
    given: dict[str, Any] = {}

    class Careful(Someone):
        def pin(self) -> str:
            return "8426"

    def found(name: str, **callbacks: Any) -> Any:
        given.update(callbacks, name=name)
        return SimpleNamespace()

    monkeypatch.setattr(client, "get_default_client", found)
    monkeypatch.setattr(client, "get_default_session", lambda _: FakeTrezor())
    assert open_trezor(Careful()).address(PATH) == LOCAL.address
    assert given["name"] == "jiaozi"
    assert given["pin_callback"](messages.PinMatrixRequest()) == "8426"


def test_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: Any, **__: Any) -> Any:
        raise transport.TransportException("No Trezor device found")

    monkeypatch.setattr(client, "get_default_client", nothing)
    with pytest.raises(SetupError) as caught:
        open_trezor(Someone())
    assert caught.value.code == "device.none"


def test_answers_that_make_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    device = FakeTrezor()
    one = signer(device)
    short = messages.EthereumMessageSignature(address=LOCAL.address, signature=b"\1" * 64)
    monkeypatch.setattr(device, "_on_EthereumSignMessage", lambda _: short)
    node = messages.HDNodeType(
        depth=3, fingerprint=0, child_num=0, chain_code=bytes(32), public_key=bytes(33)
    )
    key = messages.EthereumPublicKey(node=node, xpub="xpub")
    monkeypatch.setattr(device, "_on_EthereumGetPublicKey", lambda _: key)
    for ask in (lambda: one.sign_text(b"a"), lambda: Trezor(device, Someone()).xpub(PATH)):
        with pytest.raises(SetupError) as caught:
            ask()
        assert caught.value.code == "device.answer"


def test_it_prints_its_address_only() -> None:
    assert repr(signer(FakeTrezor())) == f"TrezorSigner({LOCAL.address})"
