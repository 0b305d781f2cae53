"""Tests of the sender: a child process that kills itself (SIGKILL) around the sending.

Arguments: database URL, node URL, deployment file, «before» or «after».
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from api.chain import Node
from api.chain.node import SendOutcome
from api.kernel.database import Database
from tests.api.chain.sending import rig


class Deadly(Node):
    """Dies before or after it has handed the bytes over."""

    def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
        """See Node.send_many."""
        if sys.argv[4] == "after":
            super().send_many(raws)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


if __name__ == "__main__":
    made = rig(Database(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    made.node = Deadly(sys.argv[2])
    made.sender().step()
