"""Docs: puts a real run of the demo into the READMEs, without the recovery phrases.

`make demo ONCE=1 | tee en.txt`, `LANG=zh_CN.UTF-8 make demo ONCE=1 | tee zh.txt`, then
`python -m scripts.docs.transcript en.txt zh.txt`. Each run should be the first in its world.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

__all__ = ["main", "placed", "shortened"]

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
_PLACE = re.compile(r"(<!-- transcript -->\n).*?(<!-- end -->)", re.DOTALL)
# Four numbered words a line: nobody should find a phrase in a document and use it.
WORDS = re.compile(r"(?m)^ +(?:\d{1,2} [a-z]+ *){4}\n(?:^ +(?:\d{1,2} [a-z]+ *){4}\n)*")
_BEGIN = re.compile(r"(?m)^(Jiaozi|交子)")


def shortened(output: str) -> str:
    """The story from its title on; the words of each phrase left out."""
    begin = _BEGIN.search(output)
    story = output[begin.start() if begin else 0 :].rstrip()
    return WORDS.sub("       …\n", story + "\n")


def placed(readme: str, story: str) -> str:
    """The README with the story between its markers."""
    block = f"```\n{story}```\n"
    return _PLACE.sub(lambda found: found[1] + block + found[2], readme)


def main(files: list[str]) -> int:
    """Write both READMEs from two files of output."""
    if len(files) != len(READMES):
        print(__doc__, file=sys.stderr)
        return 2
    for name, file in zip(READMES, files, strict=True):
        path = ROOT / name
        story = shortened(Path(file).read_text("utf-8"))
        path.write_text(placed(path.read_text("utf-8"), story), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
