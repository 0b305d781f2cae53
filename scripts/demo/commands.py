"""Demo: runs the real commands as a person would type them, and asks the real API over HTTP."""

from __future__ import annotations

import json
import secrets
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts import toolchain
from scripts.demo.narrate import Narrator
from scripts.demo.processes import DemoError
from scripts.demo.world import Customer, World

__all__ = ["Commands"]

_HTTP_SECONDS = 10
_POLL_SECONDS = 0.2


class Commands:
    """`./jiaozi`, `./jiaozi-bridge` and the bridge's HTTP API, in one world."""

    def __init__(self, world: World, narrator: Narrator) -> None:
        self._world = world
        self._narrator = narrator
        self.watch: Callable[[], None] = lambda: None
        """Called while waiting; raises when something that is waited for cannot come any more."""

    def wallet_line(self, customer: Customer, *arguments: str) -> str:
        """The command line with which a customer does this, from the checkout's folder."""
        home = self._world.shown(self._world.wallet_home(customer))
        password = self._world.shown(self._world.password_file(customer))
        return shlex.join(["./jiaozi", "--home", home, "--password-file", password, *arguments])

    def bridge_line(self, *arguments: str) -> str:
        """The command line with which the bank's operator does this."""
        config = self._world.shown(self._world.bridge_config)
        return shlex.join(["./jiaozi-bridge", "--config", config, *arguments])

    def wallet(self, customer: Customer, *arguments: str, show: bool = True) -> str:
        """Run the customer's command and show it with what it printed; returns that."""
        return self._run(self.wallet_line(customer, *arguments), show)

    def wallet_json(self, customer: Customer, *arguments: str) -> Any:
        """Run the customer's command for its JSON, without telling."""
        return json.loads(self._run(self.wallet_line(customer, "--json", *arguments), show=False))

    def bridge(self, *arguments: str, show: bool = True) -> str:
        """Run the operator's command and show it with what it printed; returns that."""
        return self._run(self.bridge_line(*arguments), show)

    def hand_in(self, file: Path) -> Any:
        """POST a statement to the bridge, as the bank's own systems do; shows and gives its report.

        Each call has a key of its own: handed in again, the file is read again.
        """
        self._narrator.command(
            f"POST {self._world.api_url}/v1/statements < {self._world.shown(file)}"
        )
        key = secrets.token_hex(16)
        headers = {**self._operator(), "Content-Type": "application/xml", "Idempotency-Key": key}
        report = self._ask("/v1/statements", headers, file.read_bytes())
        shown = ("lines", "new", "known", "conflicting", "bad", "repeated")
        self._narrator.output(json.dumps({name: report[name] for name in shown}))
        return report

    def get(self, path: str, *, operator: bool = False) -> Any:
        """GET a JSON document from the bridge."""
        return self._ask(path, self._operator() if operator else {})

    def _operator(self) -> dict[str, str]:
        token = self._world.operator_token.read_text("utf-8").strip()
        return {"Authorization": f"Bearer {token}"}

    def _ask(self, path: str, headers: dict[str, str], body: bytes | None = None) -> Any:
        url = self._world.api_url + path
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own address
        with urllib.request.urlopen(request, timeout=_HTTP_SECONDS) as answer:  # noqa: S310 - see above
            return json.load(answer)

    def pages(self, path: str, name: str) -> Iterator[Any]:
        """Everything in a list that only the operator may read, page by page."""
        after = 0
        while after is not None:
            page = self.get(f"{path}?after={after}", operator=True)
            yield from page[name]
            after = page["next"]

    def ready(self) -> bool:
        """Whether the bridge says that it is ready."""
        try:
            self.get("/readyz")
        except (OSError, ValueError):
            return False
        return True

    def wait_for(self, what: str, found: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Ask until the answer is true; what did not come in time is named."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.watch()
            try:
                answer = found()
            except urllib.error.URLError:
                answer = None
            if answer:
                return answer
            time.sleep(_POLL_SECONDS)
        logs = self._world.shown(self._world.root / "logs")
        raise DemoError(
            f"{what} did not happen within {seconds:.0f} seconds.",
            f"The logs are in {logs}; `make demo` tries again, `make clean` begins afresh.",
        )

    def _run(self, line: str, show: bool) -> str:
        if show:
            self._narrator.command(line)
        done = subprocess.run(
            shlex.split(line),
            cwd=toolchain.ROOT,  # where the printed line works as it is
            env=self._world.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if show:
            self._narrator.output(done.stdout)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise DemoError(
                f"This command failed with exit code {done.returncode}:\n  {line}\n{said}\n",
                "What it says above is what to mend.",
            )
        return done.stdout
