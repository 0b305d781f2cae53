"""Setup: run the steps in order, each only if needed, one process at a time.

`python -m scripts.setup proof` also installs what proves things about the contracts, and `… bench`
the wallets that ours is compared with.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time

from scripts.setup import builds, compiler, node, python
from scripts.setup.console import SetupError, elapsed, say
from scripts.setup.lock import alone
from scripts.setup.step import Step
from scripts.toolchain import BENCH_BIN, CACHE, CONTRACTS_BIN, DEV_BIN, NODE, PROOF_BIN, ROOT, SOLC

PYTHONS = ((3, 11), (3, 13))


def steps() -> tuple[Step, ...]:
    """All that is always installed, in order."""
    found = (shutil.which("node") or "", shutil.which("npm") or "")
    uv, npm = python.HERE / "uv.txt", python.HERE / "node.txt"
    return (
        Step(
            "uv", "uv, which installs Python packages", python.install_uv, (uv,), (), (python.UV,)
        ),
        Step(
            "dev",
            "the wallet, the bridge and their tests (.venv)",
            python.sync_dev,
            python.LOCKED,
            (),
            (DEV_BIN / "python", DEV_BIN / "jiaozi"),
        ),
        Step(
            "contracts",
            "brownie and py-solc-x (.cache/venv-contracts)",
            python.sync_contracts,
            python.LOCKED,
            (),
            (CONTRACTS_BIN / "python", CONTRACTS_BIN / "brownie"),
        ),
        Step("node", "Node", node.install_node, (npm,), found, (NODE, node.NPM)),
        Step(
            "npm",
            "local chain, compiler, OpenZeppelin (node_modules)",
            node.install_packages,
            node.LOCKED,
            (),
            (ROOT / "node_modules" / "solc" / "package.json",),
        ),
        Step(
            "solc",
            "the compiler as py-solc-x wants it",
            compiler.install_compiler,
            (compiler.SHIM, *node.LOCKED),
            (),
            (SOLC, NODE),
        ),
    )


def proof() -> Step:
    """Some 240 MB that only the contracts' proofs need."""
    return Step(
        "proof",
        "halmos and slither (.cache/venv-proof)",
        python.sync_proof,
        python.LOCKED,
        (),
        (PROOF_BIN / "halmos", PROOF_BIN / "slither"),
    )


def bench() -> Step:
    """Some 300 MB that only `make bench-wallet` needs."""
    return Step(
        "bench",
        "ape, bip32 and bip_utils, to compare the wallet with (.cache/venv-bench)",
        python.sync_bench,
        python.LOCKED,
        (),
        (BENCH_BIN / "python", BENCH_BIN / "ape"),
    )


EXTRAS = {"proof": proof, "bench": bench}


def check_python() -> None:
    """Refuse a Python that the lock has no packages for."""
    oldest, newest = PYTHONS
    if not oldest <= sys.version_info[:2] <= newest:
        have = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"Python {have} ({sys.executable}) does not fit: 3.11, 3.12 or 3.13 is needed.\n"
            "  → Install one of them, or name it: make setup PYTHON=/path/to/python3.12"
        )


def run_steps(todo: tuple[Step, ...]) -> None:
    """Do what is not done yet, a line for each."""
    began = time.monotonic()
    for number, step in enumerate(todo, start=1):
        if step.is_done():
            continue
        say(f"setup {number}/{len(todo)}  {step.label} …", end="")
        since = time.monotonic()
        step.do()
        say(f" {elapsed(since)}")
    say(f"setup: everything is in place ({elapsed(began)})")


def main(arguments: list[str]) -> int:
    """Set up; the exit code says whether everything is there."""
    if len(arguments) > 1 or not EXTRAS.keys() >= set(arguments):
        say(f"usage: python -m scripts.setup [{'|'.join(EXTRAS)}]")
        return 2
    try:
        check_python()
        with alone():
            run_steps((*steps(), *(EXTRAS[name]() for name in arguments)))
            if builds.forget_stale():
                say("setup: contracts were renamed or removed; they will be compiled anew")
    except SetupError as error:
        say(f"\nsetup failed: {error}")
        return 1
    except OSError as error:
        remedy = "Free about 2 GB" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Mend that"
        say(f"\nsetup failed: {error.filename or CACHE}: {os.strerror(error.errno or 0)}")
        say(f"  → {remedy} and run `make setup` again.")
        return 1
    except KeyboardInterrupt:
        say("\nsetup: interrupted; `make setup` goes on from here")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
