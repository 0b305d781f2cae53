"""Tidy: what the documents promise — links that lead somewhere, commands that exist."""

from __future__ import annotations

import re

from tests.tidy.sources import ROOT, Source

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(
    r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE
)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
MAKE = re.compile(r"(?:^|[`\s&;])make((?:[ \t]+(?:[A-Z_]+=\S+|[a-z][a-z0-9-]*))+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)
CODE = re.compile(r"^(?:```|~~~)[^\n]*\n(.*?)^(?:```|~~~)|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The fragment that a forge gives a heading: lower case, no punctuation, dashes for spaces."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")


def links_lead_somewhere(source: Source) -> list[str]:
    """Every relative link names a file or folder that is there, and a heading that is in it."""
    text = FENCE.sub("", source.text)
    breaches = []
    for found in LINK.finditer(text):
        link = found[1] or found[2]
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, fragment = link.partition("#")
        path = (ROOT / source.path).parent / name if name else ROOT / source.path
        if not path.exists():
            breaches.append(f"{source.path} links to {link}, which is not there")
            continue
        if fragment and path.suffix == ".md":
            target = source.text if not name else path.read_text()
            if fragment not in {anchor(h) for h in HEADING.findall(FENCE.sub("", target))}:
                breaches.append(f"{source.path} links to {link}, which has no such heading")
    return breaches


def make_targets(makefile: str) -> set[str]:
    """The targets that a Makefile has."""
    return set(TARGET.findall(makefile))


def commands_exist(source: Source, targets: set[str]) -> list[str]:
    """Every `make target` and `./program` in a document's code can be typed."""
    breaches = []
    for found in CODE.finditer(source.text):
        code = found[1] or found[2]
        for call in MAKE.finditer(code):
            wanted = [word for word in call[1].split() if "=" not in word]
            breaches += [
                f"{source.path} says `make {word}`, which the Makefile lacks"
                for word in wanted
                if word not in targets
            ]
        breaches += [
            f"{source.path} says ./{name}, which is not there"
            for name in re.findall(r"(?:^|\s)\./([\w./-]+)", code)
            if not (ROOT / name).exists()
        ]
    return breaches
