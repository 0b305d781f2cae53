"""Proof: a compiler that stays, so that each mutant need not warm one up anew (see warm.js)."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.toolchain import ROOT, build_env, program

_SCRIPT = Path(__file__).with_name("warm.js")
_MODE = 0o755


@contextmanager
def warm_compiler(place: Path) -> Iterator[Path]:
    """Start one; gives an executable for forge's `--use`, good until the end of the block.

    Its socket and that executable lie in the folder `place`. RuntimeError when it does not start.
    """
    node, socket, solc = program("node"), place / "solc.sock", place / "solc"
    socket.unlink(missing_ok=True)
    words = [str(node), str(_SCRIPT), str(socket)]
    solc.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    solc.chmod(_MODE)
    env = {**build_env(), "NODE_PATH": str(ROOT / "node_modules")}
    # A path relative to the folder: a socket's own may have a hundred letters at most.
    with subprocess.Popen(
        [str(node), str(_SCRIPT), "--serve", os.path.relpath(socket, ROOT)],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,  # closed with this process, however it ends; then it ends, too
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            if server.stdout is None or server.stdout.readline() != "ready\n":
                raise RuntimeError(f"the compiler did not start: {socket}")
            yield solc
        finally:
            server.kill()
