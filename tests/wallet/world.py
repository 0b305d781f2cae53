"""A world for the commands: fake chain and bank behind HTTP, a clock, terminals, a home."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO

from tests.wallet.fakebank import FakeBank
from tests.wallet.fakechain import TOKEN, FakeChain
from tests.wallet.schemas import check_run
from wallet import mnemonic, vault
from wallet.address import parse_address
from wallet.book import Account, Accounts, Home, Network
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.hd import PrivateNode
from wallet.money import Currency
from wallet.path import ETHEREUM_ACCOUNT, ethereum_path
from wallet.secret import Secret

PHRASE = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
)
ADDRESS = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
PASSWORD = "canary-password-7q"
PAYEE = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
IBAN = "DE89370400440532013000"


@dataclass
class FakeClock:
    """A clock that a test moves; each sleep lets the chain mine a block."""

    chain: FakeChain
    time: int = 1_800_000_000

    def now(self) -> int:
        return self.time

    def sleep(self, milliseconds: int) -> None:
        assert milliseconds > 0
        self.time += 1
        self.chain.mine()


class Terminal(io.StringIO):
    """An input or output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Ran:
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The result of --json."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error of --json."""
        return json.loads(self.err[self.err.index("{") :])["error"]  # after any prompt


@dataclass
class World:
    """Everything around a wallet."""

    home: Path
    chain: FakeChain
    bank: FakeBank
    rpc_url: str
    bank_url: str
    clock: FakeClock
    secrets: list[str] = field(default_factory=list)

    def run(
        self,
        *arguments: str,
        typed: str | None = None,
        password: bool = True,
        variables: dict[str, str] | None = None,
    ) -> Ran:
        """Run a command line; `typed` is what is typed at a terminal, None is no terminal."""
        out, err = io.StringIO(), io.StringIO()
        stdin: TextIO = io.StringIO() if typed is None else Terminal(typed)
        answers = iter(self.secrets)

        def ask_secret(prompt: str, stream: TextIO) -> str:
            print(prompt, file=stream)
            return next(answers)

        file = self.home.parent / "password"
        file.write_text(PASSWORD + "\n")
        file.chmod(0o600)
        line = [*arguments, "--home", str(self.home)]
        if password:
            line += ["--password-file", str(file)]
        environment = Environment(
            stdin, out, err, variables or {"LANG": "C.UTF-8"}, self.clock, ask_secret
        )
        ran = Ran(run(line, environment), out.getvalue(), err.getvalue())
        if "--json" in arguments:
            check_run(line, ran.out, ran.err)
        return ran

    def json(self, *arguments: str) -> Any:
        """The result of a command that succeeds."""
        ran = self.run(*arguments, "--json", "--yes")
        assert ran.code == 0, ran.err
        return ran.data

    def create(self, *, bank: bool = True) -> None:
        """A wallet of the well-known phrase, with a cheap vault, funded and registered."""
        phrase = mnemonic.parse(PHRASE)
        master = PrivateNode.from_seed(mnemonic.seed(phrase))
        path = ethereum_path(0)
        xpub = master.derive(ETHEREUM_ACCOUNT).public().to_xpub()
        first = Account(0, master.derive(path).signer().address, str(path))
        accounts = Accounts("phrase", (first,), root=str(ETHEREUM_ACCOUNT), xpub=xpub)
        chain = self.chain
        network = Network(
            chain_id=chain.chain_id,
            rpc_url=self.rpc_url,
            token=parse_address(TOKEN),
            token_name=chain.name,
            symbol=chain.symbol,
            currency=Currency.of(chain.currency),
            first_block=chain.deployed_at,
            depth=2,
            bank_url=self.bank_url if bank else None,
        )
        sealed = vault.seal(phrase, Secret(PASSWORD.encode()), n=4)
        Home(self.home).create(sealed, accounts, network)
        chain.tiers[ADDRESS] = 1
        chain.issue(1, ADDRESS, 100_00)

    @property
    def files(self) -> Home:
        """The wallet's files."""
        return Home(self.home)


@contextmanager
def serve(chain: FakeChain, bank: FakeBank) -> Iterator[str]:
    """Both behind one HTTP server on a free port; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(*bank.answer("GET", self.path, {}, None))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/":
                answered = chain.answer(body)
                if body["method"] != chain.silent_at:
                    self._reply(200, answered)
                return
            key = self.headers["Idempotency-Key"]
            answer = bank.answer("POST", self.path, body, key)
            if not bank.silent:
                self._reply(*answer)

        def _reply(self, status: int, answer: dict[str, Any]) -> None:
            data = json.dumps(answer).encode()
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(data)))
            if bank.date is not None:
                self.send_header("Date", bank.date)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing: the test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
