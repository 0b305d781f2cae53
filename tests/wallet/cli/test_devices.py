"""Tests of wallets whose keys are on a device: init, payments, accounts, and what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from trezorlib import client

from tests.wallet.cli.test_init import init
from tests.wallet.hardware.fakeledger import FakeLedger
from tests.wallet.hardware.faketrezor import FakeTrezor
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.errors import SetupError
from wallet.hardware import apdu

pytestmark = pytest.mark.integration  # takes seconds

SECOND = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> FakeLedger:
    """A Ledger that is plugged in."""
    app = FakeLedger()
    monkeypatch.setattr(apdu, "open_hid", lambda: app)
    return app


@pytest.fixture
def trezor(monkeypatch: pytest.MonkeyPatch) -> FakeTrezor:
    """A Trezor that is plugged in."""
    device = FakeTrezor()
    monkeypatch.setattr(client, "get_default_client", lambda *_, **__: None)
    monkeypatch.setattr(client, "get_default_session", lambda _: device)
    return device


def fund(world: World) -> None:
    world.chain.tiers |= {ADDRESS: 1, PAYEE: 1}
    world.chain.issue(1, ADDRESS, 100_00)


def test_a_ledger_signs_relayed_and_direct_payments(bare: World, ledger: FakeLedger) -> None:
    ran = init(bare, "--ledger", password=False)
    assert ran.code == 0, ran.err
    assert "Compare this address" in ran.out
    assert ledger.shown == [ADDRESS]  # the owner saw it on the device, too
    assert not (bare.home / "vault.json").exists()
    assert bare.json("account")["kind"] == "ledger"
    fund(bare)
    ran = bare.run("send", "1", PAYEE, typed="y\n", password=False)
    assert ran.code == 0, ran.err
    assert "Look at the device" in ran.err
    assert PAYEE.lower() in ledger.shown[1].lower()  # field by field
    assert bare.json("send", "2", PAYEE, "--direct")["balance"]["amount"] == "97.00"


def test_a_trezor_signs_relayed_and_direct_payments(bare: World, trezor: FakeTrezor) -> None:
    ran = init(bare, "--trezor", "--json", password=False)
    assert (ran.code, ran.data["kind"], ran.data["address"]) == (0, "trezor", ADDRESS)
    fund(bare)
    assert bare.json("send", "1", PAYEE)["balance"]["amount"] == "99.00"
    assert bare.json("send", "2", PAYEE, "--direct")["balance"]["amount"] == "97.00"
    assert len(trezor.shown) == 3


def test_no_password_is_needed_without_a_terminal(bare: World, ledger: FakeLedger) -> None:
    init(bare, "--ledger", password=False)
    fund(bare)
    ran = bare.run("send", "1", PAYEE, "--yes", "--json", password=False)
    assert ran.code == 0, ran.err
    ran = bare.run("send", "1", PAYEE, "--json", password=False)
    assert (ran.code, ran.error["code"]) == (2, "confirm.needed")


def test_what_is_refused_on_the_device_is_not_sent(bare: World, ledger: FakeLedger) -> None:
    init(bare, "--ledger", password=False)
    fund(bare)
    ledger.refuses = 0x6985
    ran = bare.run("send", "1", PAYEE, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "device.declined")
    assert bare.files.book().transfers == ()


def test_an_old_app_needs_the_risk_by_name(bare: World, ledger: FakeLedger) -> None:
    init(bare, "--ledger", password=False)
    fund(bare)
    ledger.fields = False
    ran = bare.run("send", "1", PAYEE, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert "two hashes only" in ran.err
    assert bare.json("send", "1", PAYEE, "--accept-risk", "blind-device")["state"] == "FINAL"


def test_used_accounts_and_further_ones(bare: World, ledger: FakeLedger) -> None:
    bare.chain.tiers[SECOND] = 1
    assert init(bare, "--ledger", "--json", password=False).data["accounts"] == 2
    ran = bare.run("account", "new", "--json", password=False)  # from the stored xpub
    assert ran.data["path"] == "m/44'/60'/0'/0/2"
    live = bare.run("account", "new", "--path", "m/44'/60'/1'/0/0", "--json", password=False)
    assert live.code == 0, live.err
    assert ledger.shown[-1] == live.data["address"]


def test_another_device_is_noticed(
    bare: World, ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    init(bare, "--ledger", password=False)
    fund(bare)
    monkeypatch.setattr(ledger, "master", ledger.master.derive(other()))
    ran = bare.run("send", "1", PAYEE, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "device.other")


def other() -> Any:
    from wallet.path import Path

    return Path.parse("m/1")


def test_no_device_makes_no_wallet(bare: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> Any:
        raise SetupError("device.none", device="Ledger")

    monkeypatch.setattr(apdu, "open_hid", nothing)
    ran = init(bare, "--ledger", "--json", password=False)
    assert (ran.code, ran.error["code"]) == (1, "device.none")
    assert not bare.home.exists()


def test_a_device_keeps_its_key(bare: World, ledger: FakeLedger) -> None:
    init(bare, "--ledger", password=False)
    ran = bare.run("export", "key", str(bare.home / "key.json"), "--json")
    assert (ran.code, ran.error["code"]) == (1, "export.no_key")
    assert bare.run("export", "xpub", "--json").data["path"] == "m/44'/60'/0'"


def test_addresses_on_a_device_can_be_sealed(bare: World, ledger: FakeLedger) -> None:
    assert init(bare, "--ledger", "--private", "--json").code == 0
    assert bare.run("address", "--json", password=False).error["code"] == "password.none"
    fund(bare)
    assert bare.json("send", "1", PAYEE)["balance"]["amount"] == "99.00"


def test_the_questions_lead_to_a_device(bare: World, ledger: FakeLedger) -> None:
    answers = "\n".join(("5", bare.rpc_url, bare.bank_url, ""))
    assert bare.run("init", typed=answers, password=False).code == 0
    assert bare.files.accounts().kind == "ledger"


def test_a_pin_is_asked_at_the_terminal_and_not_shown(bare: World) -> None:
    given: dict[str, Any] = {}

    def found(_: str, **callbacks: Any) -> Any:
        given.update(callbacks)
        return given["pin_callback"](None)

    bare.secrets = ["8426"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "get_default_client", found)
        patch.setattr(client, "get_default_session", lambda _: FakeTrezor())
        ran = init(bare, "--trezor", typed="", password=False)
        assert ran.code == 0, ran.err
        assert "PIN" in ran.err
        assert "8426" not in ran.err + ran.out
        ran = bare.run("account", "new", "--path", "m/0", "--json", password=False)
        assert (ran.code, ran.error["code"]) == (5, "password.none")  # nobody to ask the PIN of
