"""Tests of `jiaozi offline`: the key never sees a network, and only what was prepared is sent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.wallet.cli.test_send import paid
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet import offline, qr
from wallet.offline import Prepared, Signed, from_parts
from wallet.signer import LocalSigner

LINE = ("12.50", PAYEE, "--memo", "lunch")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Where a stick would be put in."""
    place = tmp_path / "stick"
    place.mkdir()
    return place


def prepare(world: World, files: Path, *options: str) -> str:
    out = str(files / "payment.json")
    return str(world.json("offline", "prepare", *LINE, *options, "--out", out)["files"][0])


def sign(world: World, files: Path, file: str) -> str:
    """Sign with all connections cut."""
    asked = len(world.chain.calls), len(world.bank.requests)
    out = str(files / "signed.json")
    world.json("offline", "sign", file, "--out", out)
    assert (len(world.chain.calls), len(world.bank.requests)) == asked
    return out


@pytest.mark.parametrize("way", [(), ("--direct",)])
def test_a_payment_goes_there_and_back(world: World, files: Path, way: tuple[str, ...]) -> None:
    file = prepare(world, files, *way)
    assert paid(world) == 0
    data = world.json("offline", "send", sign(world, files, file))
    assert (data["state"], data["amount"], paid(world)) == ("FINAL", "12.50", 12_50)
    (record,) = world.files.book().transfers
    assert (record.memo, record.way) == ("lunch", "direct" if way else "relay")
    again = world.json("offline", "send", str(files / "signed.json"))
    assert (again["was_paid"], paid(world)) == (True, 12_50)


def test_signing_shows_everything_and_asks(world: World, files: Path) -> None:
    file = prepare(world, files)
    ran = world.run("offline", "sign", file, typed="n\n")
    assert ran.code == 1
    for shown in ("12.50 EUR", PAYEE, "31337", TOKEN, "lunch", "UTC"):
        assert shown in ran.out
    ran = world.run("offline", "sign", file, typed="y\n")
    (part,) = [line for line in ran.out.splitlines() if offline.is_part(line)]
    (files / "text").write_text(part + "\n")
    assert world.json("offline", "send", str(files / "text"))["state"] == "FINAL"


def test_the_watcher_and_the_signer_are_two_wallets(world: World, files: Path) -> None:
    """One has no vault, the other asks nobody; they share nothing but the stick."""
    deployment = files / "31337.json"
    facts = {"address": TOKEN, "name": "Euro Deposit", "symbol": "dEUR", "currency": "EUR"}
    deployment.write_text(json.dumps({"chainId": 31337, "block": 3, "token": facts}))
    phrase = files / "phrase"
    phrase.write_text("abandon " * 11 + "about")
    phrase.chmod(0o600)
    calls = len(world.chain.calls)
    cold = World(files / "cold", world.chain, world.bank, "-", "-", world.clock)
    cold.json("init", "--network", str(deployment), "--unchecked", "--phrase-file", str(phrase))
    assert len(world.chain.calls) == calls
    shutil.rmtree(world.home)
    urls = ("--bank", world.bank_url, "--rpc", world.rpc_url)
    world.json("init", "--watch", ADDRESS, *urls)
    file = prepare(world, files)
    assert world.run("offline", "sign", file, "--yes", "--json").error["code"] == "account.watch"
    assert world.json("offline", "send", sign(cold, files, file))["state"] == "FINAL"
    assert paid(world) == 12_50


def test_pictures_of_several_codes(
    world: World, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "_PART_LENGTH", 120)
    line = ("offline", "prepare", *LINE, "--png", str(files / "code.png"))
    pictures = world.json(*line)["files"]
    assert len(pictures) > 2
    assert pictures[1].endswith("code-2.png")
    missing = world.run("offline", "sign", *pictures[1:], "--yes", "--json")
    assert missing.error["code"] == "offline.missing"
    assert "1" in missing.error["message"]
    data = world.json("offline", "sign", *reversed(pictures), "--png", str(files / "back.png"))
    assert world.json("offline", "send", *data["files"])["state"] == "FINAL"


def test_the_terminal_shows_the_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    data = world.json("offline", "prepare", *LINE)
    assert Prepared.from_json(from_parts(data["parts"])).value == 12_50
    assert data["files"] == []


def forge(world: World, change: dict[str, Any]) -> tuple[Prepared, Prepared]:
    """What was prepared, and what a virus on the way made of it."""
    (file,) = (world.home / "offline").iterdir()
    whole = json.loads(file.read_bytes())
    honest = Prepared.from_json(file.read_bytes())
    return honest, Prepared.from_json(json.dumps(whole | change).encode())


def test_another_payment_that_was_signed_is_not_sent(world: World, files: Path) -> None:
    """The computer that signs was lied to: the signature is not of what was prepared."""
    prepare(world, files)
    honest, forged = forge(world, {"value": "5000"})
    (files / "forged.json").write_bytes(forged.to_json())
    signed = Signed.from_json(Path(sign(world, files, str(files / "forged.json"))).read_bytes())
    ran = world.run("offline", "send", str(files / "signed.json"), "--json")
    assert (ran.code, ran.error["code"]) == (2, "offline.unknown")
    (files / "lie.json").write_bytes(Signed(honest.id, signature=signed.signature).to_json())
    ran = world.run("offline", "send", str(files / "lie.json"), "--json")
    assert (ran.code, ran.error["code"]) == (1, "offline.differs")
    assert (paid(world), world.files.book().transfers) == (0, ())


def test_a_strangers_signature_and_another_transaction_are_not_sent(
    world: World, files: Path
) -> None:
    prepare(world, files, "--direct")
    honest, _ = forge(world, {})
    assert honest.transaction is not None
    raw = honest.transaction.sign(LocalSigner(b"\x01" * 32)).raw
    (files / "lie.json").write_bytes(Signed(honest.id, raw=raw).to_json())
    ran = world.run("offline", "send", str(files / "lie.json"), "--json")
    assert ran.error["code"] == "offline.differs"
    (files / "kind.json").write_bytes(Signed(honest.id, signature=b"\x01" * 65).to_json())
    ran = world.run("offline", "send", str(files / "kind.json"), "--json")
    assert ran.error["code"] == "offline.differs"


def test_a_transaction_that_is_not_what_its_words_say_is_not_signed(
    world: World, files: Path
) -> None:
    prepare(world, files, "--direct")
    _, forged = forge(world, {"value": "1"})
    (files / "forged.json").write_bytes(forged.to_json())
    ran = world.run("offline", "sign", str(files / "forged.json"), "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "offline.contradiction")


def test_another_network_or_account_is_not_signed_for(world: World, files: Path) -> None:
    prepare(world, files)
    place = json.loads(next((world.home / "offline").iterdir()).read_bytes())["network"]
    for change, code in (
        ({"network": place | {"chain_id": 1}}, "offline.network"),
        ({"network": place | {"token": PAYEE}}, "offline.network"),
        ({"sender": PAYEE}, "offline.account"),
    ):
        _, forged = forge(world, change)
        (files / "forged.json").write_bytes(forged.to_json())
        ran = world.run("offline", "sign", str(files / "forged.json"), "--yes", "--json")
        assert ran.error["code"] == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("prepare", "1000", PAYEE), "refused.balance"),
        (("prepare", "0", PAYEE), "amount.zero"),
        (("prepare", "1", PAYEE, "--hours", "721"), "usage.number"),
        (("prepare", "1", PAYEE, "--no-wait"), "usage.option"),
        (("sign", "a", "--direct"), "usage.option"),
        (("send", "a", "--out", "b"), "usage.option"),
        (("sign", "/no/such/file"), "file.system"),
        (("sign",), "usage.missing"),
    ],
)
def test_what_cannot_be(world: World, line: tuple[str, ...], code: str) -> None:
    assert world.run("offline", *line, "--yes", "--json").error["code"] == code


def test_files_are_the_owners(world: World, files: Path) -> None:
    for file in (Path(prepare(world, files)), *(world.home / "offline").iterdir()):
        assert file.stat().st_mode & 0o777 == 0o600
    assert qr.MOST_IN_ONE >= offline._PART_LENGTH
