"""Bench: commands from nothing: a process that starts, does one thing, and ends."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench import BenchError
from scripts.bench.wallet_peer import KEY, TO
from scripts.localnet import CHAIN_ID, MNEMONIC, Anvil, start_anvil
from scripts.toolchain import BENCH_BIN, CACHE, DEV_BIN, program
from wallet import mnemonic, vault
from wallet.address import parse_address
from wallet.book import Accounts, Home, Network
from wallet.book.accounts import PHRASE, Account
from wallet.hd import PrivateNode
from wallet.money import Currency
from wallet.path import ETHEREUM_ACCOUNT, ethereum_path
from wallet.secret import Secret

PASSWORD = "the bench's own password"  # noqa: S105  # of a wallet that holds nothing
# Answers every call with balance 12345, nothing spent, tier 1, not frozen.
TOKEN_CODE = "0x613039600052600160405260806000f3"  # noqa: S105  # EVM code
PYTHON = str(DEV_BIN / "python")
#: What signs through the agent in a program: no command line, and no consent asked for.
THROUGH_AGENT = (
    "import sys\n"
    "from wallet.agent.client import AgentSigner\n"
    "print(AgentSigner(sys.argv[1], sys.argv[2]).sign_text(b'hello').hex())"
)


@dataclass(frozen=True)
class Scene:
    """A wallet, a chain with a token, and how processes are started there."""

    home: Path
    chain: Anvil
    address: str
    variables: Mapping[str, str] = field(repr=False)

    def seconds(self, argv: Sequence[str], stdin: str = "") -> float:
        """How long a process takes from start to end. BenchError where it fails."""
        began = time.perf_counter()
        done = subprocess.run(
            argv,
            input=stdin.encode(),
            env=dict(self.variables),
            cwd=self.home,
            capture_output=True,
            check=False,
        )
        took = time.perf_counter() - began
        if done.returncode != 0:
            shown = done.stderr.decode(errors="replace").strip()[-300:]
            raise BenchError(f"{' '.join(argv[:4])} ended with {done.returncode}: {shown}")
        return took

    def ours(self, *words: str) -> list[str]:
        """Our command line in this wallet."""
        return [str(DEV_BIN / "jiaozi"), "--home", str(self.home), *words]


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """Make the wallet, start the chain, unlock an agent; all of it ends with the block."""
    variables = {**os.environ, "HOME": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    variables.pop("PYTHONPATH", None)
    compile_ours(variables)
    with start_anvil() as chain:
        chain.rpc("anvil_setCode", TO, TOKEN_CODE)
        home = folder / "wallet"
        made = Scene(home, chain, _make(home, chain.url), variables)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        made.seconds(made.ours("agent", "start", "--password-file", str(password)))
        try:
            yield made
        finally:
            made.seconds(made.ours("agent", "lock"))


def compile_ours(variables: Mapping[str, str]) -> None:
    """Compile what the command loads, as its first use does where Python may write."""
    find = [PYTHON, "-c", "import wallet; print(*wallet.__path__)"]
    place = subprocess.run(find, env=dict(variables), cwd=CACHE, capture_output=True, check=True)
    folder = place.stdout.decode().strip()
    subprocess.run([PYTHON, "-m", "compileall", "-q", folder], cwd=CACHE, check=True)


def _make(home: Path, rpc_url: str) -> str:
    phrase = mnemonic.parse(MNEMONIC)
    master = PrivateNode.from_seed(mnemonic.seed(phrase))
    path = ethereum_path(0)
    address = master.derive(path).public().address
    xpub = master.derive(ETHEREUM_ACCOUNT).public().to_xpub()
    accounts = Accounts(
        PHRASE, (Account(0, address, str(path)),), root=str(ETHEREUM_ACCOUNT), xpub=xpub
    )
    network = Network(
        chain_id=CHAIN_ID,
        rpc_url=rpc_url,
        token=parse_address(TO),
        token_name="Euro Deposit",  # noqa: S106  # no secret
        symbol="dEUR",
        currency=Currency.of("EUR"),
        first_block=0,
        depth=0,
        bank_url=None,
    )
    sealed = vault.seal(phrase, Secret(PASSWORD.encode()))
    Home(home).create(sealed, accounts, network)
    return address


#: Who does a thing: an argument list for a scene, and what goes to standard input.
Doer = Callable[[Scene], tuple[list[str], str]]


def _ours(*words: str) -> Doer:
    return lambda at: (at.ours(*words), "")


def _program(*words: str) -> Doer:
    return lambda _: (list(words), "")


def _cast(*words: str) -> Doer:
    return lambda _: ([str(program("cast")), *words], "")


def _ape(*words: str) -> Doer:
    return lambda _: ([str(BENCH_BIN / "ape"), *words], "")


def _python(text: str) -> Doer:
    return lambda _: ([PYTHON, "-c", text], "")


REFERENCE: Doer = _program(PYTHON, "-c", "pass")
_IMPORT = "from eth_account import Account as A; A.enable_unaudited_hdwallet_features(); "
_ETH_PHRASE = f"{_IMPORT}print(A.from_mnemonic({MNEMONIC!r}).address)"
_ETH_SIGN = (
    "from eth_account import Account; from eth_account.messages import encode_defunct; "
    f"Account.sign_message(encode_defunct(b'hello'), {KEY!r})"
)
CAST_255 = "cast of 255"

#: Row → ours, and the others that can do it.
COLD: dict[str, tuple[Doer, dict[str, Doer]]] = {
    "version": (_ours("--version"), {"cast": _cast("--version"), "ape": _ape("--version")}),
    "help": (_ours("--help"), {"cast": _cast("--help"), "ape": _ape("--help")}),
    "address": (_ours("address"), {}),
    "accounts": (_ours("accounts"), {"ape": _ape("accounts", "list")}),
    "phrase_to_address": (
        lambda at: (at.ours("address", "--phrase-file", "-"), MNEMONIC + "\n"),
        {
            "cast": _cast("wallet", "address", "--mnemonic", MNEMONIC),
            "eth-account": _python(_ETH_PHRASE),
        },
    ),
    "balance": (
        _ours("balance"),
        {
            "cast": lambda at: (
                [
                    *(str(program("cast")), "call", "--rpc-url", at.chain.url, TO),
                    *("getAccount(address)(uint256,uint256,uint8,bool)", at.address),
                ],
                "",
            )
        },
    ),
    "address_count_1000": (
        _ours("address", "--count", "1000"),
        {CAST_255: _cast("wallet", "derive", MNEMONIC, "--accounts", "255")},
    ),
    "sign_through_agent": (
        lambda at: ([PYTHON, "-c", THROUGH_AGENT, str(at.home), at.address], ""),
        {
            "cast": _cast("wallet", "sign", "--private-key", "0x" + KEY.hex(), "hello"),
            "eth-account": _python(_ETH_SIGN),
        },
    ),
    "sign_through_agent_command": (
        _ours("sign", "text", "--message", "hello", "--yes"),
        {},
    ),
}
