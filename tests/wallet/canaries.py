"""Canaries: secrets that are planted, lines of every command, and the search for what flew."""

from __future__ import annotations

import io
import json
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from tests.wallet.proofs import publish_proof
from tests.wallet.test_typed_json import MAIL
from tests.wallet.world import IBAN, PASSWORD, PAYEE, Terminal, World
from wallet import keystore, mnemonic
from wallet.book.backup import master_of
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.path import ETHEREUM_ACCOUNT, ethereum_path
from wallet.secret import Secret

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PASSPHRASE = "canary-passphrase-ß4"
FILE_PASSWORD = "canary-keyfile-9z"
NEW_PASSWORD = "canary-newpass-3k"
KEY = bytes.fromhex("ca" * 31 + "01")
CODE = "284917"  # the bank's one-time code
SECRET = Secret(f"{PHRASE}\n{PASSPHRASE}".encode())
SPENDER = "0x" + "44" * 20


def canaries() -> dict[str, str]:
    """Everything that may appear nowhere, by what it is."""
    phrase = mnemonic.parse(PHRASE)
    seed = mnemonic.seed(phrase, PASSPHRASE)
    master = master_of(SECRET)
    nodes = [master, master.derive(ETHEREUM_ACCOUNT), master.derive(ethereum_path(0))]
    words = PHRASE.split()
    found = {
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "key file's password": FILE_PASSWORD,
        "passphrase": PASSPHRASE,
        "passphrase, escaped": json.dumps(PASSPHRASE).strip('"'),
        "seed": seed.reveal().hex(),
        "entropy": mnemonic.entropy(phrase).reveal().hex(),
        "phrase in hex": PHRASE.encode().hex(),
        "code": CODE,
        "lone key": KEY.hex(),
        "lone key as bytes": repr(KEY),
    }
    for place in range(len(words) - 1):
        found[f"words {place + 1} and {place + 2}"] = " ".join(words[place : place + 2])
    for number, node in enumerate(nodes):
        key = node.private_key().reveal()
        found[f"key {number}"] = key.hex()
        found[f"key {number} as bytes"] = repr(key)
        found[f"key {number} as a number"] = str(int.from_bytes(key))
        found[f"xprv {number}"] = node.to_xprv().reveal().decode()
    return found


CANARIES = canaries()


def found_in(text: str) -> list[str]:
    lower = text.lower()
    return [name for name, secret in CANARIES.items() if secret.lower() in lower]


@dataclass
class Cage:
    """A world with the canaries in it, and all that was ever said there."""

    world: World
    place: Path
    heard: list[tuple[str, str]] = field(default_factory=list)

    def plant(self, name: str, text: str) -> str:
        """A private file outside the wallet that holds a canary."""
        (self.place / "planted").mkdir(exist_ok=True)
        file = self.place / "planted" / name
        file.write_text(text)
        file.chmod(0o600)
        return str(file)

    def hear(self, what: str, arguments: list[str], *, typed: str | None = None) -> int | None:
        """Run a line; keep all that comes out, the traceback of an unforeseen fault too."""
        out, err = Terminal() if typed is not None else io.StringIO(), io.StringIO()
        line = [*arguments, "--home", str(self.world.home)]
        if "--password-file" not in arguments:
            line += ["--password-file", self.plant("password", PASSWORD)]
        stdin = io.StringIO() if typed is None else Terminal(typed)
        environment = Environment(stdin, out, err, {"LANG": "C.UTF-8"}, self.world.clock)
        code = None
        try:
            code = run(line, environment)
        except Exception as error:  # noqa: BLE001  # the injected one, whatever it is
            self.heard.append((f"{what}: traceback", "".join(traceback.format_exception(error))))
        for text in (out.getvalue(), err.getvalue()):
            self.heard.append((f"{what}: {' '.join(arguments)}", text))
        return code

    def leaks(self) -> list[str]:
        """What was heard, or lies in the wallet's files, that is a canary."""
        found = [f"{what} shows {found_in(text)}" for what, text in self.heard if found_in(text)]
        for path in sorted(self.place.rglob("*")):
            if path.is_file() and "planted" not in path.parts and path.name != "sheet":
                data = path.read_bytes().decode("utf-8", "backslashreplace")
                found += [f"{path.name} holds {found_in(data)}"] if found_in(data) else []
        return found


def fund(cage: Cage) -> None:
    address = cage.world.files.account().address
    cage.world.chain.tiers[address] = 1
    cage.world.chain.issue(1, address, 100_00)


def init_line(cage: Cage) -> list[str]:
    urls = ["--bank", cage.world.bank_url, "--rpc", cage.world.rpc_url]
    phrase = cage.plant("phrase", PHRASE)
    passphrase = cage.plant("passphrase", PASSPHRASE)
    return ["init", *urls, "--phrase-file", phrase, "--passphrase-file", passphrase]


def lines(cage: Cage) -> dict[str, list[list[str]]]:
    """What is run of each command; a fault may befall any of them."""
    plant, place = cage.plant, cage.place
    publish_proof(cage.world)
    new = plant("new-password", NEW_PASSWORD)
    file_password = plant("file-password", FILE_PASSWORD)
    key_file = keystore.encrypt_key(KEY, FILE_PASSWORD, n=2)
    typed, text = plant("typed.json", json.dumps(MAIL)), plant("text", "it is me")
    (place / "policy.toml").write_text("version = 1\n")
    risks = ["--yes", "--accept-risk", "unknown-message,other-chain,account-key,blind"]
    urls = ["--bank", cage.world.bank_url, "--rpc", cage.world.rpc_url]
    link = f"ethereum:{cage.world.files.network().token}@31337/transfer?address={PAYEE}&uint256=5"
    misspelt = plant("misspelt", PHRASE.replace("year", "yaer"))
    swapped = plant("swapped", PHRASE.replace("thank yellow", "yellow thank"))
    old = plant("password", PASSWORD)
    exported = [str(place / "exported"), "--key-password-file", file_password]
    lone = ["--keystore", plant("key.json", json.dumps(key_file))]
    return {
        "init": [
            init_line(cage),
            ["init", *urls, *lone, "--key-password-file", file_password],
            ["init", *urls, "--phrase-file", misspelt],
            ["init", *urls, "--phrase-file", swapped],
        ],
        "address": [["address"], ["address", "--count", "3"]],
        "accounts": [["accounts"]],
        "account": [["account"], ["account", "new", "more"], ["account", "rename", "0", "first"]],
        "export": [["export", "xpub"], ["export", "key", *exported, *risks]],
        "backup": [
            ["backup", str(place / "backup.json")],
            ["backup", "--shares", "2of3", "--share-dir", str(place / "sheets")],
        ],
        "restore": [["restore", str(place / "backup.json")]],
        "rehearse": [
            ["rehearse", str(place / "backup.json")],
            ["rehearse", str(place / "home" / "vault.json")],
        ],
        "password": [
            ["password", "--new-password-file", new],
            ["password", "--password-file", new, "--new-password-file", old],
        ],
        "bip85": [["bip85", "phrase"], ["bip85", "hex", "1"], ["bip85", "xprv"], ["bip85", "wif"]],
        "balance": [["balance"]],
        "reserve": [["reserve"], ["reserve", "--day", "2020-01-01"]],
        "link": [["link", IBAN, "--name", "Ada Wu", "--code", CODE, "--yes"]],
        "send": [
            ["send", "1", PAYEE, "--yes", "--memo", "lunch", "--save-as", "Bo"],
            ["send", "1", PAYEE, "--direct", "--yes"],
            ["send", "999999", PAYEE, "--yes"],
        ],
        "redeem": [["redeem", "2", "--yes"]],
        "history": [["history"], ["history", "--csv", str(place / "history.csv")]],
        "networks": [["networks"]],
        "config": [["config"]],
        "request": [["request", "1"]],
        "pay": [["pay", link, "--direct", "--yes"]],
        "unlink": [["unlink", IBAN, "--yes"]],
        "policy": [["policy", "show"], ["policy", "check"], ["policy", "log"]],
        "sign": [
            ["sign", "text", text, "--yes"],
            ["sign", "typed", typed, *risks],
        ],
        "verify": [["verify", "text", text, "--signature", "0x" + "11" * 65, "--by", PAYEE]],
        "allowances": [["allowances"]],
        "contacts": [["contacts"]],
        "agent": [["agent"], ["agent", "lock"]],  # what `start` leaves behind is run below
        "completion": [["completion", "bash"], ["completion", "next", "--", "send", "1", ""]],
        "doctor": [["doctor"], ["doctor", "--find", PAYEE]],
        "offline": [["offline", "prepare", "1", PAYEE, "--out", str(place / "payment.json")]],
    }
