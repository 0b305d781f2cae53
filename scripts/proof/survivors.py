"""Proof: mutants that no test noticed, those of them that are known and why, and the report."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Survivor:
    """A change of one place that every test passed."""

    file: str
    line: int
    mutator: str
    old: str
    new: str


@dataclass(frozen=True)
class Accepted:
    """A change that no test can notice, or need not, and why; the texts are the source's."""

    file: str
    old: str
    new: str
    reason: str

    def covers(self, survivor: Survivor) -> bool:
        """Lines move, so the text decides."""
        return (self.file, self.old.strip(), self.new.strip()) == (
            survivor.file,
            survivor.old.strip(),
            survivor.new.strip(),
        )


@dataclass(frozen=True)
class Verdict:
    """Survivors with a written reason, and those without."""

    explained: tuple[tuple[Survivor, str], ...]
    unexplained: tuple[Survivor, ...]


def read_accepted(path: Path) -> list[Accepted]:
    """[[mutant]] tables of file, old, new and reason. Raises KeyError, OSError, TOMLDecodeError."""
    return [
        Accepted(one["file"], one["old"], one["new"], one["reason"])
        for one in tomllib.loads(path.read_text("utf-8")).get("mutant", [])
    ]


def judged(survivors: Sequence[Survivor], accepted: Sequence[Accepted]) -> Verdict:
    """Find each survivor's reason."""
    explained, unexplained = [], []
    for survivor in survivors:
        reason = next((one.reason for one in accepted if one.covers(survivor)), None)
        if reason is None:
            unexplained.append(survivor)
        else:
            explained.append((survivor, reason))
    return Verdict(tuple(explained), tuple(unexplained))


def report(killed: int, survived: int, total: int, verdict: Verdict) -> str:
    """The page of docs/reports."""
    tried = killed + survived
    rate = f"{100 * killed / tried:.1f} %" if tried else "nothing was tried"
    listed = sorted(f"- {_shown(survivor)}: {reason}" for survivor, reason in verdict.explained)
    listed += [f"- {_shown(survivor)}: no reason is known yet" for survivor in verdict.unexplained]
    return (
        f"""# Mutation

Small faults put into contracts/ one at a time by slither's mutators; the unit tests of
tests/foundry/unit should notice each. `make mutation` tries them again.

Of {total} mutants, in a random order, {tried} that compile were tried:
{killed} noticed, {survived} not — **{rate}**.

{chr(10).join(listed)}
""".rstrip()
        + "\n"
    )


def _shown(survivor: Survivor) -> str:
    old, new = (" ".join(text.split()) for text in (survivor.old, survivor.new))
    return f"{survivor.file}:{survivor.line} `{old}` → `{new}`"
