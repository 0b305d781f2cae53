"""Toolchain: `python -m scripts.toolchain NAME…` prints the path of each named tool."""

from __future__ import annotations

import sys

from scripts.toolchain import ToolMissingError, program


def main(names: list[str]) -> int:
    """Print the paths; 1 and the remedy when one is missing."""
    if not names:
        print("usage: python -m scripts.toolchain NAME…", file=sys.stderr)
        return 2
    try:
        print("\n".join(str(program(name)) for name in names))
    except ToolMissingError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
