"""Bench: the rows, the bars that their figures must reach, and the table for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ROWS", "Figures", "Verdict", "table", "verdicts"]

Figures = dict[str, dict[str, Any]]
"""By row: what was measured."""
Value = Callable[[Figures], float]

ROWS: Mapping[str, str] = {
    "deposits": "deposits",
    "singles": "single deposit, idle",
    "transfers": "relayed transfers",
    "large": "deposits, large",
    "singles-beside": "single deposit, beside the bulk",
    "reads": "reads, beside the bulk",
    "floors": "floors",
    "reader": "reader",
    "plain": "plain",
}
"""Every row by the word that asks for it: the name of its figures."""

_NOT_OURS = ("anvil", "postgres")


@dataclass(frozen=True, slots=True)
class Bar:
    """What one figure must reach."""

    what: str
    rows: tuple[str, ...]
    """It is judged when all of these were measured."""
    value: Value
    wanted: Mapping[str, float] | float
    """By store, where they differ."""
    at_least: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a figure was, what it should be, and whether it is."""

    what: str
    measured: str
    wanted: str
    met: bool


def _of(word: str, *path: str) -> Value:
    def value(found: Figures) -> float:
        at: Any = found[ROWS[word]]
        for name in path:
            at = at[name]
        return float(at) if isinstance(at, float) else int(at)

    return value


def _times_plain(found: Figures) -> float:
    ours, theirs = found[ROWS["deposits"]], found[ROWS["plain"]]
    return round(float(ours["per_second"] / theirs["per_second"]), 1)


def _steady(found: Figures) -> float:
    large, small = found[ROWS["large"]], found[ROWS["deposits"]]
    return int(large["per_second"] * 100 // small["per_second"])


def _largest(found: Figures) -> float:
    peaks = found[ROWS["large"]]["peak_mb"]
    return max(int(mb) for name, mb in peaks.items() if name not in _NOT_OURS)


_DEPOSITS = {"sqlite": 1_500, "postgresql": 1_200}
_SECONDS = 3.5
_BARS = (
    Bar("deposits a second", ("deposits",), _of("deposits", "per_second"), _DEPOSITS),
    Bar("times the plain way", ("deposits", "plain"), _times_plain, 5),
    Bar("large file, % of that rate", ("deposits", "large"), _steady, 80),
    Bar("MB of the largest process", ("large",), _largest, 400, at_least=False),
    Bar(
        "single, idle, final p99 s",
        ("singles",),
        _of("singles", "final", "p99"),
        _SECONDS,
        at_least=False,
    ),
    Bar(
        "single, beside, final p99 s",
        ("singles-beside",),
        _of("singles-beside", "final", "p99"),
        _SECONDS,
        at_least=False,
    ),
    Bar("relayed transfers a second", ("transfers",), _of("transfers", "final_per_second"), 400),
    Bar("reads beside the bulk, p99 ms", ("reads",), _of("reads", "ms", "p99"), 25, at_least=False),
    Bar("events a second", ("reader",), _of("reader", "per_second"), 20_000),
)


def verdicts(store: str, found: Figures) -> list[Verdict]:
    """Each bar whose rows were measured."""
    return [
        _verdict(bar, store, bar.value(found))
        for bar in _BARS
        if all(ROWS[word] in found for word in bar.rows)
    ]


def _verdict(bar: Bar, store: str, value: float) -> Verdict:
    wanted = bar.wanted[store] if isinstance(bar.wanted, Mapping) else bar.wanted
    word, met = ("at least", value >= wanted) if bar.at_least else ("at most", value <= wanted)
    return Verdict(bar.what, f"{value:,}", f"{word} {wanted:,}", met)


def table(store: str, found: Figures) -> str:
    """For a terminal: each bar, then where the time goes."""
    lines = [f"{store:<32}{'measured':>12}  wanted"]
    for each in verdicts(store, found):
        missed = "" if each.met else "   MISSED"
        lines.append(f"  {each.what:<30}{each.measured:>12}  {each.wanted}{missed}")
    for word in ("singles", "singles-beside"):
        posted = found.get(ROWS[word], {}).get("posted", {}).get("p99")
        if posted is not None:
            lines.append(f"  {ROWS[word]}: in the ledger too: p99 {posted} s")
    for word, unit in (("deposits", "line"), ("transfers", "transfer")):
        used = found.get(ROWS[word], {}).get(f"cpu_us_per_{unit}", {})
        if used:
            lines.append(f"  CPU µs a {unit}, by process:")
        lines += [f"    {name:<28}{each:>12,}" for name, each in used.items()]
    floors = found.get(ROWS["floors"], {})
    parts = [name for name in ("parse_us", "store_us", "chain_us") if name in floors]
    lines += [f"    floor: {name:<21}{floors[name]:>12,}" for name in parts]
    return "\n".join(lines)
