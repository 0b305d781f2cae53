"""Tests of the settings: a whole file is read, a wrong value is named, a secret is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.kernel.errors import Misconfigured
from api.kernel.settings import Settings, load, load_secrets
from scripts.toolchain import ROOT

FILE = """
[database]
url = "sqlite:///bridge.db"
[chain]
rpc_url = "http://127.0.0.1:8545"
deployment = "deployments/31337.json"
depth = 2
[bank]
adapter = "simulated"
path = "bank"
reserve_account = "NL96JIAO0000000001"
reserve_owner = "Jiaozi Reserve"
bic = "JIAONL2A"
[access]
operator_token_file = "secrets/operator"
[deposits]
reference_key_file = "secrets/reference"
[keys.operator]
keystore = "keys/operator.json"
password_file = "keys/operator.password"
"""


def write(folder: Path, content: str = FILE) -> Path:
    """A settings file with its secrets beside it."""
    (folder / "secrets").mkdir()
    (folder / "secrets" / "operator").write_text("o" * 40 + "\n")
    (folder / "secrets" / "reference").write_text("r" * 40 + "\n")
    file = folder / "bridge.toml"
    file.write_text(content)
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    """Paths are relative to the file, whatever the working directory."""
    settings = load(write(tmp_path), env={})
    assert settings.database_url == f"sqlite:///{tmp_path / 'bridge.db'}"
    assert settings.chain.deployment == tmp_path / "deployments" / "31337.json"
    assert settings.keys["operator"].keystore == tmp_path / "keys" / "operator.json"
    assert (settings.chain.depth, settings.redemption_fee, settings.http_port) == (2, 0, 8080)


def test_the_environment_names_file_and_database(tmp_path: Path) -> None:
    """As operators of containers like it."""
    file = write(tmp_path)
    env = {"JIAOZI_BRIDGE_CONFIG": str(file), "JIAOZI_DATABASE_URL": "postgresql://u@h/n"}
    assert load(env=env).database_url == "postgresql://u@h/n"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("depth = 2", "depth = -1", "chain.depth"),
        ("depth = 2", "depth = 2.0", "chain.depth"),
        ("depth = 2", "depth = true", "chain.depth"),
        ("depth = 2", "", "chain.depth"),
        ('adapter = "simulated"', 'adapter = "magic"', "bank.adapter"),
        ('rpc_url = "http://127.0.0.1:8545"', "rpc_url = 8545", "chain.rpc_url"),
        ('bic = "JIAONL2A"', 'bic = " "', "bank.bic"),
        ('reference_key_file = "secrets/reference"', "", "deposits.reference_key_file"),
        ("[keys.operator]", "[keys.operator.deeper]", "keys.operator.keystore"),
        ("[chain]", "[chain", "config"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, old: str, new: str, field: str) -> None:
    """In one line, with what to write instead."""
    file = write(tmp_path, FILE.replace(old, new))
    with pytest.raises(Misconfigured) as caught:
        load(file, env={})
    assert caught.value.field == field
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("lines", "named", "meant"),
    [
        ("[payouts]\nfile_totl = 100", "payouts.file_totl", "payouts.file_total"),
        ("[payout]\nfile_total = 100", "payout", None),
        ('[keys.a]\nkeystore = "k"\npassword_file = "p"\nrole = "x"', "keys.a.role", None),
        ('[operators.ada]\ntoken_file = "t"\nnote = "x"', "operators.ada.note", None),
        ("[attest]\nevery = 5", "attest.every", "attest.every_seconds"),
    ],
)
def test_what_is_no_setting_is_named(
    tmp_path: Path, lines: str, named: str, meant: str | None
) -> None:
    """Misspelt, a ceiling would be none at all; the nearest name is told where there is one."""
    with pytest.raises(Misconfigured) as caught:
        load(write(tmp_path, f"{FILE}\n{lines}\n"), env={})
    assert caught.value.field == named
    assert meant is None or meant in caught.value.remedy


def test_all_that_is_no_setting_is_named_at_once(tmp_path: Path) -> None:
    """A misspelt list of signers asks nobody for a signature; a key above all tables is none."""
    content = FILE.replace('bic = "JIAONL2A"', 'bic = "JIAONL2A"\nsigner = ["bank.pem"]')
    with pytest.raises(Misconfigured, match=r"bank\.signer, payout\.") as caught:
        load(write(tmp_path, f"payout = 1\n{content}"), env={})
    assert "bank.signers" in caught.value.remedy


def test_the_guide_s_file_is_read_whole(tmp_path: Path) -> None:
    """What the guide shows is a setting, also where the environment names the database."""
    guide = (ROOT / "docs" / "guide" / "configuration.md").read_text("utf-8")
    shown = guide.partition("```toml\n")[2].partition("```")[0]
    file = write(tmp_path, shown)
    assert load(file, env={}).payouts.file_total == 100_000_00
    assert load(file, env={"JIAOZI_DATABASE_URL": "postgresql://u@h/n"}).chain.depth == 12


def test_no_file(tmp_path: Path) -> None:
    """Says how to give one."""
    with pytest.raises(Misconfigured, match="--config FILE"):
        load(tmp_path / "none.toml")


def test_secrets_are_read_and_not_shown(tmp_path: Path) -> None:
    """Without their line end; not by repr, nor by an error about them."""
    settings = load(write(tmp_path), env={})
    secrets = load_secrets(settings)
    assert secrets.operator_token.reveal() == b"o" * 40
    assert "ooo" not in repr(secrets)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """A directory, say: named, with what to do."""
    with pytest.raises(Misconfigured, match=r"cannot be read \(Is a directory\)") as caught:
        load(tmp_path)
    assert caught.value.remedy


def test_a_secret_that_is_no_text(tmp_path: Path) -> None:
    """Random bytes: named by its setting, without what it holds."""
    settings = load(write(tmp_path), env={})
    settings.reference_key_file.write_bytes(bytes(range(128, 192)))
    with pytest.raises(Misconfigured, match="no text in UTF-8") as caught:
        load_secrets(settings)
    assert caught.value.field == "deposits.reference_key_file"
    assert "openssl rand -hex 32" in caught.value.remedy


@pytest.mark.parametrize("content", ["", "\n", "short", None])
def test_a_secret_that_is_none(tmp_path: Path, content: str | None) -> None:
    """Missing, empty or short: named by its setting, without what it holds."""
    settings: Settings = load(write(tmp_path), env={})
    if content is None:
        settings.operator_token_file.unlink()
    else:
        settings.operator_token_file.write_text(content)
    with pytest.raises(Misconfigured) as caught:
        load_secrets(settings)
    assert caught.value.field == "access.operator_token_file"
    assert caught.value.detail.rpartition(" ")[2] != "short"


def test_when_the_bank_works_and_how_much_may_leave(tmp_path: Path) -> None:
    """Cut-off in the bank's own time, its holidays, the ceilings of payout files."""
    bank = FILE.replace(
        'bic = "JIAONL2A"',
        'bic = "JIAONL2A"\ncut_off = "15:30"\ntime_zone = "Europe/Berlin"\n'
        "holidays = [2026-12-25]\n[payouts]\nfile_total = 5_000\npark_after_minutes = 30",
    )
    settings = load(write(tmp_path, bank), env={})
    assert settings.bank.cut_off.isoformat() == "15:30:00"
    assert str(settings.bank.time_zone) == "Europe/Berlin"
    assert [day.isoformat() for day in settings.bank.holidays] == ["2026-12-25"]
    assert (settings.payouts.file_total, settings.payouts.most_payments) == (5_000, 500)
    assert settings.payouts.park_after.total_seconds() == 1_800


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('cut_off = "half past"', "bank.cut_off"),
        ('cut_off = "16:00+01:00"', "bank.cut_off"),
        ('time_zone = "Atlantis/Capital"', "bank.time_zone"),
        ('time_zone = "../../etc/passwd"', "bank.time_zone"),
        ('holidays = "2026-12-25"', "bank.holidays"),
        ("holidays = [2026-12-25T00:00:00]", "bank.holidays"),
        ("[payouts]\nfile_total = -1", "payouts.file_total"),
        ("[payouts]\nmost_payments = 0", "payouts.most_payments"),
    ],
)
def test_a_wrong_value_of_the_bank_s_day_is_named(tmp_path: Path, line: str, named: str) -> None:
    """With the setting's full path."""
    content = FILE.replace('bic = "JIAONL2A"', f'bic = "JIAONL2A"\n{line}')
    with pytest.raises(Misconfigured) as refused:
        load(write(tmp_path, content), env={})
    assert refused.value.field == named
